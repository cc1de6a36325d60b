import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { constants, cp, mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createRouterClient } from '@orpc/server'
import type { CategoryStatistics } from '../src/main/cache/statistics.js'
import type { ClinicPlace, OpenClinic } from '../src/main/clinic.js'
import { servedOf } from '../src/main/features/monitor/cache-effect.js'
import { memoryCarrier } from '../src/main/ipc/carriers.js'
import { joinServerAt } from '../src/main/join-server.js'
import { joinClinic } from '../src/main/joining.js'
import { startWorkstation, type Workstation } from '../src/main/workstation.js'
import { contract } from '../src/shared/contract/index.js'
import type { ProcedureMeta } from '../src/shared/contract/procedure.js'
import { user } from '../src/shared/entities/staff.js'
import type { Role } from '../src/shared/permissions.js'
import { carryOutDeed, type Scene, visitsOf } from './support/deeds.js'
import type { Client } from './support/host.js'
import { countInWorkers, readsSoFar } from './support/read-counter.js'
import { persons, recordedDay, type Step } from './support/recorded-day.js'
import { startRedis } from './support/redis.js'
import { median, quantile, report, spread, tell } from './support/report.js'
import { benchFolder, placeIn, type Tier, type TierName, tierOf } from './support/tier.js'
import { type MadeCall, Window } from './support/window.js'
import { settingsOf } from './support/workstation.js'

/** The clinic's clock: stands still while somebody waits for an answer, and goes on to the next thing that happens. */
const clock = { at: 0 }
const now = (): number => clock.at

const minute = 60_000

/** A workstation as the product composes it, with the clock of the day. */
interface Station {
  workstation: Workstation
  clinic: OpenClinic
  /** The typed client of somebody with a new account, and how procedures are called by name. */
  signIn(username: string, role: Role): Promise<Client['api']>
}

async function open(place: ClinicPlace): Promise<Station> {
  const workstation = await startWorkstation(place)
  const clinic = workstation.clinic()
  if (!clinic) throw new Error('The clinic did not open.')
  // Between two steps of the day the rest after counting questions is long over; it goes by this computer's time, which is not the day's.
  Object.assign(clinic.services.questionCounts, { sleep: async () => undefined })
  // Nor does the limit of calls in a minute: a day that takes four minutes would be refused what a person has hours for.
  Object.assign(workstation.ipc.needs.limits, { take: () => ({ isAllowed: true }) })
  return {
    workstation,
    clinic,
    signIn: async (username, role) => {
      const account = { username, displayName: username, role, passwordHash: 'none', isActive: true }
      const id = await clinic.store.write({ actor: {}, act: 'bench.account' }, (tx) => tx.create(user, account))
      const { token } = await clinic.services.sessions.open(id)
      const context = { carrier: memoryCarrier(token), address: 'bench', isOnThisComputer: true }
      return createRouterClient(workstation.ipc.router, { context } as never) as unknown as Client['api']
    },
  }
}

/** Leaves the cache out: every answer is computed for whoever asks, as a program without one would. */
function withoutCache({ clinic }: Station): void {
  clinic.answers.answer = (async () => undefined) as never
  clinic.services.cache.getOrLoad = (async (_category: string, _id: unknown, load: () => Promise<unknown>) => ({
    value: await load(),
    source: 'load',
    asOf: now(),
    ageMs: 0,
    stale: false,
  })) as never
}

/** Milliseconds that the cache took for each hit in memory, from now on: it finds one at once, and whoever asked goes on when the thread is free of other windows. */
function timesOfHits({ clinic: { services } }: Station): number[] {
  const { cache } = services
  const times: number[] = []
  const ask = cache.getOrLoad.bind(cache) as (...values: unknown[]) => Promise<{ source: string }>
  cache.getOrLoad = (async (...values: unknown[]) => {
    const began = performance.now()
    const asked = ask(...values)
    const took = performance.now() - began
    const cached = await asked
    if (cached.source === 'memory') times.push(took)
    return cached
  }) as never
  return times
}

/** The procedure of a dotted name, called by whoever is signed in. */
function callerOf(api: Client['api']): (procedure: string, input: object) => Promise<unknown> {
  return (procedure, input) =>
    (procedure.split('.').reduce<unknown>((branch, name) => (branch as Record<string, unknown>)[name], api) as (input: object) => Promise<unknown>)(input)
}

