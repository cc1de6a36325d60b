import { lstat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { RestorePreview } from '../../shared/contract/storage.js'
import type { KeyStore } from '../lib/key-store.js'
import { type ClinicKeys, type KeysFile, readKeysFile } from '../security/keys.js'
import { backupFiles, type Manifest } from '../store/backup-manifest.js'
import { inspectBackup } from '../store/backups.js'
import { openDatabase } from '../store/database.js'
import { keysOf } from './folder-parts.js'
import { operationsOf } from './replay.js'

/** A clinic's folder and where this workstation keeps its key. */
export interface RestorePlace {
  folder: string
  keyStore: KeyStore
}

/** A backup that cannot be restored here; nothing was changed. */
export class RestoreRefused extends Error {
  override readonly name = 'RestoreRefused'
  readonly isPublic = true
}

/** A backup that was found good, with its opened keys. */
export interface BackupSource {
  folder: string
  manifest: Manifest
  file: KeysFile
  keys: ClinicKeys
}

/** Checks a backup and opens its keys: with this workstation's key, or the recovery code. @throws RestoreRefused, KeyProblem */
export async function openSource(place: RestorePlace, from: string, recoveryCode: string | undefined): Promise<BackupSource> {
  const path = resolve(from)
  const facts = await lstat(path).catch(() => undefined)
  const folder = facts?.isFile() ? dirname(path) : path
  if (!facts) throw new RestoreRefused('There is no backup in this place. Nothing was changed. Check the path.')
  const file = await readKeysFile(folder)
  const own = await readKeysFile(place.folder).catch(() => undefined)
  if (own && own.dataset !== file.dataset) throw new RestoreRefused('The backup is of another clinic than the one in this folder. Nothing was changed.')
  const keys = await keysOf(file, place.keyStore, recoveryCode)
  const { findings, manifest } = await inspectBackup(folder, keys.databaseKey)
  if (findings.length > 0 || !manifest)
    throw new RestoreRefused(`The backup cannot be used: ${findings.map(({ message }) => message).join(' ')} Nothing was changed. Choose another backup.`)
  return { folder, manifest, file, keys }
}

const operationKey = ({ site, number }: { site: string; number: number }): string => `${site}/${number}`

interface Contents {
  operations: Set<string>
  auditCount: number
  counts: Record<string, number>
}

/** What a database holds, for comparing; undefined when it cannot be read. */
export function contentsOf(file: string, key: Uint8Array): Contents | undefined {
  try {
    const db = openDatabase(file, key, { readonly: true })
    try {
      const tables = db.prepare("SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'cells' WHERE m.type = 'table'").pluck().all()
      return {
        operations: new Set((db.prepare('SELECT site, number FROM operation').all() as { site: string; number: number }[]).map(operationKey)),
        auditCount: Number(db.prepare('SELECT count(*) FROM audit').pluck().get()),
        counts: Object.fromEntries(
          (tables as string[]).map((table) => [table, Number(db.prepare(`SELECT count(*) FROM "${table}" WHERE deleted = 0`).pluck().get())]),
        ),
      }
    } finally {
      db.close()
    }
  } catch {
    return undefined
  }
}

/** What a good backup would bring back and lose. Changes nothing. */
export async function compare(place: RestorePlace, { folder, manifest, keys }: BackupSource): Promise<RestorePreview> {
  const backup = contentsOf(join(folder, backupFiles.database), keys.databaseKey)
  const current = contentsOf(join(place.folder, 'medinsight.db'), keys.databaseKey)
  const journal = new Set<string>()
  let unreadablePlaces = 0
  for await (const operation of operationsOf({ folder: join(place.folder, 'journal'), databaseKey: keys.databaseKey }, () => unreadablePlaces++))
    journal.add(operationKey(operation))
  const { madeAt, reason, program, counts } = manifest
  return {
    backup: { name: folder.split(/[\\/]/).at(-1) ?? '', madeAt, reason, program, counts },
    current: current?.counts ?? null,
    comesBack: [...journal].filter((key) => !backup?.operations.has(key)).length,
    lost: current ? [...current.operations].filter((key) => !backup?.operations.has(key) && !journal.has(key)).length : null,
    lostAccessLogEntries: current && backup ? Math.max(0, current.auditCount - backup.auditCount) : null,
    unreadablePlaces,
  }
}

/** Says what restoring a backup would bring back and lose. Changes nothing. `from` is its folder or a file in it. @throws RestoreRefused, KeyProblem */
export const previewRestore = async (place: RestorePlace, from: string, recoveryCode?: string): Promise<RestorePreview> =>
  compare(place, await openSource(place, from, recoveryCode))
