import type { z } from 'zod'
import type { Source } from '../../../../shared/entities/entity.js'
import { findEntity } from '../../../../shared/entities/index.js'
import type { Draft, Skipped } from '../fhir/draft.js'
import { schemaFault } from '../fhir/draft.js'
import type { ExportRecord } from '../fhir/export.js'
import type { Fields } from '../fhir/lens.js'
import type { Place } from '../issues.js'
import type { TableInfo } from './inspect.js'
import { plainCell } from './write.js'

type Leaf = 'text' | 'number' | 'boolean' | 'json'

/** What of a record the product's own tables hold beside its fields, so that reading them again gives the same record. */
const sourceColumn = 'source'

/** Columns of a record kind's table: fields, with dots for parts of composite ones. Lists and alternatives are JSON in one cell. */
export function ownColumns(kind: string): { name: string; leaf: Leaf }[] {
  const entity = findEntity(kind)
  if (!entity) throw new Error(`No record kind ${kind}.`)
  const columns: { name: string; leaf: Leaf }[] = []
  for (const [name, schema] of Object.entries(entity.schema.shape as Record<string, z.ZodType>)) if (name !== sourceColumn) walk(name, schema, columns)
  return columns
}

interface Definition {
  type: string
  innerType?: z.ZodType
  in?: z.ZodType
  shape?: Record<string, z.ZodType>
  options?: z.ZodType[]
}

function walk(name: string, schema: z.ZodType, columns: { name: string; leaf: Leaf }[]): void {
  const { type, innerType, shape, in: input } = schema.def as unknown as Definition
  const inner = innerType ?? input
  if (inner) walk(name, inner, columns)
  else if (type === 'object' && shape) for (const [part, child] of Object.entries(shape)) walk(`${name}.${part}`, child, columns)
  else columns.push({ name, leaf: leafOf(schema) })
}

function leafOf(schema: z.ZodType): Leaf {
  const { type, options } = schema.def as unknown as Definition
  if (type === 'string' || type === 'enum' || type === 'literal') return 'text'
  if (type === 'number') return 'number'
  if (type === 'boolean') return 'boolean'
  return type === 'union' && options?.every((option) => leafOf(option) === 'text') ? 'text' : 'json'
}

/** Header of a kind's table in the product's own export. */
export const ownHeader = (kind: string): string[] => ['id', ...ownColumns(kind).map(({ name }) => name), sourceColumn]

/** A record as a row below `ownHeader`. */
export function ownRow(record: ExportRecord): string[] {
  const { source, ...fields } = record.fields
  return [record.id, ...ownColumns(record.kind).map(({ name, leaf }) => cellText(at(fields, name), leaf)), source ? JSON.stringify(source) : '']
}

const at = (fields: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, step) => (typeof value === 'object' && value !== null ? (value as Fields)[step] : undefined), fields)

function cellText(value: unknown, leaf: Leaf): string {
  if (value === undefined || value === null) return ''
  return leaf === 'json' ? JSON.stringify(value) : String(value)
}

/** Whether a file is a table of the product's own export: named for a record kind, with that kind's columns. */
export function isOwnTable(info: TableInfo): boolean {
  const kind = kindOfTable(info.table)
  if (!kind || info.header[0] !== 'id' || info.header.at(-1) !== sourceColumn) return false
  const columns = new Set(ownHeader(kind))
  return info.header.every((name) => columns.has(name))
}

/** Tables are compared in lower case, kinds are camelCase. */
export const kindOfTable = (table: string): string | undefined => ownKinds.find((kind) => kind.toLowerCase() === table.toLowerCase())

/** Kinds that a CSV export holds. Staff accounts and settings are not for files. */
export const ownKinds: readonly string[] = [
  'organization',
  'practitioner',
  'chair',
  'closedTime',
  'patient',
  'appointment',
  'encounter',
  'condition',
  'allergy',
  'observation',
  'procedure',
  'medicationRequest',
  'immunization',
  'diagnosticReport',
  'imagingStudy',
  'goal',
  'carePlan',
  'claim',
  'explanationOfBenefit',
  'symptom',
  'media',
  'otherResource',
]

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** A row of the product's own export as a draft under the id that it had. */
export function ownDraft(info: TableInfo, cells: string[], place: Place): Draft | Skipped {
  const kind = kindOfTable(info.table) as string
  const skipped = (code: Skipped['code'], path?: string): Skipped => ({ type: 'skipped', resourceType: kind, place: path ? { ...place, path } : place, code })
  if (cells.length !== info.header.length) return skipped('columnCount')
  const cell = new Map(info.header.map((name, index) => [name, plainCell(cells[index] ?? '')]))
  const id = cell.get('id') ?? ''
  if (!uuid.test(id)) return skipped('invalidId', 'id')
  const fields: Fields = {}
  for (const { name, leaf } of ownColumns(kind)) {
    const text = cell.get(name) ?? ''
    if (text === '' && leaf !== 'text') continue
    const value = text === '' ? undefined : valueIn(text, leaf)
    if (value === null) return skipped('invalidValue', name)
    if (value !== undefined) set(fields, name, value)
  }
  if (kind === 'patient' || kind === 'practitioner') fields.givenName ??= ''
  const source = valueIn(cell.get(sourceColumn) ?? '', 'json')
  const fault = schemaFault(kind, fields)
  if (fault) return skipped(fault.code, fault.path)
  return {
    type: 'record',
    kind,
    id,
    fields: (source ? { ...fields, source } : fields) as Fields & { source: Source },
    label: `${kind}/${id}`,
    resourceType: kind,
    place,
    length: cells.join().length,
    issues: [],
  }
}

/** Null for a cell that does not hold what its column is for. */
function valueIn(text: string, leaf: Leaf): unknown {
  if (leaf === 'text') return text
  if (leaf === 'number') return Number.isFinite(Number(text)) ? Number(text) : null
  if (leaf === 'boolean') return text === 'true' ? true : text === 'false' ? false : null
  if (text === '') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

function set(fields: Fields, path: string, value: unknown): void {
  const steps = path.split('.')
  let target = fields
  for (const step of steps.slice(0, -1)) target = (target[step] ??= {}) as Fields
  target[steps.at(-1) as string] = value
}
