import { doubleMetaphone } from 'double-metaphone'

/**
 * How a folded word may sound, by double metaphone: one or two keys, the same for "smith", "smyth" and "schmidt". Empty for a word
 * that is not in Latin letters or has too little sound in it to tell names apart.
 */
export function soundKeys(word: string): string[] {
  if (word.length < 3 || !/^[a-z]+$/.test(word)) return []
  return [...new Set(doubleMetaphone(word))].filter((key) => key.length > 1)
}
