import type { ErrorMap } from '@orpc/contract'
import type { ProcedureMeta } from '../../shared/contract/procedure.js'
import { isGranted } from '../../shared/permissions.js'
import type { CallClock } from './call-clock.js'
import type { Connection, IpcNeeds, Resolved } from './needs.js'
import { refuse } from './refusals.js'

/** Refuses who may not use a procedure: nobody signed in, a locked screen, a role without the permission. */
export function checkPermission(session: Resolved, meta: ProcedureMeta, errorMap: ErrorMap): void {
  if (meta.permission === 'public') return
  if (session === undefined) throw refuse(errorMap, 'UNAUTHORIZED')
  if (session === 'locked') throw refuse(errorMap, 'LOCKED')
  if (!isGranted(session.role, meta.permission)) throw refuse(errorMap, 'FORBIDDEN')
}

/**
 * Session, then permission, then rate limit; in this order, so that nobody learns anything from a refusal meant for somebody with more rights.
 * Returns the state of the session.
 */
export async function admit(
  connection: Connection,
  procedure: string,
  meta: ProcedureMeta,
  errorMap: ErrorMap,
  needs: Pick<IpcNeeds, 'sessions' | 'limits' | 'now'>,
  clock?: CallClock,
): Promise<Resolved> {
  const token = connection.carrier.token()
  const session = token === undefined ? undefined : await needs.sessions.resolve(token, needs.now(), 'call')
  clock?.mark('session')
  checkPermission(session, meta, errorMap)
  if (meta.limit !== 'none') {
    const userId = typeof session === 'object' ? session.userId : undefined
    const taken = await needs.limits.take(meta.limit, { ...(userId && { userId }), address: connection.address, procedure })
    if (taken.left) connection.onLeft?.(taken.left)
    if (!taken.isAllowed) {
      const retryAfterSeconds = Math.max(1, Math.ceil(taken.retryAfterSeconds))
      connection.onRetryAfter?.(retryAfterSeconds)
      const message = `This was done too often. Nothing was changed; it is possible again in ${retryAfterSeconds} seconds.`
      throw refuse(errorMap, 'RATE_LIMITED', { retryAfterSeconds }, { message })
    }
  }
  return session
}
