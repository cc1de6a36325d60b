import type { Entity } from '../../shared/entities/entity.js'
import { keptVersion } from '../../shared/entities/kept-version.js'
import { media } from '../../shared/entities/media.js'
import { reviewDecision } from '../../shared/entities/review-decision.js'
import { type Cells, erasedCells } from '../records/cell.js'
import { cellOf, keptVersionKind } from '../records/merge.js'
import type { ErasedTable } from './erased-table.js'
import { fieldsOf, patientOf } from './record-table.js'

/** What is left of a record that is erased: its mark names in whose chart it stands, because keys do. */
export function markOf(entity: Entity, id: string, cells: Cells): Cells {
  const owner = patientOf(entity, id, fieldsOf(cells))
  return erasedCells(owner === id ? undefined : owner)
}

/** Whether a record may not be kept because of another one that was erased: its patient, the one that it is a version of, or that it decides on. */
export function belongsToErased(erased: Pick<ErasedTable, 'has' | 'isErasedPatient'>, entity: Entity, id: string, cells: Cells): boolean {
  if (entity === keptVersion) {
    const version = cellOf(cells)
    return version !== undefined && erased.has(version.kind, version.id)
  }
  if (!entity.patient) return false
  const owner = entity.patient === 'id' ? id : cells[entity.patient]?.value
  if (typeof owner === 'string' && erased.isErasedPatient(owner)) return true
  if (entity !== reviewDecision) return false
  const about = cells.records?.value as { kind: string; id: string }[] | null | undefined
  return about?.some((record) => erased.has(record.kind, record.id)) === true
}

const fileFields = ['contentHash', 'thumbnailHash']

/** Content hashes of the files that some states of a record name, or that a kept version of one does. */
export function filesOf(kind: string, states: readonly Cells[]): string[] {
  const values = states.flatMap((cells) => {
    if (kind === media.kind) return fileFields.map((field) => cells[field]?.value)
    const version = kind === keptVersionKind ? cellOf(cells) : undefined
    return version?.kind === media.kind && fileFields.includes(version.field) ? [version.value] : []
  })
  return values.filter((value) => typeof value === 'string')
}
