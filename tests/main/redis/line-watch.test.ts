import { expect, it } from 'vitest'
import { LineWatch } from '../../../src/main/redis/line-watch.js'

it('counts how often a line was back, and how often it rested, and remembers why it was lost', () => {
  let now = 1000
  const watch = new LineWatch<'off' | 'connecting' | 'ready' | 'resting'>('off', () => now)
  watch.note('connecting')
  watch.note('ready')
  expect(watch.facts()).toEqual({ state: 'ready', since: 1000, reconnects: 0, rests: 0 })
  now = 2000
  watch.note('resting')
  watch.note('ready')
  expect(watch.facts()).toEqual({ state: 'ready', since: 2000, reconnects: 0, rests: 1 })
  now = 3000
  watch.note('connecting', 'closed')
  watch.note('connecting', 'closed')
  now = 4000
  watch.note('ready')
  expect(watch.facts()).toEqual({ state: 'ready', since: 4000, reconnects: 1, rests: 1, lost: { at: 3000, reason: 'closed' } })
  // Switched off by somebody: nothing was lost.
  now = 5000
  watch.note('off')
  expect(watch.facts()).toMatchObject({ state: 'off', lost: { at: 3000 } })
})
