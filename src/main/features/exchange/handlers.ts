import type { ImportEntry, ImportReport } from '../../../shared/contract/exchange.js'
import type { contract } from '../../../shared/contract/index.js'
import { user } from '../../../shared/entities/staff.js'
import { importIdKey } from '../../store/store.js'
import type { Handlers } from '../handler.js'
import type { Services, Task } from '../services.js'
import { ExportFolder } from './export-folder.js'
import { exportAll } from './exporting.js'
import { type ImportOptions, importItems } from './import.js'
import { findImport, type ImportRow, listImports } from './import-queries.js'
import type { ImportRequest } from './import-source.js'
import { type HeldRecords, ImportUnreadable, inspectImport, readImport } from './reading.js'
import { undoImport } from './undo-import.js'
import { Uploads } from './uploads.js'

const listed = 50

/** Import and export of this workstation. One import, check or undoing at a time: they would meet the same records. */
export function exchangeHandlers(services: Services): Handlers<typeof contract.exchange> {
  const { store, tasks, now, database, clinicKey } = services
  const uploads = new Uploads(services.folder)
  const cleared = uploads.clear()
  const held: HeldRecords = { ...database, idKey: importIdKey(clinicKey) }
  const reports = new Map<string, ImportReport>()
  let running: string | undefined

  const alone = (
    errors: { CONFLICT(options: { message: string; data: { conflicts: { code: string; ids: string[] }[] } }): Error },
    name: string,
    /** Who may cancel it and is told how it ended; an undoing goes on to its end. */
    startedBy: string | undefined,
    work: (task: Task) => Promise<string | undefined>,
  ) => {
    if (running !== undefined)
      throw errors.CONFLICT({
        message: 'An import is running already. Wait for it or cancel it first.',
        data: { conflicts: [{ code: 'importRunning', ids: [running] }] },
      })
    const taskId = tasks.start(
      name,
      async (task) => {
        try {
          return await work(task)
        } finally {
          running = undefined
        }
      },
      startedBy,
    )
    running = taskId
    return taskId
  }
  const importing = (request: ImportRequest, task: Task, options: Pick<ImportOptions, 'actor' | 'isDryRun'>) =>
    importItems(store, readImport(held, request), {
      ...options,
      kind: request.kind,
      now,
      signal: task.signal,
      // Files are what can be counted beforehand; records are what people see moving.
      onProgress: (read, file) => task.report(file ? file.index + 1 : 0, file?.count, String(read)),
    })

  return {
    begin: async () => {
      await cleared
      return { uploadId: await uploads.begin() }
    },
    inspect: async ({ input: { uploadId }, errors }) => {
      const path = await uploads.find(uploadId)
      if (!path) throw errors.NOT_FOUND()
      try {
        return await inspectImport(path)
      } catch (error) {
        if (error instanceof ImportUnreadable) throw errors.INVALID({ message: error.message, data: { fields: [{ path: 'files', code: error.code }] } })
        throw error
      }
    },
    discard: async ({ input: { uploadId } }) => {
      await uploads.discard(uploadId)
      reports.delete(uploadId)
      return {}
    },
    check: async ({ input: { uploadId, kind, mapping }, context: { actor }, errors }) => {
      const path = await uploads.find(uploadId)
      if (!path) throw errors.NOT_FOUND()
      reports.delete(uploadId)
      const taskId = alone(errors, 'import.check', actor.userId, async (task) => {
        reports.set(uploadId, await importing({ kind, path, ...(mapping && { mapping }) }, task, { actor, isDryRun: true }))
        return undefined
      })
      return { taskId }
    },
    checked: ({ input: { uploadId } }) => reports.get(uploadId) ?? null,
    run: async ({ input: { uploadId, kind, mapping }, context: { actor }, errors }) => {
      const path = await uploads.find(uploadId)
      if (!path) throw errors.NOT_FOUND()
      const taskId = alone(errors, 'import.run', actor.userId, async (task) => {
        try {
          const { read } = await importing({ kind, path, ...(mapping && { mapping }) }, task, { actor })
          return String(read)
        } finally {
          await uploads.discard(uploadId)
          reports.delete(uploadId)
        }
      })
      return { taskId }
    },
    cancel: ({ input: { taskId }, context: { actor } }) => {
      const startedBy = tasks.startedBy(taskId)
      if (startedBy !== actor.userId && actor.role !== 'administrator') return { isCancelled: false }
      return { isCancelled: startedBy !== undefined && tasks.cancel(taskId) }
    },
    imports: () => ({ items: listImports(store.db, listed).map((row, at) => shownImport(row, services, running !== undefined && at === 0)) }),
    undo: ({ input: { importId }, context: { actor }, errors }) => {
      const row = findImport(store.db, importId)
      if (!row || row.state === 'undone') throw errors.NOT_FOUND()
      const taskId = alone(errors, 'import.undo', undefined, async (task) => {
        await undoImport(store, importId, { actor, now, onProgress: (done, total) => task.report(done, total) })
        return undefined
      })
      return { taskId }
    },
    export: async ({ input: { kind, folder }, context: { actor, isOnThisComputer }, errors }) => {
      // A path names a place on this computer, and trying it would tell somebody elsewhere what is there.
      if (!isOnThisComputer) throw errors.FORBIDDEN({ message: 'Records can be exported on the workstation itself only.' })
      const refusal = await ExportFolder.refusalOf(folder, services.folder)
      if (refusal) throw errors.INVALID({ message: refusal.message, data: { fields: [{ path: 'folder', code: refusal.code }] } })
      const taskId = tasks.start(
        'export',
        async (task) => {
          const { records } = await exportAll(store, {
            kind,
            to: folder,
            actor: { userId: actor.userId, sessionId: actor.sessionId },
            held,
            folder: services.folder,
            filesFolder: services.files.folder,
            clinicKey,
            now,
            signal: task.signal,
            onProgress: (written) => task.report(written),
          })
          return String(Object.values(records).reduce((sum, count) => sum + count, 0))
        },
        actor.userId,
      )
      return { taskId }
    },
  }
}

function shownImport({ id, at, user_id, kind, state, report, undone_at }: ImportRow, { store }: Services, isRunning: boolean): ImportEntry {
  const by = user_id === null ? undefined : store.find(user, user_id)?.displayName
  return {
    id,
    at,
    ...(by !== undefined && { by }),
    kind: kind as ImportEntry['kind'],
    // Only this process writes here: a running import that it does not run ended with an earlier process.
    state: state === 'running' && !isRunning ? 'interrupted' : (state as ImportEntry['state']),
    ...(report !== null && { report: JSON.parse(report) as ImportReport }),
    ...(undone_at !== null && { undoneAt: undone_at }),
  }
}
