import type { Redis } from 'ioredis'
import { type BenchRedis, startRedis } from '../support/redis.js'
import { median, megabytes, ms, perSecond, report, tell } from '../support/report.js'
import type { BareChain, Usage } from './calls.js'
import { type Station, twoStations, withFolder } from './stations.js'

const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
const count = 10_000

/** Sending 10,000 waiting operations and receiving them elsewhere, beside a bare pipeline of the same bytes, by turns. */
export async function run(): Promise<void> {
  const server = await startRedis()
  await withFolder(async (folder) => {
    const { a, b, patients, dataset } = await twoStations(folder, server.port)
    const sums = new Sums()
    for (let round = 0; round < rounds; round++) {
      const ids = await a.call('make', { count, patientId: patients[round] ?? '' })
      await measure(a, b, server, { ids, patientId: patients[round] ?? '', dataset, folder }, sums)
      tell(`round ${round + 1}: sent in ${ms(sums.sent.at(-1) ?? 0)}, bare ${ms(sums.bare.at(-1) ?? 0)}, received in ${ms(sums.received.at(-1) ?? 0)}`)
    }
    const [one, other] = [await a.call('facts'), await b.call('facts')]
    if (one.digest !== other.digest || one.waiting > 0) throw new Error('The workstations do not hold the same.')
    sums.report()
    await a.stop()
    await b.stop()
  })
  await server.stop()
}

class Sums {
  sent: number[] = []
  sentCpu: number[] = []
  serverCpu: number[] = []
  received: number[] = []
  receivedCpu: number[] = []
  bare: number[] = []
  bareBoth: number[] = []
  read: number[] = []
  chains: BareChain[] = []
  wireIn: number[] = []
  wireOut: number[] = []
  inServer: number[] = []
  valueBytes: number[] = []
  sending: Usage[] = []
  receiving: Usage[] = []

  report(): void {
    const [sent, bare, received] = [median(this.sent), median(this.bare), median(this.received)]
    const share = bare / sent
    report({
      what: 'send 10,000 one-record operations, confirmed durably, beside a bare pipeline of the same values',
      measured: `${ms(sent)}, ${perSecond(count, sent)}; bare ${ms(bare)}: ${(share * 100).toFixed(0)} %`,
      budget: '≤ 2,000 ms',
      isMet: sent <= 2000,
      note: `CPU of the workstation ${ms(median(this.sentCpu))}, of the server ${ms(median(this.serverCpu))}; a bare pipeline that also writes them to a stream ${ms(median(this.bareBoth))}`,
    })
    report({
      what: 'receive and apply 10,000 operations, durable',
      measured: `${ms(received)}, ${perSecond(count, received)}`,
      budget: '≥ 10,000/s',
      isMet: received <= 1000,
      note: `CPU ${ms(median(this.receivedCpu))}; only reading the same bytes ${ms(median(this.read))}`,
    })
    const stepOf = (step: keyof BareChain): number => median(this.chains.map((chain) => chain[step]))
    const [readMs, sealMs, sendMs, markMs] = [stepOf('readMs'), stepOf('sealMs'), stepOf('sendMs'), stepOf('markMs')]
    const bareChain = readMs + sealMs + sendMs + markMs
    report({
      what: 'the same beside the bare chain: read, seal, write to keys and a stream, read back, mark as sent, in pushes of the same size',
      measured: `bare chain ${ms(bareChain)}: ${((bareChain / sent) * 100).toFixed(0)} %`,
      budget: '≥ 40 %, docs/decisions/0021',
      isMet: bareChain / sent >= 0.4,
      note: `read ${ms(readMs)}, seal ${ms(sealMs)}, write and read back ${ms(sendMs)}, mark ${ms(markMs)}`,
    })
    const wire = median(this.wireIn)
    report({
      what: 'bytes to the server, of the JSON of the records, one to an operation',
      measured: `${wire.toFixed(2)}×`,
      budget: '',
      note: `the sealed values alone ${median(this.valueBytes).toFixed(2)}×`,
    })
    report({ what: 'bytes to a reader, of the JSON of the records', measured: `${median(this.wireOut).toFixed(2)}×`, budget: '' })
    report({
      what: 'memory in the server for each of these records, feed and index included',
      measured: `${Math.round(median(this.inServer) / count)} B`,
      budget: '',
      note: 'mostly the feed, which is trimmed at its limit',
    })
    reportUsage('sending', this.sending)
    reportUsage('receiving', this.receiving)
  }
}

