import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ConnectionEvent, type ConnectionState, nextState } from '../../../src/main/redis/connection-state.js'
import type { HubProblemCode } from '../../../src/main/redis/hub.js'

const at = 1_000_000
const chance = 0.5

const states = {
  off: { kind: 'off' },
  connecting: { kind: 'connecting', attempt: 3 },
  ready: { kind: 'ready', since: at - 1000, attempt: 3 },
  proven: { kind: 'ready', since: at - 10_000, attempt: 3 },
  waiting: { kind: 'waiting', until: at + 100, problem: 'closed', attempt: 3 },
  refused: { kind: 'refused', until: at + 100, problem: 'auth', attempt: 3 },
} as const satisfies Record<string, ConnectionState>

const events = {
  open: { type: 'open' },
  opened: { type: 'opened' },
  lost: { type: 'failed', problem: 'closed' },
  denied: { type: 'failed', problem: 'auth' },
  full: { type: 'failed', problem: 'full' },
  due: { type: 'due' },
  asked: { type: 'asked' },
  close: { type: 'close' },
} as const satisfies Record<string, ConnectionEvent>

const off: ConnectionState = { kind: 'off' }
const again = (attempt: number): ConnectionState => ({ kind: 'connecting', attempt })
// Half way between 50 ms and the bound, which doubles with each attempt from 100 ms on.
const later = (problem: HubProblemCode, attempt: number): ConnectionState => ({ kind: 'waiting', until: at + (50 + 50 * 2 ** attempt) / 2, problem, attempt })
const muchLater = (attempt: number): ConnectionState => ({ kind: 'refused', until: at + 30_000, problem: 'auth', attempt })
const ready: ConnectionState = { kind: 'ready', since: at, attempt: 3 }

/** Every state under every event; `same` where nothing changes. */
const table: Record<keyof typeof states, Record<keyof typeof events, ConnectionState | 'same'>> = {
  off: { open: again(0), opened: 'same', lost: 'same', denied: 'same', full: 'same', due: 'same', asked: 'same', close: 'same' },
  connecting: { open: 'same', opened: ready, lost: later('closed', 4), denied: muchLater(4), full: later('full', 4), due: 'same', asked: 'same', close: off },
  ready: { open: 'same', opened: 'same', lost: later('closed', 4), denied: muchLater(4), full: 'same', due: 'same', asked: again(0), close: off },
  proven: { open: 'same', opened: 'same', lost: later('closed', 1), denied: muchLater(1), full: 'same', due: 'same', asked: again(0), close: off },
  waiting: { open: 'same', opened: 'same', lost: 'same', denied: 'same', full: 'same', due: again(3), asked: again(0), close: off },
  refused: { open: 'same', opened: 'same', lost: 'same', denied: 'same', full: 'same', due: again(3), asked: again(0), close: off },
}

describe('the state of the connection', () => {
  const cases = Object.entries(table).flatMap(([state, row]) => Object.entries(row).map(([event, next]) => [state, event, next] as const))

  it.each(cases)('when %s, after %s', (state, event, next) => {
    const before = states[state as keyof typeof states]
    expect(nextState(before, events[event as keyof typeof events], { at, chance })).toEqual(next === 'same' ? before : next)
  })

  const verdicts: Record<HubProblemCode, 'waiting' | 'refused' | 'ready'> = {
    unreachable: 'waiting',
    timeout: 'waiting',
    closed: 'waiting',
    host: 'waiting',
    readOnly: 'waiting',
    loading: 'waiting',
    masterDown: 'waiting',
    clusterDown: 'waiting',
    tls: 'refused',
    certificate: 'refused',
    auth: 'refused',
    permission: 'refused',
    version: 'refused',
    database: 'refused',
    cluster: 'refused',
    notRedis: 'refused',
    full: 'ready',
    misconfigured: 'ready',
    replicas: 'ready',
    busy: 'ready',
    record: 'ready',
    unexpected: 'ready',
  }

  it.each(Object.entries(verdicts))('takes a call that failed with %s as %s', (problem, kind) => {
    expect(nextState(states.ready, { type: 'failed', problem: problem as HubProblemCode }, { at, chance }).kind).toBe(kind)
  })

  it('waits between 50 ms and 5 s, whatever the attempt and the chance', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, spread) => {
        const next = nextState({ kind: 'connecting', attempt }, { type: 'failed', problem: 'unreachable' }, { at, chance: spread })
        expect(next.kind === 'waiting' && next.until - at).toBeGreaterThanOrEqual(50)
        expect(next.kind === 'waiting' && next.until - at).toBeLessThanOrEqual(5000)
      }),
    )
  })
})
