import { join } from 'node:path'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { openClinic } from '../src/main/clinic.js'
import { importItems } from '../src/main/features/exchange/import.js'
import type { ImportResult } from '../src/main/features/exchange/import-report.js'
import { readImport } from '../src/main/features/exchange/reading.js'
import { importIdKey } from '../src/main/store/store.js'
import { testData } from '../tests/support/test-data.js'
import { writeCopies } from './support/copies.js'
import { megabytes, ms, perSecond, quantile, report } from './support/report.js'
import { benchFolder, databaseBytes, newClinic } from './support/tier.js'

const copyCount = 3

/** Imports the Synthea bundles, and five copies of them, into an empty clinic: rate, memory, how long the main loop is held. */
export async function run(): Promise<void> {
  await measured('import of the Synthea bundles (start of the worker included)', testData('fhir/synthea-r4'))
  const copies = join(benchFolder(), `fhir-${copyCount}`)
  await writeCopies(testData('fhir/synthea-r4'), copies, copyCount)
  await measured(`import of ${copyCount} copies of them`, copies, true)
}

async function measured(what: string, path: string, isLong = false): Promise<void> {
  const place = await newClinic('import')
  const clinic = await openClinic({ ...place, isOneShot: true })
  const { store, keys } = clinic
  const loop = monitorEventLoopDelay({ resolution: 1 })
  let peak = 0
  const sample = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 50)
  const writes: number[] = []
  const write = store.write.bind(store)
  store.write = (act, change) => {
    const began = threadCpuMs()
    const written = write(act, change)
    writes.push(threadCpuMs() - began)
    return written
  }
  loop.enable()
  const [started, cpu, mainCpu] = [performance.now(), process.cpuUsage(), threadCpuMs()]
  const result = await importItems(
    store,
    readImport({ file: join(place.folder, 'medinsight.db'), key: keys.databaseKey, idKey: importIdKey(keys.clinicKey) }, { kind: 'fhir', path }),
    { actor: {}, kind: 'fhir', now: Date.now },
  )
  const created = createdIn(result)
  const [elapsed, used, mainMs] = [performance.now() - started, process.cpuUsage(cpu), threadCpuMs() - mainCpu]
  loop.disable()
  clearInterval(sample)
  await clinic.stop()
  const cpuMs = (used.user + used.system) / 1000
  report({
    what: `${what}, ${created.toLocaleString('en')} resources`,
    measured: `${perSecond(created, elapsed)} (${ms(elapsed)}; CPU ${ms(cpuMs)}, ${perSecond(created, cpuMs)} per CPU second; main thread ${ms(mainMs)}, ${perSecond(created, mainMs)} per CPU second of it)`,
    budget: '≥ 5,000/s',
    isMet: (created * 1000) / elapsed >= 5000,
  })
  if (!isLong) return
  report({ what: 'memory at the peak of that import, this process and its worker', measured: megabytes(peak), budget: '≤ 400 MB', isMet: peak <= 400e6 })
  report({
    what: 'main loop held during that import',
    measured: `p99 ${ms(loop.percentile(99) / 1e6)}, longest ${ms(loop.max / 1e6)}; CPU of a write of 25 records p50 ${ms(quantile(writes, 0.5))}, p95 ${ms(quantile(writes, 0.95))}, longest ${ms(quantile(writes, 1))}`,
    budget: '≤ 10 ms but for a commit’s fsync',
    isMet: quantile(writes, 1) <= 10,
  })
  report({
    what: 'disk after that import',
    measured: `${Math.round(databaseBytes(place.folder) / created)} B per record`,
    budget: '≤ 1,500 B on M',
    isMet: databaseBytes(place.folder) / created <= 1500,
  })
}

/** Records that an import made, of all kinds. */
const createdIn = (result: ImportResult): number => Object.values(result.kinds).reduce((sum, kind) => sum + kind.created, 0)

/** CPU time of this thread: unlike the clock it does not count what other programs of the machine take. */
function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
