import { type Concept, conceptText, type ObservedValue, type Quantity } from '../../../shared/entities/clinical-values.js'

/** A number as a person reads it: two decimals, or three digits below one. The record itself keeps it exactly. */
export function shortNumber(value: number): string {
  if (Number.isInteger(value)) return String(value)
  return String(Math.abs(value) >= 1 ? Number(value.toFixed(2)) : Number(value.toPrecision(3)))
}

const unitNames: Readonly<Record<string, string>> = { Cel: '°C', '[degF]': '°F', 'kg/m2': 'kg/m²', '10*3/uL': '10³/µL', '10*6/uL': '10⁶/µL' }

/** A unit as people write it: UCUM's brackets go, and an annotation such as `{score}` is no unit. */
export function unitText({ unit, code }: Quantity): string {
  const text = unit ?? code ?? ''
  return (unitNames[text] ?? text)
    .replace(/\{[^}]*\}/g, '')
    .replace(/[[\]]/g, '')
    .trim()
}

/** An amount with its unit, e.g. `< 5.4 mg/dL`. */
export function quantityText(quantity: Quantity | undefined): string {
  if (quantity?.value === undefined) return ''
  const unit = unitText(quantity)
  return [quantity.comparator, `${shortNumber(quantity.value)}${unit === '%' ? ' %' : unit && ` ${unit}`}`].filter(Boolean).join(' ')
}

/** What was found, in one line. */
export function observedText(value: ObservedValue | undefined): string {
  if (!value) return ''
  const { quantity, concept, text, number, isTrue, at, range, ratio } = value
  if (quantity) return quantityText(quantity)
  if (concept) return conceptText(concept)
  if (text !== undefined) return text
  if (number !== undefined) return shortNumber(number)
  if (isTrue !== undefined) return isTrue ? '✓' : '✗'
  if (at !== undefined) return at
  if (range) return [quantityText(range.low), quantityText(range.high)].filter(Boolean).join(' – ')
  return [quantityText(ratio?.numerator), quantityText(ratio?.denominator)].filter(Boolean).join(' : ')
}

/** Something found under a code: an observation or one of its components. */
export interface Finding {
  code: Concept
  value?: ObservedValue | undefined
  components?: readonly Finding[] | undefined
}

/** LOINC codes of the two parts of a blood pressure. */
const systolic = '8480-6'
const diastolic = '8462-4'

/** The systolic and diastolic part of a blood pressure, undefined for everything else. */
function pressureOf({ components }: Finding): { high: Quantity; low: Quantity } | undefined {
  const quantityOf = (code: string) => components?.find((component) => component.code.code === code)?.value?.quantity
  const [high, low] = [quantityOf(systolic), quantityOf(diastolic)]
  return high?.value !== undefined && low?.value !== undefined ? { high, low } : undefined
}

/** Value and components of an observation in one line; a blood pressure as `120/80 mmHg`. */
export function findingText(finding: Finding): string {
  const pressure = pressureOf(finding)
  if (pressure) return `${Math.round(pressure.high.value ?? 0)}/${Math.round(pressure.low.value ?? 0)} ${unitText(pressure.high)}`.trim()
  const parts = (finding.components ?? []).map((component) => [conceptText(component.code), observedText(component.value)].filter(Boolean).join(': '))
  return [observedText(finding.value), ...parts].filter(Boolean).join('; ')
}

/** The number by which an observation is drawn as a line: its value, or the systolic part of a blood pressure. */
export const findingNumber = (finding: Finding): number | undefined =>
  finding.value?.quantity?.value ?? finding.value?.number ?? pressureOf(finding)?.high.value
