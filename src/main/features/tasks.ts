import type { Progress } from '../../shared/contract/streams.js'
import { newId } from '../../shared/ids.js'
import type { Tasks } from './services.js'

/** Finished tasks that stay listed, so that a screen opened later still shows how they ended. */
const remembered = 20

/** Sentence of an error that was made to be shown; anything else is named by its class only, because its text may hold values. */
const sentence = (error: unknown): string =>
  error instanceof Error && 'isPublic' in error ? error.message : `It failed (${error instanceof Error ? error.name : 'unknown'}).`

/** Keeps running tasks and tells listeners how far they are. */
export function createTasks(): Tasks {
  const states = new Map<string, Progress>()
  const controllers = new Map<string, AbortController>()
  const starters = new Map<string, string>()
  const listeners = new Set<(progress: Progress) => void>()
  const tell = (progress: Progress) => {
    states.set(progress.id, progress)
    for (const listener of listeners) listener(progress)
  }
  const finish = (id: string, change: Pick<Progress, 'state' | 'message'>) => {
    const before = states.get(id)
    if (before) tell({ ...before, ...change })
    controllers.delete(id)
    const ended = [...states.values()].filter((state) => state.state !== 'running')
    for (const old of ended.slice(0, -remembered)) {
      states.delete(old.id)
      starters.delete(old.id)
    }
  }
  return {
    start: (task, work, startedBy) => {
      const id = newId()
      if (startedBy !== undefined) starters.set(id, startedBy)
      const controller = new AbortController()
      controllers.set(id, controller)
      tell({ id, task, done: 0, state: 'running' })
      const report = (done: number, total?: number, message?: string) =>
        tell({ id, task, done, ...(total !== undefined && { total }), state: 'running', ...(message !== undefined && { message }) })
      work({ id, signal: controller.signal, report }).then(
        (message) => finish(id, { state: 'done', ...(message !== undefined && { message }) }),
        (error: unknown) => finish(id, controller.signal.aborted ? { state: 'cancelled' } : { state: 'failed', message: sentence(error) }),
      )
      return id
    },
    startedBy: (id) => starters.get(id),
    cancel: (id) => {
      controllers.get(id)?.abort()
      return controllers.has(id)
    },
    list: () => [...states.values()],
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The tasks that run now, as other workstations are told of them. */
export const runningJobs = (tasks: Pick<Tasks, 'list'>): { id: string; task: string; done: number; total?: number }[] =>
  tasks
    .list()
    .filter(({ state }) => state === 'running')
    .map(({ id, task, done, total }) => ({ id, task, done, ...(total !== undefined && { total }) }))
