import type { Media } from '../../../shared/contract/media.js'
import type { PatientHit } from '../../../shared/contract/patients.js'
import type { FieldsOf } from '../../../shared/entities/entity.js'
import type { media } from '../../../shared/entities/media.js'
import { type ReadableDatabase, statement } from '../../store/database.js'
import { defineRead } from '../../store/read.js'
import { changedAtOf, type Stored } from '../../store/tables.js'
import { isShown } from './types.js'

interface Row {
  id: string
  at: string
  data: string
  cells: string
}

type Fields = Omit<FieldsOf<typeof media>, 'source'>

/** A media record as screens see it. */
export function shownMedia({ thumbnailHash, source: _, ...rest }: Stored<typeof media>): Media {
  return { ...rest, hasThumbnail: thumbnailHash !== undefined, isShown: isShown(rest.mimeType) }
}

function fromRow({ id, data, cells }: Row): Media {
  const fields = Object.fromEntries(Object.entries(JSON.parse(data) as Fields).filter(([, value]) => value !== null)) as Fields
  return shownMedia({ ...fields, id, changedAt: changedAtOf(cells) } as Stored<typeof media>)
}

/** Where a page of media ends: its time on the timeline and its id. */
export type Place = readonly [at: string, id: string]

/** A patient's media, newest first, one page. */
export const mediaPage = defineRead(
  'media.page',
  (db, { patientId, kind, after, limit }: { patientId: string; kind: string | undefined; after: Place | undefined; limit: number }) => {
    const sql = `SELECT m.id, t.at, m.data, m.cells FROM timeline t JOIN media m ON m.id = t.id AND m.deleted = 0
      WHERE t.patient_id = ? AND t.kind = 'media' ${kind ? "AND json_extract(m.data, '$.kind') = ?" : ''} ${after ? 'AND (t.at, t.id) < (?, ?)' : ''}
      ORDER BY t.at DESC, t.id DESC LIMIT ?`
    return statement<Row>(db, sql)
      .all(patientId, ...(kind ? [kind] : []), ...(after ?? []), limit)
      .map((row) => ({ at: row.at, media: fromRow(row) }))
  },
)

/** Media added last in the whole clinic with their patients, one page; `after` is the id where the page before ended (ids are sortable by creation). */
export const recentMedia = defineRead(
  'media.recent',
  (db, { kind, after, limit }: { kind: string | undefined; after: string | undefined; limit: number }): (Media & { patient: PatientHit })[] => {
    const sql = `SELECT m.id, '' AS at, m.data, m.cells, p.id AS patientId, p.data AS patient FROM media m JOIN patient p ON p.id = m.patient_id AND p.deleted = 0
      WHERE m.deleted = 0 ${kind ? "AND json_extract(m.data, '$.kind') = ?" : ''} ${after ? 'AND m.id < ?' : ''} ORDER BY m.id DESC LIMIT ?`
    return statement<Row & { patientId: string; patient: string }>(db, sql)
      .all(...(kind ? [kind] : []), ...(after ? [after] : []), limit)
      .map((row) => {
        const { recordNumber, familyName, givenName, birthDate, sex, phone } = JSON.parse(row.patient) as {
          [Name in keyof PatientHit]: PatientHit[Name] | null
        }
        const patient = { id: row.patientId, recordNumber: recordNumber ?? '', familyName: familyName ?? '', givenName: givenName ?? '', sex: sex ?? 'unknown' }
        return { ...fromRow(row), patient: { ...patient, ...(birthDate && { birthDate }), ...(phone && { phone }) } }
      })
  },
)

/** Id of a patient's record of this very content, when there is one. */
export const sameContent = (db: ReadableDatabase, patientId: string, contentHash: string): string | undefined =>
  statement<{ id: string }>(db, "SELECT id FROM media WHERE patient_id = ? AND deleted = 0 AND json_extract(data, '$.contentHash') = ? LIMIT 1").get(
    patientId,
    contentHash,
  )?.id
