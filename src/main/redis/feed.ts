import { createHash } from 'node:crypto'
import {
  type FeedEntry,
  type HeldRecord,
  type IndexedRecord,
  maxPushBytes,
  maxRecordBytes,
  maxRecordsPerPush,
  type PushedRecord,
  type RecordName,
} from './hub.js'
import { hubProblem } from './problems.js'

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

/** The value of a record as it was asked for; undefined for one of another form, or of another owner. */
export function storedValue(name: RecordName, value: Uint8Array): (IndexedRecord & { sealed: Uint8Array }) | undefined {
  const record = decodeValue(fieldOf(name), value)
  return record?.owner === name.owner ? record : undefined
}

/** By what a server tells whether a value is still the one that was read: its SHA-1, nothing for none. */
export const valueMark = ({ sealed, ...record }: HeldRecord): string =>
  sealed
    ? createHash('sha1')
        .update(encodeValue({ ...record, sealed }))
        .digest('hex')
    : ''

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

/**
 * A stream entry of the feed: chain, site, from, to, running total of bytes, summary, then a field for each record. A field of another form is left
 * out, and so the entry's chain value does not fit it.
 */
export function readEntry(id: string, fields: readonly Buffer[]): FeedEntry {
  const [, chain, , site, , from, , to, , , , summary] = fields
  const records: HeldRecord[] = []
  for (let i = 12; i + 1 < fields.length; i += 2) {
    const record = decodeValue(String(fields[i]), fields[i + 1] as Buffer)
    if (record) records.push(record)
  }
  return { id, chain: String(chain), site: String(site), from: Number(from), to: Number(to), summary: summary ?? Buffer.alloc(0), records }
}

/** Bytes of an entry as the feed's budget counts them: summary, names and values. */
export const entryBytes = (summary: Uint8Array, records: readonly (IndexedRecord & { sealed: Uint8Array })[]): number =>
  records.reduce((sum, record) => sum + Buffer.byteLength(fieldOf(record)) + 1 + indexValue(record).length + record.sealed.length, summary.length)

/** Entries that one push takes off the feed at most because of its size, so that no call works for long. */
export const maxTrimmedPerPush = 16

/** Refuses what no server should be sent in one step. @throws HubProblem `record` */
export function checkPush(records: readonly PushedRecord[]): void {
  const bytes = records.reduce((sum, record) => sum + record.sealed.length, 0)
  const isTooMuch = records.length > maxRecordsPerPush || bytes > maxPushBytes || records.some((record) => record.sealed.length > maxRecordBytes)
  if (isTooMuch) throw hubProblem('record', 'This is larger than what the server is sent in one step.')
  if (new Set(records.map(fieldOf)).size < records.length) throw hubProblem('record', 'A record stands twice in what the server is sent in one step.')
}
