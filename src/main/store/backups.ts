import { lstat, readdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { startWorker } from '../lib/worker-thread.js'
import { type BackupFinding, type BackupReason, finding, type Manifest } from './backup-manifest.js'
import { type BackupReport, type BackupTask, readManifest } from './backup-work.js'

/** A backup's folder and what its manifest says; `problem` in its place where there is none that can be read. */
export interface Backup {
  folder: string
  name: string
  manifest?: Manifest
  problem?: BackupFinding
}

/** What a backup is made from and where it goes. */
export interface BackupRequest {
  databaseFile: string
  databaseKey: Uint8Array
  /** Path of the clinic's `keys.json`. */
  keysFile: string
  /** Folder of the sealed media files; it may be missing. */
  filesFolder: string
  /** Folder that holds this workstation's backups of this clinic, one folder each, and their shared `files`. */
  to: string
  reason: BackupReason
  dataset: string
  /** Instant of the clock, for the name, the manifest and rotation. */
  madeAt: string
  /** Version of the program. */
  program: string
  /** `mark` of the journal, read before this call: what it covers is in the copy. */
  journalMark: number
}

/** A backup could not be made, copied or unpacked. Nothing half made is left. */
export class BackupFailed extends Error {
  override readonly name = 'BackupFailed'
  readonly isPublic = true
  constructor(readonly code: string) {
    super(sentence(code))
  }
}

/**
 * Makes a verified backup of a database that may be in use: a copy at one instant, opened and checked, with keys and media files. Works in a
 * thread of its own, so the workstation goes on meanwhile. Throws `BackupFailed` with what to do.
 */
export const makeBackup = (request: BackupRequest): Promise<Required<Omit<Backup, 'problem'>>> => run({ task: 'make', ...request }).then(named)

/** Copies a backup with its media files to a second place in the same format and compares what arrived. Throws `BackupFailed`. */
export const copyBackup = (folder: string, to: string): Promise<Required<Omit<Backup, 'problem'>>> =>
  run({ task: 'copy', folder: resolve(folder), to: resolve(to) }).then(named)

/** Puts a backup's database, `keys.json` and media files into a new or empty folder. Check it first: only the database's bytes are compared. Throws `BackupFailed`. */
export const unpackBackup = (folder: string, to: string): Promise<{ manifest: Manifest }> =>
  run({ task: 'unpack', folder: resolve(folder), to: resolve(to) }) as Promise<{ manifest: Manifest }>

/**
 * Looks into a backup without changing anything: what it holds and what is wrong with it; a good one has no findings. `place` is its folder or a
 * file in it. Without the key only sizes, checksums and presence are checked.
 */
export async function inspectBackup(place: string, databaseKey?: Uint8Array): Promise<BackupReport> {
  const path = resolve(place)
  const facts = await lstat(path).catch(() => undefined)
  return (await run({ task: 'check', folder: facts?.isFile() ? dirname(path) : path, ...(databaseKey && { databaseKey }) })) as BackupReport
}

/** Whether a backup is good in every respect; `reasons` are sentences. */
export async function verifyBackup(place: string, databaseKey?: Uint8Array): Promise<{ isGood: boolean; findings: BackupFinding[] }> {
  const { findings } = await inspectBackup(place, databaseKey)
  return { isGood: findings.length === 0, findings }
}

/** The backups in a place, newest first; those without a readable manifest last. */
export async function listBackups(place: string): Promise<Backup[]> {
  const entries = await readdir(place, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const backups = entries
    .filter((entry) => entry.isDirectory() && /^\d{8}T\d{6}Z-/.test(entry.name))
    .map(({ name }): Backup => {
      const manifest = readManifest(join(place, name))
      return { folder: join(place, name), name, ...(typeof manifest === 'string' ? { problem: finding(manifest) } : { manifest }) }
    })
  const key = ({ manifest, name }: Backup): string => (manifest ? `1${manifest.madeAt}${name}` : `0${name}`)
  return backups.sort((a, b) => (key(a) < key(b) ? 1 : -1))
}

function run(task: BackupTask): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const worker = startWorker('backup-worker', { workerData: task, name: 'backup' })
    worker.once('message', (answer: { result: unknown } | { code: string }) => {
      if ('result' in answer) resolve(answer.result)
      else reject(new BackupFailed(answer.code))
    })
    worker.once('error', () => reject(new BackupFailed('WORKER')))
    worker.once('exit', () => reject(new BackupFailed('WORKER')))
  })
}

function named(made: unknown): Required<Omit<Backup, 'problem'>> {
  const { folder, manifest } = made as { folder: string; manifest: Manifest }
  return { folder, manifest, name: folder.slice(dirname(folder).length + 1) }
}

function sentence(code: string): string {
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return 'There is not enough room for the backup. The backups before it are unchanged. Make room, or choose another place.'
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return 'The place for backups may not be written. The backups before it are unchanged. Check its rights.'
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return 'Something that belongs to the backup is not there: the place for backups, the database or its keys. Nothing was changed. Check the paths.'
  if (code === 'EIO') return 'The disk reported an error during the backup. The backups before it are unchanged. Check the disk and use another place.'
  return `The backup could not be finished (${/^[A-Za-z_]{1,40}$/.test(code) ? code : 'unknown'}). The backups before it are unchanged. Run \`medinsight verify\` to see whether the database is whole.`
}
