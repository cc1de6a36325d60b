import { z } from 'zod'
import { DateText, InstantText } from '../time.js'

const Text = z.string().max(20_000)

/** A time as exactly as its source knew it: an instant, a day, a month (`2012-07`) or a year (`2012`). */
export const WhenText = z.union([InstantText, DateText, z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/), z.string().regex(/^\d{4}$/)])

/** From when until when; an absent end means that it goes on or is not known. */
export const Period = z.strictObject({ start: WhenText.optional(), end: WhenText.optional() })
export type Period = z.infer<typeof Period>

/**
 * Something named by a code, by words or both. `display` is the code system's wording and given only when it differs from
 * `text`; a concept with a code and `text` alone is displayed by that text.
 */
export const Concept = z.strictObject({
  system: z.string().max(500).optional(),
  code: z.string().max(500).optional(),
  display: Text.optional(),
  text: Text.optional(),
})
export type Concept = z.infer<typeof Concept>

/** A measured amount. `code` is the unit's UCUM code unless `system` names another system. */
export const Quantity = z.strictObject({
  value: z.number().optional(),
  comparator: z.string().max(20).optional(),
  unit: z.string().max(500).optional(),
  code: z.string().max(500).optional(),
  system: z.string().max(500).optional(),
})
export type Quantity = z.infer<typeof Quantity>

/** What was found, in exactly one of its forms. */
export const ObservedValue = z.strictObject({
  quantity: Quantity.optional(),
  concept: Concept.optional(),
  text: Text.optional(),
  number: z.number().optional(),
  isTrue: z.boolean().optional(),
  at: WhenText.optional(),
  range: z.strictObject({ low: Quantity.optional(), high: Quantity.optional() }).optional(),
  ratio: z.strictObject({ numerator: Quantity.optional(), denominator: Quantity.optional() }).optional(),
})
export type ObservedValue = z.infer<typeof ObservedValue>

/** How a medicine is to be taken. Dose, frequency and route mean something only together, so a prescription holds them as one field. */
export const Dosage = z.strictObject({
  text: Text.optional(),
  dose: Quantity.optional(),
  /** `frequency` times every `period` `periodUnit` (UCUM: h, d, wk …). */
  frequency: z.number().optional(),
  period: z.number().optional(),
  periodUnit: z.string().max(10).optional(),
  isAsNeeded: z.boolean().optional(),
  route: Concept.optional(),
})
export type Dosage = z.infer<typeof Dosage>

/** A status or category code of HL7 FHIR R4, e.g. `active`; unknown ones of later versions are kept as they are. */
export const Code = z.string().max(200)

/** What to call a concept on a screen; empty when the source gave neither words nor code. */
export const conceptText = (concept: Concept | undefined): string => concept?.text ?? concept?.display ?? concept?.code ?? ''

/** A time for the timeline: instants in UTC with fixed width, so that texts sort as times do; a month or year as its first day. */
export function timelineAt(when: unknown): string | undefined {
  if (typeof when !== 'string') return undefined
  if (when.length > 10) {
    const instant = Date.parse(when)
    return Number.isNaN(instant) ? undefined : new Date(instant).toISOString()
  }
  if (when.length === 4) return `${when}-01-01`
  return when.length === 7 ? `${when}-01` : when
}

/** The first of some times and periods that says when, for the timeline. */
export function firstTime(...candidates: unknown[]): string | undefined {
  for (const candidate of candidates) {
    const at =
      typeof candidate === 'object' && candidate !== null
        ? (timelineAt((candidate as Period).start) ?? timelineAt((candidate as Period).end))
        : timelineAt(candidate)
    if (at) return at
  }
  return undefined
}
