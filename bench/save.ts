import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { openClinic } from '../src/main/clinic.js'
import { openDatabase } from '../src/main/store/database.js'
import { symptom } from '../src/shared/entities/clinical.js'
import { patient } from '../src/shared/entities/patient.js'
import { median, ms, quantile, report, timesOf } from './support/report.js'
import { benchFolder, newClinic } from './support/tier.js'

const rounds = 5
const perRound = 200

/** A save acknowledged (record, operation, digest, audit, timeline, journal; durable) beside a bare encrypted row, in one run by turns. */
export async function run(): Promise<void> {
  const clinic = await openClinic({ ...(await newClinic('save')), isOneShot: true })
  const bare = bareDatabase()
  const { store } = clinic
  const patientId = await store.write({ actor: {}, act: 'bench' }, (tx) =>
    tx.create(patient, { recordNumber: 'A00001', familyName: 'Save', givenName: 'Test', birthDate: '1980-02-29', sex: 'female' }),
  )
  const save = (at: number) =>
    store.write({ actor: {}, act: 'symptoms.add' }, (tx) =>
      tx.create(symptom, {
        patientId,
        concern: `Blurred vision ${at}`,
        symptoms: 'blurred vision, headache',
        severity: 'mild',
        occurredAt: new Date().toISOString(),
        autoSaved: false,
      }),
    )
  await timesOf(100, save)
  await timesOf(100, bare.insert)
  let held = 0
  const [saves, rows]: [number[][], number[][]] = [[], []]
  const used = { saves: 0, rows: 0 }
  for (let round = 0; round < rounds; round++) {
    const loop = monitorEventLoopDelay({ resolution: 1 })
    loop.enable()
    let since = process.cpuUsage()
    saves.push(await timesOf(perRound, save))
    used.saves += cpuSince(since)
    loop.disable()
    held = Math.max(held, loop.max / 1e6)
    since = process.cpuUsage()
    rows.push(await timesOf(perRound, bare.insert))
    used.rows += cpuSince(since)
  }
  const perSave = median(saves.map(mean))
  const perRow = median(rows.map(mean))
  const ratio = perSave / perRow
  const worst = quantile(saves.flat(), 0.99)
  report({
    what: 'save acknowledged, beside a bare encrypted one-row transaction',
    measured: `${ratio.toFixed(2)}× (${ms(perSave)} beside ${ms(perRow)})`,
    budget: '≤ 2.5×',
    isMet: ratio <= 2.5,
    note: `both at synchronous=FULL, the save also fsyncs the journal; CPU ${ms(used.saves / rounds / perRound)} beside ${ms(used.rows / rounds / perRound)}`,
  })
  report({ what: 'save acknowledged, p99', measured: ms(worst), budget: '< 10 ms', isMet: worst < 10 })
  const together = await timesOf(5, () => Promise.all(Array.from({ length: 50 }, (_, at) => save(at))))
  report({ what: '50 saves at once, each acknowledged', measured: `${ms(median(together) / 50)} each`, budget: '' })
  report({
    what: 'main loop held during saves, longest',
    measured: ms(held),
    budget: '≤ 10 ms but for a commit’s fsync',
    isMet: held <= 11,
  })
  bare.close()
  await clinic.stop()
}

const mean = (times: readonly number[]): number => times.reduce((sum, time) => sum + time, 0) / times.length

function bareDatabase() {
  const file = join(benchFolder(), 'bare.db')
  for (const name of [file, `${file}-wal`, `${file}-shm`]) rmSync(name, { force: true })
  const db = openDatabase(file, randomBytes(32), { create: true })
  db.exec('CREATE TABLE row (id TEXT PRIMARY KEY, data TEXT NOT NULL) STRICT')
  const statement = db.prepare('INSERT INTO row (id, data) VALUES (?, ?)')
  let count = 0
  const data = JSON.stringify({ concern: 'Blurred vision', symptoms: 'blurred vision, headache', severity: 'mild', occurredAt: '2026-11-20T12:00:00.000Z' })
  return { insert: () => void statement.run(`${++count}-${performance.now()}`, data), close: () => db.close() }
}

function cpuSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}
