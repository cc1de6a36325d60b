import type { Statement } from 'better-sqlite3'
import { isMonthName, parseBirthDates, phoneDigits, wordsOf } from '../../../shared/names.js'
import { type ReadableDatabase, statement } from '../database.js'
import { bareCode, digitTerms, emailTerm } from './terms.js'

/** Why a patient is in a search result. */
export type SearchReason = 'name' | 'typo' | 'sound' | 'phone' | 'birthDate' | 'recordNumber' | 'insuranceNumber' | 'email'

/** A full-text condition on something other than the name; `exact` holds only for the whole of it, `begun` also while it is being typed. */
export interface Condition {
  why: SearchReason
  exact: string
  begun: string
}

/** One way to understand what was typed: all words are names and all conditions hold. */
export interface Reading {
  words: string[]
  conditions: Condition[]
}

/** A term as full-text query. Terms hold letters, digits and their marker only, so that no query syntax gets in. */
export const whole = (term: string): string => `"${term}"`

/** Everything that begins with the term. */
export const begun = (term: string): string => `"${term}"*`

const maxReadings = 20
const maxChunks = 10

/** The ways to understand what was typed, the likelier first; empty when there is no letter and no digit in it. */
export function readingsOf(query: string): Reading[] {
  const chunks = query
    .slice(0, 200)
    .split(/[\s,;]+/u)
    .filter((chunk) => /[\p{L}\p{N}]/u.test(chunk))
    .slice(0, maxChunks)
  // From the end to the beginning, so that what follows a chunk is read only once
  const after: Reading[][] = [[{ words: [], conditions: [] }]]
  for (let from = chunks.length - 1; from >= 0; from--) {
    const readings = optionsAt(chunks, from).flatMap(({ length, words, conditions }) =>
      (after[chunks.length - from - length] ?? []).map((rest) => ({ words: [...words, ...rest.words], conditions: [...conditions, ...rest.conditions] })),
    )
    after.push(readings.slice(0, maxReadings))
  }
  return (after[chunks.length] ?? []).filter((reading) => reading.words.length + reading.conditions.length > 0)
}

type Option = Reading & { length: number }

function optionsAt(chunks: string[], from: number): Option[] {
  const options: Option[] = []
  const condition = (length: number, ...conditions: Condition[]) => options.push({ length, words: [], conditions })
  for (let length = Math.min(5, chunks.length - from); length > 1; length--) {
    const span = chunks.slice(from, from + length)
    if (length > 2) for (const found of birthDate(span)) condition(length, found)
    if (span.every(isNumber)) for (const found of phone(span.join(''))) condition(length, found)
  }
  const chunk = chunks[from] ?? ''
  if (isNumber(chunk))
    for (const found of [...code(chunk, 'recordNumber', '+'), ...birthDate([chunk]), ...phone(chunk), ...code(chunk, 'insuranceNumber', '=')])
      condition(1, found)
  else if (/.@./.test(chunk)) condition(1, { why: 'email', exact: whole(emailTerm(chunk)), begun: begun(emailTerm(chunk)) })
  else if (/\p{N}/u.test(chunk))
    for (const found of [...code(chunk, 'recordNumber', '+'), ...birthDate([chunk]), ...code(chunk, 'insuranceNumber', '=')]) condition(1, found)
  options.push({ length: 1, words: wordsOf(chunk), conditions: [] })
  return options
}

const isNumber = (chunk: string): boolean => /\p{Nd}/u.test(chunk) && /^[\p{Nd}+()./\p{Pd}#]+$/u.test(chunk)

function birthDate(span: string[]): Condition[] {
  const text = span.join(' ')
  const dates = span.every(isNumber) || span.some((chunk) => /\p{N}/u.test(chunk)) ? parseBirthDates(text) : []
  const terms = dates.map((date) => whole(`@${date.replaceAll('-', '')}`))
  const [year] = span.length === 1 ? (/^(18|19|20)\d\d$/.exec(wordsOf(text).join('')) ?? []) : []
  if (year) terms.push(begun(`@${year}`))
  if (span.length > 3 && !span.some(isMonthName)) return []
  return terms.length > 0 ? [{ why: 'birthDate', exact: anyOf(terms), begun: anyOf(terms) }] : []
}

/** A part of a phone number, with and without the zeros that are dialled before it inside a country. */
function phone(text: string): Condition[] {
  const digits = phoneDigits(text).slice(0, 30)
  const phrases = [...new Set([digits, digits.replace(/^0+/, '')])].map(digitTerms).filter((terms) => terms.length > 0)
  if (phrases.length === 0) return []
  const match = anyOf(phrases.map((terms) => `"${terms.join(' ')}"`))
  return [{ why: 'phone', exact: match, begun: match }]
}

function code(text: string, why: SearchReason, marker: string): Condition[] {
  const bare = bareCode(text)
  const terms = [...new Set([bare, bare.replace(/^0+(?=.)/, '')])].map((term) => marker + term)
  return bare === '' ? [] : [{ why, exact: anyOf(terms.map(whole)), begun: anyOf(terms.map(begun)) }]
}

/** Full-text query for one of several. */
export const anyOf = (queries: readonly string[]): string => (queries.length === 1 ? (queries[0] ?? '') : `(${queries.join(' OR ')})`)

/** Full-text query for all of several. */
export const allOf = (queries: readonly string[]): string => queries.join(' AND ')

/** Rowids of the patients that a full-text query matches, at most so many; the order of rowids is the order of registration. */
export const matching = (db: ReadableDatabase): Statement<[string, number], number> =>
  statement<number>(db, 'SELECT rowid FROM patient_terms WHERE patient_terms MATCH ? ORDER BY rowid LIMIT ?').pluck() as Statement<[string, number], number>
