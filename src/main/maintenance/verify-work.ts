import { join } from 'node:path'
import type { Verification } from '../../shared/contract/storage.js'
import { check, readManifest } from '../store/backup-work.js'
import { listBackups } from '../store/backups.js'
import { DatabaseProblem, openDatabase } from '../store/database.js'
import { type JournalPart, readJournal } from '../store/journal-reading.js'
import { digestKeyOf } from '../store/store.js'
import { type DatabaseReport, type Problem, verifyDatabase } from '../store/verification.js'
import { checkMediaFiles } from './media-files.js'

/** What is verified: a clinic's folder, with its keys. */
export interface VerifyTask {
  folder: string
  dataset: string
  databaseKey: Uint8Array
  clinicKey: Uint8Array
  /** Instant of the clock, for the report. */
  checkedAt: string
  /** Last sequence of the journal that is known to be durable, where a running clinic knows it. */
  journalMark?: number
  /** Leaves out files, journal and backups: for deciding how far a recovery has to go. */
  databaseOnly?: boolean
}

/** Verifies everything that lies in a clinic's folder. Reads only, and blocks: it runs in the verification thread. */
export async function verifyHere(task: VerifyTask): Promise<Verification> {
  const problems: Problem[] = []
  const warnings: Verification['warnings'] = []
  const database = checkDatabase(task, problems)
  const facts: Verification['facts'] = {
    records: database?.recordCount ?? 0,
    operations: database?.operationCount ?? 0,
    auditEntries: database?.auditCount ?? 0,
    digest: database?.digest ?? '',
    journalEntries: 0,
    files: 0,
    latestBackupAt: null,
  }
  if (!task.databaseOnly) {
    if (database && problems.length === 0) facts.files = await checkFiles(task, problems)
    facts.journalEntries = await checkJournal(task, problems)
    facts.latestBackupAt = await checkBackups(task, problems, warnings)
  }
  return { checkedAt: task.checkedAt, isSound: problems.length === 0, problems, warnings, facts }
}

function checkDatabase(task: VerifyTask, problems: Problem[]): DatabaseReport | undefined {
  try {
    const db = openDatabase(join(task.folder, 'medinsight.db'), task.databaseKey, { readonly: true })
    try {
      const report = verifyDatabase(db, digestKeyOf(task.clinicKey))
      problems.push(...report.problems)
      return report
    } finally {
      db.close()
    }
  } catch (error) {
    if (!(error instanceof DatabaseProblem)) throw error
    problems.push({ code: error.code, message: error.message, repair: error.code === 'fromTheFuture' ? 'none' : 'records' })
    return undefined
  }
}

async function checkFiles(task: VerifyTask, problems: Problem[]): Promise<number> {
  const db = openDatabase(join(task.folder, 'medinsight.db'), task.databaseKey, { readonly: true })
  try {
    const { checked, missing, damaged } = await checkMediaFiles(db, task.folder, task.clinicKey)
    if (missing > 0) problems.push({ code: 'filesMissing', message: `${missing} of the images and videos are missing from the folder.`, repair: 'none' })
    if (damaged > 0)
      problems.push({ code: 'filesDamaged', message: `${damaged} of the images and videos are damaged: their content is not what was added.`, repair: 'none' })
    return checked
  } finally {
    db.close()
  }
}

const journalSentences: Record<Extract<JournalPart, { type: 'problem' }>['problem'], string | undefined> = {
  // An interrupted write at the end of a file was never acknowledged: a power cut leaves one, and nothing is lost by it.
  torn: undefined,
  damaged: 'The emergency journal is damaged in places.',
  missing: 'Entries of the emergency journal are missing.',
  sealed: 'Entries of the emergency journal were made with another key.',
}

async function checkJournal(task: VerifyTask, problems: Problem[]): Promise<number> {
  let entries = 0
  const found = new Set<string>()
  const { databaseKey, journalMark } = task
  for await (const part of readJournal({ folder: join(task.folder, 'journal'), databaseKey, ...(journalMark !== undefined && { expected: journalMark }) }))
    if (part.type === 'entry') entries++
    else found.add(journalSentences[part.problem] ?? '')
  for (const message of found) if (message) problems.push({ code: 'journal', message, repair: 'none' })
  return entries
}

async function checkBackups(task: VerifyTask, problems: Problem[], warnings: Verification['warnings']): Promise<string | null> {
  const backups = (await listBackups(join(task.folder, 'backups'))).filter(({ manifest }) => !manifest || manifest.dataset === task.dataset)
  const newest = backups[0]
  if (!newest) {
    warnings.push({ code: 'noBackup', message: 'There is no backup yet.' })
    return null
  }
  const { findings } = check({ task: 'check', folder: newest.folder, databaseKey: task.databaseKey })
  for (const { code, message } of findings) problems.push({ code: `backup.${code}`, message: `The latest backup is not good: ${message}`, repair: 'none' })
  const manifest = readManifest(newest.folder)
  return typeof manifest === 'string' ? null : manifest.madeAt
}