function reportUsage(what: string, usage: readonly Usage[]): void {
  const peak = Math.max(...usage.map(({ peakBytes }) => peakBytes))
  report({
    what: `resident memory while ${what}`,
    measured: `${megabytes(median(usage.map(({ thirdBytes }) => thirdBytes)))} at a third, ${megabytes(median(usage.map(({ endBytes }) => endBytes)))} at the end, greatest of all rounds ${megabytes(peak)}`,
    budget: '≤ 400 MB',
    isMet: peak <= 400e6,
  })
  report({
    what: `main loop held while ${what}`,
    measured: `p99 ${ms(median(usage.map(({ loopP99Ms }) => loopP99Ms)))}, longest ${ms(Math.max(...usage.map(({ loopMaxMs }) => loopMaxMs)))}`,
    budget: '≤ 10 ms but for a commit’s fsync',
  })
}

interface Round {
  ids: string[]
  patientId: string
  dataset: string
  folder: string
}

async function measure(a: Station, b: Station, server: BenchRedis, { ids, patientId, dataset, folder }: Round, sums: Sums): Promise<void> {
  const { client } = server
  const jsonBytes = await a.call('jsonBytes', ids)
  const memory = await server.memory()
  await a.call('usage')
  let [wire, cpu] = [await server.wire(), await server.cpuMs()]
  const { sentMs } = await a.call('exchange', server.port)
  sums.sent.push(sentMs)
  sums.serverCpu.push((await server.cpuMs()) - cpu)
  const used = await a.call('usage')
  sums.sentCpu.push(used.cpuMs)
  sums.sending.push(used)
  sums.inServer.push((await server.memory()) - memory)
  sums.wireIn.push(((await server.wire()).in - wire.in) / jsonBytes)
  await a.call('disconnect')

  sums.chains.push(await a.call('bareChain', { port: server.port, ids, folder }))
  sums.valueBytes.push((await bare(client, `medinsight:{${dataset}}:symptom:${patientId}:`, ids, sums)) / jsonBytes)

  await b.call('usage')
  wire = await server.wire()
  cpu = await server.cpuMs()
  const { doneMs } = await b.call('exchange', server.port)
  sums.received.push(doneMs)
  const usage = await b.call('usage')
  sums.receivedCpu.push(usage.cpuMs)
  sums.receiving.push(usage)
  sums.wireOut.push(((await server.wire()).out - wire.out) / jsonBytes)
  await b.call('disconnect')
}

/** The same values under other keys of the same length, all in one pipeline; then also to a stream; then only read. Answers their bytes. */
async function bare(client: Redis, prefix: string, ids: readonly string[], sums: Sums): Promise<number> {
  const keys = ids.map((id) => prefix + id)
  const values = (await client.mgetBuffer(keys)) as Buffer[]
  if (values.some((value) => value === null)) throw new Error('The server does not hold what was sent.')
  const others = keys.map((key) => key.replace('medinsight', 'bare-bench'))
  let started = performance.now()
  const one = client.pipeline()
  for (const [i, key] of others.entries()) one.set(key, values[i] as Buffer)
  await one.exec()
  sums.bare.push(performance.now() - started)
  await client.unlink(others)
  started = performance.now()
  const both = client.pipeline()
  for (const [i, key] of others.entries()) both.set(key, values[i] as Buffer).xadd('bare-feed', '*', 'r', values[i] as Buffer)
  await both.exec()
  sums.bareBoth.push(performance.now() - started)
  started = performance.now()
  for (let after = '0-0'; ; ) {
    const entries = (await client.xreadBuffer('COUNT', 1000, 'STREAMS', 'bare-feed', after)) as [Buffer, [Buffer, Buffer[]][]][] | null
    const last = entries?.[0]?.[1].at(-1)
    if (!last) break
    after = String(last[0])
  }
  sums.read.push(performance.now() - started)
  await client.unlink('bare-feed', ...others)
  return values.reduce((sum, value) => sum + value.length, 0)
}
