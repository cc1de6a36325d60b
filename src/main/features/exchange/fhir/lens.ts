import type { Source } from '../../../../shared/entities/entity.js'
import { Refusal } from '../issues.js'
import { isEqual, isObject, type Json, type JsonObject, patch } from '../json.js'

/** A record's fields by name, as its entity declares them. */
export type Fields = Record<string, unknown>

/** Turns references into ids of records here and back. */
export interface References {
  /** The id of the record that a Reference's text names, if it is one of `types` and present. */
  idOf(reference: string, types: readonly string[]): string | undefined
  /** The Reference's text for a record here; `types[0]` names its type when the record is not known. */
  textOf(id: string, types: readonly string[]): string
  /** A contained or accompanying resource that a reference names, to show what it says. */
  find?(reference: string): JsonObject | undefined
}

/** Between one JSON value of a resource and one field. `get(put(x))` is `x`; what `put(get(x))` loses is kept apart by the lens. */
export interface Codec {
  get(value: Json, path: string, references: References): unknown
  put(field: unknown, references: References): Json | undefined
  /** Changes `base` so that `get` gives `after`; the default carries over the difference of the two `put`s. */
  overlay?(base: Json, before: unknown, after: unknown, references: References): Json | undefined
}

/** Elements of a resource and the fields that they become; no element and no field belongs to two parts. */
export interface Part {
  elements: readonly string[]
  fields: readonly string[]
  get(elements: JsonObject, references: References): Fields
  /** Absent for fields that are only shown: the elements then always come from the source. */
  put?(fields: Fields, references: References): JsonObject
  overlay?(base: JsonObject, before: Fields, after: Fields, references: References): JsonObject
}

/** How a FHIR type and a record kind correspond. */
export interface Lens {
  resourceType: string
  kind: string
  parts: readonly Part[]
  /** Element that names the patient; a resource without one, or about somebody else, is kept as an other resource. */
  patient?: string
  /** Fields that a new record gets beside those of the source, and that importing again leaves alone. */
  defaults?: Fields
  /** Adds what FHIR asks for to a resource that was not imported. */
  complete?(resource: JsonObject, fields: Fields, references: References): void
  /** Why a resource of this type lies outside what the product models, if it does. */
  isOutside?(resource: JsonObject): boolean
}

const pick = (from: JsonObject, names: readonly string[]): JsonObject => {
  const found: JsonObject = {}
  for (const name of names) {
    const value = from[name]
    if (value !== undefined && value !== null) found[name] = value
  }
  return found
}

const pickFields = (from: Fields, names: readonly string[]): Fields => {
  const found: Fields = {}
  for (const name of names) if (from[name] !== undefined && from[name] !== null) found[name] = from[name]
  return found
}

const modelled = new WeakMap<Lens, Set<string>>()
function elementsOf(lens: Lens): Set<string> {
  let names = modelled.get(lens)
  if (!names) modelled.set(lens, (names = new Set(['resourceType', 'id', ...lens.parts.flatMap((part) => part.elements)])))
  return names
}

/**
 * The fields of a resource, and as `rest` those of its elements that the fields alone do not give back exactly.
 * A `null` in `rest` says that the source lacked an element that the fields would make.
 * Throws `Refusal` for a value that the product models but cannot accept.
 */
export function takeApart(lens: Lens, resource: JsonObject, references: References): { fields: Fields; rest: JsonObject | undefined } {
  const fields: Fields = {}
  let rest: JsonObject | undefined
  const known = elementsOf(lens)
  for (const name in resource) if (!known.has(name)) (rest ??= {})[name] = resource[name] as Json
  for (const part of lens.parts) {
    const elements = pick(resource, part.elements)
    const got = part.get(elements, references)
    for (const name in got) if (got[name] !== undefined) fields[name] = got[name]
    if (!isEqual(part.put?.(got, references) ?? {}, elements)) {
      rest ??= {}
      if (Object.keys(elements).length > 0) Object.assign(rest, elements)
      else rest[part.elements[0] as string] = null
    }
  }
  return { fields, rest }
}

/** The resource of a record: fields unchanged since the import give exactly the source's elements, changed ones are laid over them. */
export function putTogether(lens: Lens, id: string, fields: Fields, source: Source | undefined, references: References): JsonObject {
  const resource: JsonObject = { resourceType: lens.resourceType, id }
  const rest = (source?.system === 'fhir' ? source.rest : undefined) as JsonObject | undefined
  const known = elementsOf(lens)
  for (const name in rest) if (!known.has(name)) resource[name] = rest[name] as Json
  for (const part of lens.parts) {
    const current = pickFields(fields, part.fields)
    if (!rest || !part.elements.some((name) => name in rest)) {
      Object.assign(resource, part.put?.(current, references))
      continue
    }
    const base = pick(rest, part.elements)
    const before = part.put ? pickFields(part.get(base, references), part.fields) : current
    if (isEqual(before, current)) Object.assign(resource, base)
    else if (part.overlay) Object.assign(resource, part.overlay(base, before, current, references))
    else if (part.put) Object.assign(resource, patch(base, part.put(before, references), part.put(current, references)) as JsonObject)
  }
  if (source?.system !== 'fhir') lens.complete?.(resource, fields, references)
  return resource
}

