import type { SearchablePatient } from '../../src/main/store/search/terms.js'

/** Random numbers from 0 to 1 that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const begins = 'B|Br|C|Ch|D|F|G|Gr|H|J|K|L|M|N|P|R|S|Sch|St|T|V|W|Z|Ma|Al|Ro|De|Mc|O’'.split('|')
const middles = 'a|e|i|o|u|ar|er|an|el|ol|in|on|ei|ou|ía|ö|ü'.split('|')
const joints = 'b|ck|d|g|l|ll|m|n|nd|r|rr|s|st|t|tt|v|z|nt|rs'.split('|')
const ends = 'a|er|ez|o|i|son|man|ski|ova|es|ard|ton|ley|ini|berg|ić|as'.split('|')
const given =
  'Maria|José|Anna|Luis|Ahmed|Fatima|John|James|Mary|Linda|Noah|Olivia|Sofía|Zoë|Li|Wei|Chloé|Ana|Juan|Carlos|Elena|Ivan|Olga|Lukas|Emma|Mia|Ben|Paul|Laura|Sara|محمد|Łukasz|Søren|Renée|Nuria'.split(
    '|',
  )

/** Invented patients with about as many distinct family names as a city has; the same seed gives the same people. */
export function people(count: number, seed: number): SearchablePatient[] {
  const random = seeded(seed)
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? ''
  const name = (parts: number) => pick(begins) + Array.from({ length: parts }, () => pick(middles) + pick(joints)).join('') + pick(ends)
  const families = Array.from({ length: Math.max(50, Math.floor(count / 3)) }, () => name(1 + Math.floor(random() * 2)))
  const givens = [...given, ...Array.from({ length: Math.max(20, Math.floor(count / 60)) }, () => name(1))]
  // A few names are common and most are rare
  const popular = (from: readonly string[]): string => from[Math.floor(random() ** 2.5 * from.length)] ?? ''
  return Array.from({ length: count }, (_, index) => {
    const familyName = random() < 0.1 ? `${popular(families)}${random() < 0.5 ? '-' : ' '}${popular(families)}` : popular(families)
    const givenName = random() < 0.2 ? `${popular(givens)} ${popular(givens)}` : popular(givens)
    const digits = (length: number) => Array.from({ length }, () => Math.floor(random() * 10)).join('')
    return {
      recordNumber: `W${1 + (index % 4)}-${String(index + 1).padStart(6, '0')}`,
      familyName,
      givenName,
      birthDate: new Date(Date.UTC(1925, 0, 1) + Math.floor(random() * 36_000) * 86_400_000).toISOString().slice(0, 10),
      phone: random() < 0.9 ? `+1555${digits(7)}` : undefined,
      email: random() < 0.5 ? `p${digits(6)}@example.com` : undefined,
      insuranceNumber: random() < 0.7 ? `${pick(begins).toUpperCase()}${digits(8)}` : undefined,
    }
  })
}

/** The text with one random typing error: a letter replaced, left out, doubled by another or swapped with its neighbour. */
export function mistyped(text: string, random: () => number): string {
  const letters = Array.from(text)
  const at = Math.floor(random() * letters.length)
  const letter = String.fromCharCode(97 + Math.floor(random() * 26))
  const kind = Math.floor(random() * 4)
  if (kind === 0) letters[at] = letter
  else if (kind === 1 && letters.length > 2) letters.splice(at, 1)
  else if (kind === 2) letters.splice(at, 0, letter)
  else [letters[at], letters[Math.max(0, at - 1)]] = [letters[Math.max(0, at - 1)] ?? '', letters[at] ?? '']
  return letters.join('')
}
