import { join } from 'node:path'
import { compareIds } from '../../src/main/sync/session-parts.js'
import { startRedis } from '../support/redis.js'
import { megabytes, ms, quantile, report } from '../support/report.js'
import type { Usage } from './calls.js'
import { type Station, settle, startStation, withFolder } from './stations.js'

const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
const waiting = 50_000
const savesPerRound = 100

/** Saves with nothing waiting, with 50,000 operations waiting, by turns; and while those are sent, and received elsewhere. */
export async function run(): Promise<void> {
  const server = await startRedis()
  await withFolder(async (folder) => {
    const [idle, full] = [await startStation(), await startStation()]
    const patients = new Map<Station, string>()
    for (const [station, name] of [
      [idle, 'idle'],
      [full, 'full'],
    ] as const) {
      await station.call('found', join(folder, name))
      const [patientId = ''] = await station.call('register', 1)
      patients.set(station, patientId)
      await station.call('exchange', server.port)
      await station.call('disconnect')
    }
    const other = await joined(full, server.port, join(folder, 'other'))
    patients.set(other, patients.get(full) ?? '')
    await full.call('make', { count: waiting, patientId: patients.get(full) ?? '' })
    const save = (station: Station) => station.call('save', { count: savesPerRound, patientId: patients.get(station) ?? '', pauseMs: 5 })
    const [without, beside] = [new Saves(), new Saves()]
    for (let round = 0; round < rounds; round++) {
      await without.measure(idle, save)
      await beside.measure(full, save)
    }
    without.report('nothing waits')
    beside.report(`${waiting.toLocaleString('en')} operations wait`)
    const during = new Saves()
    await full.call('connect', server.port)
    const started = performance.now()
    while ((await full.call('facts')).waiting > 1000) await during.measure(full, save)
    during.report('they are sent', `sent in ${((performance.now() - started) / 1000).toFixed(1)} s beside ${during.times.length} saves`)
    during.reportMemory('they are sent')
    const end = (await full.call('facts')).cursor ?? ''
    await full.call('disconnect')
    const meanwhile = new Saves()
    await other.call('connect', server.port)
    while (compareIds((await other.call('facts')).cursor ?? '0-0', end) < 0) await meanwhile.measure(other, save)
    meanwhile.report('they are received on another workstation', `${meanwhile.times.length} saves`)
    meanwhile.reportMemory('they are received')
    await other.stop()
    await idle.stop()
    await full.stop()
  })
  await server.stop()
}

/** A further workstation of the clinic, filled and not connected. */
async function joined(from: Station, port: number, folder: string): Promise<Station> {
  await from.call('exchange', port)
  const code = await from.call('invite')
  const station = await startStation()
  await station.call('join', { folder, port, code })
  await settle(from, station, port)
  return station
}

class Saves {
  readonly times: number[] = []
  readonly usage: Usage[] = []

  async measure(station: Station, save: (station: Station) => Promise<{ ms: number }[]>): Promise<void> {
    await station.call('usage')
    for (const { ms: took } of await save(station)) this.times.push(took)
    this.usage.push(await station.call('usage'))
  }

  reportMemory(when: string): void {
    const third = this.usage[Math.floor(this.usage.length / 3)]?.endBytes ?? Number.NaN
    const peak = Math.max(...this.usage.map(({ peakBytes }) => peakBytes))
    report({
      what: `resident memory while ${when}`,
      measured: `${megabytes(third)} at a third, ${megabytes(this.usage.at(-1)?.endBytes ?? Number.NaN)} at the end, greatest ${megabytes(peak)}`,
      budget: '≤ 400 MB',
      isMet: peak <= 400e6,
    })
  }

  report(when: string, note?: string): void {
    const [p50, p99] = [quantile(this.times, 0.5), quantile(this.times, 0.99)]
    const loop = this.usage.map(({ loopP99Ms }) => loopP99Ms)
    const longest = Math.max(...this.usage.map(({ loopMaxMs }) => loopMaxMs))
    report({
      what: `save acknowledged while ${when}`,
      measured: `p50 ${ms(p50)}, p99 ${ms(p99)}; main loop held p99 ${ms(quantile(loop, 0.5))}, longest ${ms(longest)}`,
      budget: 'p99 < 10 ms',
      isMet: p99 < 10,
      ...(note && { note }),
    })
  }
}
