import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { canonical } from '../records/canonical.js'
import { derive } from '../security/sealing.js'

/** Why a backup was made; `migration` ones are kept by schema, the others by day and week. */
export const BackupReason = z.enum(['daily', 'manual', 'migration', 'beforeRestore', 'beforeRecovery'])
export type BackupReason = z.infer<typeof BackupReason>

/** Names of the files in a backup's folder. */
export const backupFiles = { database: 'medinsight.db', keys: 'keys.json', manifest: 'manifest.json', list: 'files.txt' } as const

/** Folder beside the backups that holds the clinic's media files once for all of them. */
export const poolFolder = 'files'

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** What a backup holds, as counted on the copy itself. `manifest.json` is this. */
export const Manifest = z.strictObject({
  format: z.literal(1),
  dataset: z.string().min(1).max(100),
  reason: BackupReason,
  madeAt: z.iso.datetime(),
  /** Version of the program that made it, and of the database in it. */
  program: z.string().max(40),
  schema: z.int().min(0),
  /** Everything up to this sequence of the emergency journal is in the copy. */
  journalMark: z.int().min(0),
  /** Records that are not deleted, by table. */
  counts: z.record(z.string(), z.int()),
  /** Digest of all records, equal on workstations that hold the same. */
  digest: z.string().max(64),
  database: z.strictObject({ bytes: z.int(), sha256: Sha256 }),
  keys: z.strictObject({ sha256: Sha256 }),
  files: z.strictObject({ count: z.int(), bytes: z.int(), sha256: Sha256 }),
  /** HMAC under a key of the database key: shows a manifest that somebody rewrote. */
  check: z.string(),
})
export type Manifest = z.infer<typeof Manifest>

/** The manifest with its check. */
export function checkedManifest(manifest: Omit<Manifest, 'check'>, databaseKey: Uint8Array): Manifest {
  const { check: _, ...rest } = manifest as Manifest
  return { ...rest, check: createHmac('sha256', derive(databaseKey, 'backup manifest')).update(canonical(rest)).digest('base64') }
}

/** What is wrong with a backup. The message says it in a sentence without names of patients or files. */
export interface BackupFinding {
  code: keyof typeof sentences
  message: string
}

const sentences = {
  folderMissing: 'There is no backup in this place. Check the path.',
  manifestMissing: 'The backup has no manifest.json, so nothing says what it should hold: it was not finished, or the file was removed.',
  manifestDamaged: 'The backup’s manifest.json is damaged.',
  manifestLater: 'The backup was made by a newer version of the program. Update this workstation first.',
  manifestChanged: 'The backup’s manifest.json was changed after it was made, or belongs to another workstation’s key.',
  databaseMissing: 'The database is missing from the backup.',
  databaseEmpty: 'The database in the backup is an empty file.',
  databaseCut: 'The database in the backup has another size than when it was made: it was cut off or exchanged.',
  databaseChanged: 'The database in the backup is not the one that was backed up: its bytes were changed.',
  databaseNotEncrypted: 'The file in place of the database is a plain SQLite file, not this clinic’s encrypted database.',
  wrongKey: 'The database in the backup does not open with this key. Use the key or the recovery code of the clinic it was made from.',
  databaseUnreadable: 'The database in the backup cannot be read: it is damaged, or the key does not fit.',
  databaseDamaged: 'The database in the backup is damaged.',
  databaseLater: 'The database in the backup was written by a newer version of the program. Update this workstation first.',
  schemaDiffers: 'The database in the backup has another schema version than its manifest says.',
  countsDiffer: 'The database in the backup does not hold the number of records that its manifest says.',
  digestDiffers: 'The records in the backup are not those that its manifest says.',
  keysMissing: 'The backup has no keys.json: it can be opened with the workstation’s own key, but not with the recovery code.',
  keysDamaged: 'The keys.json in the backup is damaged or belongs to another backup: the recovery code may not open it.',
  listDamaged: 'The list of media files in the backup is missing or damaged.',
  filesMissing: 'Media files that belong to the backup are missing or have another size.',
} as const

/** A finding with its sentence. */
export const finding = (code: BackupFinding['code']): BackupFinding => ({ code, message: sentences[code] })
