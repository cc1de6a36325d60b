import { oc } from '@orpc/contract'
import { expect, it } from 'vitest'
import { z } from 'zod'
import type { Cache } from '../../../src/main/cache/cache.js'
import { cacheableKinds, neverCachedKinds } from '../../../src/main/cache/cacheable.js'
import { type Category, categories } from '../../../src/main/cache/categories.js'
import type { ChartAllergy } from '../../../src/shared/contract/chart.js'
import { declareContract, procedure } from '../../../src/shared/contract/procedure.js'
import { entities } from '../../../src/shared/entities/index.js'
import { neverCached } from '../../../src/shared/never-cached.js'

it('every record kind is either one that may be cached or one that never is', () => {
  expect([...cacheableKinds, ...neverCachedKinds].sort()).toEqual(entities.map(({ kind }) => kind).sort())
})

it('values in the table are given out for no longer than they may be shown', () => {
  for (const { ttlMs, greatestAgeMs, layers } of Object.values(categories)) {
    expect(greatestAgeMs).toBeGreaterThanOrEqual(ttlMs)
    expect(layers[0]).toBe('memory')
  }
})

it('what must not be cached does not compile: each line that does after all is an error of the type check', () => {
  const neverRun = (cache: Cache, allergies: () => Promise<ChartAllergy[]>) => {
    // @ts-expect-error a kind that is never cached
    const category: Category = { ...categories.other, dependsOn: ['allergy'] }
    void category
    // @ts-expect-error allergies
    void cache.getOrLoad('other', 'a', allergies)
    // @ts-expect-error allergies, deep in something else
    void cache.getOrLoad('other', 'a', async () => ({ page: [{ safety: { list: await allergies() } }] }))
    // @ts-expect-error allergies, among many
    void cache.getMany('other', ['a'], async () => [await allergies()])
    void cache.getOrLoad('other', 'a', async () => ({ count: (await allergies()).length }))
    // @ts-expect-error a command
    procedure({ permission: 'public', type: 'command', cache: 'other' })
    const board = neverCached(z.strictObject({ visits: z.array(z.string()) }))
    // @ts-expect-error the live board
    declareContract({ board: procedure({ permission: 'public', type: 'query', cache: 'schedule' }).output(z.strictObject({ days: z.array(board) })) })
    declareContract({ board: procedure({ permission: 'public', type: 'query' }).output(z.strictObject({ days: z.array(board) })) })
    // @ts-expect-error a procedure that does not say what it caches
    declareContract({ undeclared: oc.output(z.string()) })
  }
  expect(neverRun).toBeTypeOf('function')
})
