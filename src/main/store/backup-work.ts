import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs'
import { dirname, join, posix, sep } from 'node:path'
import type Database from 'better-sqlite3'
import { copyFileDurably, makeFolder, restrict, sha256Of, sha256OfText, syncPath, writeFileDurably } from '../lib/durable-copy.js'
import { combine } from '../records/digest.js'
import { type BackupFinding, type BackupReason, backupFiles, checkedManifest, finding, Manifest, poolFolder } from './backup-manifest.js'
import { DatabaseProblem, openDatabase } from './database.js'
import { currentVersion } from './migrations/index.js'

/** What a backup is made from. Everything here blocks: it runs in the backup worker only. */
export interface MakeBackup {
  task: 'make'
  databaseFile: string
  databaseKey: Uint8Array
  keysFile: string
  filesFolder: string
  to: string
  reason: BackupReason
  dataset: string
  madeAt: string
  program: string
  journalMark: number
}
export interface CheckBackup {
  task: 'check'
  folder: string
  databaseKey?: Uint8Array
}
export interface CopyBackup {
  task: 'copy'
  folder: string
  to: string
}
export interface UnpackBackup {
  task: 'unpack'
  folder: string
  to: string
}
export type BackupTask = MakeBackup | CheckBackup | CopyBackup | UnpackBackup

/** What looking into a backup found: `facts` are of the database itself, where it could be opened. */
export interface BackupReport {
  folder: string
  manifest?: Manifest
  facts?: { schema: number; counts: Record<string, number>; digest: string }
  findings: BackupFinding[]
}

/** Makes a backup in a folder of its own below `to`: a copy of the running database, verified by opening it, its keys and its media files. */
export function make(task: MakeBackup): { folder: string; manifest: Manifest } {
  const { databaseKey } = task
  makeFolder(task.to)
  requireRoom(task.to, statSync(task.databaseFile).size)
  return inNewFolder(task.to, `${task.madeAt.replace(/[-:]|\.\d+/g, '')}-${task.reason}`, (folder) => {
    const copy = join(folder, backupFiles.database)
    const source = openDatabase(task.databaseFile, databaseKey, { readonly: true })
    try {
      source.prepare('VACUUM INTO ?').run(copy)
    } finally {
      source.close()
    }
    restrict(copy)
    syncPath(copy)
    const { facts, problem } = lookInto(copy, databaseKey)
    if (!facts || problem) throw Object.assign(new Error('The copy of the database did not pass its check.'), { code: problem ?? 'databaseDamaged' })
    copyFileDurably(task.keysFile, join(folder, backupFiles.keys))
    const list = fillPool(task.filesFolder, join(task.to, poolFolder))
    writeFileDurably(join(folder, backupFiles.list), list.text)
    const manifest = checkedManifest(
      {
        format: 1,
        dataset: task.dataset,
        reason: task.reason,
        madeAt: task.madeAt,
        program: task.program,
        schema: facts.schema,
        journalMark: task.journalMark,
        counts: facts.counts,
        digest: facts.digest,
        database: { bytes: statSync(copy).size, sha256: sha256Of(copy) },
        keys: { sha256: sha256Of(join(folder, backupFiles.keys)) },
        files: { count: list.count, bytes: list.bytes, sha256: sha256OfText(list.text) },
      },
      databaseKey,
    )
    writeFileDurably(join(folder, backupFiles.manifest), `${JSON.stringify(manifest, null, 2)}\n`)
    return manifest
  })
}

/** Copies a finished backup with its media files to another place, in the same format, and compares what arrived. */
export function copy(task: CopyBackup): { folder: string; manifest: Manifest } {
  const manifest = requireManifest(task.folder)
  makeFolder(task.to)
  requireRoom(task.to, manifest.database.bytes)
  const name = task.folder.split(sep).at(-1) ?? ''
  return inNewFolder(task.to, name, (folder) => {
    for (const file of [backupFiles.database, backupFiles.keys, backupFiles.list, backupFiles.manifest])
      copyFileDurably(join(task.folder, file), join(folder, file))
    if (sha256Of(join(folder, backupFiles.database)) !== manifest.database.sha256)
      throw Object.assign(new Error('The copy differs from the backup.'), { code: 'databaseChanged' })
    for (const { path, bytes } of readList(task.folder)) copyIntoPool(join(dirname(task.folder), poolFolder, path), join(task.to, poolFolder, path), bytes)
    return manifest
  })
}

