const letters = 26

/** Place of a prefix in the order in which they are given out: A is 1, Z 26, AA 27. */
export const placeOfPrefix = (prefix: string): number => [...prefix].reduce((place, letter) => place * letters + letter.charCodeAt(0) - 64, 0)

/** The prefix at a place; undefined behind ZZZ. */
export function prefixAt(place: number): string | undefined {
  let [rest, prefix] = [place, '']
  while (rest > 0) {
    prefix = String.fromCharCode(65 + ((rest - 1) % letters)) + prefix
    rest = Math.floor((rest - 1) / letters)
  }
  return prefix.length >= 1 && prefix.length <= 3 ? prefix : undefined
}
