import type { Issue, IssueCode } from '../issues.js'
import { isObject, type Json, type JsonObject } from '../json.js'
import { NameSet } from './name-set.js'
import { whenFault } from './when.js'

/** What is wrong inside one resource: a code and the path of the element, never its value. */
export type Fault = Pick<Issue, 'code'> & { path: string }

/** Elements of R4 that hold a date, dateTime or instant, beside those whose name says so. */
const timeNames = new Set([
  'birthDate',
  'authoredOn',
  'issued',
  'recordedDate',
  'recorded',
  'created',
  'started',
  'start',
  'end',
  'date',
  'sent',
  'received',
  'lastUpdated',
  'whenPrepared',
  'whenHandedOver',
  'dateAsserted',
  'assertedDate',
  'dueDate',
  'startDate',
  'statusDate',
  'expirationDate',
  'lastOccurrence',
  'timestamp',
  'approvalDate',
  'lastReviewDate',
  'paymentDate',
  'creation',
  'authored',
  'lastModified',
  'collectedDateTime',
])
const idShape = /^[A-Za-z0-9\-.]{1,64}$/
const codeShape = /^\S+(\s\S+)*$/
const codeNames = new Set(['status', 'intent', 'gender', 'use', 'lifecycleStatus', 'outcome', 'criticality', 'code', 'currency', 'periodUnit', 'comparator'])

/**
 * Checks a resource for what neither the official schema nor common validators see: days that never were, ends before their
 * starts, empty strings, lists and objects, stray whitespace in codes and ids, numbers that are none, codes of impossible shape.
 * Answers with codes and paths alone.
 */
export function faultsOf(resource: JsonObject): Fault[] {
  const faults: Fault[] = []
  const add = (code: IssueCode, path: string): void => void faults.push({ code, path })
  if (typeof resource.resourceType !== 'string') add('notFhir', 'resourceType')
  if (resource.id !== undefined && !(typeof resource.id === 'string' && idShape.test(resource.id))) add('invalidId', 'id')
  walk(resource, '', undefined, add)
  return faults
}

type Add = (code: IssueCode, path: string) => void

function walk(value: Json, path: string, name: string | undefined, add: Add): void {
  if (Array.isArray(value)) {
    if (value.length === 0) add('emptyValue', path)
    // A primitive list may hold nulls where `_name` has an extension instead; a list of nothing but nulls says nothing.
    else if (value.every((item) => item === null) && !name?.startsWith('_')) add('emptyValue', path)
    for (const [at, item] of value.entries()) if (item !== null) walk(item, `${path}[${at}]`, name, add)
  } else if (isObject(value)) walkObject(value, path, add)
  else if (typeof value === 'string') checkText(value, path, name, add)
  else if (value === null) add('emptyValue', path)
  else if (typeof value === 'number' && !Number.isFinite(value)) add('invalidValue', path)
}

function walkObject(value: JsonObject, path: string, add: Add): void {
  const names = Object.keys(value)
  if (names.length === 0) add('emptyValue', path)
  if (names.length === 1 && names[0] === 'id' && path !== '') add('emptyValue', path)
  for (const name of names) {
    const child = value[name] as Json
    const below = path === '' ? name : `${path}.${name}`
    walk(child, below, name, add)
    if (name.startsWith('_') && isObject(child) && child.extension === undefined && child.id === undefined) add('emptyValue', below)
  }
  const { start, end } = value
  if (typeof start === 'string' && typeof end === 'string' && endsBefore(start, end)) add('endBeforeStart', path === '' ? 'end' : `${path}.end`)
  if (
    isObject(value.low) &&
    isObject(value.high) &&
    typeof value.low.value === 'number' &&
    typeof value.high.value === 'number' &&
    value.low.unit === value.high.unit &&
    value.low.value > value.high.value
  ) {
    add('endBeforeStart', `${path}.high`)
  }
  if (typeof value.onsetDateTime === 'string' && typeof value.abatementDateTime === 'string' && endsBefore(value.onsetDateTime, value.abatementDateTime))
    add('endBeforeStart', 'abatementDateTime')
  if (typeof value.birthDate === 'string' && typeof value.deceasedDateTime === 'string' && endsBefore(value.birthDate, value.deceasedDateTime))
    add('endBeforeStart', 'deceasedDateTime')
}

