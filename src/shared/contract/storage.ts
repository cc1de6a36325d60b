import { z } from 'zod'
import { InstantText } from '../time.js'
import { commandId, procedure } from './procedure.js'

const Counts = z.record(z.string(), z.int())

/** Sizes of what this workstation keeps, in bytes, and how they grew between backups. */
export const StorageStatistics = z.strictObject({
  asOf: InstantText,
  /** Records that are not deleted, by kind. */
  records: Counts,
  databaseBytes: z.int(),
  files: z.strictObject({ count: z.int(), bytes: z.int() }),
  backups: z.strictObject({ count: z.int(), bytes: z.int() }),
  journal: z.strictObject({ count: z.int(), bytes: z.int() }),
  /** Room left on the disk, and its size. */
  disk: z.strictObject({ freeBytes: z.int(), totalBytes: z.int() }),
  /** Sizes when each kept backup was made, oldest first. */
  growth: z.array(z.strictObject({ at: InstantText, databaseBytes: z.int(), filesBytes: z.int(), records: z.int() })),
  /** Growth of database and files between the oldest kept backup and now; absent while that is less than a day. */
  bytesPerDay: z.number().optional(),
  /** Days until the disk is full at this rate; absent while nothing grows. */
  daysLeft: z.int().optional(),
})
export type StorageStatistics = z.infer<typeof StorageStatistics>

/** A backup as the screen lists it. `problem` says why its content is not known. */
export const BackupHead = z.strictObject({
  name: z.string(),
  madeAt: InstantText.optional(),
  reason: z.enum(['daily', 'manual', 'migration', 'beforeRestore', 'beforeRecovery']).optional(),
  records: z.int().optional(),
  bytes: z.int().optional(),
  filesCount: z.int().optional(),
  problem: z.string().optional(),
})
export type BackupHead = z.infer<typeof BackupHead>

/** All backups of this workstation, newest first, and the second place for them. */
export const BackupList = z.strictObject({
  items: z.array(BackupHead),
  /** Folder on another disk or computer; null while there is none. */
  secondPlace: z.string().nullable(),
  /** Sentence of the last backup or copy that failed. */
  problem: z.string().nullable(),
})
export type BackupList = z.infer<typeof BackupList>

/** What cleaning up one place of backups did. `noWhole`: no backup there is whole, so all of them stay; `unreachable`: the place did not answer. */
export const RotatedPlace = z.strictObject({
  place: z.enum(['own', 'second']),
  /** Names of the backups that were removed. */
  removed: z.array(z.string()),
  /** Images and videos that no backup there refers to any more. */
  removedFiles: z.int(),
  kept: z.int(),
  problem: z.enum(['noWhole', 'unreachable']).optional(),
})
export type RotatedPlace = z.infer<typeof RotatedPlace>

/** A backup that may still hold erased records, and the instant at which it is removed at the latest. */
export const ErasedBackup = z.strictObject({ place: z.enum(['own', 'second']), name: z.string(), madeAt: InstantText, until: InstantText })
export type ErasedBackup = z.infer<typeof ErasedBackup>

/** What restoring a backup would do, without doing it. */
export const RestorePreview = z.strictObject({
  backup: z.strictObject({ name: z.string(), madeAt: InstantText, reason: z.string(), program: z.string(), counts: Counts }),
  /** Records held now, by table; null when the database cannot be read. */
  current: Counts.nullable(),
  /** Operations after the backup that the journal brings back. */
  comesBack: z.int(),
  /** Operations after the backup that neither the backup nor the journal holds; null when the database cannot be read. */
  lost: z.int().nullable(),
  /** Entries of the access log after the backup that belong to no operation; no journal holds them. */
  lostAccessLogEntries: z.int().nullable(),
  /** Places in the journal that cannot be read. */
  unreadablePlaces: z.int(),
})
export type RestorePreview = z.infer<typeof RestorePreview>

