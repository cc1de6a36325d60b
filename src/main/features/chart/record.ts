import type { ChartKind, ChartRecord, RecordField } from '../../../shared/contract/chart.js'
import { type Concept, conceptText, type Quantity } from '../../../shared/entities/clinical-values.js'
import type { Source } from '../../../shared/entities/entity.js'
import { findEntity } from '../../../shared/entities/index.js'
import type { Money } from '../../../shared/money.js'
import { type ReadableDatabase, statement } from '../../store/database.js'
import { defineRead } from '../../store/read.js'
import { unpackSource } from '../../store/source-codec.js'
import { changedAtOf } from '../../store/tables.js'
import { type ChartFields, itemOf, lineOf } from './items.js'
import { fieldsOf, practitionerNames, tableOf } from './rows.js'
import { keptCountOf, questionsOf } from './undecided.js'
import { observedText, unitText } from './values.js'

/** Kinds that a field's name refers to, e.g. `conditionIds`. */
const referred: Readonly<Record<string, string>> = {
  practitionerId: 'practitioner',
  providerId: 'practitioner',
  organizationId: 'organization',
  chairId: 'chair',
  encounterId: 'encounter',
  conditionId: 'condition',
  conditionIds: 'condition',
  medicationRequestId: 'medicationRequest',
  claimId: 'claim',
  appointmentId: 'appointment',
  goalIds: 'goal',
  observationId: 'observation',
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const has = (value: Record<string, unknown>, ...names: string[]): boolean => Object.keys(value).every((name) => names.includes(name))
const isTime = (value: string): boolean => /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(value)

/** A quantity with every digit that the source gave. */
const exact = (quantity: Quantity): string =>
  [quantity.comparator, quantity.value, unitText(quantity)].filter((part) => part !== undefined && part !== '').join(' ')

const named = (concept: Concept): string => {
  const text = conceptText(concept)
  const more = [concept.display !== text && concept.display, concept.code !== text && concept.code].filter(Boolean)
  return more.length > 0 ? `${text} (${more.join(', ')})` : text
}

/** A value that is one thing to a reader although it has parts; undefined when its parts are to be listed. */
function wholeOf(name: string, value: Record<string, unknown>): RecordField | undefined {
  if (has(value, 'minor', 'currency') && typeof value.minor === 'number') return { name, money: value as unknown as Money }
  if (has(value, 'system', 'code', 'display', 'text')) return { name, text: named(value as Concept) }
  if (has(value, 'value', 'comparator', 'unit', 'code', 'system')) return { name, text: exact(value as Quantity) }
  if (name.endsWith('value') && has(value, 'concept', 'text', 'number', 'isTrue', 'at', 'range', 'ratio')) return { name, text: observedText(value) }
  return undefined
}

/** A record's values in the order of its fields, parts under the path of the whole. */
export function fieldsIn(db: ReadableDatabase, value: unknown, name: string): RecordField[] {
  if (value === null || value === undefined || value === '') return []
  if (typeof value === 'boolean') return [{ name, flag: value }]
  if (typeof value === 'number') return [{ name, text: String(value) }]
  if (typeof value === 'string') {
    const kind = referred[name.split('.').at(-1) ?? '']
    if (kind) return [{ name, record: { kind, id: value, title: titleOf(db, kind, value) } }]
    return [isTime(value) ? { name, when: value } : { name, text: value }]
  }
  if (Array.isArray(value)) {
    if (value.every((each) => typeof each === 'string') && !referred[name]) return value.length > 0 ? [{ name, text: value.join(', ') }] : []
    return value.flatMap((each) => fieldsIn(db, each, name))
  }
  if (!isObject(value)) return []
  return [wholeOf(name, value) ?? Object.entries(value).flatMap(([part, inner]) => fieldsIn(db, inner, `${name}.${part}`))].flat()
}

function titleOf(db: ReadableDatabase, kind: string, id: string): string {
  const fields = fieldsOf(db, kind, id)
  if (!fields) return ''
  if (kind === 'practitioner') return [fields.prefix, fields.givenName, fields.familyName].filter(Boolean).join(' ')
  if (kind === 'organization' || kind === 'chair') return String(fields.name ?? '')
  return lineOf(kind as ChartKind, fields).title
}

/** Most parts of a source that are shown, and the length of each. The whole of it goes into an export. */
const shownParts = 300
const shownLength = 2000

/** The leaves of what a source holds beside the fields, by their paths. */
function leavesOf(value: unknown, path: string, found: { path: string; value: string }[]): boolean {
  if (found.length >= shownParts) return true
  if (value === null || value === undefined) return false
  if (typeof value !== 'object') {
    const text = String(value)
    found.push({ path, value: text.length > shownLength ? `${text.slice(0, shownLength)}…` : text })
    return text.length > shownLength
  }
  const entries = Array.isArray(value) ? value.map((inner, index) => [value.length > 1 ? `[${index + 1}]` : '', inner] as const) : Object.entries(value)
  let isCut = false
  for (const [part, inner] of entries)
    isCut = leavesOf(inner, part.startsWith('[') || path === '' || part === '' ? path + part : `${path}.${part}`, found) || isCut
  return isCut
}

function sourceOf(packed: Buffer | null): ChartRecord['source'] {
  if (!packed) return undefined
  const { system, id, rest } = unpackSource(packed) as Source
  const also: { path: string; value: string }[] = []
  const isCut = leavesOf(rest ?? {}, '', also)
  return { system, id, also, isCut }
}

interface RecordRow {
  patient_id: string | null
  data: string
  cells: string
  source: Buffer | null
  at: string | null
}

/** One record of a chart in full; undefined when the chart holds no such record. */
export const chartRecord = defineRead(
  'chart.record',
  (db, { patientId, kind, id }: { patientId: string; kind: ChartKind; id: string }): ChartRecord | undefined => {
    const row = statement<RecordRow>(
      db,
      `SELECT r.patient_id, r.data, r.cells, r.source, (SELECT t.at FROM timeline t WHERE t.patient_id = r.patient_id AND t.kind = ? AND t.id = r.id) AS at
       FROM ${tableOf(kind)} r WHERE r.id = ? AND r.deleted = 0`,
    ).get(kind, id)
    if (!row || row.patient_id !== patientId) return undefined
    const fields = JSON.parse(row.data) as ChartFields
    const source = sourceOf(row.source)
    return {
      ...itemOf(kind, id, row.at ?? '', fields, practitionerNames(db)),
      patientId,
      changedAt: changedAtOf(row.cells),
      fields: Object.keys(findEntity(kind)?.fields ?? {}).flatMap((name) => (name === 'patientId' ? [] : fieldsIn(db, fields[name], name))),
      questions: questionsOf(db, patientId).filter(({ recordKind, recordId }) => recordKind === kind && recordId === id),
      keptCount: keptCountOf(db, kind, id),
      ...(source && { source }),
    }
  },
)
