import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { symptom } from '../../src/shared/entities/clinical.js'
import type { FieldsOf } from '../../src/shared/entities/entity.js'
import { patient } from '../../src/shared/entities/patient.js'
import { people } from '../search/people.js'
import { type BenchWorkstation, foundWorkstation, joinWorkstation, openWorkstation } from '../support/workstation.js'
import type { CallName, Calls } from './calls.js'
import { symptomOf } from './records.js'

// A workstation in a process of its own: does what its parent asks by message, one thing after the other.

const act = { actor: {}, act: 'symptoms.add' }
let workstation: BenchWorkstation
const seen: [string, bigint][] = []
const loop = monitorEventLoopDelay({ resolution: 1 })
let cpu = process.cpuUsage()
let peakBytes = 0
setInterval(() => {
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss())
}, 20).unref()

const store = () => workstation.clinic.store
const waiting = () => store().replication.backlog().waiting

/** Runs many writes, fifty at once, so that they share the journal's syncs. */
async function inBatches<Item, Result>(items: readonly Item[], write: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  for (let at = 0; at < items.length; at += 50) results.push(...(await Promise.all(items.slice(at, at + 50).map(write))))
  return results
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
    const records = await joinWorkstation(folder, port, code)
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
  exchange: async (port) => {
    const started = performance.now()
    await workstation.connect(port)
    let sentMs = Number.NaN
    for (;;) {
      if (Number.isNaN(sentMs) && waiting() === 0) sentMs = performance.now() - started
      if (waiting() === 0 && (await workstation.isUpToDate())) break
      await pause(2)
    }
    return { sentMs, doneMs: performance.now() - started }
  },
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
  compare: (reason) => store().replication.setState({ reconcile: reason }),
  jsonBytes: (ids) => ids.reduce((sum, id) => sum + Buffer.byteLength(JSON.stringify(store().get(symptom, id))), 0),
  facts: () => {
    const { waiting: count, dead } = store().replication.backlog()
    return { dataset: workstation.clinic.keys.dataset, digest: store().digest(), waiting: count, dead, cursor: store().replication.state().cursor?.id }
  },
  usage: () => {
    const { user, system } = process.cpuUsage(cpu)
    const usage = { peakBytes, cpuMs: (user + system) / 1000, loopP99Ms: loop.percentile(99) / 1e6, loopMaxMs: loop.max / 1e6 }
    loop.reset()
    loop.enable()
    cpu = process.cpuUsage()
    peakBytes = 0
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
