import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { contract } from '../../../shared/contract/index.js'
import type { BackupHead, StorageStatistics } from '../../../shared/contract/storage.js'
import type { Backup } from '../../store/backups.js'
import type { Handlers } from '../handler.js'
import type { Services } from '../services.js'
import { recordCounts } from './queries.js'
import { databaseBytes, growthOf, sizeOf } from './sizes.js'

const total = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((sum, count) => sum + count, 0)

function shown({ name, manifest, problem }: Backup): BackupHead {
  if (!manifest) return { name, ...(problem && { problem: problem.message }) }
  const { madeAt, reason, counts, database, files } = manifest
  return { name, madeAt, reason, records: total(counts), bytes: database.bytes, filesCount: files.count }
}

async function statistics({ folder, storage, read, now }: Services): Promise<StorageStatistics> {
  const [records, database, files, backupSizes, journal, disk, backups] = await Promise.all([
    read(recordCounts, {}),
    databaseBytes(folder),
    sizeOf(join(folder, 'files')),
    sizeOf(join(folder, 'backups')),
    sizeOf(join(folder, 'journal')),
    statfs(folder),
    storage.list(),
  ])
  const growth = backups
    .flatMap(({ manifest }) =>
      manifest ? [{ at: manifest.madeAt, databaseBytes: manifest.database.bytes, filesBytes: manifest.files.bytes, records: total(manifest.counts) }] : [],
    )
    .reverse()
  const freeBytes = disk.bavail * disk.bsize
  return {
    asOf: new Date(now()).toISOString(),
    records,
    databaseBytes: database,
    files,
    backups: { count: backups.length, bytes: backupSizes.bytes },
    journal,
    disk: { freeBytes, totalBytes: disk.blocks * disk.bsize },
    growth,
    ...growthOf(growth, { at: now(), bytes: database + files.bytes, databaseBytes: database }, backups.length, freeBytes),
  }
}

/** Sizes, backups and checks of what this workstation keeps. */
export function storageHandlers(services: Services): Handlers<typeof contract.storage> {
  const { storage, tasks, store, erasure } = services
  return {
    statistics: () => statistics(services),
    backups: {
      list: async () => ({ items: (await storage.list()).map(shown), secondPlace: storage.secondPlace ?? null, problem: storage.problem ?? null }),
      make: ({ context: { actor } }) => ({
        taskId: tasks.start('backup', async () => {
          const { name, copyProblem } = await storage.make('manual')
          store.noteRead({ userId: actor.userId, sessionId: actor.sessionId, act: 'storage.backups.make', detail: { name } })
          return copyProblem
        }),
      }),
      preview: async ({ input: { name }, errors }) => {
        if (!(await storage.list()).some((backup) => backup.name === name)) throw errors.NOT_FOUND()
        return storage.preview(name).catch((error: unknown) => {
          if (error instanceof Error && 'isPublic' in error) throw errors.UNAVAILABLE({ message: error.message })
          throw error
        })
      },
      setSecondPlace: async ({ input: { folder }, context: { actor, isOnThisComputer }, errors }) => {
        // A path names a place on this computer, and trying it would tell somebody elsewhere what is there.
        if (!isOnThisComputer) throw errors.FORBIDDEN({ message: 'The second place can be chosen on the workstation itself only.' })
        try {
          await storage.setSecondPlace(folder ?? undefined)
        } catch (error) {
          if (error instanceof Error && 'isPublic' in error)
            throw errors.INVALID({ message: error.message, data: { fields: [{ path: 'folder', code: 'unusable' }] } })
          throw error
        }
        store.noteRead({ userId: actor.userId, sessionId: actor.sessionId, act: 'storage.backups.setSecondPlace', detail: { isSet: folder !== null } })
        return { secondPlace: storage.secondPlace ?? null }
      },
      rotate: async ({ context: { actor } }) => {
        const places = await storage.rotate()
        const removed = places.flatMap((place) => place.removed)
        store.noteRead({ userId: actor.userId, sessionId: actor.sessionId, act: 'storage.backups.rotate', detail: { removed } })
        return { places }
      },
      holdingErased: async () => ({ items: await storage.holdingErased(), isErasing: store.erased.isUnsettled }),
      removeErased: ({ context: { actor } }) => ({
        taskId: tasks.start('removeErased', async () => {
          await erasure.settle()
          const left = await storage.removeErased()
          store.noteRead({ userId: actor.userId, sessionId: actor.sessionId, act: 'storage.backups.removeErased', detail: { left: left.length } })
          return undefined
        }),
      }),
    },
    verify: ({ context: { actor } }) => ({
      taskId: tasks.start('verify', async () => {
        const { isSound } = await storage.verify()
        store.noteRead({ userId: actor.userId, sessionId: actor.sessionId, act: 'storage.verify', detail: { isSound } })
        return undefined
      }),
    }),
    verification: () => storage.verification ?? null,
  }
}
