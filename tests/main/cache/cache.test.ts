import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { InvalidPattern } from '../../../src/main/cache/paths.js'
import { ManualClock } from '../../support/manual-clock.js'
import { openTestStore } from '../../support/store.js'
import { addPatient, counted, exchange, gate, newDataset, openStation, patientNames, renamePatient, untilTrue } from './stations.js'

const minute = 60_000

describe('a cached value', () => {
  it('is computed once, and then says where it came from and how old it is', async () => {
    const clock = new ManualClock()
    const { cache } = await openStation({ now: () => clock.now() })
    const names = counted(() => ['x'])
    expect(await cache.getOrLoad('patientList', { of: { page: 1 } }, names.load)).toEqual({
      value: ['x'],
      source: 'load',
      asOf: clock.now(),
      ageMs: 0,
      stale: false,
    })
    clock.pass(1000)
    expect(await cache.getOrLoad('patientList', { of: { page: 1 } }, names.load)).toMatchObject({ value: ['x'], source: 'memory', ageMs: 1000, stale: false })
    expect(names.count).toBe(1)
  })

  it('cannot be changed by whoever was given it', async () => {
    const { cache } = await openStation()
    const { value } = await cache.getOrLoad('static', 'a', async () => ({ list: [1] }))
    expect(() => value.list.push(2)).toThrow(TypeError)
    expect((await cache.getOrLoad('static', 'a', async () => ({ list: [3] }))).value).toEqual({ list: [1] })
  })

  it('ends after the time of its category, ten per cent more or less', async () => {
    for (const [random, lastsMs] of [
      [0, 4.5 * minute],
      [0.5, 5 * minute],
      [0.999999, 5.5 * minute],
    ] as const) {
      const clock = new ManualClock()
      const { cache } = await openStation({ now: () => clock.now(), random: () => random })
      const figures = counted(() => 1)
      await cache.getOrLoad('dashboard', 'today', figures.load)
      clock.pass(lastsMs - 1000)
      await cache.getOrLoad('dashboard', 'today', figures.load)
      expect(figures.count).toBe(1)
      clock.pass(1001)
      await cache.getOrLoad('dashboard', 'today', figures.load)
      expect(figures.count).toBe(2)
    }
  })

  it('is shown as stale, while a new one is computed, as long as its category allows', async () => {
    const clock = new ManualClock()
    const { cache } = await openStation({ now: () => clock.now() })
    let edition = 1
    const leaflet = counted(() => edition)
    await cache.getOrLoad('drugInfo', { of: 'aspirin' }, leaflet.load)
    clock.pass(25 * 60 * minute)
    edition = 2
    expect(await cache.getOrLoad('drugInfo', { of: 'aspirin' }, leaflet.load)).toMatchObject({
      value: 1,
      stale: true,
      source: 'memory',
      ageMs: 25 * 60 * minute,
    })
    await untilTrue(async () => (await cache.find('drugInfo', { of: 'aspirin' }))?.value === 2)
    expect(leaflet.count).toBe(2)
    clock.pass(6 * 365 * 24 * 60 * minute)
    expect(await cache.find('drugInfo', { of: 'aspirin' })).toBeUndefined()
  })

  it('stays as it is when computing a new one fails', async () => {
    const clock = new ManualClock()
    const { cache } = await openStation({ now: () => clock.now() })
    await cache.getOrLoad('drugInfo', { of: 'aspirin' }, async () => 1)
    clock.pass(25 * 60 * minute)
    const failing = counted(() => Promise.reject<number>(new Error('no network')))
    for (let i = 0; i < 3; i++) {
      expect(await cache.getOrLoad('drugInfo', { of: 'aspirin' }, failing.load)).toMatchObject({ value: 1, stale: true })
      await untilTrue(() => cache.statistics().some(({ category, failures }) => category === 'drugInfo' && failures === i + 1))
    }
  })

  it('does not outlive a clock that is set back by much', async () => {
    const clock = new ManualClock()
    const { cache } = await openStation({ now: () => clock.now() })
    await cache.getOrLoad('static', 'a', async () => 1)
    clock.pass(-3_600_000)
    expect((await cache.getOrLoad('static', 'a', async () => 2)).value).toBe(2)
  })
})