/** Result of checking everything that this workstation keeps. `code` is for translation, `message` a sentence without values of records. */
export const Verification = z.strictObject({
  checkedAt: InstantText,
  /** Nothing has to be repaired; `warnings` are what should be better. */
  isSound: z.boolean(),
  /** How far a repair has to go: `derived` tables can be made again from the records, `records` need a backup and the journal. */
  problems: z.array(z.strictObject({ code: z.string(), message: z.string(), repair: z.enum(['derived', 'records', 'none']) })),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string() })),
  facts: z.strictObject({
    records: z.int(),
    operations: z.int(),
    auditEntries: z.int(),
    /** Digest of all records, computed from their rows. */
    digest: z.string(),
    journalEntries: z.int(),
    files: z.int(),
    latestBackupAt: InstantText.nullable(),
  }),
})
export type Verification = z.infer<typeof Verification>

/** Work that was started; the `progress` stream tells how it goes. */
const Started = z.strictObject({ taskId: z.string() })

const backupName = z
  .string()
  .max(200)
  .regex(/^\d{8}T\d{6}Z-[A-Za-z0-9-]+$/)

export const storage = {
  statistics: procedure({ permission: 'sync.read', type: 'query' })
    .route({ method: 'GET', path: '/storage/statistics' })
    .input(z.strictObject({}))
    .output(StorageStatistics),
  backups: {
    list: procedure({ permission: 'backups', type: 'query' }).route({ method: 'GET', path: '/storage/backups' }).input(z.strictObject({})).output(BackupList),
    make: procedure({ permission: 'backups', type: 'command', limit: 'costly' })
      .route({ method: 'POST', path: '/storage/backups', successStatus: 202 })
      .input(z.strictObject({ commandId }))
      .output(Started),
    /** What restoring this backup would bring back and lose. Restoring itself is a command of the command line, because it ends the running program. */
    preview: procedure({ permission: 'backups', type: 'query', limit: 'costly' })
      .route({ method: 'GET', path: '/storage/backups/{name}/preview' })
      .input(z.strictObject({ name: backupName }))
      .output(RestorePreview),
    /** Sets the second place, or takes it away with null. INVALID with `folder` when it cannot be used; only on this computer. */
    setSecondPlace: procedure({ permission: 'backups', type: 'command' })
      .route({ method: 'PUT', path: '/storage/backups/second-place' })
      .input(z.strictObject({ folder: z.string().min(1).max(1000).nullable(), commandId }))
      .output(z.strictObject({ secondPlace: z.string().nullable() })),
    /** Removes the backups that the rotation does not keep, here and in the second place, as each new backup does. */
    rotate: procedure({ permission: 'backups', type: 'command', limit: 'costly' })
      .route({ method: 'POST', path: '/storage/backups/rotate' })
      .input(z.strictObject({ commandId }))
      .output(z.strictObject({ places: z.array(RotatedPlace) })),
    /** Backups that may still hold erased records. `isErasing`: something of them is just being removed from this workstation. */
    holdingErased: procedure({ permission: 'backups', type: 'query' })
      .route({ method: 'GET', path: '/storage/backups/holding-erased' })
      .input(z.strictObject({}))
      .output(z.strictObject({ items: z.array(ErasedBackup), isErasing: z.boolean() })),
    /** Makes a new backup and removes those now, in place of at the latest instant that is listed. */
    removeErased: procedure({ permission: 'backups', type: 'command', limit: 'costly' })
      .route({ method: 'POST', path: '/storage/backups/remove-erased', successStatus: 202 })
      .input(z.strictObject({ commandId }))
      .output(Started),
  },
  verify: procedure({ permission: 'backups', type: 'command', limit: 'costly' })
    .route({ method: 'POST', path: '/storage/verify', successStatus: 202 })
    .input(z.strictObject({ commandId }))
    .output(Started),
  /** The last verification since the program started; null while there was none. */
  verification: procedure({ permission: 'backups', type: 'query' })
    .route({ method: 'GET', path: '/storage/verification' })
    .input(z.strictObject({}))
    .output(Verification.nullable()),
}