/** One element and one field. `absent` is the field's value when the source has no such element. */
export function element(name: string, field: string, codec: Codec, absent?: unknown): Part {
  return {
    elements: [name],
    fields: [field],
    get(elements, references) {
      const value = elements[name]
      return { [field]: value === undefined ? absent : (codec.get(value, name, references) ?? absent) }
    },
    put(fields, references) {
      const value = fields[field] === undefined ? undefined : codec.put(fields[field], references)
      return value === undefined ? {} : { [name]: value }
    },
    overlay(base, before, after, references) {
      const value = overlayWith(codec, base[name], before[field], after[field], references)
      return value === undefined ? {} : { [name]: value }
    },
  }
}

/** Lays a changed field over the source's value. */
export function overlayWith(codec: Codec, base: Json | undefined, before: unknown, after: unknown, references: References): Json | undefined {
  if (base === undefined) return after === undefined ? undefined : codec.put(after, references)
  if (codec.overlay) return codec.overlay(base, before, after, references)
  return patch(base, before === undefined ? undefined : codec.put(before, references), after === undefined ? undefined : codec.put(after, references))
}

/** A choice of types, `value[x]`: which one is there is found by its name. Each codec's `put` answers only for its own form. */
export function choice(prefix: string, field: string, forms: Readonly<Record<string, Codec>>): Part {
  const names = Object.keys(forms).map((form) => prefix + form)
  return {
    elements: names,
    fields: [field],
    get(elements, references) {
      for (const form in forms) {
        const value = elements[prefix + form]
        const got = value === undefined ? undefined : (forms[form] as Codec).get(value, prefix + form, references)
        if (got !== undefined) return { [field]: got }
      }
      return {}
    },
    put(fields, references) {
      if (fields[field] === undefined) return {}
      for (const form in forms) {
        const value = (forms[form] as Codec).put(fields[field], references)
        if (value !== undefined) return { [prefix + form]: value }
      }
      return {}
    },
    overlay(base, before, after, references) {
      const next = this.put?.(after, references) ?? {}
      const name = Object.keys(next)[0]
      if (!name) return {}
      const codec = forms[name.slice(prefix.length)] as Codec
      return { [name]: base[name] === undefined ? (next[name] as Json) : (overlayWith(codec, base[name], before[field], after[field], references) as Json) }
    },
  }
}

/** One list and several fields: each is the first item that its codec reads. Items that none reads stay with the source. */
export function slots(name: string, codecs: Readonly<Record<string, Codec>>): Part {
  const find = (items: Json[], codec: Codec, references: References): number =>
    items.findIndex((item) => item !== null && codec.get(item, name, references) !== undefined)
  return {
    elements: [name],
    fields: Object.keys(codecs),
    get(elements, references) {
      if (elements[name] === undefined) return {}
      const items = asList(elements[name], name)
      const got: Fields = {}
      for (const field in codecs) {
        const codec = codecs[field] as Codec
        for (const item of items) {
          got[field] = item === null ? undefined : codec.get(item, name, references)
          if (got[field] !== undefined) break
        }
      }
      return got
    },
    put(fields, references) {
      const items: Json[] = []
      for (const field in codecs) {
        const item = fields[field] === undefined ? undefined : (codecs[field] as Codec).put(fields[field], references)
        if (item !== undefined) items.push(item)
      }
      return items.length > 0 ? { [name]: items } : {}
    },
    overlay(base, before, after, references) {
      const items = base[name] === undefined ? [] : [...asList(base[name], name)]
      for (const field in codecs) {
        if (isEqual(before[field], after[field])) continue
        const codec = codecs[field] as Codec
        const at = before[field] === undefined ? -1 : find(items, codec, references)
        const item = overlayWith(codec, at < 0 ? undefined : items[at], before[field], after[field], references)
        if (item === undefined) items.splice(at, at < 0 ? 0 : 1)
        else if (at < 0) items.push(item)
        else items[at] = item
      }
      return items.length > 0 ? { [name]: items } : {}
    },
  }
}

/** One element and several fields of which one is given, e.g. a provider who is a person or an organisation. */
export function either(name: string, codecs: Readonly<Record<string, Codec>>): Part {
  const put = (fields: Fields, references: References): JsonObject => {
    for (const field in codecs) {
      const value = fields[field] === undefined ? undefined : (codecs[field] as Codec).put(fields[field], references)
      if (value !== undefined) return { [name]: value }
    }
    return {}
  }
  return {
    elements: [name],
    fields: Object.keys(codecs),
    get(elements, references) {
      const value = elements[name]
      if (value === undefined) return {}
      for (const field in codecs) {
        const got = (codecs[field] as Codec).get(value, name, references)
        if (got !== undefined) return { [field]: got }
      }
      return {}
    },
    put,
    overlay: (_base, _before, after, references) => put(after, references),
  }
}

/** Fields that are read out of elements for showing; a change of theirs would not reach an export, so no screen offers one. */
export const shown = (elements: readonly string[], fields: readonly string[], get: Part['get']): Part => ({ elements, fields, get })

/** The value as an object, or a refusal that names the place. */
export function asObject(value: Json, path: string): JsonObject {
  if (!isObject(value)) throw new Refusal('wrongType', path)
  return value
}

/** The value as a list, or a refusal that names the place. */
export function asList(value: Json, path: string): Json[] {
  if (!Array.isArray(value)) throw new Refusal('wrongType', path)
  return value
}
