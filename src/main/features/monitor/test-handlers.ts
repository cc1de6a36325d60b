import type { contract } from '../../../shared/contract/index.js'
import type { ServerTrial } from '../../../shared/contract/monitor-acts.js'
import type { Handlers } from '../handler.js'
import type { Services } from '../services.js'
import type { Monitor } from './monitor.js'

type MonitorContract = typeof contract.monitor

/** Trying the server out, and rehearsing that it is away. */
export function testHandlers({ store, now }: Services, monitor: Monitor): Handlers<Pick<MonitorContract, 'test' | 'rehearsal'>> {
  const { rehearsal, look, options } = monitor
  const instant = (): string => new Date(now()).toISOString()
  return {
    test: {
      now: async (): Promise<ServerTrial> => {
        const steps = await options.watch.try()
        if (!steps) return { asOf: instant(), isOk: false, steps: [{ step: 'connect', isOk: false, ms: 0, code: 'off' }] }
        const publish = steps.find(({ step }) => step === 'publish')
        if (publish) look.notePublish(publish.code !== 'notOffered')
        return { asOf: instant(), isOk: steps.every(({ isOk }) => isOk), steps }
      },
      self: async ({ input: { operations, concurrency }, errors }) => {
        try {
          const result = await options.watch.selfTest({ operations, concurrency })
          if (!result) throw errors.UNAVAILABLE({ message: 'No server is set up, so there is nothing to test. Enter one in the settings.' })
          const { done, failures, seconds } = result
          const isOk = failures.length === 0 && done === operations
          return { asOf: instant(), isOk, operations, concurrency, ...result, perSecond: seconds > 0 ? done / seconds : 0 }
        } catch (error) {
          if (error instanceof Error && 'isPublic' in error) throw errors.UNAVAILABLE({ message: error.message })
          throw error
        }
      },
      limit: () => ({ ok: true, at: instant() }),
    },
    rehearsal: {
      start: ({ input: { seconds }, context: { actor }, errors }) => {
        if (rehearsal.isRunning) throw errors.CONFLICT({ message: 'A rehearsal is running already.', data: { conflicts: [{ code: 'rehearsal', ids: [] }] } })
        const report = rehearsal.start(seconds)
        store.noteRead({ userId: actor.userId, sessionId: actor.sessionId, act: 'monitor.rehearsal.start', detail: { seconds } })
        return report
      },
      get: () => rehearsal.report(),
    },
  }
}
