import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import Database from 'better-sqlite3'
import { migration0010 } from '../../src/main/store/migrations/0010-workstation.js'
import { findDuplicates } from '../../src/main/store/search/duplicates.js'
import { PatientIndex } from '../../src/main/store/search/patient-index.js'
import { searchPatients } from '../../src/main/store/search/search.js'
import type { SearchablePatient } from '../../src/main/store/search/terms.js'
import { wordsOf } from '../../src/shared/names.js'
import { people, seeded } from './people.js'
import { queryKinds, word } from './queries.js'

const sampleCount = 300

/** Builds an encrypted database of invented patients and prints what searching it costs. */
export function run(count: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'search-bench-'))
  try {
    const db = new Database(join(folder, 'clinic.db'))
    db.pragma("cipher='sqlcipher'")
    db.pragma(`key="x'${randomBytes(32).toString('hex')}'"`)
    db.pragma('journal_mode=WAL')
    db.pragma('synchronous=FULL')
    migration0010.up(db)
    const everybody = people(count, 7)
    fill(db, everybody)
    sizes(db, count, statSync(join(folder, 'clinic.db')).size)
    singleWrites(db, everybody)
    searches(db, everybody)
    db.close()
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function fill(db: Database.Database, everybody: readonly SearchablePatient[]): void {
  const index = new PatientIndex(db)
  const started = performance.now()
  for (let from = 0; from < everybody.length; from += 1_000) {
    db.transaction(() => {
      for (const [at, patient] of everybody.slice(from, from + 1_000).entries()) index.put(from + at + 1, patient)
    })()
  }
  const elapsed = performance.now() - started
  db.pragma('wal_checkpoint(TRUNCATE)')
  print(
    `indexed ${everybody.length} patients in ${Math.round(elapsed)} ms, ${((elapsed * 1_000) / everybody.length).toFixed(1)} µs each (1,000 per transaction)`,
  )
}

function sizes(db: Database.Database, count: number, fileSize: number): void {
  print(`distinct words ${db.prepare('SELECT count(*) FROM name_word').pluck().get()}, file ${megabytes(fileSize)} for ${count} patients`)
  const tables = db.prepare<[], { name: string; size: number }>('SELECT name, sum(pgsize) AS size FROM dbstat GROUP BY name ORDER BY size DESC')
  try {
    for (const { name, size } of tables.all()) print(`  ${name.padEnd(36)} ${megabytes(size)}`)
  } catch {
    print('  (sizes of tables are not available in this SQLite)')
  }
}

function singleWrites(db: Database.Database, everybody: readonly SearchablePatient[]): void {
  const index = new PatientIndex(db)
  const times: number[] = []
  const change = db.transaction(() => {
    for (let rowid = 1; rowid <= 1_000; rowid++) {
      const started = performance.now()
      index.put(rowid, { ...(everybody[rowid - 1] as SearchablePatient), givenName: `Changed ${rowid}` })
      times.push(performance.now() - started)
      index.put(rowid, everybody[rowid - 1] as SearchablePatient)
    }
  })
  change()
  report('put, changed name (within a transaction)', times)
}

function searches(db: Database.Database, everybody: readonly SearchablePatient[]): void {
  const random = seeded(11)
  const sample = Array.from({ length: sampleCount }, () => Math.floor(random() * everybody.length))
  for (const [kind, query] of Object.entries(queryKinds)) {
    const times: number[] = []
    let found = 0
    let sameName = 0
    for (const at of sample) {
      const patient = everybody[at] as SearchablePatient
      const text = query(patient, random)
      const started = performance.now()
      const hits = searchPatients(db, text)
      times.push(performance.now() - started)
      if (hits.some(({ rowid }) => rowid === at + 1)) found++
      if (hits.some(({ rowid }) => wordsOf(everybody[rowid - 1]?.familyName ?? '').includes(word(patient.familyName)))) sameName++
    }
    report(kind, times, `  patient in top 20 ${percent(found)}, family name ${percent(sameName)}`)
  }
  const times = sample.map((at) => {
    const started = performance.now()
    findDuplicates(db, everybody[at] as SearchablePatient, 10)
    return performance.now() - started
  })
  report('possible duplicates of a whole patient', times)
}

const percent = (count: number): string => `${((100 * count) / sampleCount).toFixed(1)} %`
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

function report(kind: string, times: number[], more = ''): void {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (part: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0).toFixed(2).padStart(7)
  print(`${kind.padEnd(42)} p50 ${at(0.5)}  p95 ${at(0.95)}  max ${at(1)} ms${more}`)
}

const print = (line: string): void => void process.stdout.write(`${line}\n`)