describe('a change of a record', () => {
  it('makes invalid what was computed from its kind, and nothing else', async () => {
    const { store, cache } = await openStation()
    const id = await addPatient(store)
    const names = counted(() => patientNames(store))
    const settings = counted(() => 1)
    await cache.getOrLoad('patientList', 'all', names.load)
    await cache.getOrLoad('static', 'clinic', settings.load)
    await renamePatient(store, id, 'y')
    expect(await cache.getOrLoad('patientList', 'all', names.load)).toMatchObject({ value: ['y'], source: 'load' })
    expect((await cache.getOrLoad('static', 'clinic', settings.load)).source).toBe('memory')
    expect(cache.statistics().find(({ category }) => category === 'patientList')).toMatchObject({ invalidatedBy: { patient: 1 }, misses: { invalidated: 1 } })
  })

  it('does so too when it arrives from another workstation', async () => {
    const of = newDataset()
    const [here, there] = [await openStation({ of }), await openStation({ of })]
    const id = await addPatient(there.store, 'from there')
    await here.cache.getOrLoad('patientList', 'all', async () => patientNames(here.store))
    await exchange(there.store, here.store, id)
    expect((await here.cache.getOrLoad('patientList', 'all', async () => patientNames(here.store))).value).toEqual(['from there'])
  })

  it('leaves alone what hangs on another record', async () => {
    const { store, cache } = await openStation()
    const [one, two] = [await addPatient(store, 'one'), await addPatient(store, 'two')]
    const summary = counted(() => 'summary')
    const hangsOn = [{ kind: 'patient' as const, id: one }]
    await cache.getOrLoad('aiSummary', { of: one }, summary.load, hangsOn)
    await renamePatient(store, two, 'other')
    expect((await cache.getOrLoad('aiSummary', { of: one }, summary.load, hangsOn)).source).toBe('memory')
    await renamePatient(store, one, 'other')
    expect((await cache.getOrLoad('aiSummary', { of: one }, summary.load, hangsOn)).source).toBe('load')
  })

  it('that is taken back brings no old value: what is given out is what stands', async () => {
    const { store, cache } = await openStation()
    const id = await addPatient(store, 'one')
    const names = counted(() => patientNames(store))
    await cache.getOrLoad('patientList', 'all', names.load)
    await renamePatient(store, id, 'two')
    await renamePatient(store, id, 'one')
    expect((await cache.getOrLoad('patientList', 'all', names.load)).value).toEqual(['one'])
  })
})

describe('a restart', () => {
  it('finds what still stands in the cache file, and computes what does not', async () => {
    const of = newDataset()
    const { store } = await openTestStore({ clinicKey: of.clinicKey })
    const id = await addPatient(store, 'one')
    const before = await openStation({ of, store })
    await before.cache.getOrLoad('patientList', 'all', async () => patientNames(store))
    before.close()
    const names = counted(() => patientNames(store))
    const again = await openStation({ of, store, file: before.file })
    expect(await again.cache.getOrLoad('patientList', 'all', names.load)).toMatchObject({ value: ['one'], source: 'database' })
    again.close()
    await renamePatient(store, id, 'two')
    const last = await openStation({ of, store, file: before.file })
    expect(await last.cache.getOrLoad('patientList', 'all', names.load)).toMatchObject({ value: ['two'], source: 'load' })
  })

  it('does not read what another version of the program computed', async () => {
    const of = newDataset()
    const before = await openStation({ of })
    await before.cache.getOrLoad('aiSummary', 'a', async () => 'old')
    before.close()
    const updated = await openStation({ of, file: before.file, program: '2' })
    expect((await updated.cache.getOrLoad('aiSummary', 'a', async () => 'new')).value).toBe('new')
  })

  it('begins a new file in place of a damaged one', async () => {
    const before = await openStation()
    await before.cache.getOrLoad('aiSummary', 'a', async () => 'old')
    before.close()
    writeFileSync(before.file, Buffer.alloc(8192, 'x'))
    const again = await openStation({ of: before, file: before.file })
    expect((await again.cache.getOrLoad('aiSummary', 'a', async () => 'new')).value).toBe('new')
    expect((await again.cache.getOrLoad('aiSummary', 'a', async () => 'newer')).value).toBe('new')
  })
})

describe('an order to forget', () => {
  it('is by key, by pattern and by category, and says how many it met', async () => {
    const { cache } = await openStation()
    const [one, two] = ['018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000002']
    const fill = async () => {
      for (const id of [one, two]) await cache.getOrLoad('healthAnalysis', id, async () => id)
      await cache.getOrLoad('drugAnalysis', one, async () => 1)
    }
    const kept = async () => [await cache.has('healthAnalysis', one), await cache.has('healthAnalysis', two), await cache.has('drugAnalysis', one)]
    await fill()
    expect(await kept()).toEqual([true, true, true])
    cache.delete('healthAnalysis', one)
    expect(await kept()).toEqual([false, true, true])
    await fill()
    expect(cache.clear('health_analysis:*2')).toBe(1)
    expect(await kept()).toEqual([true, false, true])
    await fill()
    expect(cache.clear('healthAnalysis')).toBe(2)
    expect(await kept()).toEqual([false, false, true])
    expect(cache.clear('*')).toBe(1)
    expect(await kept()).toEqual([false, false, false])
  })

  it('outlives a restart', async () => {
    const before = await openStation()
    await before.cache.getOrLoad('healthAnalysis', 'a', async () => 'old')
    before.cache.clear('health_analysis')
    before.close()
    const again = await openStation({ of: before, file: before.file })
    expect(await again.cache.has('healthAnalysis', 'a')).toBe(false)
  })

  it('refuses a pattern that could hold a name, and one that reaches beyond the cache', async () => {
    const { cache } = await openStation()
    for (const pattern of ['patient_list:Smith*', 'patient:*', '../*', 'health_analysis:*:*:*', '', 'health_analysis:a*b*c*d*e*f'])
      expect(() => cache.clear(pattern)).toThrow(InvalidPattern)
  })

  it('keeps a value from being stored that was being computed', async () => {
    const { cache } = await openStation()
    const slow = gate<string>()
    const first = cache.getOrLoad('healthAnalysis', 'a', () => slow.promise)
    cache.clear('health_analysis')
    const second = cache.getOrLoad('healthAnalysis', 'a', async () => 'new')
    slow.open('old')
    expect([(await first).value, (await second).value]).toEqual(['old', 'new'])
    expect((await cache.getOrLoad('healthAnalysis', 'a', async () => 'newer')).value).toBe('new')
  })
})

