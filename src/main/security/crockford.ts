import { randomBytes } from 'node:crypto'

/** The signs of Crockford's base32: digits and capital letters without I, L, O and U, which are mistaken for others. */
export const crockfordSigns = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** As many random signs; five bits each. */
export const randomSigns = (count: number): string => Array.from(randomBytes(count), (byte) => crockfordSigns[byte & 31]).join('')

/** A code in groups of four, as it is printed. */
export const inGroups = (code: string): string => code.match(/.{1,4}/g)?.join('-') ?? code

/**
 * A typed code without what does not matter: case, spaces, dashes and invisible characters; O is read as 0, I and L as 1, and the digits of Arabic
 * keyboards as digits.
 */
export const readSigns = (typed: string): string =>
  typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}\p{Cf}._·]/gu, '')
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
