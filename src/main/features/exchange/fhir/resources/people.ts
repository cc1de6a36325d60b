import type { z } from 'zod'
import type { Address } from '../../../../../shared/entities/patient.js'
import { Refusal } from '../../issues.js'
import { compact, isEqual, isObject, type Json, type JsonObject, patch } from '../../json.js'
import { codeIn, day, dayOrInstant, inside, short, shortWords, unread } from '../codecs.js'
import { asList, asObject, type Codec, choice, element, type Fields, type Lens, type Part, slots } from '../lens.js'

/** Stands for a name that the source does not give; it is never exported. */
export const unnamed = '—'

const retired = new Set(['old', 'maiden', 'nickname', 'anonymous'])

function currentName(names: Json[]): number {
  const use = (item: Json): unknown => (isObject(item) ? item.use : undefined)
  for (const wanted of ['official', 'usual']) {
    const at = names.findIndex((item) => use(item) === wanted)
    if (at >= 0) return at
  }
  return Math.max(
    0,
    names.findIndex((item) => !retired.has(String(use(item)))),
  )
}

function joined(value: Json | undefined, path: string): string {
  if (value === undefined || value === null) return ''
  return asList(value, path)
    .filter((item) => item !== null)
    .map((item) => {
      if (typeof item !== 'string') throw new Refusal('wrongType', path)
      return item
    })
    .join(' ')
    .trim()
}

const nameCodec = (hasPrefix: boolean): Codec => ({
  get(value, path) {
    const source = asObject(value, path)
    for (const name of ['family', 'text'] as const)
      if (source[name] !== undefined && typeof source[name] !== 'string') throw new Refusal('wrongType', `${path}.${name}`)
    const given = joined(source.given, `${path}.given`)
    const family = ((source.family as string | undefined) ?? '').trim()
    const whole = ((source.text as string | undefined) ?? '').trim()
    const prefix = hasPrefix ? joined(source.prefix, `${path}.prefix`) : ''
    return { familyName: family || given || whole || unnamed, givenName: family ? given : '', ...(prefix ? { prefix } : {}) }
  },
  put(field) {
    const { familyName, givenName, prefix } = field as Record<string, string | undefined>
    return compact({
      family: familyName === unnamed ? undefined : familyName,
      given: givenName ? [givenName] : undefined,
      prefix: prefix ? [prefix] : undefined,
    })
  },
})

/** HumanName[]: the current one, official before usual; earlier names stay with the source. */
function nameParts(hasPrefix: boolean): Part {
  const codec = nameCodec(hasPrefix)
  const nobody = { familyName: unnamed, givenName: '' }
  const none = { idOf: () => undefined, textOf: () => '' }
  return {
    elements: ['name'],
    fields: hasPrefix ? ['familyName', 'givenName', 'prefix'] : ['familyName', 'givenName'],
    get(elements) {
      if (elements.name === undefined) return nobody
      const names = asList(elements.name, 'name')
      const name = names[currentName(names)]
      return name === undefined || name === null ? nobody : (codec.get(name, 'name', none) as Fields)
    },
    put(fields) {
      const name = codec.put(fields, none)
      const made: JsonObject = name === undefined ? {} : { name: [name] }
      return made
    },
    overlay(base, before, after) {
      const names = base.name === undefined ? [] : [...asList(base.name, 'name')]
      const at = currentName(names)
      const old = (names[at] ?? {}) as JsonObject
      const { given: _, ...others } = old
      // A name without a family part was read as one: it must not stay behind as the given name.
      const start = old.family === undefined ? { ...others, ...(codec.put(before, none) as JsonObject | undefined) } : old
      const patched = patch(start, codec.put(before, none) ?? {}, codec.put(after, none) ?? {}) as JsonObject
      delete patched.text
      names[at] = patched
      return { name: names }
    },
  }
}

const telecom = (system: string, max: number): Codec => ({
  get(value, path, references) {
    const source = asObject(value, path)
    return source.system === system && source.use !== 'old' && source.value !== undefined
      ? short(max).get(source.value, `${path}.value`, references)
      : undefined
  },
  put: (field) => ({ system, value: field as string }),
})

const limits = { line: 300, city: 120, state: 120, postalCode: 32, country: 120 } as const