describe('a value that is put', () => {
  it('is found, and takes the place of one that is being computed', async () => {
    const { cache } = await openStation()
    const slow = gate<string>()
    const computed = cache.getOrLoad('symptomInput', { of: 'session', sub: 'inputs' }, () => slow.promise)
    cache.put('symptomInput', { of: 'session', sub: 'inputs' }, 'typed')
    slow.open('before')
    await computed
    expect(await cache.find('symptomInput', { of: 'session', sub: 'inputs' })).toMatchObject({ value: 'typed', source: 'memory' })
  })
})

describe('many values', () => {
  it('are computed in one call for all that nobody has, in the order in which they were asked for', async () => {
    const { cache } = await openStation()
    const calls: (readonly string[])[] = []
    const load = async (ids: readonly string[]) => {
      calls.push(ids)
      return ids.map((id) => id.toUpperCase())
    }
    await cache.getOrLoad('video', 'b', async () => 'B')
    const found = await cache.getMany('video', ['a', 'b', 'c', 'a'], load)
    expect(found.map(({ value, source }) => [value, source])).toEqual([
      ['A', 'load'],
      ['B', 'memory'],
      ['C', 'load'],
      ['A', 'load'],
    ])
    expect(calls).toEqual([['a', 'c']])
    expect((await cache.getMany('video', ['c', 'a'], load)).every(({ source }) => source === 'memory')).toBe(true)
  })

  it('join what is being computed, and fail together', async () => {
    const { cache } = await openStation()
    const slow = gate<string>()
    const one = cache.getOrLoad('video', 'a', () => slow.promise)
    const calls: (readonly string[])[] = []
    const many = cache.getMany('video', ['a', 'b'], async (ids) => {
      calls.push(ids)
      throw new Error('no')
    })
    await expect(many).rejects.toThrow('no')
    expect(calls).toEqual([['b']])
    slow.open('A')
    expect((await one).value).toBe('A')
  })
})

describe('statistics', () => {
  it('give each miss its one reason, and add up', async () => {
    const clock = new ManualClock()
    const { store, cache } = await openStation({ now: () => clock.now(), memory: { entries: 2, bytes: 1_000_000 } })
    const ask = (id: string) => cache.getOrLoad('search', id, async () => 1)
    await ask('a')
    await ask('a')
    clock.pass(20 * minute)
    await ask('a')
    await addPatient(store)
    await ask('a')
    await ask('b')
    await ask('c')
    await ask('a')
    cache.clear('search')
    await ask('a')
    const counts = cache.statistics().find(({ category }) => category === 'search')
    expect(counts).toMatchObject({
      requests: 8,
      hits: { memory: 1, database: 0, redis: 0 },
      misses: { first: 3, expired: 1, invalidated: 2, evicted: 1, redisAway: 0, refused: 0 },
      invalidatedBy: { patient: 1, clear: 1 },
      loads: 7,
    })
  })

  it('count warming neither as request nor as hit, but what it made ready as hits of those who come', async () => {
    const { cache } = await openStation()
    const load = counted(() => 1)
    await cache.warm('dashboard', 'today', load.load)
    await cache.warm('dashboard', 'today', load.load)
    const counts = () => cache.statistics().find(({ category }) => category === 'dashboard')
    expect(counts()).toMatchObject({ requests: 0, hits: { memory: 0 }, misses: { first: 0 }, loads: 1, warmed: 1 })
    await cache.getOrLoad('dashboard', 'today', load.load)
    expect(counts()).toMatchObject({ requests: 1, hits: { memory: 1 }, loads: 1 })
  })

  it('count a value that is too large to be kept', async () => {
    const { cache } = await openStation()
    const large = counted(() => 'x'.repeat(300_000))
    await cache.getOrLoad('query', 'a', large.load)
    await cache.getOrLoad('query', 'a', large.load)
    expect(large.count).toBe(2)
    expect(cache.statistics().find(({ category }) => category === 'query')?.tooLarge).toBe(2)
  })
})
