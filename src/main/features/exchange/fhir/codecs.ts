import type { Concept, Dosage, ObservedValue, Period, Quantity } from '../../../../shared/entities/clinical-values.js'
import { fromMinor, type Money, minorDigits, toMinor } from '../../../../shared/money.js'
import { Refusal } from '../issues.js'
import { compact, isObject, type Json, type JsonObject, patch } from '../json.js'
import { asList, asObject, type Codec, overlayWith, type Part, type References } from './lens.js'
import { acceptDate, acceptWhen } from './when.js'

const ucum = 'http://unitsofmeasure.org'

function optionalText(value: Json | undefined, path: string): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw new Refusal('wrongType', path)
  return value
}

function optionalNumber(value: Json | undefined, path: string): number | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number') throw new Refusal('wrongType', path)
  return value
}

/** A string as it is. */
export const text: Codec = { get: optionalText, put: (field) => field as string }

/** A number as it is. */
export const number: Codec = { get: optionalNumber, put: (field) => field as number }

export const boolean: Codec = {
  get(value, path) {
    if (typeof value !== 'boolean') throw new Refusal('wrongType', path)
    return value
  },
  put: (field) => field as boolean,
}

/** A date, dateTime or instant, kept as written; one that does not exist is refused. */
export const when: Codec = { get: (value, path) => acceptWhen(value, path), put: (field) => field as string }

/** A whole day; a month or a year alone is left to the source. */
export const day: Codec = { get: (value, path) => acceptDate(value, path), put: (field) => field as string }

/** An instant or a day; a month or a year alone is left to the source. */
export const dayOrInstant: Codec = {
  get(value, path) {
    const accepted = acceptWhen(value, path)
    return accepted && accepted.length >= 10 ? accepted : undefined
  },
  put: (field) => field as string,
}

/** CodeableConcept; the first coding stands for all, the others stay with the source. */
export const concept: Codec = {
  get(value, path) {
    const source = asObject(value, path)
    const words = optionalText(source.text, `${path}.text`)
    const coding = source.coding === undefined ? undefined : asList(source.coding, `${path}.coding`)[0]
    const result: Concept = {}
    if (coding !== undefined && coding !== null) {
      const first = asObject(coding, `${path}.coding[0]`)
      const system = optionalText(first.system, `${path}.coding[0].system`)
      const code = optionalText(first.code, `${path}.coding[0].code`)
      const display = optionalText(first.display, `${path}.coding[0].display`)
      if (system !== undefined) result.system = system
      if (code !== undefined) result.code = code
      if (display !== undefined && (display !== words || code === undefined)) result.display = display
    }
    if (words !== undefined) result.text = words
    return Object.keys(result).length > 0 ? result : undefined
  },
  put(field) {
    const { system, code, display, text: words } = field as Concept
    const coding = compact({ system, code, display: display ?? (code === undefined ? undefined : words) })
    return compact({ coding: coding && [coding], text: words })
  },
}

/** CodeableConcept of which only the code in one system is modelled. `displayed` gives the display to write. */
export function codeIn(system: string, displayed?: (code: string) => string | undefined): Codec {
  const put = (code: string): JsonObject => ({ coding: [compact({ system, code, display: displayed?.(code) }) as JsonObject] })
  return {
    get(value, path) {
      const { coding } = asObject(value, path)
      if (coding === undefined) return undefined
      const items = asList(coding, `${path}.coding`)
      const found = items.find((item) => isObject(item) && (item.system === system || item.system === undefined) && item.code !== undefined)
      return found === undefined ? undefined : optionalText((found as JsonObject).code, `${path}.coding.code`)
    },
    put: (field) => put(field as string),
    overlay: (_base, _before, after) => (after === undefined ? undefined : put(after as string)),
  }
}

/** A Coding of which only the code in one system is modelled. */
export const coding = (system: string): Codec => ({
  get(value, path) {
    const source = asObject(value, path)
    return source.system === system || source.system === undefined ? optionalText(source.code, `${path}.code`) : undefined
  },
  put: (field) => ({ system, code: field as string }),
  overlay: (_base, _before, after) => (after === undefined ? undefined : { system, code: after as string }),
})

export const period: Codec = {
  get(value, path) {
    const source = asObject(value, path)
    const result: Period = {}
    if (source.start !== undefined) result.start = acceptWhen(source.start, `${path}.start`)
    if (source.end !== undefined) result.end = acceptWhen(source.end, `${path}.end`)
    return result.start !== undefined || result.end !== undefined ? result : undefined
  },
  put(field) {
    const { start, end } = field as Period
    return compact({ start, end })
  },
}

