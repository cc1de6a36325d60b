import type { CsvMapping, FieldMapping } from '../../../../shared/csv-mapping.js'
import { toMinor } from '../../../../shared/money.js'
import { whenFault } from '../fhir/when.js'
import { Refusal } from '../issues.js'

/** How cells are to be read in one import. */
export interface CellRules extends Pick<CsvMapping, 'dates' | 'serialDates' | 'decimalComma'> {
  currency: string
}

const scientific = /^[+-]?\d(?:[.,]\d+)?E\+?\d+$/i
const overflow = /^#{3,}$/
const iso = /^\d{4}-\d\d-\d\d/
const written = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:[ T](\d{1,2}):(\d\d)(?::(\d\d))?)?$/
const serial = /^\d{5}(?:[.,]\d+)?$/
const truths: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  y: true,
  '1': true,
  sí: true,
  si: true,
  s: true,
  x: true,
  false: false,
  no: false,
  n: false,
  '0': false,
}

/** What a spreadsheet seems to have done to a text that is no number: `1.23E+11`, `2155.0`, `####`. */
export function mangled(cell: string, as: FieldMapping['as']): 'mangledNumber' | 'overflowMarks' | undefined {
  if (overflow.test(cell)) return 'overflowMarks'
  if (as === 'number' || as === 'integer' || as === 'money' || as === 'date' || as === 'time') return undefined
  if (scientific.test(cell)) return 'mangledNumber'
  return (as === 'postalCode' || as === 'phone' || as === 'id') && /^\d+[.,]0$/.test(cell) ? 'mangledNumber' : undefined
}

/** The value of a filled cell. Throws `Refusal` with the column when it cannot be read for certain: nothing is guessed. */
export function readCell(cell: string, as: FieldMapping['as'], column: string, rules: CellRules): unknown {
  const fault = mangled(cell, as)
  if (fault) throw new Refusal(fault, column)
  switch (as) {
    case 'number':
      return readNumber(cell, column, rules)
    case 'integer': {
      const value = readNumber(cell, column, rules)
      if (!Number.isSafeInteger(value)) throw new Refusal('invalidValue', column)
      return value
    }
    case 'money': {
      const minor = toMinor(readNumber(cell, column, rules), rules.currency)
      if (!Number.isSafeInteger(minor)) throw new Refusal('invalidValue', column)
      return { minor: minor === 0 ? 0 : minor, currency: rules.currency }
    }
    case 'boolean': {
      const truth = truths[cell.toLowerCase()]
      if (truth === undefined) throw new Refusal('invalidCode', column)
      return truth
    }
    case 'date':
      return readTime(cell, column, rules).slice(0, 10)
    case 'time':
      return readTime(cell, column, rules)
    case 'firstWords':
      return cell.includes(' ') ? cell.slice(0, cell.lastIndexOf(' ')).trim() : ''
    case 'lastWord':
      return cell.slice(cell.lastIndexOf(' ') + 1)
    default:
      return cell
  }
}

function readNumber(cell: string, column: string, rules: CellRules): number {
  const plain = rules.decimalComma ? cell.replaceAll('.', '').replace(',', '.') : cell
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(plain)) throw new Refusal('invalidValue', column)
  return Number(plain)
}

function readTime(cell: string, column: string, rules: CellRules): string {
  if (iso.test(cell)) {
    const text = cell.replace(' ', 'T')
    const fault = whenFault(text)
    // A table says times of the clinic's wall clock; a day alone is all that is certain without a zone.
    if (fault === 'dateWithoutZone') return text.slice(0, 10)
    if (fault) throw new Refusal(fault, column)
    return text
  }
  if (serial.test(cell)) {
    if (!rules.serialDates) throw new Refusal('mangledDate', column)
    const start = rules.serialDates === '1904' ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30)
    return new Date(start + Math.floor(Number(cell.replace(',', '.'))) * 86_400_000).toISOString().slice(0, 10)
  }
  const match = written.exec(cell)
  if (match) return readWritten(match, column, rules)
  const fault = whenFault(cell)
  if (fault) throw new Refusal(fault === 'dateWithoutZone' ? 'invalidDate' : fault, column)
  return cell
}

function readWritten([, first = '', second = '', year = '']: RegExpExecArray, column: string, rules: CellRules): string {
  const order = Number(first) > 12 ? 'dmy' : Number(second) > 12 ? 'mdy' : rules.dates
  if (!order) throw new Refusal('ambiguousDate', column)
  const [day, month] = order === 'dmy' ? [first, second] : [second, first]
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const fault = whenFault(text)
  if (fault) throw new Refusal(fault, column)
  return text
}

/** The text from which a value reads the same again; a cell written otherwise stays with the source. */
export function cellOf(value: unknown, as: FieldMapping['as']): string {
  if (as === 'money') return ((value as { minor: number }).minor / 100).toFixed(2)
  return String(value)
}
