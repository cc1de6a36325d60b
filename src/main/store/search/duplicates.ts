import { editDistance, phoneDigits, wordsOf } from '../../../shared/names.js'
import { type ReadableDatabase, statement } from '../database.js'
import { allOf, anyOf, begun, matching, whole } from './readings.js'
import { isKnownWord, similarWords } from './similar-words.js'
import { soundKeys } from './sounds.js'
import { bareCode, birthNumber, digitTerms, emailTerm, type SearchablePatient } from './terms.js'

/** What two patients have in common; `birthDateSwapped`: the same date with day and month exchanged. */
export type DuplicateReason = 'name' | 'birthDate' | 'birthDateSwapped' | 'phone' | 'email' | 'insuranceNumber'

/** A registered patient who may be the person being typed in. */
export interface DuplicateHit {
  rowid: number
  /** The higher, the likelier: the sum of what the reasons weigh. */
  score: number
  reasons: DuplicateReason[]
}

const weights: Record<DuplicateReason, number> = { insuranceNumber: 5, phone: 3, email: 4, birthDate: 3, birthDateSwapped: 2, name: 4 }

/** Patients looked at per condition; enough for a family that shares a phone, or for a common name. */
const maxCandidates = 100

/**
 * Registered patients who may be the person described, the likelier first. Fields may be missing or half written. A similar name alone
 * is enough only while no birth date is given or known; a birth date needs a similar name beside it. Someone registered already
 * finds himself too: the caller leaves out the rowid being edited. Works on read-only connections.
 */
export function findDuplicates(db: ReadableDatabase, person: Partial<SearchablePatient>, limit = 10): DuplicateHit[] {
  const typed: Typed = { words: wordsOf(`${person.familyName ?? ''} ${person.givenName ?? ''}`).slice(0, 6), birth: birthNumber(person.birthDate) ?? undefined }
  const [select, indexed] = [matching(db), indexedPatient(db)]
  const reasons = new Map<number, Set<DuplicateReason>>()
  const add = (reason: DuplicateReason | undefined, match: string | undefined) => {
    for (const rowid of match ? select.all(match, maxCandidates) : []) {
      const known = reasons.get(rowid) ?? new Set()
      reasons.set(rowid, reason ? known.add(reason) : known)
    }
  }
  add('insuranceNumber', person.insuranceNumber && bareCode(person.insuranceNumber) && whole(`=${bareCode(person.insuranceNumber)}`))
  add('email', person.email?.includes('@') ? whole(emailTerm(person.email)) : undefined)
  add('phone', phoneMatch(person.phone))
  for (const match of nameMatches(db, typed)) add(undefined, match)
  const hits: DuplicateHit[] = []
  for (const [rowid, found] of reasons) {
    const stored = indexed.get(rowid)
    if (!stored) continue
    compare(typed, { words: stored.words.split(' '), birth: stored.birth ?? undefined }, found)
    if (found.size > 0) hits.push({ rowid, score: [...found].reduce((sum, reason) => sum + weights[reason], 0), reasons: [...found] })
  }
  return hits.sort((a, b) => b.score - a.score || a.rowid - b.rowid).slice(0, limit)
}

interface Typed {
  words: string[]
  birth?: number
}

/** The whole number as it may be stored: with or without the country's prefix, and without zeros dialled before it. */
function phoneMatch(phone: string | undefined): string | undefined {
  const digits = phoneDigits(phone ?? '')
    .replace(/^0+/, '')
    .slice(0, 30)
  if (digits.length < 6) return undefined
  const forms = digits.length > 9 ? [digits, digits.slice(-9)] : [digits]
  return anyOf(forms.map((form) => `"${digitTerms(form).join(' ')}"`))
}

/** Queries for people of a similar name: with the same or exchanged birth date, then all who bear all the names. */
function nameMatches(db: ReadableDatabase, { words, birth }: Typed): string[] {
  if (words.length === 0) return []
  const choices = words.map((word) => {
    const { near, far, alike } = similarWords(db, word)
    const own = isKnownWord(db, word) ? whole(word) : begun(word)
    return anyOf([own, ...[...near, ...far.filter((other) => isSameName(word, other)), ...alike.filter((other) => isSameName(word, other))].map(whole)])
  })
  const dates = birth ? [birth, ...swapped(birth)].map((date) => whole(`@${date}`)) : []
  return [
    ...(dates.length > 0 ? [allOf([anyOf(dates), anyOf(choices)])] : []),
    allOf(words.map((word) => begun(word))),
    ...(words.length > 1 ? [allOf(choices)] : []),
  ]
}

/** Adds what the names and birth dates of two people tell. */
function compare(typed: Typed, stored: Typed, found: Set<DuplicateReason>): void {
  const matches = typed.words.filter((word) => stored.words.some((other) => isSameName(word, other))).length
  const isSameBirth = typed.birth !== undefined && typed.birth === stored.birth
  const isSwapped = typed.birth !== undefined && stored.birth !== undefined && swapped(typed.birth).includes(stored.birth)
  const isNamesake = matches > 0 && matches >= typed.words.length - (typed.words.length > 2 ? 1 : 0)
  // Among people of the same birth date, one shared name of two is enough to ask
  const isSimilar = isNamesake || ((isSameBirth || isSwapped || found.size > 0) && matches > 0)
  if (isSameBirth && (isSimilar || found.size > 0)) found.add('birthDate')
  else if (isSwapped && (isSimilar || found.size > 0)) found.add('birthDateSwapped')
  const mayBeSameBirth = typed.birth === undefined || stored.birth === undefined || editDistance(String(typed.birth), String(stored.birth), 2) <= 2
  if (isSimilar && (found.size > 0 || mayBeSameBirth)) found.add('name')
}

/** Whether two words may be one name written differently: one typing error, two in long ones, the same sound, or one begins the other. */
function isSameName(a: string, b: string): boolean {
  if (a === b) return true
  const shorter = Math.min(a.length, b.length)
  if (shorter < 3) return false
  if (a.startsWith(b) || b.startsWith(a)) return true
  const reach = shorter > 5 ? 2 : 1
  if (editDistance(a, b, reach) <= reach) return true
  // Two consonants are too little: John and Jane
  const sounds = soundKeys(a).filter((sound) => sound.length > 2)
  return a[0] === b[0] && editDistance(a, b, 3) <= 3 && soundKeys(b).some((sound) => sounds.includes(sound))
}

/** The date with day and month exchanged, if that is another date. */
function swapped(birth: number): number[] {
  const [year, month, day] = [Math.floor(birth / 10_000), Math.floor(birth / 100) % 100, birth % 100]
  return day <= 12 && day !== month ? [year * 10_000 + day * 100 + month] : []
}

const indexedPatient = (db: ReadableDatabase) =>
  statement<{ words: string; birth: number | null }>(db, 'SELECT words, birth FROM patient_indexed WHERE rowid = ?')
