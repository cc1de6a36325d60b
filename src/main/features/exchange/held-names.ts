import type { CsvMapping } from '../../../shared/csv-mapping.js'
import { findEntity } from '../../../shared/entities/index.js'
import { foldName } from '../../../shared/names.js'
import { type ReadableDatabase, statement } from '../../store/database.js'
import type { Draft } from './fhir/draft.js'
import { lensOfType } from './fhir/lenses.js'
import type { ImportStore } from './fhir/resolve.js'

/** Id of a record that comes from elsewhere, as the store derives it from the system and the name there. */
export type DeriveId = (system: 'fhir' | 'csv', name: string) => string

/** An id as records get them here: made (version 7) or derived (version 8). Asking the database for any other one would be in vain. */
const ownId = /^[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/
/** Names whose derived ids are remembered: a chart's records name the same few people and visits over and over. */
const rememberedNames = 5000
const typeOf = (name: string): string => name.slice(0, name.indexOf('/'))
const tailOf = (name: string): string => name.slice(name.indexOf('/') + 1)

/** Kinds made here that an export writes as a FHIR type. */
function kindsOf(resourceType: string): string[] {
  const own = lensOfType(resourceType)?.kind ?? 'otherResource'
  return resourceType === 'Observation' ? [own, 'symptom'] : resourceType === 'Media' ? ['media'] : [own]
}

function rowOf(db: ReadableDatabase, kind: string, id: string): { deleted: number } | undefined {
  const entity = findEntity(kind)
  return entity && statement<{ deleted: number }>(db, `SELECT deleted FROM ${entity.table} WHERE id = ?`).get(id)
}

/**
 * What a FHIR import asks of the store. A name whose id is that of a record made in this clinic means that record: it comes from an export
 * of this clinic. Every other name gets an id derived from it.
 */
export function fhirNames(db: ReadableDatabase, derive: DeriveId): ImportStore & { ownState(draft: Draft): Draft['own'] } {
  const madeHere = (name: string) => {
    const id = tailOf(name)
    if (!ownId.test(id)) return undefined
    for (const kind of kindsOf(typeOf(name))) {
      const row = rowOf(db, kind, id)
      if (row) return row
    }
    return undefined
  }
  const derived = new Map<string, string>()
  const derivedFor = (name: string): string => {
    let id = derived.get(name)
    if (id !== undefined) return id
    if (derived.size >= rememberedNames) derived.clear()
    derived.set(name, (id = derive('fhir', name)))
    return id
  }
  const idFor = (name: string): string => (madeHere(name) ? tailOf(name) : derivedFor(name))
  return {
    idFor,
    exists: (name) => rowOf(db, lensOfType(typeOf(name))?.kind ?? 'otherResource', idFor(name))?.deleted === 0,
    isAnother: (name, fields) => isAnotherPerson(db, idFor(name), fields),
    ownState: (draft) => {
      if (draft.id !== tailOf(draft.label)) return undefined
      return madeHere(draft.label)?.deleted ? 'deletedHere' : 'here'
    },
  }
}

/** What a CSV import asks of the store: names are `table/key`, and the mapping says of which kind a table's records are. */
export function csvNames(db: ReadableDatabase, derive: DeriveId, mapping: CsvMapping): ImportStore {
  const idFor = (name: string): string => derive('csv', name)
  return { idFor, exists: (name) => rowOf(db, mapping.tables[typeOf(name)]?.kind ?? 'otherResource', idFor(name))?.deleted === 0 }
}

/**
 * Whether family name, given name and birth date all differ from those of the patient held under an id. Two systems may both number their
 * patients from 1; a person who married or whose birth date was corrected still shares one of the three.
 */
function isAnotherPerson(db: ReadableDatabase, id: string, fields: Readonly<Record<string, unknown>>): boolean {
  const row = statement<{ data: string }>(db, 'SELECT data FROM patient WHERE id = ? AND deleted = 0').get(id)
  if (!row) return false
  const held = JSON.parse(row.data) as Record<string, unknown>
  const differs = (name: string) => foldName(String(held[name] ?? '')) !== foldName(String(fields[name] ?? ''))
  return differs('familyName') && differs('givenName') && held.birthDate !== undefined && fields.birthDate !== undefined && held.birthDate !== fields.birthDate
}
