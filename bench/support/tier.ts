import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClinicPlace } from '../../src/main/clinic.js'
import type { Draft } from '../../src/main/features/exchange/fhir/draft.js'
import { importItems } from '../../src/main/features/exchange/import.js'
import { createClinic } from '../../src/main/founding.js'
import { createLog } from '../../src/main/lib/log.js'
import { keyFileStore } from '../../src/main/security/key-files.js'
import { openKeys, readKeysFile } from '../../src/main/security/keys.js'
import { openDatabase } from '../../src/main/store/database.js'
import { PatientIndex } from '../../src/main/store/search/patient-index.js'
import type { SearchablePatient } from '../../src/main/store/search/terms.js'
import { Store } from '../../src/main/store/store.js'
import { people, seeded } from '../search/people.js'
import { tell } from './report.js'
import { fillSchedule } from './schedule.js'
import { readSynthea, renamed, renaming, type Synthea } from './synthea.js'

/** Sizes of clinics that are measured. `people` has the patients of L without their charts. */
export const tiers = {
  /** About as many records as the bundles themselves hold. */
  small: { patientCount: 49, wholeCharts: 1 / 8 },
  /** What a workstation that joins is filled with. */
  fill: { patientCount: 1_800, wholeCharts: 3 / 8 },
  S: { patientCount: 5_000, wholeCharts: 3 / 8 },
  M: { patientCount: 25_000, wholeCharts: 3 / 8 },
  L: { patientCount: 100_000, wholeCharts: 3 / 8 },
  people: { patientCount: 100_000, wholeCharts: 0 },
} as const
export type TierName = keyof typeof tiers

/** A made clinic: its folder and key, and what lies in it. */
export interface Tier {
  folder: string
  keyFile: string
  patientCount: number
  recordCount: number
  /** The patient whose chart holds the encounters of all bundles. */
  longChartId: string
  /** A Monday to Friday of bookings: 200 on each day. */
  week: string
}

export const administrator = { username: 'anna', displayName: 'Anna Admin', password: 'a long enough password' }

/** Where made clinics are kept between runs. */
export const benchFolder = (): string => process.env.MEDINSIGHT_BENCH_DATA || join(tmpdir(), 'medinsight-bench')

/** Where a clinic of the benchmarks lies and how its key is kept. */
export const placeOf = (name: string): ClinicPlace & { keyFile: string } => placeIn(join(benchFolder(), name))

/** The place of a clinic in some folder; its key lies beside it. */
export function placeIn(folder: string): ClinicPlace & { keyFile: string } {
  const keyFile = `${folder}.key`
  const log = createLog({ folder: join(folder, 'logs'), level: 'error' })
  return { folder, keyFile, keyStore: keyFileStore({ file: keyFile, dataFolder: folder }), keyStoreKind: 'keyFile', log, version: '0.0.0-bench' }
}

/** Makes an empty clinic anew. */
export async function newClinic(name: string): Promise<ClinicPlace & { keyFile: string }> {
  const place = placeOf(name)
  await makeClinic(place, name)
  return place
}

/** Makes an empty clinic in a place, in place of what lies there. */
export async function makeClinic(place: ClinicPlace & { keyFile: string }, name: string): Promise<void> {
  await rm(place.folder, { recursive: true, force: true })
  await rm(place.keyFile, { force: true })
  await mkdir(benchFolder(), { recursive: true })
  await createClinic(place, { clinic: { name: `Bench ${name}`, timeZone: 'UTC', currency: 'USD', country: 'US', language: 'en' }, admin: administrator })
}

/** The clinic of a tier, made when it is not there yet. */
export async function tierOf(name: TierName): Promise<Tier> {
  const marker = join(benchFolder(), `${name}.json`)
  if (existsSync(marker)) return JSON.parse(readFileSync(marker, 'utf8')) as Tier
  tell(`making tier ${name} …`)
  const started = Date.now()
  const tier = await make(name)
  await writeFile(marker, JSON.stringify(tier))
  tell(`tier ${name}: ${tier.recordCount} records in ${Math.round((Date.now() - started) / 1000)} s`)
  return tier
}