const isCommand = (procedure: string): boolean => {
  const declared = procedure.split('.').reduce<unknown>((branch, name) => (branch as Record<string, unknown>)[name], contract)
  return (declared as { '~orpc': { meta: ProcedureMeta } })['~orpc'].meta.type === 'command'
}

/** What a day came to. */
interface Outcome {
  steps: number
  calls: MadeCall[]
  /** Questions of screens that windows answered with what they had kept, by procedure. */
  kept: ReadonlyMap<string, number>
  reads: number
  seconds: number
}

/** Lets the day happen on one workstation, or on two that share the people; the cache may be left out. */
async function play(
  stations: readonly Station[],
  date: string,
): Promise<Outcome & { apis: Client['api'][]; last: ReadonlyMap<string, () => Promise<unknown>> }> {
  const windows: Window[] = []
  const apis: Client['api'][] = []
  const scenes: Scene[] = []
  const calls: MadeCall[] = []
  const last = new Map<string, () => Promise<unknown>>()
  const kept = new Map<string, number>()
  const noteKept = (procedure: string): void => void kept.set(procedure, (kept.get(procedure) ?? 0) + 1)
  for (const [at, { name, role }] of persons.entries()) {
    const station = stations[at % stations.length] as Station
    const api = await station.signIn(name, role)
    const call = callerOf(api)
    const noted = (procedure: string, input: object): Promise<unknown> => {
      if (!isCommand(procedure)) last.set(procedure, () => call(procedure, input))
      return call(procedure, input)
    }
    const window = new Window(name, noted, now, (made) => void calls.push(made), noteKept)
    station.clinic.store.subscribe(({ seq, records }) => window.hear({ seq, records: [...records] }))
    windows.push(window)
    apis.push(api)
    scenes.push({ window, windowId: randomUUID(), today: date, now, mayReadCharts: role !== 'reception' })
  }
  await agree(stations)
  const visits = visitsOf(await (apis[0] as Client['api']).appointments.day({ date }))
  const steps: Step[] = recordedDay(visits)
  const began = performance.now()
  const readsBefore = readsSoFar()
  for (const [at, step] of steps.entries()) {
    clock.at = Math.max(clock.at, step.at)
    await carryOutDeed(step, scenes[step.person] as Scene)
    await agree(stations)
    await Promise.all(windows.map((window) => window.settle()))
    if (at % 500 === 0) tell(`${new Date(step.at).toISOString().slice(11, 16)} ${at} of ${steps.length}, ${calls.length} calls`)
  }
  return { apis, last, kept, steps: steps.length, calls, reads: readsSoFar() - readsBefore, seconds: (performance.now() - began) / 1000 }
}

/** Waits until all workstations hold the same records. */
async function agree(stations: readonly Station[]): Promise<void> {
  const [first, ...others] = stations
  if (others.length === 0) return
  const limit = performance.now() + 60_000
  while (others.some(({ clinic }) => clinic.store.digest() !== first?.clinic.store.digest())) {
    if (performance.now() > limit) throw new Error('The workstations do not come to the same state.')
    await wait(2)
  }
}

/** Copies a tier, so that the day leaves it as it was. */
async function copyOf({ folder, keyFile }: Tier, to: string): Promise<string> {
  await cp(folder, to, { recursive: true, mode: constants.COPYFILE_FICLONE })
  await cp(keyFile, `${to}.key`)
  return to
}

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((all, one) => all + one, 0)
const percent = (part: number): string => `${(100 * part).toFixed(1)} %`