export const quantity: Codec = {
  get(value, path) {
    const source = asObject(value, path)
    const result: Quantity = {}
    const amount = optionalNumber(source.value, `${path}.value`)
    if (amount !== undefined) result.value = amount
    for (const name of ['comparator', 'unit', 'code'] as const) {
      const found = optionalText(source[name], `${path}.${name}`)
      if (found !== undefined) result[name] = found
    }
    const system = optionalText(source.system, `${path}.system`)
    if (system !== undefined && system !== ucum) result.system = system
    return Object.keys(result).length > 0 ? result : undefined
  },
  put(field) {
    const { value, comparator, unit, code, system } = field as Quantity
    return compact({ value, comparator, unit, system: system ?? (code === undefined ? undefined : ucum), code })
  },
}

/** Money in minor units; finer amounts are rounded and stay with the source as they were. */
export const money: Codec = {
  get(value, path) {
    const source = asObject(value, path)
    const amount = optionalNumber(source.value, `${path}.value`)
    const currency = optionalText(source.currency, `${path}.currency`)
    if (amount === undefined || currency === undefined || !/^[A-Z]{3}$/.test(currency)) return undefined
    const minor = toMinor(amount, currency)
    if (!Number.isSafeInteger(minor)) throw new Refusal('invalidValue', `${path}.value`)
    return { minor: minor === 0 ? 0 : minor, currency } satisfies Money
  },
  put(field) {
    const { minor, currency } = field as Money
    return { value: Number(fromMinor(minor, currency).toFixed(minorDigits(currency))), currency }
  },
}

/** A Reference to a record of one of these types. What else the source says of it describes the old target, so a change drops it. */
export function reference(...types: string[]): Codec {
  const put = (field: unknown, references: References): JsonObject => ({ reference: references.textOf(field as string, types) })
  return {
    get(value, path, references) {
      const named = optionalText(asObject(value, path).reference, `${path}.reference`)
      return named === undefined ? undefined : references.idOf(named, types)
    },
    put,
    overlay: (_base, _before, after, references) => (after === undefined ? undefined : put(after, references)),
  }
}

/** Wraps a codec in an object with one element, e.g. `{ actor: … }`. */
export const inside = (name: string, codec: Codec): Codec => ({
  get(value, path, references) {
    const inner = asObject(value, path)[name]
    return inner === undefined || inner === null ? undefined : codec.get(inner, `${path}.${name}`, references)
  },
  put(field, references) {
    return compact({ [name]: codec.put(field, references) })
  },
  overlay(base, before, after, references) {
    const { [name]: inner, ...others } = asObject(base, name)
    return compact({ ...others, [name]: overlayWith(codec, inner, before, after, references) })
  },
})

/** A list of which each item that the codec reads becomes an item of the field; the others stay with the source, in their places. */
export const list = (codec: Codec): Codec => ({
  get(value, path, references) {
    const items = asList(value, path).flatMap((item, at) => (item === null ? [] : (codec.get(item, `${path}[${at}]`, references) ?? [])))
    return items.length > 0 ? items : undefined
  },
  put(field, references) {
    const items = (field as unknown[]).flatMap((item) => codec.put(item, references) ?? [])
    return items.length > 0 ? items : undefined
  },
  overlay(base, before, after, references) {
    const items = asList(base, '')
    const read = items.filter((item) => item !== null && codec.get(item, '', references) !== undefined)
    const unread = items.filter((item) => !read.includes(item))
    const put = (field: unknown): Json[] => ((field as unknown[] | undefined) ?? []).flatMap((item) => codec.put(item, references) ?? [])
    const next = [...(patch(read, put(before), put(after)) as Json[]), ...unread]
    return next.length > 0 ? next : undefined
  },
})

/** An object whose elements are parts of one composite field. */
export const nested = (...parts: Part[]): Codec => ({
  get(value, path, references) {
    const source = asObject(value, path)
    const result: Record<string, unknown> = {}
    try {
      for (const part of parts) {
        const got = part.get(pickOf(source, part.elements), references)
        for (const name in got) if (got[name] !== undefined) result[name] = got[name]
      }
    } catch (error) {
      throw error instanceof Refusal ? new Refusal(error.code, `${path}.${error.path}`) : error
    }
    return Object.keys(result).length > 0 ? result : undefined
  },
  put(field, references) {
    const result: JsonObject = {}
    for (const part of parts) Object.assign(result, part.put?.(field as Record<string, unknown>, references))
    return Object.keys(result).length > 0 ? result : undefined
  },
})

