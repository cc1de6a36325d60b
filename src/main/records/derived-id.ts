import { createHmac, type KeyObject } from 'node:crypto'

/**
 * Id of an imported record: a UUIDv8 from an HMAC under the clinic's key over where it came from. The same source record meets the
 * same id on every workstation of the clinic, and another clinic's ids say nothing about it.
 */
export function derivedId(key: KeyObject, system: string, id: string): string {
  const bytes = createHmac('sha256', key).update(`${system}\0${id}`).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
