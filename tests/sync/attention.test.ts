import { expect, it } from 'vitest'
import { type AttentionFacts, attentionOf } from '../../src/main/sync/attention.js'

const now = Date.parse('2026-11-20T09:00:00Z')
const daysAgo = (days: number): string => new Date(now - days * 24 * 3600_000).toISOString()
const calm: AttentionFacts = {
  isJournalFailing: false,
  isRemoved: false,
  link: { kind: 'ready' },
  blocked: undefined,
  hasServer: true,
  backlog: { waiting: 0, dead: 0, oldestAt: undefined },
  isDifferent: false,
  reviews: 0,
  now,
}

it.each<[string, Partial<AttentionFacts>, object[]]>([
  ['nobody is needed while all goes well', {}, []],
  ['a server that loads or changes over is waited for', { blocked: 'loading' }, []],
  ['a full server needs somebody', { blocked: 'full' }, [{ code: 'full', count: 1 }]],
  ['a refused sign-in needs somebody', { link: { kind: 'refused', problem: 'auth' } }, [{ code: 'auth', count: 1 }]],
  ['what waits for six days is not old yet', { backlog: { waiting: 3, dead: 0, oldestAt: daysAgo(6) } }, []],
  ['what waits for more than seven days is', { backlog: { waiting: 3, dead: 0, oldestAt: daysAgo(8) } }, [{ code: 'old', count: 3 }]],
  ['without a server nothing gets old', { hasServer: false, backlog: { waiting: 3, dead: 0, oldestAt: daysAgo(8) } }, []],
  [
    'the journal comes first, reviews last',
    { reviews: 2, backlog: { waiting: 0, dead: 1, oldestAt: undefined }, isJournalFailing: true },
    [
      { code: 'journal', count: 1 },
      { code: 'deadLetters', count: 1 },
      { code: 'reviews', count: 2 },
    ],
  ],
])('%s', (_, facts, expected) => {
  expect(attentionOf({ ...calm, ...facts })).toEqual(expected)
})
