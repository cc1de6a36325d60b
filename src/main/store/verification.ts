import type { KeyObject } from 'node:crypto'
import type Database from 'better-sqlite3'
import type { Entity } from '../../shared/entities/entity.js'
import { entities } from '../../shared/entities/index.js'
import { patient } from '../../shared/entities/patient.js'
import { canonical, type Json } from '../records/canonical.js'
import { type Cells, tombstone } from '../records/cell.js'
import { bucketOf, combine, recordDigest } from '../records/digest.js'
import { readRecord, type Versions } from '../records/reading.js'
import { findBrokenLink } from './audit.js'
import { problem } from './database.js'
import { allKeptVersions } from './kept-versions.js'
import { currentVersion, versionOf } from './migrations/index.js'
import { contentOf, patientOf, presentFields } from './record-table.js'
import { birthNumber, nameWords, type SearchablePatient } from './search/terms.js'
import { reviewRow, timelinePlace } from './tables.js'

/** Something that is wrong with a clinic's data. `message` is a sentence with counts and kinds, never a value of a record. */
export interface Problem {
  code: string
  message: string
  /** How far a repair has to go: `derived` tables can be made again from the records, `records` need a backup and the journal. */
  repair: 'derived' | 'records' | 'none'
}

/** What checking a database found. */
export interface DatabaseReport {
  problems: Problem[]
  recordCount: number
  operationCount: number
  auditCount: number
  /** Digest of all records, computed from their rows. */
  digest: string
}

interface Row {
  row: number
  id: string
  patient_id: string | null
  data: string
  cells: string
  source: Buffer | null
  digest: Buffer
  deleted: number
}

/** Sentences that integrity_check may give before the rest is left out. */
const integrityLimit = 20

/**
 * Checks a database against itself: pages and indexes, the digest of every record recomputed from its row, how it is read, buckets, timeline,
 * patient search, the questions for staff, the numbering of operations and the chain of the access log. Reads one consistent state and changes nothing. Blocks; for worker threads.
 */
export function verifyDatabase(db: Database.Database, digestKey: KeyObject): DatabaseReport {
  const problems: Problem[] = []
  const report: DatabaseReport = { problems, recordCount: 0, operationCount: 0, auditCount: 0, digest: '' }
  // Without a transaction a write between two of the reads would look like damage.
  db.exec('BEGIN')
  try {
    checkPages(db, problems)
    // A database whose pages are damaged fails in whichever check meets them first; the others would say the same again.
    if (problems.length > 0) return report
    const version = versionOf(db)
    if (version > currentVersion) {
      const { code, message } = problem('fromTheFuture')
      problems.push({ code, message, repair: 'none' })
    }
    // Tables of another schema cannot be compared; an older database is brought up to date when it is opened.
    if (version !== currentVersion) return report
    checkRecords(db, digestKey, report)
    checkOperations(db, report)
    report.auditCount = Number(db.prepare('SELECT count(*) FROM audit').pluck().get())
    const broken = findBrokenLink(db)
    if (broken !== undefined) problems.push({ code: 'audit', message: `The access log was changed: its chain is broken at entry ${broken}.`, repair: 'none' })
  } catch (error) {
    problems.push({ code: 'unreadable', message: `The database could not be read to its end (${codeOf(error)}).`, repair: 'records' })
  } finally {
    if (db.inTransaction) db.exec('ROLLBACK')
  }
  return report
}

const codeOf = (error: unknown): string => {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
  return typeof code === 'string' ? code : String(name)
}

function checkPages(db: Database.Database, problems: Problem[]): void {
  const results = (db.pragma(`integrity_check(${integrityLimit})`) as { integrity_check: unknown }[]).map((row) => row.integrity_check)
  if (results.length === 1 && results[0] === 'ok') return
  problems.push({
    code: 'integrity',
    message: `The database file is damaged: its own check found ${results.length >= integrityLimit ? `${results.length} or more places` : results.length === 1 ? 'one place' : `${results.length} places`}.`,
    repair: 'records',
  })
}

interface Counts {
  digest: number
  columns: number
  unreadable: number
  timeline: number
  search: number
  review: number
}

