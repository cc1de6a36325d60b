import { setTimeout as pause } from 'node:timers/promises'
import { startRedis } from '../support/redis.js'
import { ms, quantile, report, spread } from '../support/report.js'
import { twoStations, withFolder } from './stations.js'

const count = 300

/** From the begin of a save on one workstation to the moment another one shows it, on an idle line. */
export async function run(): Promise<void> {
  const server = await startRedis()
  await withFolder(async (folder) => {
    const { a, b, patients } = await twoStations(folder, server.port)
    for (const station of [a, b]) await station.call('exchange', server.port)
    await b.call('watch')
    const saved = await a.call('save', { count, patientId: patients[0] ?? '', pauseMs: 20 })
    let seen = new Map<string, bigint>()
    while (!saved.every(({ id }) => seen.has(id))) {
      await pause(50)
      seen = new Map(await b.call('watched'))
    }
    const times = saved.map(({ id, startedNs }) => Number((seen.get(id) ?? 0n) - startedNs) / 1e6)
    const [p50, p95] = [quantile(times, 0.5), quantile(times, 0.95)]
    report({
      what: 'saved on one workstation until visible on another, idle line',
      measured: spread(times),
      budget: 'p50 ≤ 10 ms, p95 ≤ 50 ms',
      isMet: p50 <= 10 && p95 <= 50,
      note: `the save itself acknowledged after p50 ${ms(
        quantile(
          saved.map((save) => save.ms),
          0.5,
        ),
      )}`,
    })
    await a.stop()
    await b.stop()
  })
  await server.stop()
}