/** Reports what the product's own statistics of some workstations say. */
function reportHits(name: string, stations: readonly Station[]): void {
  const all = stations.flatMap(({ clinic }) => clinic.services.cache.statistics()).filter(({ requests }) => requests > 0)
  const together = (of: (counts: CategoryStatistics) => number, counts = all): number => counts.reduce((total, one) => total + of(one), 0)
  const requests = together((counts) => counts.requests)
  const served = together(servedOf)
  const hits = together(({ hits }) => sum(hits))
  const layers = (['memory', 'database', 'redis'] as const).map((layer) => `${layer} ${together((counts) => counts.hits[layer])}`).join(', ')
  report({
    what: `hit ratio, ${name}`,
    measured: percent(served / requests),
    budget: '> 80 %',
    isMet: served / requests > 0.8,
    note: `${requests} requests: hits ${hits} (${layers}), joined ${together(({ joined }) => joined)}; warmed beforehand ${together(({ warmed }) => warmed)}, not counted`,
  })
  for (const category of new Set(all.map((counts) => counts.category))) {
    const own = all.filter((counts) => counts.category === category)
    const asked = together((counts) => counts.requests, own)
    const reasons: Record<string, number> = {}
    for (const { misses, invalidatedBy } of own) {
      for (const [reason, count] of Object.entries(misses)) if (count > 0 && reason !== 'invalidated') reasons[reason] = (reasons[reason] ?? 0) + count
      for (const [kind, count] of Object.entries(invalidatedBy)) reasons[`changed ${kind}`] = (reasons[`changed ${kind}`] ?? 0) + count
    }
    report({
      what: `hit ratio of ${category}, ${name}`,
      measured: percent(together(servedOf, own) / asked),
      budget: '',
      note: `${asked} requests; misses: ${
        Object.entries(reasons)
          .map(([reason, count]) => `${reason} ${count}`)
          .join(', ') || 'none'
      }`,
    })
  }
}

const isKept = ({ source }: MadeCall): boolean => source !== undefined && source !== 'load'

/** Times of a view when its answer is kept and when it is computed, asked for alone; and as they came on the day, with six windows at once. */
async function reportTimes(name: string, procedure: string, call: () => Promise<unknown>, forget: () => void, day: Outcome, budgetMs: number): Promise<void> {
  const kept: number[] = []
  const computed: number[] = []
  for (let round = 0; round < 40; round++) {
    forget()
    for (const times of [computed, kept]) {
      const began = performance.now()
      await call()
      times.push(performance.now() - began)
    }
  }
  const onDay = (wanted: boolean): string => {
    const times = day.calls.filter((made) => made.procedure === procedure && made.source !== undefined && isKept(made) === wanted).map((made) => made.ms)
    return times.length > 0 ? spread(times) : 'none'
  }
  report({
    what: `${procedure} when kept, ${name}`,
    measured: spread(kept),
    budget: `≤ ${budgetMs} ms, hit < 1 ms`,
    isMet: quantile(kept, 0.95) <= budgetMs && median(kept) < 1,
    note: `computed ${spread(computed)}; on the day with all windows at once: kept ${onDay(true)}, computed ${onDay(false)}`,
  })
}

/** Values end by the clinic's clock, not by this computer's. */
async function checkClock(api: Client['api']): Promise<void> {
  const sourceAfter = async (passed: number): Promise<string | undefined> => {
    clock.at += passed
    return (await api.dashboard.today({})).freshness?.source
  }
  await api.dashboard.today({})
  // 5 minutes, 10 % more or less.
  const sources = [await sourceAfter(4.4 * minute), await sourceAfter(1.2 * minute)]
  if (sources.join() !== 'memory,load') throw new Error(`The times of kept values do not go by the clock of the day: ${sources.join()}`)
}

/** Statements that one call of each procedure takes: the last one, repeated alone. */
async function readsOfCalls(last: ReadonlyMap<string, () => Promise<unknown>>): Promise<ReadonlyMap<string, number>> {
  const reads = new Map<string, number>()
  for (const [procedure, repeat] of last) {
    const before = readsSoFar()
    await repeat()
    reads.set(procedure, readsSoFar() - before)
  }
  return reads
}

/** Which procedures make most of the statements without a cache. */
function costliest(calls: readonly MadeCall[], readsOf: ReadonlyMap<string, number>): string {
  const sums = [...readsOf].map(([procedure, reads]): [string, number] => [procedure, reads * calls.filter((call) => call.procedure === procedure).length])
  const all = sums.reduce((total, [, reads]) => total + reads, 0)
  return sums
    .sort((one, other) => other[1] - one[1])
    .slice(0, 5)
    .map(([procedure, reads]) => `${procedure} ${percent(reads / all)}`)
    .join(', ')
}