const address: Codec = {
  get(value, path) {
    const source = asObject(value, path)
    if (source.use === 'old') return undefined
    const result: z.infer<typeof Address> = {}
    const line =
      source.line === undefined
        ? ''
        : asList(source.line, `${path}.line`)
            .filter((item) => typeof item === 'string')
            .join(', ')
    for (const name of Object.keys(limits) as (keyof typeof limits)[]) {
      const found = name === 'line' ? line || (source.city === undefined ? source.text : undefined) : source[name]
      if (found === undefined || found === null) continue
      if (typeof found !== 'string') throw new Refusal('wrongType', `${path}.${name}`)
      if (found !== '' && found.length <= limits[name]) result[name] = found
    }
    return Object.keys(result).length > 0 ? result : undefined
  },
  put(field) {
    const { line, city, state, postalCode, country } = field as z.infer<typeof Address>
    return compact({ line: line === undefined ? undefined : [line], city, state, postalCode, country })
  },
  overlay(base, before, after, references) {
    if (after === undefined) return undefined
    const changed = patch(base, before === undefined ? undefined : this.put(before, references), this.put(after, references))
    if (isObject(changed)) delete changed.text
    return changed
  },
}

const sexes = new Set(['male', 'female', 'other', 'unknown'])
const sex: Codec = {
  get(value, path) {
    if (typeof value !== 'string' || !sexes.has(value)) throw new Refusal('invalidCode', path)
    return value
  },
  put: (field) => field as string,
}

const active: Codec = {
  get(value, path) {
    if (typeof value !== 'boolean') throw new Refusal('wrongType', path)
    return value
  },
  put: (field) => field as boolean,
}

const language: Codec = inside('language', {
  get: (value, path, references) => codeIn('urn:ietf:bcp:47').get(value, path, references),
  put: (field, references) => codeIn('urn:ietf:bcp:47').put(field, references),
  overlay: (_base, _before, after, references) => (after === undefined ? undefined : codeIn('urn:ietf:bcp:47').put(after, references)),
})

const isOfType = (value: Json, code: string): boolean =>
  isObject(value) && isObject(value.type) && Array.isArray(value.type.coding) && value.type.coding.some((item) => isObject(item) && item.code === code)
const typed = (code: string, max: number): Codec => ({
  get: (value, path, references) =>
    isObject(value) && isOfType(value, code) && value.value !== undefined ? short(max).get(value.value, path, references) : undefined,
  put: (field) => ({ type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code }] }, value: field as string }),
})

const contact = slots('telecom', { phone: telecom('phone', 60), email: telecom('email', 254) })

/** Patient. The record number is the clinic's own and goes out only with patients who were registered here. */
export const patientLens: Lens = {
  resourceType: 'Patient',
  kind: 'patient',
  parts: [
    nameParts(false),
    element('birthDate', 'birthDate', day),
    element('gender', 'sex', sex, 'unknown'),
    contact,
    slots('address', { address }),
    slots('communication', { language }),
    slots('identifier', { insuranceNumber: typed('MB', 80) }),
    choice('deceased', 'deceasedAt', { DateTime: dayOrInstant, Boolean: unread }),
  ],
  complete(resource, fields) {
    const number = fields.recordNumber === undefined ? [] : [typed('MR', 40).put(fields.recordNumber, { idOf: () => undefined, textOf: () => '' }) as Json]
    const others = (resource.identifier as Json[] | undefined) ?? []
    if (number.length + others.length > 0) resource.identifier = [...number, ...others]
  },
}

const identifier: Codec = {
  get(value, path, references) {
    const source = asObject(value, path)
    const found = source.value === undefined ? undefined : short(120).get(source.value, `${path}.value`, references)
    const system = source.system === undefined ? undefined : short(300).get(source.system, `${path}.system`, references)
    return found === undefined ? undefined : { ...(system === undefined ? {} : { system }), value: found }
  },
  put: (field) => compact(field as Record<string, string>),
}

/** Practitioner. Whoever is imported is not bookable until somebody here says so. */
export const practitionerLens: Lens = {
  resourceType: 'Practitioner',
  kind: 'practitioner',
  parts: [
    nameParts(true),
    slots('identifier', { identifier }),
    element('gender', 'sex', sex),
    contact,
    slots('address', { address }),
    slots('qualification', { specialty: inside('code', shortWords(200)) }),
    element('active', 'isActive', active, true),
  ],
  defaults: { isBookable: false },
}

