import type { KeptValue } from '../../../shared/contract/review.js'
import { findEntity } from '../../../shared/entities/index.js'
import { canonical } from '../../records/canonical.js'
import { tombstone } from '../../records/cell.js'
import { keptVersionsOf } from '../../store/kept-versions.js'
import { defineRead } from '../../store/read.js'
import { authors } from './authors.js'
import { readCells, shownValue } from './details.js'

/** Earlier values of one record that are shown at once. */
const most = 200

/** Kinds of fields whose earlier values are not put back: what was found or signed is corrected by a new record, sums are counted. */
const final: ReadonlySet<string> = new Set(['append', 'sum', 'reference'])

/** Whether an earlier value of a field may be put back. */
export const canRestore = (kind: string, field: string): boolean => field !== tombstone && !final.has(findEntity(kind)?.fieldKind(field) ?? 'append')

/** Values of a record's fields that lost to concurrent ones, newest first; undefined when there is no such record. */
export const keptValues = defineRead(
  'review.history',
  (db, { kind, id }: { kind: string; id: string }): { patientId?: string; items: KeptValue[] } | undefined => {
    const read = readCells(db, kind, id)
    if (!read) return undefined
    const { reading, place, cells } = read
    const writtenBy = authors(db)
    const kept = Object.entries(keptVersionsOf(db, kind, id)).flatMap(([field, versions = []]) => versions.map((cell) => ({ field, cell })))
    const items = kept
      .filter(({ field }) => field !== tombstone && field !== 'source')
      .sort((a, b) => (a.cell.stamp < b.cell.stamp ? 1 : -1))
      .slice(0, most)
      .map(({ field, cell }) => ({
        field,
        ...writtenBy(place, field, cell.stamp),
        ...shownValue(db, kind, field, cell.value),
        isQuestion: reading.tasks.includes(field) && (reading.undecided[field] ?? []).some(({ stamp }) => stamp === cell.stamp),
        canRestore: canRestore(kind, field) && canonical(cells[field]?.value ?? null) !== canonical(cell.value),
      }))
    return { ...(place.patientId && { patientId: place.patientId }), items }
  },
)
