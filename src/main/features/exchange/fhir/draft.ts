import { hash } from 'node:crypto'
import { z } from 'zod'
import type { Source } from '../../../../shared/entities/entity.js'
import { findEntity } from '../../../../shared/entities/index.js'
import { canonical } from '../../../records/canonical.js'
import { type Issue, type IssueCode, type Place, Refusal } from '../issues.js'
import { isObject, type Json, type JsonObject } from '../json.js'
import { type Fields, type Lens, takeApart } from './lens.js'
import { lensOfType } from './lenses.js'
import type { Survey } from './parse.js'
import type { Resolver } from './resolve.js'
import { faultsOf } from './validate.js'
import { whenFault } from './when.js'

/** A record ready to be written. The patient's `recordNumber` is left for the store to give. */
export interface Draft {
  type: 'record'
  kind: string
  /** Derived from the source's name: the same record whenever and wherever it is imported. */
  id: string
  /** Fields of the source, checked against the kind's schema. */
  fields: Fields & { source: Source }
  /** Fields for a record that is new; one that exists keeps its own. */
  defaults?: Fields
  /** What the source calls it, e.g. `Patient/4e8ed886`: for progress and reports, nothing private. */
  label: string
  /** FHIR type or name of the table. */
  resourceType: string
  place: Place
  /** Characters of the source's text, for making operations of a bearable size. */
  length: number
  /** What is odd but was accepted. */
  issues: Issue[]
  /** Set by the reading thread when `fields` with `defaults` are what the kind's schema made of them; `packed` is the source as it will be stored. */
  isChecked?: boolean
  packed?: Uint8Array
  /** Set when the source names a record that was made in this clinic and exported: such a record is never overwritten by its own copy. */
  own?: 'here' | 'deletedHere'
}

/** A record or file that was not taken in, and why. */
export interface Skipped {
  type: 'skipped'
  resourceType?: string
  label?: string
  place: Place
  code: IssueCode
}

/** Begins the items of a file; for progress. */
export interface FileStart {
  type: 'file'
  file: string
  index: number
  count: number
}

/** What is odd about a whole file or column. */
export interface Noted {
  type: 'noted'
  issues: Issue[]
}

/** One step of reading an import: the kinds that others refer to come before them. */
export type ImportItem = Draft | Skipped | FileStart | Noted

/** Largest record that an operation can carry alone, as JSON text. */
const maxRecordLength = 900_000

const schemas = new Map<string, z.ZodType>()

/** Schema of a draft's fields: those of the kind but the source, and what the store or the defaults add. */
function schemaOf(kind: string, defaults: Fields | undefined): z.ZodType {
  const key = [kind, ...Object.keys(defaults ?? {})].join()
  let schema = schemas.get(key)
  if (!schema) {
    const given = new Set(['source', ...Object.keys(defaults ?? {})])
    const shape = findEntity(kind)?.schema.shape ?? {}
    const left = Object.entries(shape as z.ZodRawShape).filter(([name]) => !given.has(name))
    schema = z.strictObject(Object.fromEntries(left.map(([name, field]) => [name, name === 'recordNumber' ? (field as z.ZodType).optional() : field])))
    schemas.set(key, schema)
  }
  return schema
}

/** Why the schema of a kind refuses fields; undefined when it accepts them. */
export function schemaFault(kind: string, fields: Fields, defaults?: Fields): { code: IssueCode; path: string } | undefined {
  const checked = schemaOf(kind, defaults).safeParse(fields)
  if (checked.success) return undefined
  const issue = checked.error.issues[0]
  const path = issue?.path.join('.') ?? ''
  if (issue?.code === 'too_big') return { code: 'tooLong', path }
  const value = issue?.path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined),
    fields,
  )
  return { code: value === undefined ? 'missing' : issue?.code === 'invalid_type' ? 'wrongType' : 'invalidValue', path }
}

/** Digest of a resource, whatever the order of its elements: the same for a source and for what an export makes of the unchanged record. */
export const resourceDigest = (resource: JsonObject): string => hash('sha256', canonical(resource), 'base64').slice(0, 16)

