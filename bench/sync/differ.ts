import { startRedis } from '../support/redis.js'
import { median, megabytes, ms, report } from '../support/report.js'
import { settle, twoStations, withFolder } from './stations.js'

const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
const count = 10_000
const halfOfDiffering = 50

/** Comparing 10,000 records of which 100 differ: half are newer on the server, half here. */
export async function run(): Promise<void> {
  const server = await startRedis()
  await withFolder(async (folder) => {
    const { a, b, patients } = await twoStations(folder, server.port)
    const ids = await a.call('make', { count, patientId: patients[0] ?? '' })
    await settle(a, b, server.port)
    const times: number[] = []
    const bytes: number[] = []
    for (let round = 0; round < rounds; round++) {
      const at = round * 2 * halfOfDiffering
      await a.call('edit', ids.slice(at, at + halfOfDiffering))
      await a.call('exchange', server.port)
      await a.call('disconnect')
      await b.call('edit', ids.slice(at + halfOfDiffering, at + 2 * halfOfDiffering))
      await b.call('compare', 'bench')
      const before = await server.wire()
      const { doneMs } = await b.call('exchange', server.port)
      const after = await server.wire()
      await b.call('disconnect')
      times.push(doneMs)
      bytes.push(after.in - before.in + after.out - before.out)
      await settle(a, b, server.port)
      if ((await a.call('facts')).digest !== (await b.call('facts')).digest) throw new Error('The workstations do not hold the same.')
    }
    report({
      what: '100 of 10,000 records differ, compared and brought together',
      measured: `${ms(median(times))}, ${megabytes(median(bytes) * 1000).replace(' MB', ' kB')}`,
      budget: '≤ 100 ms, ≤ 500 kB',
      isMet: median(times) <= 100 && median(bytes) <= 500_000,
      note: 'from the call to connect, both directions',
    })
    await a.stop()
    await b.stop()
  })
  await server.stop()
}
