/** Random numbers from 0 to below 1, the same for the same seeds on every machine. */
export type Dice = () => number

/** Dice for a seed and a place in its plan: leaving out other places does not change what happens at this one. */
export function diceOf(seed: number, place: number): Dice {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(place + 1, 0x85ebca6b)) >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  next()
  return next
}

/** A whole number from 0 to below `n`. */
export const below = (dice: Dice, n: number): number => Math.floor(dice() * n)

/** One of the list. */
export const pick = <T>(dice: Dice, list: readonly T[]): T => list[below(dice, list.length)] as T
