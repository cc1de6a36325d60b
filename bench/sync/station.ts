import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { keepYoungHeapSmall } from '../../src/main/lib/heap.js'
import { contentOf, presentFields } from '../../src/main/store/record-table.js'
import { symptom } from '../../src/shared/entities/clinical.js'
import type { FieldsOf } from '../../src/shared/entities/entity.js'
import { entities } from '../../src/shared/entities/index.js'
import { patient } from '../../src/shared/entities/patient.js'
import { people } from '../search/people.js'
import { type BenchWorkstation, foundWorkstation, joinWorkstation, openWorkstation } from '../support/workstation.js'
import { bareReceiving, bareSending } from './bare.js'
import type { CallName, Calls } from './calls.js'
import { symptomOf } from './records.js'

// A workstation in a process of its own: does what its parent asks by message, one thing after the other.

keepYoungHeapSmall()
const act = { actor: {}, act: 'symptoms.add' }
let workstation: BenchWorkstation
type StoredRow = Parameters<typeof contentOf>[0] & { id: string }
const seen: [string, bigint][] = []
const loop = monitorEventLoopDelay({ resolution: 1 })
let cpu = process.cpuUsage()
let resident: number[] = []
setInterval(() => void resident.push(process.memoryUsage.rss()), 20).unref()

const store = () => workstation.clinic.store
const waiting = () => store().replication.backlog().waiting

/** Runs many writes, fifty at once, so that they share the journal's syncs. */
async function inBatches<Item, Result>(items: readonly Item[], write: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  for (let at = 0; at < items.length; at += 50) results.push(...(await Promise.all(items.slice(at, at + 50).map(write))))
  return results
}

async function exchange(port: number): Promise<{ sentMs: number; doneMs: number }> {
  const started = performance.now()
  await workstation.connect(port)
  let sentMs = Number.NaN
  for (;;) {
    if (Number.isNaN(sentMs) && waiting() === 0) sentMs = performance.now() - started
    if (waiting() === 0 && (await workstation.isUpToDate())) break
    await pause(2)
  }
  return { sentMs, doneMs: performance.now() - started }
}

/** Writes a CPU profile of what runs to the folder that BENCH_PROFILE names. */
async function profiled<T>(run: () => Promise<T>): Promise<T> {
  const folder = process.env.BENCH_PROFILE
  if (!folder) return run()
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.start')
  const result = await run()
  const { profile } = await session.post('Profiler.stop')
  writeFileSync(join(folder, `${process.pid}-${Date.now()}.cpuprofile`), JSON.stringify(profile))
  session.disconnect()
  return result
}

const calls: { [Name in CallName]: (...input: Parameters<Calls[Name]>) => ReturnType<Calls[Name]> | Promise<ReturnType<Calls[Name]>> } = {
  found: async (folder) => {
    await foundWorkstation(folder)
    workstation = await openWorkstation(folder)
  },
  open: async (folder) => {
    workstation = await openWorkstation(folder)
  },
  join: async ({ folder, port, code }) => {
    const started = performance.now()
    const records = await profiled(() => joinWorkstation(folder, port, code))
    const ms = performance.now() - started
    workstation = await openWorkstation(folder)
    return { records, ms }
  },
  invite: async () => (await workstation.clinic.services.membership.invite()).code,
  connect: (port) => workstation.connect(port),
  disconnect: () => workstation.disconnect(),
  register: (count) =>
    workstation.unsafely(() =>
      inBatches(people(count, 7), (person) =>
        store().write(act, (tx) => tx.create(patient, { ...person, givenName: person.givenName ?? '', sex: 'unknown' } as FieldsOf<typeof patient>)),
      ),
    ),
  make: ({ count, patientId }) =>
    workstation.unsafely(() =>
      inBatches(
        Array.from({ length: count }, (_, at) => symptomOf(patientId, at)),
        (fields) => store().write(act, (tx) => tx.create(symptom, fields)),
      ),
    ),
  edit: (ids) =>
    workstation.unsafely(async () => {
      const concern = `Worse since ${process.hrtime.bigint()}`
      await inBatches(ids, (id) => store().write(act, (tx) => tx.update(symptom, id, { severity: 'severe', concern })))
    }),
  exchange: (port) => profiled(() => exchange(port)),
  save: async ({ count, patientId, pauseMs }) => {
    const saved: { id: string; startedNs: bigint; ms: number }[] = []
    for (let at = 0; at < count; at++) {
      await pause(pauseMs)
      const startedNs = process.hrtime.bigint()
      const id = await store().write(act, (tx) => tx.create(symptom, symptomOf(patientId, at)))
      saved.push({ id, startedNs, ms: Number(process.hrtime.bigint() - startedNs) / 1e6 })
    }
    return saved
  },
  watch: () => {
    store().subscribe(({ records }) => {
      const atNs = process.hrtime.bigint()
      for (const { id } of records) seen.push([id, atNs])
    })
  },
  watched: () => seen,
  bare: ({ port, folder }) => bareReceiving(workstation, port, folder),
  bareChain: ({ port, ids, folder }) => bareSending(workstation, { port, ids, folder }),
  compare: (reason) => store().replication.setState({ reconcile: reason }),
  jsonBytes: (ids) => ids.reduce((sum, id) => sum + Buffer.byteLength(JSON.stringify(store().get(symptom, id))), 0),
  jsonTotal: () => {
    const total = { records: 0, bytes: 0 }
    for (const { table } of entities)
      for (const row of store().db.prepare<[], StoredRow>(`SELECT id, data, cells, source FROM ${table}`).iterate()) {
        total.records++
        total.bytes += Buffer.byteLength(JSON.stringify({ id: row.id, ...presentFields(contentOf(row).fields) }))
      }
    return total
  },
  facts: () => {
    const { waiting: count, dead } = store().replication.backlog()
    return { dataset: workstation.clinic.keys.dataset, digest: store().digest(), waiting: count, dead, cursor: store().replication.state().cursor?.id }
  },
  usage: () => {
    const { user, system } = process.cpuUsage(cpu)
    const usage = {
      peakBytes: resident.reduce((greatest, bytes) => Math.max(greatest, bytes), 0),
      thirdBytes: resident[Math.floor(resident.length / 3)] ?? Number.NaN,
      endBytes: resident.at(-1) ?? Number.NaN,
      cpuMs: (user + system) / 1000,
      loopP99Ms: loop.percentile(99) / 1e6,
      loopMaxMs: loop.max / 1e6,
    }
    loop.reset()
    loop.enable()
    cpu = process.cpuUsage()
    resident = []
    return usage
  },
  close: () => workstation.close(),
}

process.on('disconnect', () => process.exit())
process.on('message', async ({ id, name, input }: { id: number; name: CallName; input: never[] }) => {
  try {
    process.send?.({ id, output: await (calls[name] as (...input: never[]) => unknown)(...input) })
  } catch (error) {
    process.send?.({ id, error: String((error as Error).stack) })
  }
})
