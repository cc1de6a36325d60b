import { operationStates } from '../../../shared/contract/sync.js'
import type { BinaryRoute } from '../handler.js'
import type { Services } from '../services.js'
import { exportedQueue } from './queries.js'
import { isLocalOnly } from './rules.js'

/** The queue as a file that can be sent to whoever helps: `?state=` chooses one state. */
export function queueRoutes(current: () => Services | undefined): BinaryRoute[] {
  return [
    {
      name: 'sync.exportQueue',
      method: 'GET',
      path: '/sync/queue/file',
      permission: 'sync.read',
      limit: 'costly',
      handle: async ({ actor, query, errors }) => {
        const services = current()
        if (!services) throw errors.UNAVAILABLE()
        const asked = query.get('state')
        const state = operationStates.find((each) => each === asked)
        if (asked !== null && state === undefined) throw errors.INVALID({ data: { fields: [{ path: 'state', code: 'invalid_value' }] } })
        const bytes = Buffer.from(await services.read(exportedQueue, { ...(state && { state }), isLocalOnly: isLocalOnly(services) }))
        services.store.noteRead({ userId: actor.userId, sessionId: actor.sessionId, act: 'sync.exportQueue', detail: { state: state ?? 'all' } })
        return {
          size: bytes.length,
          type: 'text/csv; charset=utf-8',
          downloadName: `queue-${new Date(services.now()).toISOString().slice(0, 10)}.csv`,
          open: async function* ({ start, end }) {
            yield bytes.subarray(start, end + 1)
          },
        }
      },
    },
  ]
}
