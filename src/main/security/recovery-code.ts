import { crockfordSigns, inGroups, randomSigns, readSigns } from './crockford.js'

/** Crockford's base32 has five more symbols for the check alone, so that it is a remainder by the prime 37. */
const CHECK_SYMBOLS = `${crockfordSigns}*~$=U`
const LENGTH = 27

/** Random bits of a recovery code; guessing it is out of reach even without the slow key derivation. */
export const RECOVERY_CODE_BITS = LENGTH * 5

/** What was typed cannot be a recovery code: the sentence says whether something is missing or a character is wrong. */
export class RecoveryCodeMistyped extends Error {
  override readonly name = 'RecoveryCodeMistyped'
  readonly code = 'RECOVERY_CODE_MISTYPED'
  readonly isPublic = true
  constructor(readonly reason: 'length' | 'character' | 'check') {
    super(
      reason === 'length'
        ? `A recovery code has ${LENGTH + 1} letters and digits in groups of four; compare the number of groups with the printed sheet.`
        : 'The recovery code was not typed as printed; compare it with the sheet, character by character.',
    )
  }
}

/** Makes a recovery code to print: 135 random bits and a check symbol, as seven groups of four. */
export function makeRecoveryCode(): string {
  const text = randomSigns(LENGTH)
  return inGroups(text + checkSymbol(text))
}

/**
 * Reads a typed recovery code into its canonical 27 characters. Case, spaces and dashes do not matter, O is read as 0,
 * I and L as 1. One wrong or two exchanged characters are noticed by the check symbol. Throws `RecoveryCodeMistyped`.
 */
export function readRecoveryCode(typed: string): string {
  const plain = readSigns(typed)
  if (plain.length !== LENGTH + 1) throw new RecoveryCodeMistyped('length')
  const text = plain.slice(0, LENGTH)
  for (const symbol of text) if (!crockfordSigns.includes(symbol)) throw new RecoveryCodeMistyped('character')
  if (plain[LENGTH] !== checkSymbol(text)) throw new RecoveryCodeMistyped('check')
  return text
}

function checkSymbol(text: string): string {
  let remainder = 0
  for (const symbol of text) remainder = (remainder * 32 + crockfordSigns.indexOf(symbol)) % 37
  return CHECK_SYMBOLS[remainder] as string
}
