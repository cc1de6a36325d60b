import { expect, it } from 'vitest'
import { cacheTtlsOf } from '../../../src/main/cache/ttl-settings.js'
import { ManualClock } from '../../support/manual-clock.js'
import { counted, openStation } from './stations.js'

it('takes times from the environment, in seconds, also by the names that the sources use', () => {
  expect(cacheTtlsOf({ CACHE_TTL_AI_SUMMARY: '60', AI_CACHE_TTL: '120', CACHE_TTL: '3600', CACHE_TTL_SYMPTOM_INPUT: '1800', QUERY_CACHE_TTL: '' })).toEqual({
    aiSummary: 60_000,
    aiResponse: 120_000,
    other: 3_600_000,
    symptomInput: 1_800_000,
  })
  expect(cacheTtlsOf({ CACHE_TTL_QUERY: '5', QUERY_CACHE_TTL: '300' })).toEqual({ query: 5000 })
})

it('refuses what makes no sense by the name of the variable, without its value', () => {
  for (const text of ['0', '-1', 'soon', '1.5', '99999999'])
    expect(() => cacheTtlsOf({ CACHE_TTL_DASHBOARD: text })).toThrow('CACHE_TTL_DASHBOARD has to be a whole number from 1 to 2592000.')
})

it('keeps values for as long as was set', async () => {
  const clock = new ManualClock()
  const { cache } = await openStation({ now: () => clock.now(), ttls: () => ({ dashboard: 10_000 }) })
  const figures = counted(() => 1)
  await cache.getOrLoad('dashboard', 'today', figures.load)
  clock.pass(8000)
  await cache.getOrLoad('dashboard', 'today', figures.load)
  expect(figures.count).toBe(1)
  clock.pass(4000)
  await cache.getOrLoad('dashboard', 'today', figures.load)
  expect(figures.count).toBe(2)
})
