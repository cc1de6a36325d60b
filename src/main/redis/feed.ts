import { createHash } from 'node:crypto'
import type { FeedEntry, HeldRecord, IndexedRecord } from './hub.js'

/**
 * A record's line in its bucket and the head of its value: digest (8 bytes), then the owner's id (16 bytes) when it has one.
 * The field of the bucket is `kind/id`.
 */
export function indexValue({ digest, owner }: Pick<IndexedRecord, 'digest' | 'owner'>): Buffer {
  return owner === undefined ? Buffer.from(digest) : Buffer.concat([digest, Buffer.from(owner.replaceAll('-', ''), 'hex')])
}

/** The record that a bucket's field and value name; undefined for a value of another form. */
export function readIndex(field: string, value: Uint8Array): IndexedRecord | undefined {
  const slash = field.indexOf('/')
  if (slash < 1 || (value.length !== 8 && value.length !== 24)) return undefined
  const digest = Buffer.from(value.subarray(0, 8))
  const hex = Buffer.from(value.subarray(8)).toString('hex')
  const owner = hex && `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  return { kind: field.slice(0, slash), id: field.slice(slash + 1), digest, ...(owner && { owner }) }
}

/** The field of a record in its bucket and in feed entries. */
export const fieldOf = ({ kind, id }: Pick<IndexedRecord, 'kind' | 'id'>): string => `${kind}/${id}`

/** A record's value as it is stored: length of the index value (1 byte), index value, sealed content. */
export function encodeValue(record: IndexedRecord & { sealed: Uint8Array }): Buffer {
  const index = indexValue(record)
  return Buffer.concat([Buffer.from([index.length]), index, record.sealed])
}

/** What `encodeValue` made; undefined for bytes of another form. */
export function decodeValue(field: string, value: Uint8Array): (IndexedRecord & { sealed: Uint8Array }) | undefined {
  const length = value[0] ?? 0
  const index = readIndex(field, value.subarray(1, 1 + length))
  return index && { ...index, sealed: value.subarray(1 + length) }
}

/** Chain value before the first entry of a history. */
export const chainStart = (epoch: string): string => createHash('sha1').update(`medinsight feed ${epoch}`).digest('hex')

/**
 * Chain value of an entry that follows on `previous`. SHA-1, because it is what scripts in Redis can compute; it finds lost and rewritten history,
 * it is no defence against forgery: that is the sealing's.
 */
export function linkOf(previous: string, { site, from, to, summary, records }: Omit<FeedEntry, 'id' | 'chain'>): string {
  const hash = createHash('sha1').update(`${previous}\n${site}\n${from}\n${to}\n`).update(summary)
  for (const record of records) hash.update(`\n${fieldOf(record)}\n`).update(encodeValue(record as HeldRecord & { sealed: Uint8Array }))
  return hash.digest('hex')
}
