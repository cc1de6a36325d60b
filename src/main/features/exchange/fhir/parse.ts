import type { IssueCode } from '../issues.js'
import { isObject, type Json, type JsonObject } from '../json.js'

/** Deepest nesting that is read; FHIR's own examples stay below 30. */
export const maxDepth = 100

const quote = 0x22
const backslash = 0x5c

/** What a byte means outside strings: 1 opens, 2 closes, 3 ends a key, 4 begins a string. A table, because most bytes mean nothing. */
const meaning = new Uint8Array(256)
for (const [text, code] of [
  ['{[', 1],
  ['}]', 2],
  [':', 3],
  ['"', 4],
] as const)
  for (const char of text) meaning[char.charCodeAt(0)] = code

/** Depth of nesting and number of keys, counted on the bytes before anything is built of them. */
function scan(bytes: Uint8Array): { depth: number; keys: number } {
  const end = bytes.length
  let depth = 0
  let deepest = 0
  let keys = 0
  for (let at = 0; at < end; at++) {
    const code = meaning[bytes[at] as number]
    if (code === 0) continue
    if (code === 4) {
      at++
      for (let byte = bytes[at]; at < end && byte !== quote; byte = bytes[at]) at += byte === backslash ? 2 : 1
    } else if (code === 3) keys++
    else if (code === 2) depth--
    else if (++depth > deepest) {
      deepest = depth
      if (deepest > maxDepth) break
    }
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
