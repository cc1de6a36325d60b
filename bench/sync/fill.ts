import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { clinicKeyNames } from '../../src/main/redis/keys.js'
import { type BenchRedis, startRedis } from '../support/redis.js'
import { megabytes, ms, perSecond, report, tell } from '../support/report.js'
import { type TierName, tierOf } from '../support/tier.js'
import type { Bare, Usage } from './calls.js'
import { type Station, startStation, withFolder } from './stations.js'

/** Filling an empty server with a clinic, joining from it, and filling it again after it was flushed; what they take there. */
export async function run(name: TierName, budgetMs?: number): Promise<void> {
  const tier = await tierOf(name)
  const server = await startRedis()
  await withFolder(async (folder) => {
    cpSync(tier.folder, join(folder, 'a'), { recursive: true })
    cpSync(tier.keyFile, join(folder, 'a.key'))
    const { records, bytes } = await jsonTotal(join(folder, 'a'))
    const a = await startStation()
    await a.call('open', join(folder, 'a'))
    const dataset = (await a.call('facts')).dataset
    const mean = `${records.toLocaleString('en')} records of the tier ${name}, ${Math.round(bytes / records)} B of JSON each`
    tell(mean)

    const seeded = await exchange(a, server)
    reportTransfer('an empty server filled by one workstation', records, seeded, `${mean}; bytes to the server ${(seeded.wireIn / bytes).toFixed(2)}×`)
    await reportMemory(server, dataset, bytes, records)
    await a.call('exchange', server.port)
    const code = await a.call('invite')
    await a.call('disconnect')

    const b = await startStation()
    const joined = await joining(b, server, { folder: join(folder, 'b'), port: server.port, code })
    reportTransfer('a workstation joins and is filled', records, joined, `bytes to it ${(joined.wireOut / bytes).toFixed(2)}×`, budgetMs)
    reportBare(joined, await b.call('bare', { port: server.port, folder }))
    await a.call('exchange', server.port)
    await a.call('disconnect')
    if ((await a.call('facts')).digest !== (await b.call('facts')).digest) throw new Error('The workstations do not hold the same.')

    await server.flush()
    const again = await exchange(a, server)
    reportTransfer('a flushed server filled again', records, again, `bytes to the server ${(again.wireIn / bytes).toFixed(2)}×`)
    await a.stop()
    await b.stop()
  })
  await server.stop()
}

/** In a process of its own: what reading everything leaves behind in memory would count for the transfer. */
async function jsonTotal(folder: string): Promise<{ records: number; bytes: number }> {
  const station = await startStation()
  await station.call('open', folder)
  const total = await station.call('jsonTotal')
  await station.stop()
  return total
}

interface Transfer extends Usage {
  ms: number
  wireIn: number
  wireOut: number
  serverCpuMs: number
}

async function measured(station: Station, server: BenchRedis, run: () => Promise<number>): Promise<Transfer> {
  await station.call('usage')
  const [wire, cpu] = [await server.wire(), await server.cpuMs()]
  const took = await run()
  const after = await server.wire()
  return { ...(await station.call('usage')), ms: took, wireIn: after.in - wire.in, wireOut: after.out - wire.out, serverCpuMs: (await server.cpuMs()) - cpu }
}

const exchange = (station: Station, server: BenchRedis): Promise<Transfer> =>
  measured(station, server, async () => {
    const { doneMs } = await station.call('exchange', server.port)
    await station.call('disconnect')
    return doneMs
  })

const joining = (station: Station, server: BenchRedis, options: { folder: string; port: number; code: string }): Promise<Transfer> =>
  measured(station, server, async () => (await station.call('join', options)).ms)

function reportTransfer(what: string, records: number, transfer: Transfer, note: string, budgetMs?: number): void {
  const { ms: took, cpuMs, serverCpuMs, peakBytes, thirdBytes, endBytes, loopP99Ms, loopMaxMs } = transfer
  report({
    what,
    measured: `${(took / 1000).toFixed(1)} s, ${perSecond(records, took)}`,
    budget: budgetMs === undefined ? '' : `≤ ${budgetMs / 1000} s`,
    isMet: budgetMs === undefined ? undefined : took <= budgetMs,
    note: `CPU ${(cpuMs / 1000).toFixed(1)} s, of the server ${(serverCpuMs / 1000).toFixed(1)} s; ${note}`,
  })
  report({
    what: `resident memory meanwhile`,
    measured: `${megabytes(thirdBytes)} at a third, ${megabytes(endBytes)} at the end, greatest ${megabytes(peakBytes)}`,
    budget: '≤ 400 MB',
    isMet: peakBytes <= 400e6,
  })
  report({ what: `main loop held meanwhile`, measured: `p99 ${ms(loopP99Ms)}, longest ${ms(loopMaxMs)}`, budget: '≤ 10 ms but for a commit’s fsync' })
}

/** What the workstation spent on each record beside what the bare steps cost in the same process right afterwards. */
function reportBare({ cpuMs }: Usage, { records, readMs, openMs, insertMs }: Bare): void {
  const each = (milliseconds: number) => `${((milliseconds * 1000) / records).toFixed(0)} µs`
  const bare = readMs + openMs + insertMs
  report({
    what: 'CPU of each record of that fill, all threads, beside the bare steps in the same process',
    measured: `${each(cpuMs)} beside ${each(bare)}: ${(cpuMs / bare).toFixed(1)}×`,
    budget: '',
    note: `bare: read ${each(readMs)}, decrypt, unpack and parse ${each(openMs)}, encrypted insert with an index of ids ${each(insertMs)}`,
  })
}

/** What the records take in the server by its own count, without the feed. */
async function reportMemory(server: BenchRedis, dataset: string, jsonBytes: number, records: number): Promise<void> {
  const { client } = server
  const feed = Number(await client.memory('USAGE', clinicKeyNames(dataset).feed, 'SAMPLES', 0))
  const all = await server.memory()
  const each = (all - feed) / records
  report({
    what: 'memory in the server, of the JSON of the records',
    measured: `${((all - feed) / jsonBytes).toFixed(2)}×, ${Math.round(each)} B each`,
    budget: '≤ 1.3×, feed apart',
    isMet: all - feed <= 1.3 * jsonBytes,
    note: `used_memory_dataset ${megabytes(all)}, of which the feed ${megabytes(feed)}`,
  })
}
