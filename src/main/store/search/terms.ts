import { foldName, phoneDigits, wordsOf } from '../../../shared/names.js'

/** What the search knows of a patient; all texts as they stand in the record. */
export interface SearchablePatient {
  recordNumber?: string
  familyName: string
  givenName: string
  birthDate?: string
  phone?: string
  email?: string
  insuranceNumber?: string
  /** Further names the person is or was known by. */
  otherNames?: string[]
}

/** Letters and digits of a number or code, folded, e.g. `a00012` for "A-00012". */
export const bareCode = (text: string): string =>
  foldName(text)
    .replace(/[^\p{L}\p{N}]+/gu, '')
    .slice(0, 60)

/** An e-mail address without what separates its parts, folded. */
export const emailTerm = (text: string): string => `~${bareCode(text)}`

/** Each three digits in a row, so that a phrase of them finds any part of the number. */
export function digitTerms(digits: string): string[] {
  const terms: string[] = []
  for (let from = 0; from + 3 <= digits.length; from++) terms.push(`#${digits.slice(from, from + 3)}`)
  return terms
}

/**
 * The distinct words a patient's names are found by: each word, and names of several words also written as one ("Al-Rashid", "De la
 * Cruz", "Mac Donald").
 */
export function nameWords(patient: Pick<SearchablePatient, 'familyName' | 'givenName' | 'otherNames'>): string[] {
  const words = new Set<string>()
  for (const name of [patient.familyName, patient.givenName, ...(patient.otherNames ?? [])]) {
    const parts = wordsOf(name)
    for (const part of parts) words.add(part)
    for (const joined of name.split(/\s+/)) {
      const hyphened = wordsOf(joined)
      if (hyphened.length > 1 && hyphened.length < 4) words.add(hyphened.join(''))
    }
    if (name === patient.familyName && parts.length > 1 && parts.length < 4) words.add(parts.join(''))
  }
  return [...words].slice(0, 24)
}

/** A day as a number, e.g. 19800229, or null when the text is no whole date. */
export const birthNumber = (date: string | undefined): number | null => (date && /^\d{4}-\d{2}-\d{2}$/.test(date) ? Number(date.replaceAll('-', '')) : null)

/** All terms of a patient's document, separated by blanks. */
export function documentTerms(patient: SearchablePatient, words: readonly string[]): string {
  const terms = [...words]
  if (patient.recordNumber) {
    const code = bareCode(patient.recordNumber)
    if (code) terms.push(`+${code}`)
    // "W2-00123" is also found by 123
    const [number] = /\d+$/.exec(patient.recordNumber) ?? []
    const short = number?.replace(/^0+/, '')
    if (short && short !== code) terms.push(`+${short}`)
  }
  const birth = birthNumber(patient.birthDate)
  if (birth) terms.push(`@${patient.birthDate?.replaceAll('-', '')}`)
  if (patient.phone) terms.push(...digitTerms(phoneDigits(patient.phone).slice(0, 30)))
  if (patient.insuranceNumber && bareCode(patient.insuranceNumber)) terms.push(`=${bareCode(patient.insuranceNumber)}`)
  if (patient.email && bareCode(patient.email)) terms.push(emailTerm(patient.email))
  return terms.join(' ')
}

/**
 * Fragments by which a word is found despite typing errors: three letters in a row, begin and end marked; for short words, which
 * keep no such fragment after one error, the word with each letter left out.
 */
export function wordGrams(word: string): string[] {
  const letters = Array.from(word)
  const grams = new Set<string>()
  if (letters.length <= shortWord) for (const gram of shortened(letters)) grams.add(gram)
  const marked = ['_', ...letters, '_']
  for (let from = 0; from + 3 <= marked.length; from++) grams.add(marked.slice(from, from + 3).join(''))
  return [...grams]
}

/** Fragments under which words similar to a searched one are stored. */
export function searchedGrams(word: string): string[] {
  const letters = Array.from(word)
  return [...new Set([...wordGrams(word), ...(letters.length <= shortWord + 1 ? shortened(letters) : [])])]
}

/** Longest word, in letters, that is also stored with letters left out. */
const shortWord = 5

const shortened = (letters: readonly string[]): string[] => [
  `-${letters.join('')}`,
  ...letters.map((_, left) => `-${letters.filter((_, index) => index !== left).join('')}`),
]
