import type { QuestionKind } from '../../shared/contract/review.js'
import type { ServerChange, ServerSettingsView, ServerTest } from '../../shared/contract/server-settings.js'
import type { ErasedBackup, RestorePreview, RotatedPlace, Verification } from '../../shared/contract/storage.js'
import type { Progress, SyncStatus } from '../../shared/contract/streams.js'
import type { SyncFacts, WorkstationLine } from '../../shared/contract/sync.js'
import type { clinic } from '../../shared/entities/staff.js'
import type { Cache } from '../cache/cache.js'
import type { SignInSlowdown } from '../lib/limits.js'
import type { Limits } from '../limits/limits.js'
import type { Membership } from '../security/membership.js'
import type { Sessions } from '../security/sessions.js'
import type { Backup } from '../store/backups.js'
import type { SealedFiles } from '../store/files.js'
import type { Reader } from '../store/reader.js'
import type { Store } from '../store/store.js'
import type { Stored } from '../store/tables.js'
import type { Presence } from '../sync/presence.js'

/** Work that takes longer than a call: it reports how far it is, and can be asked to stop. */
export interface Task {
  readonly id: string
  readonly signal: AbortSignal
  report(done: number, total?: number, message?: string): void
}

/** Runs long work and tells the `progress` stream about it. */
export interface Tasks {
  /** Starts `work`, for a user where `startedBy` names one, and returns at once; its failure becomes the task's state, with the error's sentence. */
  start(task: string, work: (task: Task) => Promise<string | undefined>, startedBy?: string): string
  /** Who started a task and is told how it ended. */
  startedBy(id: string): string | undefined
  cancel(id: string): boolean
  list(): Progress[]
  subscribe(listener: (progress: Progress) => void): () => void
}

/** A backup that was made, and where else it lies. */
export interface MadeBackup {
  name: string
  folder: string
  madeAt: string
  bytes: number
  /** The copy in the second place, or in the folder that was asked for; absent when there is none. */
  copy?: string
  /** Why there is no copy although there is a second place. */
  copyProblem?: string
}

/** Removing what is left of erased records on this workstation. */
export interface ErasureWork {
  /** Resolves when nothing of them is left here beside the backups. `onProgress` hears how many records were erased. */
  settle(onProgress?: (erased: number) => void): Promise<void>
}

/** Backups and checks of what this workstation keeps. */
export interface StorageCare {
  /** The clinic's backups in its folder, newest first; those whose manifest cannot be read last. */
  list(): Promise<Backup[]>
  /** Makes a verified backup now, copies it to the second place and to `alsoTo`. Throws `BackupFailed`. */
  make(reason: 'daily' | 'manual', alsoTo?: string): Promise<MadeBackup>
  /** Sentence of the last failure of a backup or copy, until one succeeds. */
  readonly problem: string | undefined
  readonly secondPlace: string | undefined
  /** Sets the second place, or takes it away with undefined. Throws `BackupPlaceProblem`. */
  setSecondPlace(folder: string | undefined): Promise<void>
  /** Removes the backups that the rotation does not keep, here and in the second place. */
  rotate(): Promise<RotatedPlace[]>
  /** Days after an erasure when the last backup from before it is removed. */
  readonly erasedBackupDays: number
  /** Backups that may still hold erased records. */
  holdingErased(): Promise<ErasedBackup[]>
  /** Makes a new backup and removes those; answers the ones that are left, in a place that did not answer. Throws `BackupFailed`. */
  removeErased(): Promise<ErasedBackup[]>
  /** What restoring the backup of this name would bring back and lose. Throws `RestoreRefused`. */
  preview(name: string): Promise<RestorePreview>
  /** Checks everything in a thread of its own. */
  verify(): Promise<Verification>
  /** The last finished check. */
  readonly verification: Verification | undefined
}

