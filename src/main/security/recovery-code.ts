import { randomBytes } from 'node:crypto'

const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** Crockford's base32 has five more symbols for the check alone, so that it is a remainder by the prime 37. */
const CHECK_SYMBOLS = `${SYMBOLS}*~$=U`
const LENGTH = 27
const GROUP = 4

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
        ? `A recovery code has ${LENGTH + 1} letters and digits in groups of ${GROUP}; compare the number of groups with the printed sheet.`
        : 'The recovery code was not typed as printed; compare it with the sheet, character by character.',
    )
  }
}

/** Makes a recovery code to print: 135 random bits and a check symbol, as seven groups of four. */
export function makeRecoveryCode(): string {
  const text = Array.from(randomBytes(LENGTH), (byte) => SYMBOLS[byte & 31]).join('')
  return grouped(text + checkSymbol(text))
}

/**
 * Reads a typed recovery code into its canonical 27 characters. Case, spaces and dashes do not matter, O is read as 0,
 * I and L as 1. One wrong or two exchanged characters are noticed by the check symbol. Throws `RecoveryCodeMistyped`.
 */
export function readRecoveryCode(typed: string): string {
  const plain = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}\p{Cf}._·]/gu, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
  if (plain.length !== LENGTH + 1) throw new RecoveryCodeMistyped('length')
  const text = plain.slice(0, LENGTH)
  for (const symbol of text) if (!SYMBOLS.includes(symbol)) throw new RecoveryCodeMistyped('character')
  if (plain[LENGTH] !== checkSymbol(text)) throw new RecoveryCodeMistyped('check')
  return text
}

function checkSymbol(text: string): string {
  let remainder = 0
  for (const symbol of text) remainder = (remainder * 32 + SYMBOLS.indexOf(symbol)) % 37
  return CHECK_SYMBOLS[remainder] as string
}

function grouped(text: string): string {
  return text.match(new RegExp(`.{${GROUP}}`, 'g'))?.join('-') ?? text
}
