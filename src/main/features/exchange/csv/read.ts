import { hash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Condition, type CsvMapping, type FieldMapping, originOf, type TableMapping } from '../../../../shared/csv-mapping.js'
import type { Source } from '../../../../shared/entities/entity.js'
import { entities } from '../../../../shared/entities/index.js'
import type { Draft, ImportItem, Skipped } from '../fhir/draft.js'
import { schemaFault } from '../fhir/draft.js'
import type { Fields } from '../fhir/lens.js'
import { NameSet } from '../fhir/name-set.js'
import { NothingToRead } from '../fhir/read.js'
import type { ImportStore } from '../fhir/resolve.js'
import { type Issue, type IssueCode, type Place, Refusal } from '../issues.js'
import { type CellRules, cellOf, mangled, readCell } from './cells.js'
import { hasLostZeros, inspectCsv, rowsOf, type TableInfo } from './inspect.js'
import { isOwnTable, ownDraft } from './own.js'

export interface ReadCsvOptions extends ImportStore {
  mapping: CsvMapping
  /** The clinic's currency, where the mapping names none. */
  currency: string
  /** What `inspectAll` said of the path, when it was asked before. */
  tables?: readonly TableInfo[]
}

const rank = new Map(entities.map((entity, at) => [entity.kind, at]))
const rankOf = (kind: string): number => (kind === 'otherResource' ? 1000 : (rank.get(kind) ?? 999))

/** What a record of a kind must have although tables often do not say it. */
const fallbacks: Readonly<Record<string, Fields>> = {
  patient: { givenName: '', sex: 'unknown' },
  practitioner: { givenName: '', isActive: true },
  organization: { isActive: true },
}
const defaults: Readonly<Record<string, Fields>> = { practitioner: { isBookable: false } }

/** All CSV files of a path, a file or a folder, with what can be told of them. Throws when the path cannot be read. */
export async function inspectAll(path: string): Promise<TableInfo[]> {
  const isFolder = (await stat(path)).isDirectory()
  const names = isFolder ? (await readdir(path)).filter((name) => /\.(csv|tsv|txt)$/i.test(name)).sort() : []
  const paths = isFolder ? names.map((name) => join(path, name)) : [path]
  if (paths.length === 0) throw new NothingToRead()
  const found: TableInfo[] = []
  for (const file of paths) found.push(await inspectCsv(file))
  return found
}

/**
 * Reads CSV files by a mapping. Yields drafts, patients before what refers to them, and a reason with the row's number for every
 * row that is not taken. Tables of the product's own export need no mapping. Does not throw on content.
 */
export async function* readCsv(path: string, options: ReadCsvOptions): AsyncGenerator<ImportItem> {
  const tables = (options.tables ?? (await inspectAll(path))).map((info) => ({ info, mapping: options.mapping.tables[info.table] }))
  const kindOf = (info: TableInfo, mapping: TableMapping | undefined): string => (isOwnTable(info) ? info.table : (mapping?.kind ?? ''))
  tables.sort((a, b) => rankOf(kindOf(a.info, a.mapping)) - rankOf(kindOf(b.info, b.mapping)))
  const known: Seen = { names: new NameSet(), rows: new NameSet(), store: options }
  for (const [index, { info, mapping }] of tables.entries()) {
    yield { type: 'file', file: info.file, index, count: tables.length }
    if (info.fault) yield { type: 'skipped', place: { file: info.file }, code: info.fault }
    else if (isOwnTable(info)) yield* ownRows(info, known)
    else if (!mapping) yield { type: 'skipped', place: { file: info.file }, code: 'unmappedFile' }
    else {
      const issues = columnIssues(info, mapping)
      if (issues.length > 0) yield { type: 'noted', issues }
      yield* new Table(info, mapping, options, known).read()
    }
  }
}

interface Seen {
  names: NameSet
  rows: NameSet
  store: ImportStore
}

async function* ownRows(info: TableInfo, seen: Seen): AsyncGenerator<ImportItem> {
  for await (const { row, cells } of rowsOf(info)) {
    if (row === 1) continue
    const item = ownDraft(info, cells, { file: info.file, entry: row })
    if (item.type === 'record') {
      const name = `${info.table}:${item.id}`
      if (seen.names.has(name)) {
        yield { type: 'skipped', place: item.place, label: item.label, code: 'duplicate' }
        continue
      }
      seen.names.add(name)
    }
    yield item
  }
}

/** One file being read by its mapping. */
class Table {
  readonly #at: Map<string, number>
  readonly #rules: CellRules
  readonly #fields: [string, FieldMapping][]
  readonly #mapped: Set<string>
  /** A column that the record's name gives back. */
  readonly #onlyId: string | undefined
  readonly #counts = new Map<string, number>()