function pickOf(source: JsonObject, names: readonly string[]): JsonObject {
  const found: JsonObject = {}
  for (const name of names) {
    const value = source[name]
    if (value !== undefined && value !== null) found[name] = value
  }
  return found
}

/** One form of an observed value. */
export const form = (name: keyof ObservedValue, codec: Codec): Codec => ({
  get(value, path, references) {
    const got = codec.get(value, path, references)
    return got === undefined ? undefined : { [name]: got }
  },
  put(field, references) {
    const value = (field as ObservedValue)[name]
    return value === undefined ? undefined : codec.put(value, references)
  },
  overlay(base, before, after, references) {
    return overlayWith(codec, base, (before as ObservedValue | undefined)?.[name], (after as ObservedValue | undefined)?.[name], references)
  },
})

/** Of a field that is a time or a period, the time. */
export const timeOnly: Codec = { get: when.get, put: (field) => (typeof field === 'string' ? field : undefined) }

/** Of a field that is a time or a period, the period. */
export const periodOnly: Codec = { get: period.get, put: (field, references) => (typeof field === 'object' ? period.put(field, references) : undefined) }

/** Dosage: sentence, dose, rhythm, route. Sequence, rates and the rest of the timing stay with the source. */
export const dosage: Codec = {
  get(value, path, references) {
    const source = asObject(value, path)
    const rhythm = isObject(source.timing) && isObject(source.timing.repeat) ? source.timing.repeat : {}
    const dose = Array.isArray(source.doseAndRate) && isObject(source.doseAndRate[0]) ? source.doseAndRate[0].doseQuantity : undefined
    const result: Dosage = {}
    const put = <Name extends keyof Dosage>(name: Name, found: Dosage[Name] | undefined): void => {
      if (found !== undefined) result[name] = found
    }
    put('text', optionalText(source.text, `${path}.text`))
    put('dose', dose === undefined ? undefined : (quantity.get(dose, `${path}.doseAndRate.doseQuantity`, references) as Quantity))
    put('frequency', optionalNumber(rhythm.frequency, `${path}.timing.repeat.frequency`))
    put('period', optionalNumber(rhythm.period, `${path}.timing.repeat.period`))
    put('periodUnit', optionalText(rhythm.periodUnit, `${path}.timing.repeat.periodUnit`))
    put(
      'isAsNeeded',
      source.asNeededBoolean === undefined ? undefined : (boolean.get(source.asNeededBoolean, `${path}.asNeededBoolean`, references) as boolean),
    )
    put('route', source.route === undefined ? undefined : (concept.get(source.route, `${path}.route`, references) as Concept))
    return Object.keys(result).length > 0 ? result : undefined
  },
  put(field, references) {
    const { text: words, dose, frequency, period: every, periodUnit, isAsNeeded, route } = field as Dosage
    const repeat = compact({ frequency, period: every, periodUnit })
    const doseQuantity = dose && quantity.put(dose, references)
    return compact({
      text: words,
      timing: repeat && { repeat },
      asNeededBoolean: isAsNeeded,
      route: route && concept.put(route, references),
      doseAndRate: doseQuantity && [{ doseQuantity }],
    })
  },
}

/** A text of at most `max` characters, trimmed; a longer one is left to the source. */
export const short = (max: number): Codec => ({
  get(value, path) {
    const trimmed = optionalText(value, path)?.trim()
    return trimmed && trimmed.length <= max ? trimmed : undefined
  },
  put: (field) => field as string,
})

/** CodeableConcept of which only the words are modelled; more than `max` characters are left to the source. */
export const shortWords = (max: number): Codec => ({
  get(value, path, references) {
    const { text: words, display } = (concept.get(value, path, references) ?? {}) as Concept
    const found = (words ?? display)?.trim()
    return found && found.length <= max ? found : undefined
  },
  put: (field) => ({ text: field as string }),
  overlay: (_base, _before, after) => (after === undefined ? undefined : { text: after as string }),
})

/** A form of a choice that the product does not read; changing the field takes its place. */
export const unread: Codec = { get: () => undefined, put: () => undefined }

/** An extension of the product's own for a field that FHIR has no element for. */
export const own = (name: string, valueName: string, codec: Codec): Codec => {
  const url = `urn:medinsight-hub:${name}`
  return {
    get: (value, path, references) =>
      isObject(value) && value.url === url && value[valueName] !== undefined ? codec.get(value[valueName], path, references) : undefined,
    put(field, references) {
      const value = codec.put(field, references)
      return value === undefined ? undefined : { url, [valueName]: value }
    },
  }
}

/** Annotation: its text. */
export const annotation = inside('text', text)
