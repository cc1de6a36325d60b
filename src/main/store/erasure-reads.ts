import { entities } from '../../shared/entities/index.js'
import { media } from '../../shared/entities/media.js'
import { reviewDecision } from '../../shared/entities/review-decision.js'
import { statement } from './database.js'
import type { ErasedKey } from './erased-table.js'
import { defineRead } from './read.js'

/** Which mark a row of a record table has when it was erased. */
const isErasedRow = "json_extract(data, '$._erased') IS NOT NULL"

/**
 * Records of a patient, deleted ones included, that are not erased yet, without the patient's own. Reads every table from end to end, because an index
 * by patient would cost each save a page and this runs a few times a year: on a worker.
 */
export const recordsOfPatient = defineRead('erasure.recordsOfPatient', (db, { patientId }: { patientId: string }): ErasedKey[] => {
  const keys: ErasedKey[] = []
  for (const { kind, table, patient } of entities) {
    if (!patient || patient === 'id') continue
    const rows = statement<{ id: string }>(db, `SELECT id FROM ${table} WHERE patient_id = ? AND NOT ${isErasedRow}`).all(patientId)
    for (const { id } of rows) keys.push({ kind, id, owner: patientId })
  }
  const parked = statement<{ kind: string; id: string }>(db, `SELECT kind, id FROM parked WHERE owner = ? AND json_extract(cells, '$._erased') IS NULL`).all(
    patientId,
  )
  for (const { kind, id } of parked) keys.push({ kind, id, owner: patientId })
  return keys
})

/** Decisions of staff about erased records that do not belong to an erased patient themselves. */
export const decisionsOnErased = defineRead('erasure.decisions', (db): ErasedKey[] =>
  statement<ErasedKey>(
    db,
    `SELECT DISTINCT '${reviewDecision.kind}' AS kind, d.id, coalesce(d.patient_id, '') AS owner
     FROM ${reviewDecision.table} d, json_each(d.data, '$.records') r
     JOIN erased e ON e.kind = json_extract(r.value, '$.kind') AND e.id = json_extract(r.value, '$.id')`,
  ).all(),
)

/** Commands whose kept answers name one of these records. */
export const answersNaming = defineRead('erasure.answers', (db, { ids }: { ids: string[] }): string[] => {
  const wanted = new Set(ids)
  const found: string[] = []
  for (const { id, answer } of statement<{ id: string; answer: string }>(db, 'SELECT id, answer FROM command').iterate() as IterableIterator<{
    id: string
    answer: string
  }>)
    if (answer.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g)?.some((named) => wanted.has(named))) found.push(id)
  return found
})

/** Of some files those that no record names any more. */
export const unnamedFiles = defineRead('erasure.files', (db, { hashes }: { hashes: string[] }): string[] => {
  const isNamed = statement(
    db,
    `SELECT 1 FROM ${media.table} WHERE json_extract(data, '$.contentHash') = ? OR json_extract(data, '$.thumbnailHash') = ? LIMIT 1`,
  )
  return hashes.filter((hash) => isNamed.get(hash, hash) === undefined)
})

/** Refused operations that hold one of these records. */
export const deadLettersNaming = defineRead('erasure.deadLetters', (db, { ids }: { ids: string[] }): number[] => {
  const wanted = new Set(ids)
  return statement<{ seq: number; records: string }>(db, "SELECT seq, records FROM operation WHERE state <> 'sent' AND state = 'dead'")
    .all()
    .filter(({ records }) => (JSON.parse(records) as string[]).some((key) => wanted.has(key.slice(key.indexOf('/') + 1))))
    .map(({ seq }) => seq)
})
