import type { Tokens } from './dependencies.js'

/** A value as it leaves this process, with all that decides whether it may be given out again. Instants are milliseconds since 1970. */
export interface Envelope {
  value: unknown
  /** When its computing began: it is as new as that. */
  asOf: number
  expiresAt: number
  /** When it is too old to be shown at all. */
  deadAt: number
  tokens: Tokens
  /** Number of the last order to forget that was known when its computing began. */
  clears: number
  /** About how large it is as JSON. */
  bytes: number
}

/** Largest value that is kept, in bytes of JSON: sealing a larger one would hold the main loop up for too long. */
export const largestValueBytes = 262_144

/** JSON of a value with what belongs to it. `program`: only the same version reads it again, because another one may compute it otherwise. */
export function encode({ value, asOf, expiresAt, deadAt, tokens, clears }: Omit<Envelope, 'bytes'>, program: string): string {
  return JSON.stringify([program, asOf, expiresAt, deadAt, tokens, clears, value])
}

/** The envelope behind `encode`; undefined for anything that this program did not write. */
export function decode(text: string, program: string): Envelope | undefined {
  let parts: unknown
  try {
    parts = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!Array.isArray(parts) || parts.length !== 7 || parts[0] !== program) return undefined
  const [, asOf, expiresAt, deadAt, tokens, clears, value] = parts as [string, number, number, number, Tokens, number, unknown]
  return { value, asOf, expiresAt, deadAt, tokens, clears, bytes: text.length }
}

/** Makes a value unchangeable to the bottom, because everybody who asks for it is given the same one. */
export function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const member of Object.values(value)) frozen(member)
  return value
}
