import type { JsonObject } from '../json.js'
import type { References } from './lens.js'
import { NameSet } from './name-set.js'

/** What an import asks of the store. Both are called often and must be quick. */
export interface ImportStore {
  /** The id here of a source's record, always the same for the same name, e.g. `Patient/4e8ed886`. */
  idFor(name: string): string
  /** Whether a record of this name was imported before; for references out of the files at hand. */
  exists?(name: string): boolean
  /** Whether the patient held under this name is plainly somebody else: two systems may both have a `Patient/1`. */
  isAnother?(name: string, fields: Readonly<Record<string, unknown>>): boolean
}

const typedReference = /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/

/** The name (`Type/id`) that a reference writes out; undefined for urns, contained and conditional ones. */
export function nameIn(reference: string): string | undefined {
  const match = typedReference.exec(reference)
  return match ? `${match[1]}/${match[2]}` : undefined
}

/** What an import has seen so far: which names exist, which were refused, and who goes by which identifier. */
export class Known {
  readonly #names = new NameSet()
  readonly #urns = new NameSet()
  readonly #identifiers = new Map<string, string>()
  readonly refused = new Set<string>()

  constructor(readonly store: ImportStore) {}

  add(name: string, resource: JsonObject): void {
    this.#names.add(name)
    this.#urns.add(urnOf(name))
    // Conditional references name people, organisations and places; their identifiers are few enough to keep.
    const type = name.slice(0, name.indexOf('/'))
    if ((type !== 'Practitioner' && type !== 'Organization' && type !== 'Location') || !Array.isArray(resource.identifier)) return
    for (const identifier of resource.identifier) {
      if (typeof identifier === 'object' && identifier !== null && !Array.isArray(identifier))
        this.#identifiers.set(`${type}?identifier=${String(identifier.system ?? '')}|${String(identifier.value)}`, name)
    }
  }

  has(name: string): boolean {
    return !this.refused.has(name) && (this.#names.has(name) || this.store.exists?.(name) === true)
  }

  /** The name behind a `urn:uuid:` of another file: an export of one bundle per patient refers to its shared bundles so. */
  byUrn(reference: string): string | undefined {
    if (!reference.startsWith(urnStart)) return undefined
    const id = reference.slice(urnStart.length)
    return urnTypes.map((type) => `${type}/${id}`).find((name) => this.has(name))
  }

  /** Whether any resource has this `urn:uuid:`, also one of a type that is not modelled. */
  hasUrn(reference: string): boolean {
    return this.#urns.has(reference)
  }

  byIdentifier(reference: string): string | undefined {
    return reference.includes('?identifier=') ? this.#identifiers.get(decodeURIComponentSafely(reference)) : undefined
  }
}

const urnStart = 'urn:uuid:'
const urnOf = (name: string): string => `${urnStart}${name.slice(name.indexOf('/') + 1)}`
/** Types to which charts refer across files. */
const urnTypes = ['Practitioner', 'Organization', 'Patient', 'Location', 'Encounter']

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** References within one bundle or file. `current` is the resource being mapped, for contained ones. */
export class Resolver implements References {
  readonly #ids = new Map<string, string>()
  readonly #names = new Map<string, string>()
  readonly #urns = new Map<string, string | undefined>()
  current: JsonObject = {}
  isUrn = false

  constructor(
    readonly known: Known,
    /** What entries of this bundle go by: full addresses, urns and `Type/id`, each with name and resource. */
    readonly local: ReadonlyMap<string, { name: string; resource: JsonObject }>,
  ) {}

  /** The name of what a reference points to, whether or not it is there. */
  nameOf(reference: string): string | undefined {
    return this.local.get(reference)?.name ?? nameIn(reference) ?? this.known.byIdentifier(reference) ?? this.#byUrn(reference)
  }

  #byUrn(reference: string): string | undefined {
    if (!this.#urns.has(reference)) this.#urns.set(reference, this.known.byUrn(reference))
    return this.#urns.get(reference)
  }

  /** Whether a reference points to something that is there, in the resource itself, or outside on purpose. */
  isAbsent(reference: string): boolean {
    if (reference.startsWith('#')) return !this.#contained(reference)
    if (this.local.has(reference) || this.known.hasUrn(reference)) return false
    const name = this.nameOf(reference)
    return !(name && this.known.has(name))
  }

  idOfName(name: string): string {
    let id = this.#ids.get(name)
    if (id === undefined) {
      id = this.known.store.idFor(name)
      this.#ids.set(name, id)
      this.#names.set(id, name)
    }
    return id
  }

  idOf(reference: string, types: readonly string[]): string | undefined {
    const local = this.local.get(reference)
    const name = local?.name ?? this.nameOf(reference)
    if (!name || !types.includes(name.slice(0, name.indexOf('/')))) return undefined
    if (this.known.refused.has(name) || (!local && !this.known.has(name))) return undefined
    return this.idOfName(name)
  }

  textOf(id: string, types: readonly string[]): string {
    const name = this.#names.get(id) ?? `${types[0]}/${id}`
    return this.isUrn ? `urn:uuid:${name.slice(name.indexOf('/') + 1)}` : name
  }

  find(reference: string): JsonObject | undefined {
    return reference.startsWith('#') ? this.#contained(reference) : this.local.get(reference)?.resource
  }

  #contained(reference: string): JsonObject | undefined {
    const { contained } = this.current
    if (!Array.isArray(contained)) return undefined
    return contained.find(
      (item): item is JsonObject => typeof item === 'object' && item !== null && !Array.isArray(item) && `#${String(item.id)}` === reference,
    )
  }
}
