import type { Source } from '../../../../shared/entities/entity.js'
import { isObject, type Json, type JsonObject } from '../json.js'
import { type Fields, putTogether, type References } from './lens.js'
import { lensOfKind, nameOfKind } from './lenses.js'
import { nameIn } from './resolve.js'
import { mediaResource, symptomResource } from './resources/own.js'

/** A record as the store gives it. */
export interface ExportRecord {
  kind: string
  id: string
  fields: Fields & { source?: Source }
}

/** What an export asks of the store. */
export interface ExportStore {
  /** `exportName` of the record with this id, deleted or not; undefined when there never was one. */
  nameOf(id: string): string | undefined
  /** The same function of names that the import used. */
  idFor(name: string): string
}

/** What a record is called in a FHIR export: as in its source when that was FHIR, else by its own id. */
export function exportName(kind: string, id: string, source: Source | undefined): string {
  return source?.system === 'fhir' ? source.id : `${nameOfKind(kind)}/${id}`
}

/** Kinds that a FHIR export holds, in its order. Staff accounts, chairs and settings have no place in it. */
export const isExported = (record: ExportRecord): boolean =>
  lensOfKind(record.kind) !== undefined ||
  record.kind === 'symptom' ||
  record.kind === 'media' ||
  (record.kind === 'otherResource' && record.fields.source?.system === 'fhir')

/**
 * The FHIR resource of a record. One that was imported and not edited equals what was imported; an edited field shows its new
 * value and what the product does not model stays. Throws for a kind that `isExported` denies.
 */
export function resourceOf(record: ExportRecord, store: ExportStore): JsonObject {
  const { source, ...fields } = record.fields
  const name = exportName(record.kind, record.id, source)
  const id = name.slice(name.indexOf('/') + 1)
  if (record.kind === 'otherResource' && source?.system === 'fhir') return { ...(source.rest as JsonObject) }
  const references = new ExportReferences(store, fields, source)
  if (record.kind === 'symptom') return symptomResource(id, fields, references)
  if (record.kind === 'media') return mediaResource(id, fields, references)
  const lens = lensOfKind(record.kind)
  if (!lens) throw new Error(`No FHIR type for records of kind ${record.kind}.`)
  return putTogether(lens, id, fields, source, references)
}

/** References of one record on its way out: what the import resolved is resolved again, what led nowhere then still does. */
class ExportReferences implements References {
  #linked: Set<string> | undefined

  constructor(
    readonly store: ExportStore,
    readonly fields: Fields,
    readonly source: Source | undefined,
  ) {}

  idOf(reference: string, types: readonly string[]): string | undefined {
    if (this.source?.absent?.includes(reference)) return undefined
    this.#linked ??= new Set(linksIn(this.fields))
    const conditional = /^([A-Z]\w+)\?/.exec(reference)?.[1]
    if (conditional)
      return types.includes(conditional) ? ([...this.#linked].find((id) => this.store.nameOf(id)?.startsWith(`${conditional}/`)) ?? reference) : undefined
    const named = nameIn(reference)
    const urn = reference.startsWith('urn:uuid:') ? reference.slice('urn:uuid:'.length) : undefined
    const names = named ? [named] : urn ? types.map((type) => `${type}/${urn}`) : []
    for (const name of names) {
      if (!types.includes(name.slice(0, name.indexOf('/')))) continue
      const id = this.store.idFor(name)
      if (this.#linked.has(id) || this.store.nameOf(id) !== undefined) return id
    }
    return undefined
  }

  textOf(id: string, types: readonly string[]): string {
    const name = this.store.nameOf(id) ?? `${types[0]}/${id}`
    return this.source?.references === 'urn' ? `urn:uuid:${name.slice(name.indexOf('/') + 1)}` : name
  }

  find(reference: string): JsonObject | undefined {
    const contained = this.source?.rest?.contained
    return reference.startsWith('#') && Array.isArray(contained)
      ? (contained as Json[]).find((item): item is JsonObject => isObject(item) && `#${String(item.id)}` === reference)
      : undefined
  }
}

function linksIn(value: unknown): string[] {
  if (typeof value === 'string') return value.length === 36 ? [value] : []
  if (Array.isArray(value)) return value.flatMap(linksIn)
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(linksIn) : []
}

/** A collection bundle: every entry is addressed by `urn:uuid:` and its id, so that references of either form resolve. */
export const bundleOf = (resources: readonly JsonObject[], at: string): JsonObject => ({
  resourceType: 'Bundle',
  type: 'collection',
  timestamp: at,
  entry: resources.map((resource) => ({ fullUrl: fullUrlOf(resource), resource })),
})

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The address of a resource in a bundle. Ids that are no UUID get an address that reads as `Type/id` below a made-up base. */
const fullUrlOf = (resource: JsonObject): string =>
  uuid.test(String(resource.id)) ? `urn:uuid:${String(resource.id)}` : `https://medinsight.invalid/fhir/${String(resource.resourceType)}/${String(resource.id)}`