/** Puts a backup's database, keys and media files into an empty or new folder, as a clinic's folder has them. */
export function unpack(task: UnpackBackup): { folder: string; manifest: Manifest } {
  const manifest = requireManifest(task.folder)
  makeFolder(task.to)
  requireRoom(task.to, manifest.database.bytes + manifest.files.bytes)
  for (const { path, bytes } of readList(task.folder)) copyIntoPool(join(dirname(task.folder), poolFolder, path), join(task.to, 'files', path), bytes)
  copyFileDurably(join(task.folder, backupFiles.keys), join(task.to, backupFiles.keys))
  const database = join(task.to, backupFiles.database)
  copyFileDurably(join(task.folder, backupFiles.database), database)
  if (sha256Of(database) !== manifest.database.sha256) throw Object.assign(new Error('The copy differs from the backup.'), { code: 'databaseChanged' })
  syncPath(task.to)
  return { folder: task.to, manifest }
}

/** Everything that can be said about a backup; with the key also what its database holds. Reads only. */
export function check({ folder, databaseKey }: CheckBackup): BackupReport {
  const report: BackupReport = { folder, findings: [] }
  const found = (code: BackupFinding['code']): void => {
    report.findings.push(finding(code))
  }
  if (!existsSync(folder)) {
    found('folderMissing')
    return report
  }
  const manifest = readManifest(folder)
  if (typeof manifest === 'string') found(manifest)
  else report.manifest = manifest
  if (report.manifest && databaseKey && checkedManifest(report.manifest, databaseKey).check !== report.manifest.check) found('manifestChanged')
  checkDatabase(report, databaseKey, found)
  const keys = join(folder, backupFiles.keys)
  if (!existsSync(keys)) found('keysMissing')
  else if (report.manifest && sha256Of(keys) !== report.manifest.keys.sha256) found('keysDamaged')
  if (report.manifest) checkFiles(folder, report.manifest, found)
  return report
}

function checkDatabase(report: BackupReport, databaseKey: Uint8Array | undefined, found: (code: BackupFinding['code']) => void): void {
  const { manifest } = report
  const file = join(report.folder, backupFiles.database)
  if (!existsSync(file)) {
    found('databaseMissing')
    return
  }
  const { size } = statSync(file)
  if (size === 0) {
    found('databaseEmpty')
    return
  }
  const isSame = manifest !== undefined && size === manifest.database.bytes && sha256Of(file) === manifest.database.sha256
  if (manifest && !isSame) found(size === manifest.database.bytes ? 'databaseChanged' : 'databaseCut')
  if (!databaseKey) return
  const { facts, problem } = lookInto(file, databaseKey)
  // With the right bytes a file that does not open can only mean another key; otherwise the two cannot be told apart.
  if (problem === 'databaseUnreadable' && isSame) found('wrongKey')
  else if (problem) found(problem)
  if (!facts) return
  report.facts = facts
  if (facts.schema > currentVersion) found('databaseLater')
  if (!manifest) return
  if (facts.schema !== manifest.schema) found('schemaDiffers')
  if (JSON.stringify(Object.entries(facts.counts).sort()) !== JSON.stringify(Object.entries(manifest.counts).sort())) found('countsDiffer')
  if (facts.digest !== manifest.digest) found('digestDiffers')
}

function checkFiles(folder: string, manifest: Manifest, found: (code: BackupFinding['code']) => void): void {
  const list = join(folder, backupFiles.list)
  if (!existsSync(list) || sha256Of(list) !== manifest.files.sha256) {
    found('listDamaged')
    return
  }
  const pool = join(dirname(folder), poolFolder)
  if (readList(folder).some(({ path, bytes }) => statSync(join(pool, path), { throwIfNoEntry: false })?.size !== bytes)) found('filesMissing')
}

/** Opens a copy and counts what it holds; `problem` where it does not open or is not whole. */
function lookInto(file: string, key: Uint8Array): { facts?: NonNullable<BackupReport['facts']>; problem?: BackupFinding['code'] } {
  let db: Database.Database | undefined
  try {
    db = openDatabase(file, key, { readonly: true })
    const results = db.pragma('integrity_check') as { integrity_check: string }[]
    const isWhole = results.length === 1 && results[0]?.integrity_check === 'ok'
    const facts = { schema: Number(db.pragma('user_version', { simple: true })), counts: countsOf(db), digest: digestOf(db) }
    return isWhole ? { facts } : { facts, problem: 'databaseDamaged' }
  } catch (error) {
    const code = error instanceof DatabaseProblem ? error.code : undefined
    if (code === 'wrongKeyOrDamaged') return { problem: 'databaseUnreadable' }
    if (code === 'notEncrypted') return { problem: 'databaseNotEncrypted' }
    if (code === 'empty') return { problem: 'databaseEmpty' }
    return { problem: 'databaseDamaged' }
  } finally {
    db?.close()
  }
}