function checkRecords(db: Database.Database, digestKey: KeyObject, report: DatabaseReport): void {
  const buckets = new Map<number, Buffer>()
  const storedSums = new Map(db.prepare<[], [string, Buffer]>('SELECT kind, digest FROM kind_sum').raw().all())
  let differingSums = 0
  const beside: Beside = { digestKey, versionsOf: allKeptVersions(db), reviews: storedReviews(db) }
  for (const entity of entities) {
    const counts: Counts = { digest: 0, columns: 0, unreadable: 0, timeline: 0, search: 0, review: 0 }
    const check = { record: recordCheck(db, entity, beside, counts), timelineRows: 0 }
    let sum: Buffer = Buffer.alloc(8)
    for (const row of db.prepare<[], Row>(`SELECT row, id, patient_id, data, cells, source, digest, deleted FROM ${entity.table} ORDER BY row`).iterate()) {
      report.recordCount++
      const n = bucketOf(row.id)
      const { digest, isOnTimeline } = check.record(row)
      buckets.set(n, combine(buckets.get(n) ?? Buffer.alloc(8), digest))
      sum = combine(sum, row.digest)
      if (isOnTimeline) check.timelineRows++
    }
    const onTimeline = Number(db.prepare('SELECT count(*) FROM timeline WHERE kind = ?').pluck().get(entity.kind))
    if (onTimeline > check.timelineRows) counts.timeline += onTimeline - check.timelineRows
    counts.review += [...beside.reviews.keys()].filter((key) => key.startsWith(`${entity.kind}/`)).length
    if (!sum.equals(storedSums.get(entity.kind) ?? Buffer.alloc(8))) differingSums++
    report.problems.push(...problemsOf(entity, counts))
  }
  for (const { id, digest } of checkedParked(db, digestKey, report.problems)) {
    report.recordCount++
    const n = bucketOf(id)
    buckets.set(n, combine(buckets.get(n) ?? Buffer.alloc(8), digest))
  }
  if (differingSums > 0)
    report.problems.push({
      code: 'kindSums',
      message: `The sums by which ${differingSums} kinds of records tell that they changed do not fit the records.`,
      repair: 'derived',
    })
  checkSearchWords(db, report.problems)
  checkBuckets(db, buckets, report)
}

/** Ids and digests of the records that wait for an update of the program. */
function checkedParked(db: Database.Database, digestKey: KeyObject, problems: Problem[]): { id: string; digest: Buffer }[] {
  const rows = db.prepare<[], { kind: string; id: string; cells: string; digest: Buffer }>('SELECT kind, id, cells, digest FROM parked').all()
  const checked = rows.map((row) => ({ id: row.id, stored: row.digest, digest: recordDigest(digestKey, row.kind, row.id, JSON.parse(row.cells) as Cells) }))
  const changed = checked.filter(({ stored, digest }) => !digest.equals(stored)).length
  if (changed > 0)
    problems.push({ code: 'digest', message: `${changed} records that wait for an update of the program are not what was received.`, repair: 'records' })
  return checked
}

/** What the records are checked against beside their own rows; questions are taken out as they are met, so that what is left is of no record. */
interface Beside {
  digestKey: KeyObject
  versionsOf: (kind: string, id: string) => Versions
  reviews: Map<string, string>
}

function storedReviews(db: Database.Database): Map<string, string> {
  const rows = db.prepare<[], { kind: string; id: string; patient_id: string | null; fields: string; at: string }>('SELECT * FROM review').all()
  return new Map(rows.map(({ kind, id, patient_id, fields, at }) => [`${kind}/${id}`, canonical([patient_id, fields, at])]))
}

/** Checks one row after another of a kind; gives the digest that its content has. */
function recordCheck(db: Database.Database, entity: Entity, { digestKey, versionsOf, reviews }: Beside, counts: Counts) {
  const onTimeline = db.prepare('SELECT 1 FROM timeline WHERE patient_id = ? AND kind = ? AND at = ? AND id = ?').pluck()
  const indexed = db.prepare<[number], { words: string; birth: number | null }>('SELECT words, birth FROM patient_indexed WHERE rowid = ?')
  const inTerms = db.prepare<[number], number>('SELECT 1 FROM patient_terms WHERE rowid = ?').pluck()
  return (row: Row): { digest: Buffer; isOnTimeline: boolean } => {
    try {
      const { cells, fields: stored } = contentOf(row)
      const digest = recordDigest(digestKey, entity.kind, row.id, cells)
      if (!digest.equals(row.digest)) counts.digest++
      const reading = readRecord(cells, versionsOf(entity.kind, row.id), entity)
      const isGone = reading.isDeleted
      if ((row.deleted === 1) !== isGone || row.patient_id !== patientOf(entity, row.id, reading.fields) || !isReadAs(stored, reading.fields)) counts.columns++
      const question = reviewRow(entity, row.id, cells, reading)
      const key = `${entity.kind}/${row.id}`
      if (reviews.get(key) !== (question && canonical([question.patientId, question.fields, question.at]))) counts.review++
      reviews.delete(key)
      const fields = presentFields(reading.fields)
      const place = isGone ? undefined : timelinePlace(entity, row.id, fields)
      if (place && onTimeline.get(place.patientId, entity.kind, place.at, row.id) === undefined) counts.timeline++
      if (entity === patient) {
        const found = indexed.get(row.row)
        const expected = isGone ? undefined : expectedIndexRow(fields as unknown as SearchablePatient)
        if (found?.words !== expected?.words || found?.birth !== expected?.birth || (expected !== undefined) !== (inTerms.get(row.row) !== undefined))
          counts.search++
      }
      return { digest, isOnTimeline: place !== undefined }
    } catch {
      counts.unreadable++
      return { digest: row.digest, isOnTimeline: false }
    }
  }
}

