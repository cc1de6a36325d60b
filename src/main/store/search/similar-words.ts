import { editDistance } from '../../../shared/names.js'
import { type ReadableDatabase, statement } from '../database.js'
import { soundKeys } from './sounds.js'
import { searchedGrams } from './terms.js'

/** Words of patients' names that may be meant by a searched word, by what it costs to take one for the other. */
export interface SimilarWords {
  /** One typing error away, the likelier first. */
  near: string[]
  /** Two typing errors away, or longer words whose beginning is one away. */
  far: string[]
  /** Spelt otherwise but sounding alike. */
  alike: string[]
}

const maxCandidates = 200
const maxWords = 40

/** Looks for similar words among the distinct words of all names; words that begin with the searched one are left out. */
export function similarWords(db: ReadableDatabase, word: string): SimilarWords {
  const sounds = soundKeys(word)
  const alike =
    sounds.length > 0
      ? bySounds(db)
          .all(JSON.stringify(sounds))
          .filter((found) => !found.startsWith(word))
      : []
  const near: string[] = []
  const far: string[] = []
  const reach = word.length < 3 ? 0 : word.length < 5 ? 1 : 2
  const candidates = reach > 0 ? byGrams(db).all({ grams: JSON.stringify(searchedGrams(word)), length: word.length }) : []
  for (const candidate of candidates) {
    if (candidate.startsWith(word)) continue
    const distance = editDistance(word, candidate, reach)
    if (distance === 1) near.push(candidate)
    else if (distance <= reach || isBegunBy(word, candidate)) far.push(candidate)
  }
  const soundsAlike = new Set(alike)
  const order = (words: string[]) => words.sort((a, b) => Number(soundsAlike.has(b)) - Number(soundsAlike.has(a))).slice(0, maxWords)
  const taken = new Set([...order(near), ...order(far)])
  return { near: order(near), far: order(far), alike: alike.filter((found) => !taken.has(found)) }
}

/** Whether some patient's name has exactly this word. */
export const isKnownWord = (db: ReadableDatabase, word: string): boolean => known(db).get(word) !== undefined

/** Whether the candidate is a longer word that begins with the searched one but for one typing error. */
function isBegunBy(word: string, candidate: string): boolean {
  if (word.length < 4 || candidate.length <= word.length) return false
  return [word.length, word.length - 1, word.length + 1].some((length) => editDistance(word, candidate.slice(0, length), 1) <= 1)
}

const known = (db: ReadableDatabase) => statement<number>(db, 'SELECT id FROM name_word WHERE word = ?').pluck()

// Only the words that share most fragments are looked up: the frequent fragments alone lead to thousands
const byGrams = (db: ReadableDatabase) =>
  statement<string>(
    db,
    `SELECT name_word.word FROM (
       SELECT word AS id, count(*) AS shared FROM name_gram WHERE gram IN (SELECT value FROM json_each(@grams)) GROUP BY word
       HAVING count(*) > (@length > 6) ORDER BY count(*) DESC LIMIT ${2 * maxCandidates}
     ) JOIN name_word USING (id) ORDER BY shared DESC, abs(length(name_word.word) - @length), count DESC, name_word.word LIMIT ${maxCandidates}`,
  ).pluck()

const bySounds = (db: ReadableDatabase) =>
  statement<string>(
    db,
    `SELECT DISTINCT name_word.word FROM name_sound JOIN name_word ON name_word.id = name_sound.word
     WHERE sound IN (SELECT value FROM json_each(?)) ORDER BY count DESC, name_word.word LIMIT ${maxWords}`,
  ).pluck()