async function make(name: TierName): Promise<Tier> {
  const { patientCount, wholeCharts } = tiers[name]
  const place = await newClinic(name)
  const store = await openUnsafe(place)
  const synthea = await readSynthea()
  const made = { count: 0, patientIds: [] as string[], longChartId: '' }
  const result = await importItems(store, batches(synthea, patientCount, wholeCharts, made), { actor: {}, kind: 'fhir', now: Date.now })
  const week = await fillSchedule(store, made.patientIds)
  store.db.pragma('wal_checkpoint(TRUNCATE)')
  store.close()
  const created = Object.values(result.kinds).reduce((sum, kind) => sum + kind.created, 0)
  if (created !== made.count) throw new Error(`Of ${made.count} records ${created} were created: ${JSON.stringify(result.kinds)}`)
  return { folder: place.folder, keyFile: place.keyFile, patientCount, recordCount: made.count, longChartId: made.longChartId, week }
}

/**
 * The store of a clinic as the product opens it, but that commits are not awaited and there is no journal: the rows are the same and
 * making them takes a fraction of the time.
 */
async function openUnsafe(place: ClinicPlace): Promise<Store> {
  const file = await readKeysFile(place.folder)
  const keys = openKeys(file, await place.keyStore.read(file.dataset))
  const db = openDatabase(join(place.folder, 'medinsight.db'), keys.databaseKey, {})
  db.pragma('synchronous=OFF')
  db.pragma('wal_autocheckpoint=20000')
  db.pragma('cache_size=-400000')
  const index = new PatientIndex(db)
  return new Store({
    db,
    clinicKey: keys.clinicKey,
    journal: { append: async () => undefined },
    search: { put: (rowid, fields) => index.put(rowid, fields as unknown as SearchablePatient), remove: (rowid) => void index.remove(rowid) },
    now: Date.now,
    onJournal: () => undefined,
  })
}

const batchSize = 200

async function* batches(
  { shared, charts }: Synthea,
  patientCount: number,
  wholeCharts: number,
  made: { count: number; patientIds: string[]; longChartId: string },
): AsyncGenerator<readonly Draft[]> {
  let batch: Draft[] = []
  for (const draft of records()) {
    made.count++
    batch.push(draft)
    if (batch.length < batchSize) continue
    yield batch
    batch = []
  }
  yield batch

  function* records(): Generator<Draft> {
    if (wholeCharts > 0) yield* shared
    const random = seeded(3)
    for (const [at, person] of people(patientCount, 7).entries()) {
      const chart = charts[at % charts.length]
      if (!chart) throw new Error('There are no charts.')
      const rename = renaming(random)
      const isWhole = Math.floor((at + 1) * wholeCharts) > Math.floor(at * wholeCharts)
      for (const { pieces, isPatient } of chart.records) {
        if (!isPatient && !isWhole) continue
        const draft = renamed(pieces, rename)
        if (isPatient) {
          Object.assign(draft.fields, person)
          made.patientIds.push(draft.id)
        }
        yield draft
      }
    }
    if (wholeCharts > 0) yield* longChart(random)
  }

  /** All bundles once more as one patient's chart: its 738 encounters are what a chart of decades holds. */
  function* longChart(random: () => number): Generator<Draft> {
    for (const [at, chart] of charts.entries()) {
      const rename = renaming(random)
      if (at === 0) made.longChartId = rename(chart.patientId)
      for (const { pieces, isPatient } of chart.records) {
        if (isPatient && at > 0) continue
        const draft = renamed(pieces, (id) => (id === chart.patientId ? made.longChartId : rename(id)))
        if (isPatient) Object.assign(draft.fields, { familyName: 'Long', givenName: 'Chart' })
        yield draft
      }
    }
  }
}

/** Bytes of a clinic's database file, its log included. */
export function databaseBytes(folder: string): number {
  return ['medinsight.db', 'medinsight.db-wal'].map((name) => join(folder, name)).reduce((sum, file) => sum + (existsSync(file) ? statSync(file).size : 0), 0)
}