/** Turns a resource into a draft, or says why not. Nothing of a resource is ever lost: what is not modelled goes to the source. */
export function draftOf(resource: JsonObject, name: string, place: Place, seen: Survey, resolver: Resolver): Draft | Skipped {
  const resourceType = resource.resourceType as string
  const skipped = (code: IssueCode, path?: string): Skipped => ({ type: 'skipped', resourceType, label: name, place: path ? { ...place, path } : place, code })
  const text = JSON.stringify(resource)
  if (text.length > maxRecordLength) return skipped('tooLarge')
  resolver.current = resource
  resolver.isUrn = seen.references.some((reference) => reference.startsWith('urn:uuid:'))
  const absent = seen.references.filter((reference) => resolver.isAbsent(reference))
  const source: Source = { system: 'fhir', id: name, digest: resourceDigest(resource) }
  if (resolver.isUrn) source.references = 'urn'
  if (absent.length > 0) source.absent = [...new Set(absent)].filter((reference) => reference.length <= 2000).slice(0, 1000)
  const issues: Issue[] = absent.map(() => ({ ...place, code: 'referenceAbsent' as const }))
  for (const { code, path } of faultsOf(resource)) issues.push({ ...place, code, path })
  if (resource.modifierExtension !== undefined || resource.implicitRules !== undefined) issues.push({ ...place, code: 'modifier' })
  const draft = (kind: string, fields: Fields, rest: JsonObject | undefined, defaults?: Fields): Draft => ({
    type: 'record',
    kind,
    id: resolver.idOfName(name),
    fields: { ...fields, source: rest ? { ...source, rest } : source },
    ...(defaults ? { defaults } : {}),
    label: name,
    resourceType,
    place,
    length: text.length,
    issues,
  })
  try {
    const lens = lensOfType(resourceType)
    if (lens && !lens.isOutside?.(resource)) {
      const { fields, rest } = takeApart(lens, resource, resolver)
      if (!lens.patient || fields.patientId !== undefined) {
        if (lens.kind === 'patient' && resolver.known.store.isAnother?.(name, fields)) return skipped('anotherPerson')
        const fault = schemaFault(lens.kind, fields, lens.defaults)
        return fault ? skipped(fault.code, fault.path) : draft(lens.kind, fields, rest, lens.defaults)
      }
      const why = withoutPatient(resource, lens, resolver)
      if (why === 'patientSkipped') return skipped(why)
      issues.push({ ...place, code: why, path: lens.patient })
    }
    return draft('otherResource', otherFields(resource, resolver), resource)
  } catch (error) {
    if (error instanceof Refusal) return skipped(error.code, error.path)
    throw error
  }
}

/** Why a record of the chart names no patient who is here. */
function withoutPatient(resource: JsonObject, lens: Lens, resolver: Resolver): 'patientSkipped' | 'patientAbsent' | 'notAboutPatient' {
  const named = resource[lens.patient as string]
  const references = (Array.isArray(named) ? named.map((item) => (isObject(item) ? item.actor : undefined)) : [named]).flatMap((item) =>
    isObject(item) && typeof item.reference === 'string' ? [item.reference] : [],
  )
  const names = references.map((reference) => resolver.nameOf(reference) ?? reference)
  if (names.some((name) => resolver.known.refused.has(name))) return 'patientSkipped'
  return names.some((name) => name.startsWith('Patient/') || name.startsWith('urn:')) ? 'patientAbsent' : 'notAboutPatient'
}

const subjects = ['subject', 'patient', 'beneficiary', 'for', 'individual', 'source']
const times = [
  'effectiveDateTime',
  'performedDateTime',
  'occurrenceDateTime',
  'authoredOn',
  'whenHandedOver',
  'recorded',
  'dateTime',
  'date',
  'created',
  'createdDateTime',
  'issued',
  'sent',
  'start',
  'authored',
  'period',
]

/** What can be said of a resource that the product does not model: whose, and when. */
function otherFields(resource: JsonObject, resolver: Resolver): Fields {
  const fields: Fields = { resourceType: resource.resourceType }
  for (const name of subjects) {
    const named = resource[name]
    if (!isObject(named) || typeof named.reference !== 'string') continue
    const patientId = resolver.idOf(named.reference, ['Patient'])
    if (patientId !== undefined) {
      fields.patientId = patientId
      break
    }
  }
  for (const name of times) {
    const at: Json | undefined = isObject(resource[name]) ? resource[name].start : resource[name]
    if (typeof at === 'string' && whenFault(at) === undefined) {
      fields.at = at
      break
    }
  }
  return fields
}
