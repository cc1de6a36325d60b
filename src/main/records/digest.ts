import { createHmac, type KeyObject } from 'node:crypto'
import { canonical } from './canonical.js'
import type { Cells } from './cell.js'

/** Into how many buckets the record digests of a dataset are gathered. */
export const bucketCount = 1024

/** The bucket of a record: the last bits of its id, which are random in every id that is made here. */
export const bucketOf = (id: string): number => Number.parseInt(id.slice(-3), 16) & (bucketCount - 1)

/**
 * Digest of a record: 64 bits of an HMAC under the clinic's digest key over kind, id and, by field name, stamp, ancestors and value.
 * Equal on two workstations exactly when they hold the same cells; says nothing to somebody without the key.
 */
export function recordDigest(key: KeyObject, kind: string, id: string, cells: Cells): Buffer {
  let text = `${kind}/${id}`
  for (const name of Object.keys(cells).sort()) {
    const cell = cells[name]
    if (cell) text += `\n${name}\0${cell.stamp}\0${cell.ancestors.join('')}\0${canonical(cell.value)}`
  }
  return createHmac('sha256', key).update(text).digest().subarray(0, 8)
}

/** XOR of two digests of eight bytes; adding a record's digest twice removes it. */
export function combine(a: Uint8Array, b: Uint8Array): Buffer {
  const out = Buffer.alloc(8)
  for (let i = 0; i < 8; i++) out[i] = (a[i] ?? 0) ^ (b[i] ?? 0)
  return out
}
