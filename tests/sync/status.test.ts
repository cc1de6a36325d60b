import { describe, expect, it } from 'vitest'
import { type StatusFacts, statusOf } from '../../src/main/sync/status.js'

const at = '2026-11-20T10:42:00.000Z'
const idle: StatusFacts = {
  hasServer: true,
  link: { kind: 'ready' },
  isLive: true,
  isComparing: false,
  backlog: { waiting: 0, oldestAt: undefined, dead: 0 },
  attention: [],
  lastContactAt: at,
  liveSince: at,
  now: Date.parse(at) + 5000,
}
const waiting = { waiting: 3, oldestAt: at, dead: 0 }

describe('the status', () => {
  it.each<[string, Partial<StatusFacts>, object]>([
    [
      'says local only where no server was ever set up, and that nothing waits',
      { hasServer: false, link: { kind: 'off' }, isLive: false, backlog: waiting },
      { state: 'localOnly', waiting: 0, since: null },
    ],
    ['says all sent only with an empty queue and a live session', {}, { state: 'redis', waiting: 0 }],
    ['says sending while anything waits', { backlog: waiting }, { state: 'sending', waiting: 3, oldestWaitingAt: at }],
    ['says sending while everything is compared, although the queue is empty', { isComparing: true }, { state: 'sending', waiting: 0 }],
    ['does not say all sent when the line is there but no session is', { isLive: false }, { state: 'local', waiting: 0, since: at }],
    ['says since when there is no contact', { link: { kind: 'connecting' }, isLive: false, backlog: waiting }, { state: 'local', waiting: 3, since: at }],
    [
      'says when it tries again',
      { link: { kind: 'waiting', until: Date.parse(at) + 5000, problem: 'unreachable' }, isLive: false, backlog: waiting },
      { state: 'reconnecting', waiting: 3, until: '2026-11-20T10:42:05.000Z', reason: 'unreachable' },
    ],
    [
      'says after a while that everybody works alone, since when and how much waits, instead of counting down for ever',
      { link: { kind: 'waiting', until: Date.parse(at), problem: 'unreachable' }, isLive: false, backlog: waiting, now: Date.parse(at) + 60_000 },
      { state: 'local', waiting: 3, since: at, reason: 'unreachable' },
    ],
    ['counts dead letters among what is not sent', { backlog: { waiting: 0, oldestAt: undefined, dead: 2 } }, { state: 'sending', waiting: 2 }],
    [
      'asks for a person before everything else, with how many things need one',
      {
        attention: [
          { code: 'deadLetters', count: 2 },
          { code: 'reviews', count: 1 },
        ],
        backlog: waiting,
      },
      { state: 'attention', waiting: 3, count: 3, reason: 'deadLetters' },
    ],
    [
      'asks for a person also where no server is',
      { hasServer: false, link: { kind: 'off' }, isLive: false, attention: [{ code: 'journal', count: 1 }] },
      { state: 'attention', waiting: 0, reason: 'journal' },
    ],
  ])('%s', (_, facts, expected) => {
    expect(statusOf({ ...idle, ...facts })).toMatchObject(expected)
  })
})
