import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { CacheCategory } from '../../shared/cache-categories.js'
import { canonical, type Json } from '../records/canonical.js'
import { derive } from '../security/sealing.js'
import { categoryOf, segmentOf } from './categories.js'

/**
 * What a value is about: a random id as it is, or anything else, of which only an HMAC ever leaves this process. For content: input, model, and version of prompt
 * and schema. `sub` tells several values about the same thing apart.
 */
export type CacheId = string | { readonly of: Json; readonly sub?: SubKey }

/** Names of parts; a fixed list, so that no key can hold anything private. */
export type SubKey = (typeof subKeys)[number]
const subKeys = ['inputs', 'preferences', 'metadata', 'requests', 'hits', 'misses', 'failures'] as const

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Names values: in memory by what they are about, everywhere else by `<category>:<identifier>[:<sub>]`, in which nothing private stands. */
export class CachePaths {
  readonly #key: KeyObject

  constructor(clinicKey: Uint8Array) {
    this.#key = createSecretKey(derive(clinicKey, 'cache identifier'))
  }

  of(category: CacheCategory | 'counter', id: CacheId): string {
    const { of, sub } = typeof id === 'string' ? { of: id, sub: undefined } : id
    const identifier = typeof of === 'string' && uuid.test(of) ? of : this.#hmac(category, of)
    return `${category === 'counter' ? category : segmentOf(category)}:${identifier}${sub === undefined ? '' : `:${sub}`}`
  }

  #hmac(category: string, of: Json): string {
    return createHmac('sha256', this.#key)
      .update(`${category}\n${canonical(of)}`)
      .digest('hex')
      .slice(0, 32)
  }
}

/** A value's name in this process: cheap to make, and never shown. */
export const slotOf = (category: CacheCategory, id: CacheId): string => `${category}\n${typeof id === 'string' ? id : canonical(id)}`

/** A pattern that matches no paths because it is none. `isPublic`: its sentence is for the person who wrote it. */
export class InvalidPattern extends Error {
  override readonly name = 'InvalidPattern'
  readonly isPublic = true
}

/**
 * A pattern of paths as somebody wrote it, made whole: `health_analysis` and `health_analysis:*` are all of a category. Only categories, hexadecimal identifiers and names of
 * parts may stand in it beside `*` and `?`, so that nobody writes a name into the server by searching for it. @throws InvalidPattern
 */
export function checkedPattern(text: string): string {
  const [category = '', identifier = '*', sub, ...more] = text.trim().split(':')
  const segment = category === '*' ? '*' : categoryOf(category)
  const isFine =
    segment !== undefined &&
    more.length === 0 &&
    /^[0-9a-f*?-]{1,64}$/.test(identifier) &&
    (sub === undefined || /^[a-z*?]{1,20}$/.test(sub)) &&
    text.split('*').length <= 5
  if (!isFine) throw new InvalidPattern('This is no pattern of cached entries. Write a category, and after a colon an identifier or *.')
  const whole = `${segment === '*' ? '*' : segmentOf(segment)}:${identifier}`
  return sub === undefined ? whole : `${whole}:${sub}`
}

/** Tells whether paths match a pattern; `*` at the end of one covers parts too. */
export function matcherOf(pattern: string): (path: string) => boolean {
  if (!/[*?]/.test(pattern)) return (path) => pattern === path
  const source = pattern.replace(/[.*+?^${}()|[\]\\]/g, (sign) => (sign === '*' ? '.*' : sign === '?' ? '.' : `\\${sign}`))
  const expression = new RegExp(`^${source}$`)
  return (path) => expression.test(path)
}

/** Whether a path matches a pattern. */
export const matches = (pattern: string, path: string): boolean => matcherOf(pattern)(path)