  constructor(
    readonly info: TableInfo,
    readonly mapping: TableMapping,
    readonly options: ReadCsvOptions,
    readonly seen: Seen,
  ) {
    this.#at = new Map(info.header.map((name, at) => [name, at]))
    this.#rules = { ...options.mapping, currency: options.mapping.currency ?? options.currency }
    this.#fields = Object.entries(mapping.fields).map(([field, origin]) => [field, originOf(origin)])
    this.#onlyId = mapping.id?.length === 1 ? mapping.id[0] : undefined
    this.#mapped = new Set(this.#fields.flatMap(([, { column }]) => column ?? []))
  }

  async *read(): AsyncGenerator<ImportItem> {
    const missing = [...this.#mapped, ...(this.mapping.id ?? [])].find((name) => !this.#at.has(name))
    if (missing !== undefined) {
      yield { type: 'skipped', place: { file: this.info.file, path: missing }, code: 'unknownColumn' }
      return
    }
    for await (const { row, cells } of rowsOf(this.info)) if (row > 1) yield this.#readRow(cells, { file: this.info.file, entry: row })
  }

  #readRow(cells: string[], place: Place): Draft | Skipped {
    const { header, table } = this.info
    const { kind } = this.mapping
    const skipped = (code: IssueCode, path?: string): Skipped => ({ type: 'skipped', resourceType: table, place: path ? { ...place, path } : place, code })
    if (cells.length < header.length || cells.slice(header.length).some((cell) => cell !== '')) return skipped('columnCount')
    const text = JSON.stringify(cells.slice(0, header.length))
    const { length } = text
    const digest = hash('sha256', text, 'base64').slice(0, 16)
    const name = this.#nameOf(cells, digest)
    if (name === undefined) return skipped('duplicate')
    const issues: Issue[] = []
    try {
      const { fields, rest } = kind === 'otherResource' ? this.#keep(cells, issues, place) : this.#map(cells, issues, place)
      const fault = schemaFault(kind, fields, defaults[kind])
      if (fault) return skipped(fault.code, this.#columnOf(fault.path))
      this.seen.names.add(name)
      const source: Source = { system: 'csv', id: name, digest, ...(rest ? { rest } : {}) }
      const id = this.options.idFor(name)
      return {
        type: 'record',
        kind,
        id,
        fields: { ...fields, source },
        ...(defaults[kind] ? { defaults: defaults[kind] } : {}),
        label: name.slice(0, 300),
        resourceType: table,
        place,
        length,
        issues,
      }
    } catch (error) {
      if (error instanceof Refusal) return skipped(error.code, error.path)
      throw error
    }
  }

  /** `table/key`; undefined for a row that stood in the file before. */
  #nameOf(cells: string[], digest: string): string | undefined {
    const { table } = this.info
    const whole = `${table}|${digest}`
    if (this.seen.rows.has(whole)) return undefined
    this.seen.rows.add(whole)
    const columns = this.mapping.id
    const key = columns?.map((column) => this.#cell(cells, column)).join('|')
    if (columns === undefined || key === undefined || key.replaceAll('|', '') === '') return `${table}/${digest}`
    const name = `${table}/${key.length > 200 ? hash('sha256', key, 'hex') : key}`
    if (!this.seen.names.has(name)) return name
    if (!this.mapping.repeats) return undefined
    const count = (this.#counts.get(name) ?? 1) + 1
    this.#counts.set(name, count)
    return `${name}#${count}`
  }

  #cell(cells: string[], column: string): string {
    return cells[this.#at.get(column) ?? -1]?.trim() ?? ''
  }

  #holds(condition: Condition | undefined, cells: string[]): boolean {
    if (!condition) return true
    const cell = this.#cell(cells, condition.column)
    if (condition.is && !condition.is.includes(cell)) return false
    if (condition.shape === 'loinc') return /^\d{1,7}-\d$/.test(cell)
    return condition.shape === undefined || (cell !== '') === (condition.shape === 'filled')
  }

  /** Fields by the mapping; `rest` has what no field gives back: other columns, and cells that read the same but were written otherwise. */
  #map(cells: string[], issues: Issue[], place: Place): { fields: Fields; rest: Record<string, string> | undefined } {
    const fields: Fields = { ...fallbacks[this.mapping.kind] }
    const rest: Record<string, string> = {}
    const used = new Set<string | undefined>([this.#onlyId])
    const constants: [string, unknown][] = []
    for (const [field, origin] of this.#fields) {
      if (!this.#holds(origin.if, cells)) continue
      if (origin.value !== undefined) constants.push([field, origin.value])
      else if (origin.column !== undefined) {
        used.add(origin.column)
        const value = this.#value(origin, cells, rest, issues, place)
        if (value !== undefined) setPath(fields, field, value)
      }
    }
    for (const [field, value] of constants) if (!field.includes('.') || hasGroup(fields, field)) setPath(fields, field, value)
    for (const [at, name] of this.info.header.entries()) if (!used.has(name) && cells[at] !== undefined && cells[at] !== '') rest[name] = cells[at]
    return { fields, rest: Object.keys(rest).length > 0 ? rest : undefined }
  }

  #value(origin: FieldMapping, cells: string[], rest: Record<string, string>, issues: Issue[], place: Place): unknown {
    const column = origin.column as string
    const cell = this.#cell(cells, column)
    if (origin.values) {
      const meaning = meaningOf(origin.values, cell) ?? (cell === '' && !origin.otherwise ? undefined : origin.otherwise)
      if (meaning === undefined && cell !== '') throw new Refusal('invalidCode', column)
      if (meaning !== cell && cell !== '' && !this.#isDateColumn(column)) rest[column] = cell
      return meaning
    }
    if (cell === '') return undefined
    if (origin.refers) {
      const name = `${origin.refers}/${cell}`
      if (this.seen.names.has(name) || this.seen.store.exists?.(name)) return this.options.idFor(name)
      if (origin.refers === 'patients') throw new Refusal('patientAbsent', column)
      issues.push({ ...place, path: column, code: 'referenceAbsent' })
      rest[column] = cell
      return undefined
    }
    const value = readCell(cell, origin.as, column, this.#rules)
    if (origin.as !== undefined && cellOf(value, origin.as) !== cell && origin.as !== 'firstWords' && origin.as !== 'lastWord') rest[column] = cell
    return value
  }

  /** Whether another field already reads this column as a time, so that its text need not be kept twice. */
  #isDateColumn(column: string): boolean {
    return this.#fields.some(([, origin]) => origin.column === column && (origin.as === 'time' || origin.as === 'date'))
  }

  #keep(cells: string[], issues: Issue[], place: Place): { fields: Fields; rest: Record<string, string> } {
    const rest: Record<string, string> = {}
    for (const [at, name] of this.info.header.entries()) {
      const cell = cells[at] ?? ''
      rest[name] = cell
      const fault = mangled(cell.trim(), 'text')
      if (fault) issues.push({ ...place, path: name, code: fault })
    }
    const fields: Fields = { resourceType: this.info.table }
    const { patient } = this.mapping
    const cell = patient ? this.#cell(cells, patient.column) : ''
    if (patient && cell !== '') {
      const name = `${patient.refers}/${cell}`
      if (this.seen.names.has(name) || this.seen.store.exists?.(name)) fields.patientId = this.options.idFor(name)
      else issues.push({ ...place, path: patient.column, code: 'patientAbsent' })
    }
    return { fields, rest }
  }

  #columnOf(path: string): string {
    return this.#fields.find(([field]) => field === path || field.startsWith(`${path}.`))?.[1].column ?? path
  }
}

const meaningOf = (values: Readonly<Record<string, string>>, cell: string): string | undefined => {
  if (Object.hasOwn(values, cell)) return values[cell]
  const lower = cell.toLowerCase()
  for (const key of Object.keys(values)) if (key.toLowerCase() === lower) return values[key]
  return undefined
}

/** Warnings that need the whole column: leading zeros that a spreadsheet took away. */
export function columnIssues(info: TableInfo, mapping: TableMapping): Issue[] {
  const issues: Issue[] = []
  for (const origin of Object.values(mapping.fields).map(originOf)) {
    if (origin.as !== 'postalCode' && origin.as !== 'phone' && origin.as !== 'id') continue
    const column = info.columns.find(({ name }) => name === origin.column)
    if (column && hasLostZeros(column)) issues.push({ file: info.file, path: column.name, code: 'leadingZeroLost' })
  }
  return issues
}

/** Sets a part of a composite field; a number in the path is a place in a list. */
function setPath(fields: Fields, path: string, value: unknown): void {
  const steps = path.split('.')
  let at: Record<string, unknown> = fields
  for (const [index, step] of steps.slice(0, -1).entries()) {
    at[step] ??= /^\d+$/.test(steps[index + 1] as string) ? [] : {}
    at = at[step] as Record<string, unknown>
  }
  at[steps.at(-1) as string] = value
}

function hasGroup(fields: Fields, path: string): boolean {
  let at: unknown = fields
  for (const step of path.split('.').slice(0, -1)) at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined
  return at !== undefined
}