async function onOne(name: TierName, parent: string): Promise<void> {
  const tier = await tierOf(name)
  const date = new Date(Date.parse(tier.week) + 2 * 24 * 60 * minute).toISOString().slice(0, 10)
  const outcomes: Outcome[] = []
  let readsOf: ReadonlyMap<string, number> = new Map()
  for (const isOff of [false, true]) {
    clock.at = Date.parse(`${date}T07:30:00Z`)
    const folder = await copyOf(tier, join(parent, `${name}-${isOff ? 'off' : 'on'}`))
    const station = await open({ ...placeIn(folder), now })
    try {
      const hits = timesOfHits(station)
      if (isOff) withoutCache(station)
      const { apis, last, ...day } = await play([station], date)
      outcomes.push(day)
      tell(`${name}, cache ${isOff ? 'off' : 'on'}: ${day.steps} steps, ${day.calls.length} calls, ${day.reads} reads in ${Math.round(day.seconds)} s`)
      if (isOff) {
        readsOf = await readsOfCalls(last)
        continue
      }
      reportHits(`one workstation, ${name}`, [station])
      const api = apis[persons.length - 1] as Client['api']
      const forget = () => void station.clinic.services.cache.clear('*')
      await reportTimes(name, 'dashboard.today', () => api.dashboard.today({}), forget, day, 50)
      await reportTimes(name, 'patients.list', () => api.patients.list({ limit: 20 }), forget, day, 20)
      report({
        what: `hits of the day in the cache, ${name}`,
        measured: spread(hits),
        budget: '< 1 ms',
        isMet: quantile(hits, 0.95) < 1,
        note: `${hits.length} hits, those of the two rows before among them`,
      })
      await checkClock(api)
    } finally {
      await station.workstation.stop()
      await rm(folder, { recursive: true, force: true })
    }
  }
  const [on, off] = outcomes as [Outcome, Outcome]
  if (on.calls.length !== off.calls.length) throw new Error(`The two days differ: ${on.calls.length} calls and ${off.calls.length}.`)
  const spared = [...off.kept].reduce((total, [procedure, count]) => total + count * (readsOf.get(procedure) ?? 0), 0)
  const keptCount = sum(Object.fromEntries(off.kept))
  const fewer = 1 - on.reads / (off.reads + spared)
  report({
    what: `fewer statements that read, with what windows keep, ${name}`,
    measured: percent(fewer),
    budget: '50–70 %',
    isMet: fewer >= 0.5,
    note: `${on.reads} in place of ${off.reads + spared}: screens asked ${on.calls.length + keptCount} times, windows answered ${keptCount} of them with what they had kept`,
  })
  report({
    what: `of the calls that windows make, ${name}`,
    measured: percent(1 - on.reads / off.reads),
    budget: '',
    note: `${on.reads} in place of ${off.reads} for the same ${on.calls.length} calls; most of them without the cache: ${costliest(off.calls, readsOf)}; load ${loadavg()[0]?.toFixed(1)}`,
  })
}

/** Two workstations of one clinic that share a server, three people at each. */
async function onTwo(parent: string): Promise<void> {
  const tier = await tierOf('small')
  const date = new Date(Date.parse(tier.week) + 2 * 24 * 60 * minute).toISOString().slice(0, 10)
  clock.at = Date.parse(`${date}T07:30:00Z`)
  const redis = await startRedis()
  const server = { env: {}, commandLine: `redis://127.0.0.1:${redis.port}` }
  const stations: Station[] = []
  const isConnected = async ({ clinic }: Station): Promise<void> => {
    while (clinic.services.syncStatus.current().state !== 'redis') await wait(10)
  }
  try {
    const first = await open({ ...placeIn(await copyOf(tier, join(parent, 'first'))), now, server })
    stations.push(first)
    await isConnected(first)
    const { code } = await first.clinic.services.membership.invite()
    const place = { ...placeIn(join(parent, 'second')), now }
    await joinClinic(place, { code, server: await joinServerAt(settingsOf(redis.port), place.log) })
    const second = await open({ ...place, server })
    stations.push(second)
    await isConnected(second)
    const day = await play(stations, date)
    tell(`two workstations: ${day.steps} steps, ${day.calls.length} calls in ${Math.round(day.seconds)} s`)
    reportHits('two workstations, small', stations)
  } finally {
    for (const { workstation } of stations) await workstation.stop()
    await redis.stop()
  }
}

/** A clinic's day as its screens ask for it: what the cache is worth. */
export async function run(names: readonly TierName[]): Promise<void> {
  countInWorkers()
  // Between two answers of worker threads nothing else would keep the process alive.
  const alive = setInterval(() => undefined, 60_000)
  const parent = await mkdtemp(join(existsSync(benchFolder()) ? benchFolder() : tmpdir(), 'day-'))
  try {
    await onTwo(parent)
    for (const name of names) {
      await onOne(name, parent)
    }
  } finally {
    clearInterval(alive)
    await rm(parent, { recursive: true, force: true })
  }
}
