import type { Backlog } from '../store/replication.js'
import type { LinkState } from './link.js'

/** Something that needs a person: a code, and how many there are of it. */
export interface Attention {
  code: string
  count: number
}

/** Unsent for so long is a warning (S7). */
const oldAfterMs = 7 * 24 * 3600_000

/** What a server is busy with ends by itself; these go on until somebody does something. */
const lasting: ReadonlySet<string> = new Set(['full', 'misconfigured', 'replicas', 'auth', 'permission', 'version', 'dataset', 'key', 'schema', 'unexpected'])

/** What may need a person. */
export interface AttentionFacts {
  isJournalFailing: boolean
  isRemoved: boolean
  link: LinkState | undefined
  /** Code of what the server refuses, or why the session ended. */
  blocked: string | undefined
  hasServer: boolean
  backlog: Backlog
  /** The last comparison found a difference. */
  isDifferent: boolean
  reviews: number
  now: number
}

/** Everything that needs a person, the most urgent first. */
export function attentionOf(facts: AttentionFacts): Attention[] {
  const { link, blocked, backlog, now } = facts
  const isOld = facts.hasServer && backlog.oldestAt !== undefined && now - Date.parse(backlog.oldestAt) > oldAfterMs
  const refusal = link?.kind === 'refused' ? link.problem : blocked !== undefined && lasting.has(blocked) ? blocked : undefined
  const found: [string | undefined, number][] = [
    ['journal', facts.isJournalFailing ? 1 : 0],
    ['removed', facts.isRemoved ? 1 : 0],
    [refusal, 1],
    ['deadLetters', backlog.dead],
    ['old', isOld ? backlog.waiting : 0],
    ['differs', facts.isDifferent ? 1 : 0],
    ['reviews', facts.reviews],
  ]
  return found.flatMap(([code, count]) => (code !== undefined && count > 0 ? [{ code, count }] : []))
}