/** The exchange with the clinic's server, as features see it. Answers at once; whatever needs the network says how it went. */
export interface SyncCare {
  facts(): SyncFacts
  /** Resolves when the records were counted after the start. */
  counted(): Promise<void>
  /** Whether what arrives now may have happened long ago, while this workstation was away. */
  isCatchingUp(): boolean
  /** Sends and receives until nothing more is on its way or the server is not in reach. */
  run(): Promise<{ sent: number; received: number; failed: number }>
  /** Takes dead letters up again and returns how many. */
  retry(seqs: readonly number[] | 'all'): number
  workstations(): Promise<WorkstationLine[]>
  /** Schema that the clinic asks of every program which exchanges its records; 0 where it asks for nothing. */
  leastSchema(): number
  /** Compares the digests of everything with the server. Throws `HubProblem` when it is not in reach. */
  audit(): Promise<{ at: string; isEqual: boolean; differingBuckets: number }>
  /** Clears a round of confirmed operations older than so many days from the queue; 0 when there are no more. */
  clearSent(olderThanDays: number): number
}

/** The settings of the connection to the clinic's server: command line, environment, screen and default, the first that gives a value. */
export interface ServerSettingsCare {
  /** What holds now and who decides it. Never a password. */
  view(): ServerSettingsView
  /** Keeps what the screen gives and connects anew. Throws an error with `isPublic` and `fields` (codes, never values) when a field is refused. */
  set(change: ServerChange): void
  /** Tries to connect as the settings would be with this change, step by step; keeps nothing. Throws as `set` does. */
  test(change: ServerChange): Promise<ServerTest>
}

/** How many questions wait for staff. */
export interface QuestionCounting {
  /** Counts by kind what somebody may see who sees these kinds of record; a kind of which none waits is absent. Everything acknowledged before the call is counted. */
  of(visible: readonly string[]): Promise<Partial<Record<QuestionKind, number>>>
}

/** What was told just now: to whom and of which kind; and users whose marks or wishes may be others now. */
export interface Told {
  readonly rows: readonly { readonly audience: string; readonly kind: string }[]
  readonly userIds: ReadonlySet<string>
}

/** Notifications as they are told. */
export interface NotificationCare {
  /** How long notifications are kept, in milliseconds. */
  readonly keptMs: number
  subscribe(listener: (told: Told) => void): () => void
}

/** Who is at the clinic's workstations; see `Presence`. */
export type PresenceCare = Pick<Presence, 'enter' | 'show' | 'own' | 'others' | 'scope'> & { readonly workstationId: string }

/** What an open clinic offers the features. Made once by the composition root. */
export interface Services {
  readonly store: Store
  /** Runs a declared read on a worker's connection; it sees every write that has been acknowledged. */
  readonly read: Reader['read']
  /** Limits on what is costly, and on calls of external services. */
  readonly limits: Limits
  /** What is computed or asked for elsewhere at some cost is kept here. */
  readonly cache: Cache
  readonly sessions: Sessions
  /** Delays after failed sign-ins and unlocks. */
  readonly signInSlowdown: SignInSlowdown
  /** File and key of the database, for a worker's own read-only connection. */
  readonly database: { readonly file: string; readonly key: Uint8Array }
  /** Files of the clinic, sealed and named by their content. */
  readonly files: SealedFiles
  readonly tasks: Tasks
  /** The clinic's own record, as it is now. */
  clinic(): Stored<typeof clinic>
  /** Milliseconds since 1970. */
  now(): number
  readonly storage: StorageCare
  readonly erasure: ErasureWork
  readonly sync: SyncCare
  /** Counts the open questions, at a pace that leaves the workers to others. */
  readonly questionCounts: QuestionCounting
  readonly server: ServerSettingsCare
  readonly presence: PresenceCare
  readonly notifications: NotificationCare
  /** Invites and removes workstations. */
  readonly membership: Membership
  /** State of the connection to the clinic's server, and how to hear of changes. */
  readonly syncStatus: { current(): SyncStatus; subscribe(listener: (status: SyncStatus) => void): () => void }
  /** The clinic's folder on this workstation, and the key that seals its files. */
  readonly folder: string
  readonly clinicKey: Uint8Array
  readonly version: string
  /** Where the key of the database lies: the operating system's key store, a key file, or derived from a passphrase file. */
  readonly keyStoreKind: 'system' | 'keyFile' | 'passphrase'
}
