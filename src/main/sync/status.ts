import type { SyncStatus } from '../../shared/contract/streams.js'
import type { Backlog } from '../store/replication.js'
import type { Attention } from './attention.js'
import type { LinkState } from './link.js'

/** What the badge is derived from: the queue, the server's own answers and what needs a person. Never what somebody believes of the network. */
export interface StatusFacts {
  /** A server is set up, or was once: then what is not sent waits. */
  hasServer: boolean
  link: LinkState
  /** A session is past its first word. */
  isLive: boolean
  isComparing: boolean
  backlog: Backlog
  attention: readonly Attention[]
  lastContactAt: string | undefined
  /** When the present session went live, ISO instant. */
  liveSince: string | undefined
  /** Milliseconds since 1970. */
  now: number
}

/** So long after the last contact the badge counts down to the next attempt; then staff are told since when they work alone. */
const countdownMs = 20_000

/** The status that the badge shows. */
export function statusOf({ hasServer, link, isLive, isComparing, backlog, attention, lastContactAt, liveSince, now }: StatusFacts): SyncStatus {
  const needed = attention.reduce((sum, { count }) => sum + count, 0)
  // Dead letters are not on the server either.
  const waiting = hasServer ? backlog.waiting + backlog.dead : 0
  const common = { waiting, ...(waiting > 0 && backlog.oldestAt !== undefined && { oldestWaitingAt: backlog.oldestAt }) }
  const lastContact = lastContactAt ?? null
  const [first] = attention
  if (first && needed > 0) return { state: 'attention', ...common, since: isLive ? (liveSince ?? null) : lastContact, reason: first.code, count: needed }
  if (!hasServer) return { state: 'localOnly', waiting: 0, since: null }
  if (link.kind === 'ready' && isLive) return { state: waiting > 0 || isComparing ? 'sending' : 'redis', ...common, since: liveSince ?? null }
  const isAway = lastContactAt === undefined || now - Date.parse(lastContactAt) > countdownMs
  if (link.kind === 'waiting' && !isAway)
    return { state: 'reconnecting', ...common, since: lastContact, reason: link.problem, until: new Date(link.until).toISOString() }
  return { state: 'local', ...common, since: lastContact, ...((link.kind === 'refused' || link.kind === 'waiting') && { reason: link.problem }) }
}