/** Whether a row holds the values as they are read; without kept versions they are the cells' own, and the same objects. */
const isReadAs = (stored: Readonly<Record<string, Json>>, read: Readonly<Record<string, Json>>): boolean =>
  Object.keys(read).every((name) => name === tombstone || stored[name] === read[name] || canonical(stored[name]) === canonical(read[name]))

/** What stands in `patient_indexed` for a patient. */
const expectedIndexRow = (person: SearchablePatient): { words: string; birth: number | null } => ({
  words: nameWords(person).join(' '),
  birth: birthNumber(person.birthDate),
})

function problemsOf(entity: Entity, counts: Counts): Problem[] {
  const of = (count: number) => `${count} record${count === 1 ? '' : 's'} of kind ${entity.kind}`
  const found: [keyof Counts, string, Problem['repair']][] = [
    ['unreadable', `${of(counts.unreadable)} cannot be read.`, 'records'],
    ['digest', `${of(counts.digest)} ${counts.digest === 1 ? 'is' : 'are'} not what was saved: the content was changed outside of the program.`, 'records'],
    ['columns', `${of(counts.columns)} ${counts.columns === 1 ? 'has' : 'have'} columns that do not fit the content.`, 'derived'],
    ['timeline', `The timeline and the records of kind ${entity.kind} differ in ${counts.timeline} place${counts.timeline === 1 ? '' : 's'}.`, 'derived'],
    ['search', `The patient search does not fit ${counts.search} patient${counts.search === 1 ? '' : 's'}.`, 'derived'],
    ['review', `The questions for staff and the records of kind ${entity.kind} differ in ${counts.review} place${counts.review === 1 ? '' : 's'}.`, 'derived'],
  ]
  return found.flatMap(([code, message, repair]) => (counts[code] > 0 ? [{ code, message, repair }] : []))
}

/** The words of the search are counted by patient: the counts have to be those of the indexed patients, and no patient may be indexed who is gone. */
function checkSearchWords(db: Database.Database, problems: Problem[]): void {
  const counts = new Map<string, number>()
  let strays = Number(db.prepare('SELECT count(*) FROM patient_indexed WHERE rowid NOT IN (SELECT row FROM patient WHERE deleted = 0)').pluck().get())
  for (const words of db.prepare<[], string>('SELECT words FROM patient_indexed').pluck().iterate() as IterableIterator<string>)
    for (const word of words === '' ? [] : words.split(' ')) counts.set(word, (counts.get(word) ?? 0) + 1)
  for (const { word, count } of db.prepare<[], { word: string; count: number }>('SELECT word, count FROM name_word').iterate()) {
    if (counts.get(word) !== count) strays++
    counts.delete(word)
  }
  if (strays + counts.size > 0)
    problems.push({
      code: 'searchWords',
      message: `The words of the patient search differ from the patients in ${strays + counts.size} places.`,
      repair: 'derived',
    })
}

function checkBuckets(db: Database.Database, computed: Map<number, Buffer>, report: DatabaseReport): void {
  const stored = new Map(
    db
      .prepare<[], { n: number; digest: Buffer }>('SELECT n, digest FROM bucket')
      .all()
      .map((row) => [row.n, row.digest]),
  )
  const nothing = Buffer.alloc(8)
  let differing = 0
  let total: Buffer = Buffer.alloc(8)
  for (const n of new Set([...stored.keys(), ...computed.keys()])) {
    const digest = computed.get(n) ?? nothing
    if (!digest.equals(stored.get(n) ?? nothing)) differing++
    total = combine(total, digest)
  }
  report.digest = total.toString('hex')
  if (differing > 0)
    report.problems.push({ code: 'buckets', message: `${differing} of the digests over groups of records do not fit the records.`, repair: 'derived' })
}

function checkOperations(db: Database.Database, report: DatabaseReport): void {
  const rows = db.prepare<[], { site: string; number: number; after: number | null }>('SELECT site, number, after FROM operation ORDER BY site, number')
  const sites = new Set<string>()
  const gapped = new Set<string>()
  const hasCleared = db.prepare("SELECT 1 FROM sync_state WHERE json_extract(state, '$.clearedBefore') IS NOT NULL").get() !== undefined
  let before = { site: '', number: 0 }
  for (const row of rows.iterate()) {
    report.operationCount++
    sites.add(row.site)
    // Confirmed operations may have been cleared away, oldest first; between those that are there nothing is missing.
    const expected = row.site === before.site ? before.number : hasCleared ? undefined : 0
    if (expected !== undefined && expected !== (row.after ?? row.number - 1)) gapped.add(row.site)
    before = row
  }
  if (gapped.size > 0)
    report.problems.push({
      code: 'operations',
      message: `The numbers of the operations have gaps in ${gapped.size} of ${sites.size} runs of the program.`,
      repair: 'records',
    })
}
