import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Cached } from '../../../src/main/cache/cache.js'
import type { Store } from '../../../src/main/store/store.js'
import { redisOfFile } from '../../support/redis-server.js'
import { adminOf } from '../redis/connections.js'
import { addPatient, exchange, newDataset, openStation, patientNames, renamePatient, type Station, untilTrue } from './stations.js'

const server = redisOfFile({ args: ['--save', '3600', '1'] })

/** A workstation, everything that its records have answered so far, and since when it may not give out what was ordered to be forgotten. */
interface Watched extends Station {
  states: string[]
  leastEdition: number
}

const station = fc.nat(1)
/** Turns of the loop: an answer of the server takes some ten of them. */
const pause = fc.integer({ min: 0, max: 60 })
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('read' as const), station, what: fc.nat(3), pause, isLate: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('write' as const), station, who: fc.nat(2), name: fc.constantFrom('a', 'b', 'c') }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('exchange' as const), station, who: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), station }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('pause' as const), pause }) },
  // A read whose computing a write meets, one that comes right after it, and one when all is over.
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('race' as const),
      station,
      what: fc.nat(2),
      who: fc.nat(2),
      name: fc.constantFrom('a', 'b', 'c'),
      pause,
      isLate: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('freeze' as const, 'resume' as const, 'kill' as const, 'flush' as const, 'save' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

const turn = (count: number): Promise<void> => (count === 0 ? Promise.resolve() : new Promise<void>((done) => setImmediate(done)).then(() => turn(count - 1)))
const stateOf = (store: Store): string => JSON.stringify(patientNames(store))

class Play {
  readonly stations: Watched[] = []
  readonly patients: string[] = []
  readonly reads: Promise<void>[] = []
  readonly sources = new Map<string, number>()
  edition = 1
  #isFrozen = false

  async open(): Promise<void> {
    const of = newDataset()
    for (let i = 0; i < 2; i++) {
      // Room for one value, so that most reads go on to the cache file and the server.
      const opened = await openStation({
        of,
        port: server().port,
        memory: { entries: 1, bytes: 100_000 },
        restMs: 20,
        ...(i === 1 && { file: false as const }),
      })
      this.stations.push({ ...opened, states: [], leastEdition: 1 })
    }
    for (const name of ['a', 'b', 'c']) {
      const id = await addPatient(this.#at(0).store, name)
      this.patients.push(id)
      await exchange(this.#at(0).store, this.#at(1).store, id)
    }
    for (const one of this.stations) one.store.subscribe(() => one.states.push(stateOf(one.store)))
    for (const one of this.stations) one.states.push(stateOf(one.store))
    await this.settle()
  }

  async run(made: Step): Promise<void> {
    switch (made.do) {
      case 'read':
        this.reads.push(this.#read(this.#at(made.station), made.what, made.pause, made.isLate))
        return
      case 'race':
        return this.#race(made)
      case 'write':
        return void (await renamePatient(this.#at(made.station).store, this.patients[made.who] as string, made.name))
      case 'exchange':
        return void (await exchange(this.#at(made.station).store, this.#at(1 - made.station).store, this.patients[made.who] as string))
      case 'forget':
        this.edition++
        this.#at(made.station).leastEdition = this.edition
        return void this.#at(made.station).cache.clear('ai_summary')
      case 'pause':
        return turn(made.pause)
      case 'settle':
        return this.settle()
      default:
        return this.#fault(made.do)
    }
  }

  /** Waits until both can use the server, and know of all orders to forget. */
  async settle(): Promise<void> {
    this.#resume()
    const heads = () => new Set(this.stations.map(({ layers }) => layers.clears.head))
    await untilTrue(() => {
      for (const { layers } of this.stations) layers.redis.synchronise()
      return this.stations.every(({ layers }) => layers.redis.state === 'ready' && layers.clears.pending().length === 0) && heads().size === 1
    })
    const least = Math.max(...this.stations.map(({ leastEdition }) => leastEdition))
    for (const one of this.stations) one.leastEdition = least
  }

  async end(): Promise<void> {
    this.#resume()
    await Promise.all(this.reads)
    for (const one of this.stations) one.close()
  }

  #at(n: number): Watched {
    return this.stations[n] as Watched
  }

  #resume(): void {
    server().resume()
    this.#isFrozen = false
  }

  async #fault(what: 'freeze' | 'resume' | 'kill' | 'flush' | 'save'): Promise<void> {
    if (what === 'freeze') {
      server().freeze()
      this.#isFrozen = true
    } else if (what === 'resume') this.#resume()
    else if (what === 'kill') {
      this.#resume()
      await server().kill()
      await server().restart()
    } else if (!this.#isFrozen) await adminOf(server().port).call(what === 'flush' ? 'FLUSHALL' : 'SAVE')
  }

  async #race({ station: at, what, who, name, pause: pauses, isLate }: Extract<Step, { do: 'race' }>): Promise<void> {
    const one = this.#at(at)
    const first = this.#read(one, what, 60, isLate)
    await turn(pauses)
    await renamePatient(one.store, this.patients[who] as string, name)
    await Promise.all([first, this.#read(one, what, 0, false)])
    // Pushes the value out of this process, so that the next read goes on to the other layers.
    await this.#read(one, (what + 1) % 3, 0, false)
    await this.#read(one, what, 0, false)
  }

  /** A read may answer what the records answered at any moment from its beginning to its end; with no write between that is one thing. */
  async #read(one: Watched, what: number, pauses: number, isLate: boolean): Promise<void> {
    const first = one.states.length - 1
    const { leastEdition } = one
    if (what === 3) {
      const loaded = async () => {
        const edition = this.edition
        await turn(pauses)
        return edition
      }
      const answer = await one.cache.getOrLoad('aiSummary', 'content', loaded)
      this.#note(answer)
      expect(answer.value).toBeGreaterThanOrEqual(leastEdition)
      return
    }
    const query = async () => {
      if (isLate) await turn(pauses)
      const names = patientNames(one.store)
      if (!isLate) await turn(pauses)
      return names
    }
    const answer = await one.cache.getOrLoad(what === 0 ? 'patientList' : 'query', { of: what }, query)
    this.#note(answer)
    expect(one.states.slice(first)).toContain(JSON.stringify(answer.value))
  }

  #note({ source }: Cached<unknown>): void {
    this.sources.set(source, (this.sources.get(source) ?? 0) + 1)
  }
}

it('answers from whatever layer what the records answer, through any writes, exchanges, delays and faults of the server', async () => {
  const sources = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
      const play = new Play()
      await play.open()
      try {
        for (const made of steps) await play.run(made)
      } finally {
        await play.end()
      }
      for (const [source, count] of play.sources) sources.set(source, (sources.get(source) ?? 0) + count)
    }),
    { numRuns: 25, seed: process.env.SEED ? Number(process.env.SEED) : undefined, endOnFailure: true },
  )
  // Proof that something was proven: every layer gave answers.
  for (const source of ['memory', 'database', 'redis', 'load']) expect(sources.get(source) ?? 0, source).toBeGreaterThan(0)
}, 180_000)
