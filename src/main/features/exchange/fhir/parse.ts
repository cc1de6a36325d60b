import type { IssueCode } from '../issues.js'
import { isObject, type Json, type JsonObject } from '../json.js'

/** Deepest nesting that is read; FHIR's own examples stay below 30. */
export const maxDepth = 100

const quote = 0x22
const backslash = 0x5c

/** Depth of nesting and number of keys, counted on the bytes before anything is built of them. */
function scan(bytes: Uint8Array): { depth: number; keys: number } {
  let depth = 0
  let deepest = 0
  let keys = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === quote) {
      at++
      while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1
    } else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > deepest) deepest = depth
      if (deepest > maxDepth) break
    } else if (byte === 0x7d || byte === 0x5d) depth--
    else if (byte === 0x3a) keys++
  }
  return { depth: deepest, keys }
}

/** What one walk over a resource finds. */
export interface Survey {
  keys: number
  /** Texts of all references. */
  references: string[]
  hasForbiddenKey: boolean
}

/** Counts keys and collects references; the depth was limited before. */
export function survey(value: Json, found: Survey = { keys: 0, references: [], hasForbiddenKey: false }): Survey {
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object' && item !== null) survey(item, found)
  } else if (isObject(value)) {
    for (const key in value) {
      found.keys++
      const child = value[key]
      if (typeof child === 'object' && child !== null) survey(child, found)
      else if (key === 'reference' && typeof child === 'string') found.references.push(child)
      else if (key === '__proto__') found.hasForbiddenKey = true
    }
  }
  return found
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
const utf16 = new TextDecoder('utf-16le', { fatal: true })

/**
 * The object that bytes of JSON hold, or why not. `keys` is the number of keys written: more than the object has means that
 * one was given twice, and then nobody can know which was meant.
 */
export function parseJson(bytes: Uint8Array): { value: JsonObject; keys: number } | { code: IssueCode } {
  try {
    const text = bytes[0] === 0xff && bytes[1] === 0xfe ? utf16.decode(bytes) : undefined
    const plain = text === undefined ? bytes : new TextEncoder().encode(text)
    const { depth, keys } = scan(plain)
    if (depth > maxDepth) return { code: 'tooDeep' }
    const whole = (text ?? utf8.decode(bytes)).trim()
    if (whole === '') return { code: 'empty' }
    const value = read(whole)
    if (value === undefined) return { code: 'notJson' }
    return isObject(value) ? { value, keys } : { code: 'notFhir' }
  } catch {
    return { code: 'notText' }
  }
}

function read(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
