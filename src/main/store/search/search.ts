import type { Statement } from 'better-sqlite3'
import type { ReadableDatabase } from '../database.js'
import { allOf, anyOf, begun, matching, type Reading, readingsOf, type SearchReason, whole } from './readings.js'
import { isKnownWord, type SimilarWords, similarWords } from './similar-words.js'

/** One patient found. */
export interface SearchHit {
  rowid: number
  /** 0 is the best: everything typed is there as typed; then as beginnings, then with typing errors, then by sound. */
  rank: number
  why: SearchReason[]
}

/**
 * Patients that match what was typed: words of the name in any order, complete, begun, mistyped or spelt by sound; part of a phone
 * number; birth date or year; record number, insurance number, e-mail; or several of these. Similar names are looked for only when
 * fewer than `limit` match as typed. The best come first, then the order of registration. Any text is allowed; one without letters and
 * digits finds nobody. Works on read-only connections.
 */
export function searchPatients(db: ReadableDatabase, query: string, limit = 20): SearchHit[] {
  const readings = readingsOf(query)
  const search = new Search(db, limit)
  search.tier(
    0,
    readings.map((reading) => asTyped(reading, 'exact', reading.words.length)),
  )
  search.tier(
    1,
    readings.map((reading) => asTyped(reading, 'begun', reading.words.length - 1)),
  )
  search.tier(
    2,
    readings.flatMap((reading) => [asTyped(reading, 'begun', 0), joined(reading)]),
  )
  if (!search.isFull) expand(search, db, readings.filter((reading) => reading.words.some((word) => !isDigits(word))).slice(0, 3))
  return search.hits
}

interface Try {
  match: string
  why: SearchReason[]
}

/** Collects hits until there are enough; a patient stays where it was found first. */
class Search {
  readonly hits: SearchHit[] = []
  readonly #seen = new Set<number>()
  readonly #statement: Statement<[string, number], number>
  readonly #limit: number

  constructor(db: ReadableDatabase, limit: number) {
    this.#limit = limit
    this.#statement = matching(db)
  }

  get isFull(): boolean {
    return this.hits.length >= this.#limit
  }

  /** Runs tries of the same rank; their hits take turns, so that a frequent one does not crowd out a rare one. */
  tier(rank: number, tries: readonly (Try | undefined)[]): void {
    if (this.isFull) return
    const found = tries.flatMap((one) =>
      one && one.match !== '' ? [{ why: one.why, rowids: this.#statement.all(one.match, this.#limit + this.#seen.size) }] : [],
    )
    const longest = Math.max(0, ...found.map(({ rowids }) => rowids.length))
    for (let turn = 0; turn < longest; turn++) {
      for (const { why, rowids } of found) {
        const rowid = rowids[turn]
        if (this.isFull || rowid === undefined || this.#seen.has(rowid)) continue
        this.#seen.add(rowid)
        this.hits.push({ rowid, rank, why })
      }
    }
  }
}

/** The words as typed: the first `complete` of them as whole words, the others as beginnings. */
function asTyped({ words, conditions }: Reading, mode: 'exact' | 'begun', complete: number): Try {
  const names = words.map((word, index) => (index < complete ? whole(word) : begun(word)))
  return { match: allOf([...conditions.map((condition) => condition[mode]), ...names]), why: reasons({ words, conditions }, 'name') }
}

/** Two or three words written apart that may be one name, e.g. "mc donald". */
function joined({ words, conditions }: Reading): Try | undefined {
  if (words.length < 2 || words.length > 3) return undefined
  return { match: allOf([...conditions.map((condition) => condition.begun), begun(words.join(''))]), why: reasons({ words, conditions }, 'name') }
}

const reasons = ({ words, conditions }: Reading, name: SearchReason): SearchReason[] => [
  ...new Set([...(words.length > 0 ? [name] : []), ...conditions.map(({ why }) => why)]),
]

const isDigits = (word: string): boolean => /^\d+$/.test(word)

const nothing: SimilarWords = { near: [], far: [], alike: [] }

/**
 * Replaces words by similar ones, the cheapest replacements first. Where several words narrow the result, it ends one step after the
 * first that found somebody: what lies farther is rarely meant.
 */
function expand(search: Search, db: ReadableDatabase, readings: readonly Reading[]): void {
  const known = new Map<string, SimilarWords>()
  const similar = (word: string): SimilarWords => {
    const found = known.get(word) ?? (isDigits(word) ? nothing : similarWords(db, word))
    known.set(word, found)
    return found
  }
  const isWord = (word: string): boolean => isKnownWord(db, word)
  const isNarrow = readings.some((reading) => reading.words.length + reading.conditions.length > 1)
  let last = isNarrow && search.hits.length > 0 ? 1 : 4
  for (let cost = 1; cost <= last && !search.isFull; cost++) {
    const tries: Try[] = []
    for (const reading of readings) for (const costs of costsOf(reading.words.length, cost)) tries.push(...replaced(reading, costs, similar, isWord))
    const bySound = (one: Try) => one.why.includes('sound')
    search.tier(
      2 + cost,
      tries.filter((one) => !bySound(one)),
    )
    search.tier(2 + cost, tries.filter(bySound))
    if (isNarrow && search.hits.length > 0) last = Math.min(last, cost + 1)
  }
}

/** Tries in which each word is replaced by those of its cost: 0 the word itself (as a beginning if it is no whole word), 1 near, 2 far, 3 sounding alike. */
function replaced(reading: Reading, costs: readonly number[], similar: (word: string) => SimilarWords, isWord: (word: string) => boolean): Try[] {
  const choices = reading.words.map((word, index) => {
    const { near, far, alike } = similar(word)
    const chosen = [undefined, near, far, alike][costs[index] ?? 0]
    return chosen ? chosen.map(whole) : [isWord(word) ? whole(word) : begun(word)]
  })
  if (choices.some((choice) => choice.length === 0)) return []
  const why = reasons(reading, costs.includes(3) ? 'sound' : 'typo')
  const conditions = reading.conditions.map((condition) => condition.begun)
  // A single word: its replacements take turns, the likelier first. Among several words each try would cost the others again.
  const [only] = choices
  if (only && choices.length === 1 && conditions.length === 0) return only.map((choice) => ({ match: choice, why }))
  return [{ match: allOf([...conditions, ...choices.map(anyOf)]), why }]
}

/** All ways to spread a cost over words, at most 3 each; among more than three words only one is replaced. */
function costsOf(count: number, cost: number): number[][] {
  if (count === 0) return cost === 0 ? [[]] : []
  const spread: number[][] = []
  for (let own = 0; own <= Math.min(3, cost); own++) for (const rest of costsOf(count - 1, cost - own)) spread.push([own, ...rest])
  return count <= 3 ? spread : spread.filter((costs) => costs.filter((one) => one > 0).length < 2)
}