function checkText(value: string, path: string, name: string | undefined, add: Add): void {
  if (value === '') add('emptyValue', path)
  else if (value.trim() === '') add('whitespace', path)
  else if (name !== undefined && name !== 'div') checkNamed(value, path, name, add)
}

function checkNamed(value: string, path: string, name: string, add: Add): void {
  if (timeNames.has(name) || /(?:DateTime|Date|Instant)$/.test(name)) {
    const fault = whenFault(value)
    if (fault) add(fault, path)
    return
  }
  if (codeNames.has(name) || name === 'system') {
    if (value !== value.trim() || (name === 'system' ? /\s/.test(value) : !codeShape.test(value))) add('whitespace', path)
  }
  if (name === 'reference' && /\s/.test(value)) add('whitespace', path)
}

/** Whether an end lies before a start, both as precisely as they were given: the same day or month is not before. */
export function endsBefore(start: string, end: string): boolean {
  if (whenFault(start) || whenFault(end)) return false
  if (start.length > 10 && end.length > 10) return Date.parse(end) < Date.parse(start)
  const common = Math.min(start.length, end.length, 10)
  return end.slice(0, common) < start.slice(0, common)
}

/** Finds references that point to nothing in the same export. Resources are told to it one by one, and it is asked at the end. */
export class DanglingReferences {
  readonly #names = new NameSet()
  readonly #ids = new NameSet()
  readonly #wanted = new Map<string, { from: string; path: string }>()
  #lost = 0

  add(resource: JsonObject): void {
    const from = `${String(resource.resourceType)}/${String(resource.id)}`
    this.#names.add(from)
    this.#ids.add(String(resource.id))
    const contained = new Set(Array.isArray(resource.contained) ? resource.contained.flatMap((item) => (isObject(item) ? [`#${String(item.id)}`] : [])) : [])
    this.#collect(resource, '', from, contained)
  }

  #collect(value: Json, path: string, from: string, contained: ReadonlySet<string>): void {
    if (Array.isArray(value)) for (const [at, item] of value.entries()) this.#collect(item, `${path}[${at}]`, from, contained)
    else if (isObject(value)) {
      for (const name in value) {
        const child = value[name] as Json
        if (name === 'reference' && typeof child === 'string') this.#want(child, path, from, contained)
        else this.#collect(child, path === '' ? name : `${path}.${name}`, from, contained)
      }
    }
  }

  #want(reference: string, path: string, from: string, contained: ReadonlySet<string>): void {
    if (reference.startsWith('#')) {
      if (!contained.has(reference) && reference !== '#') this.#note(`${from}${reference}`, from, path)
    } else if (!reference.includes('?') && !/^https?:/.test(reference)) this.#note(reference.replace(/\/_history\/.*$/, ''), from, path)
  }

  #note(reference: string, from: string, path: string): void {
    if (this.#isThere(reference) || this.#wanted.has(reference)) return
    // Far more than anybody reads; the number is still told.
    if (this.#wanted.size >= 100_000) this.#lost++
    else this.#wanted.set(reference, { from, path })
  }

  #isThere(reference: string): boolean {
    return reference.startsWith('urn:uuid:') ? this.#ids.has(reference.slice('urn:uuid:'.length)) : this.#names.has(reference)
  }

  /** Where the references that lead nowhere stand: `Type/id` of the resource and the path in it. */
  found(): { from: string; path: string; code: IssueCode }[] {
    return [...this.#wanted].flatMap(([reference, place]) => (this.#isThere(reference) ? [] : [{ ...place, code: 'referenceAbsent' as const }]))
  }

  /** References that were not looked at because there were too many. */
  get lost(): number {
    return this.#lost
  }
}