export const organizationLens: Lens = {
  resourceType: 'Organization',
  kind: 'organization',
  parts: [
    element('name', 'name', short(300), unnamed),
    slots('telecom', { phone: telecom('phone', 60) }),
    slots('address', { address }),
    element('active', 'isActive', active, true),
  ],
}

const fromFhir: Record<string, string> = {
  booked: 'booked',
  arrived: 'arrived',
  'checked-in': 'arrived',
  fulfilled: 'done',
  cancelled: 'cancelled',
  noshow: 'noShow',
}
const toFhir: Record<string, string> = {
  booked: 'booked',
  confirmed: 'booked',
  arrived: 'arrived',
  inChair: 'arrived',
  done: 'fulfilled',
  left: 'fulfilled',
  cancelled: 'cancelled',
  noShow: 'noshow',
}

const appointmentStatus: Codec = {
  get(value, path) {
    const status = typeof value === 'string' ? fromFhir[value] : undefined
    if (!status) throw new Refusal('statusNotModelled', path)
    return status
  },
  put: (field) => toFhir[field as string],
}

interface Slot {
  startAt: string
  durationMinutes: number
  providerId?: string
}

const minutesOf = (resource: JsonObject): number =>
  typeof resource.minutesDuration === 'number'
    ? resource.minutesDuration
    : Math.round((Date.parse(String(resource.end)) - Date.parse(String(resource.start))) / 60_000)

const actor = (type: string): Codec => {
  const named: Codec = {
    get: (value, _path, references) => (isObject(value) && typeof value.reference === 'string' ? references.idOf(value.reference, [type]) : undefined),
    put: (field, references) => ({ reference: references.textOf(field as string, [type]) }),
    overlay: (_base, _before, after, references) => (after === undefined ? undefined : named.put(after, references)),
  }
  const whole = inside('actor', named)
  return { ...whole, put: (field, references) => ({ actor: named.put(field, references) as Json, status: 'accepted' }) }
}
const participants = slots('participant', { patientId: actor('Patient'), providerId: actor('Practitioner') })

const slotPart: Part = {
  elements: ['start', 'end', 'minutesDuration', 'participant'],
  fields: ['slot', 'patientId'],
  get(elements, references) {
    const { patientId, providerId } = participants.get(elements, references)
    if (elements.start === undefined) return { patientId }
    const startAt = dayOrInstant.get(elements.start, 'start', references) as string
    return { patientId, slot: { startAt, durationMinutes: minutesOf(elements), ...(providerId === undefined ? {} : { providerId }) } }
  },
  put(fields, references) {
    const { startAt, durationMinutes, providerId } = (fields.slot ?? {}) as Partial<Slot>
    const people = participants.put?.({ patientId: fields.patientId, providerId }, references) ?? {}
    if (startAt === undefined || durationMinutes === undefined) return people
    return {
      start: startAt,
      end: new Date(Date.parse(startAt) + durationMinutes * 60_000).toISOString().replace('.000Z', 'Z'),
      minutesDuration: durationMinutes,
      ...people,
    }
  },
  overlay(base, before, after, references) {
    const { participant: _, ...times } = this.put?.(after, references) ?? {}
    const { participant, ...oldTimes } = base
    const flat = (fields: Fields): Fields => ({ patientId: fields.patientId, providerId: (fields.slot as Slot | undefined)?.providerId })
    const moved = !isEqual({ ...(before.slot as Slot), providerId: undefined }, { ...(after.slot as Slot), providerId: undefined })
    const people = participants.overlay?.(participant === undefined ? {} : { participant }, flat(before), flat(after), references) ?? {}
    return { ...(moved ? times : oldTimes), ...people }
  },
}

/** Appointment. Requests, waiting lists and appointments without a time of their own stay other resources. */
export const appointmentLens: Lens = {
  resourceType: 'Appointment',
  kind: 'appointment',
  patient: 'participant',
  parts: [element('status', 'status', appointmentStatus), slotPart, slots('reasonCode', { reason: shortWords(500) }), element('comment', 'note', short(2000))],
  isOutside(resource) {
    const minutes = minutesOf(resource)
    return fromFhir[String(resource.status)] === undefined || typeof resource.start !== 'string' || !Number.isInteger(minutes) || minutes < 5 || minutes > 1440
  },
}