function countsOf(db: Database.Database): Record<string, number> {
  // Asked of the database itself, so that a backup of an older schema is counted too.
  const tables = (
    db.prepare("SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'cells' WHERE m.type = 'table'").pluck() as Database.Statement<
      [],
      string
    >
  ).all()
  const counts: Record<string, number> = {}
  for (const table of tables) counts[table] = db.prepare(`SELECT count(*) FROM "${table}" WHERE deleted = 0`).pluck().get() as number
  return counts
}

function digestOf(db: Database.Database): string {
  const buckets = (db.prepare('SELECT digest FROM bucket').pluck() as Database.Statement<[], Buffer>).all()
  return buckets.reduce<Buffer>((sum, digest) => combine(sum, digest), Buffer.alloc(8)).toString('hex')
}

/** The manifest of a backup's folder, or what is wrong with it. */
export function readManifest(folder: string): Manifest | 'manifestMissing' | 'manifestDamaged' | 'manifestLater' {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(join(folder, backupFiles.manifest), 'utf8'))
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'manifestMissing' : 'manifestDamaged'
  }
  const format = (content as { format?: unknown } | null)?.format
  if (typeof format === 'number' && format > 1) return 'manifestLater'
  const parsed = Manifest.safeParse(content)
  return parsed.success ? parsed.data : 'manifestDamaged'
}

function requireManifest(folder: string): Manifest {
  const manifest = readManifest(folder)
  if (typeof manifest === 'string') throw Object.assign(new Error(finding(manifest).message), { code: manifest })
  return manifest
}

/** The media files of a backup: paths relative to the pool, and their sizes. */
export function readList(folder: string): { path: string; bytes: number }[] {
  const lines = readFileSync(join(folder, backupFiles.list), 'utf8').split('\n')
  return lines.flatMap((line) => {
    const found = /^(\d+) ((?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*)$/.exec(line)
    return found?.[1] && found[2] ? [{ bytes: Number(found[1]), path: found[2] }] : []
  })
}

/** Copies the media files that the pool does not have yet. Files are named by their content and never change, so one copy serves every backup. */
function fillPool(from: string, pool: string): { text: string; count: number; bytes: number } {
  const lines: string[] = []
  let total = 0
  for (const path of existsSync(from) ? filesIn(from) : []) {
    const bytes = statSync(join(from, path), { throwIfNoEntry: false })?.size
    if (bytes === undefined) continue
    copyIntoPool(join(from, path), join(pool, path), bytes)
    lines.push(`${bytes} ${path}\n`)
    total += bytes
  }
  return { text: lines.join(''), count: lines.length, bytes: total }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && !entry.name.endsWith('.tmp'))
    .map((entry) =>
      posix.join(
        ...join(entry.parentPath, entry.name)
          .slice(folder.length + 1)
          .split(sep),
      ),
    )
    .sort()
}

function copyIntoPool(from: string, to: string, bytes: number): void {
  if (statSync(to, { throwIfNoEntry: false })?.size === bytes) return
  makeFolder(dirname(to))
  copyFileDurably(from, to)
  syncPath(dirname(to))
}

/** Builds in a hidden folder that takes its name only when everything in it is durable: a backup is there whole or not at all. */
function inNewFolder(to: string, name: string, fill: (folder: string) => Manifest): { folder: string; manifest: Manifest } {
  const making = join(to, `.making-${name}-${process.pid}-${Date.now().toString(36)}`)
  mkdirSync(making, { mode: 0o700 })
  try {
    const manifest = fill(making)
    syncPath(making)
    let folder = join(to, name)
    for (let n = 2; existsSync(folder); n++) folder = join(to, `${name}-${n}`)
    renameSync(making, folder)
    syncPath(to)
    return { folder, manifest }
  } catch (error) {
    rmSync(making, { recursive: true, force: true })
    throw error
  }
}

function requireRoom(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder)
  if (bavail * bsize < bytes * 1.1 + 1_000_000) throw Object.assign(new Error('There is not enough room.'), { code: 'ENOSPC' })
}
