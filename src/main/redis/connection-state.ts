import type { HubProblemCode } from './hub.js'

/** How the connection to the clinic's server stands. Instants are milliseconds since 1970; `attempt` counts the attempts since it last held. */
export type ConnectionState =
  | { kind: 'off' }
  | { kind: 'connecting'; attempt: number }
  | { kind: 'ready'; since: number; attempt: number }
  /** The line or the server is not there; the next attempt is made then. */
  | { kind: 'waiting'; until: number; problem: HubProblemCode; attempt: number }
  /** The server refuses this workstation or these settings; it is asked again rarely, until somebody changes something. */
  | { kind: 'refused'; until: number; problem: HubProblemCode; attempt: number }

/** What changes the state: `failed` is a problem of an attempt or of a call, `due` that the time of the next attempt has come, `asked` that a person wants it now. */
export type ConnectionEvent =
  | { type: 'open' }
  | { type: 'opened' }
  | { type: 'failed'; problem: HubProblemCode }
  | { type: 'due' }
  | { type: 'asked' }
  | { type: 'close' }

/** Pause before the first further attempt at least, and before every other one at most, in milliseconds. */
export const shortestPauseMs = 50
export const longestPauseMs = 5000
/** Pause after a refusal. */
export const refusedPauseMs = 30_000
/** A connection that held for so long begins anew with short pauses. */
const PROVEN_MS = 10_000

/** Problems that only a person can end, at the server or in the settings. */
const refusals: ReadonlySet<HubProblemCode> = new Set(['auth', 'permission', 'tls', 'certificate', 'version', 'database', 'cluster', 'notRedis'])

/** Problems of a call that say nothing against the connection: the server answers, and the exchange itself decides what to do. */
const harmless: ReadonlySet<HubProblemCode> = new Set(['full', 'misconfigured', 'replicas', 'busy', 'record', 'unexpected'])

/** The state after an event at an instant. `chance` from 0 to below 1 spreads the attempts of many workstations. */
export function nextState(state: ConnectionState, event: ConnectionEvent, { at, chance }: { at: number; chance: number }): ConnectionState {
  if (event.type === 'close') return { kind: 'off' }
  switch (state.kind) {
    case 'off':
      return event.type === 'open' ? { kind: 'connecting', attempt: 0 } : state
    case 'connecting':
      if (event.type === 'opened') return { kind: 'ready', since: at, attempt: state.attempt }
      return event.type === 'failed' ? afterFailure(event.problem, state.attempt, at, chance) : state
    case 'ready':
      if (event.type === 'asked') return { kind: 'connecting', attempt: 0 }
      if (event.type !== 'failed' || harmless.has(event.problem)) return state
      return afterFailure(event.problem, at - state.since >= PROVEN_MS ? 0 : state.attempt, at, chance)
    default:
      if (event.type === 'due') return { kind: 'connecting', attempt: state.attempt }
      return event.type === 'asked' ? { kind: 'connecting', attempt: 0 } : state
  }
}

function afterFailure(problem: HubProblemCode, attempts: number, at: number, chance: number): ConnectionState {
  const attempt = attempts + 1
  if (refusals.has(problem)) return { kind: 'refused', until: at + refusedPauseMs, problem, attempt }
  // Full jitter: anything up to a bound that doubles, so that twenty workstations do not come back at once.
  const bound = Math.min(longestPauseMs, shortestPauseMs * 2 ** Math.min(attempt, 20))
  return { kind: 'waiting', until: at + shortestPauseMs + Math.round(chance * (bound - shortestPauseMs)), problem, attempt }
}
