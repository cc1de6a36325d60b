import type { Json } from '../records/canonical.js'
import { type Cells, type PackedStamps, pack, unpack } from '../records/cell.js'
import { indexValue } from '../redis/feed.js'
import { type HeldRecord, HubProblem, type IndexedRecord, type RecordName } from '../redis/hub.js'
import type { ClinicKeyNames } from '../redis/keys.js'
import { open, SealBroken, seal } from '../security/sealing.js'
import type { OperationFacts } from '../store/replication.js'
import { packSource, unpackSource } from '../store/source-codec.js'

/** Greatest sealed record, in bytes; a larger one is refused for its own sake. */
export const recordBytesLimit = 1024 * 1024

/** Greatest content that is unpacked, in bytes: what somebody puts into Redis must not fill the memory. */
const unpackedLimit = 16 * 1024 * 1024

/** Keys of the clinic by generation; the current one seals, all of them open. */
export interface SealingKeys {
  current: number
  keyOf(generation: number): Uint8Array | undefined
}

/** What a push tells of its operations: whose they are, and what the access logs of the others say about each. */
export interface PushSummary {
  workstationId: string
  operations: readonly { number: number; about: OperationFacts }[]
}

/**
 * Seals records and summaries for the server and opens what comes from it. The full key name, the digest and the owner are associated data: a record
 * moved to another place, or given another digest, does not open.
 */
export class RecordCodec {
  constructor(
    private readonly names: ClinicKeyNames,
    private readonly keys: SealingKeys,
  ) {}

  /** Generation of the key that `seal` uses. */
  get generation(): number {
    return this.keys.current
  }

  /** Length of a record's key. */
  keyBytes(record: RecordName): number {
    return this.names.record(record).length
  }

  /** @throws HubProblem `record` when it is too large to be sent */
  seal(record: IndexedRecord, cells: Cells): Buffer {
    const sealed = this.#seal(bytesOf(cells), this.#place(record))
    if (sealed.length > recordBytesLimit) throw new HubProblem('record', 'A record is too large to be sent to the server; it stays on this workstation.')
    return sealed
  }

  /**
   * The cells of a record; undefined when it does not open. Whoever says hello to the server knows its key and its schema, and a program that seals
   * in a new form raises the schema first: so what does not open is damaged.
   * @throws RangeError when it opens, so that it is whole, and holds what only a newer program reads
   */
  open(record: HeldRecord): Cells | undefined {
    const bytes = record.sealed && this.#open(record.sealed, this.#place(record))
    return bytes && cellsOf(bytes)
  }

  sealSummary(site: string, to: number, summary: PushSummary): Buffer {
    return this.#seal(JSON.stringify(summary), this.#summaryPlace(site, to))
  }

  /** Undefined when it does not open: then the access log says nothing about these operations, and nothing else is lost. */
  openSummary(site: string, to: number, sealed: Uint8Array): PushSummary | undefined {
    const bytes = this.#open(sealed, this.#summaryPlace(site, to))
    return bytes && (JSON.parse(bytes.toString('utf8')) as PushSummary)
  }

  #seal(content: string | Uint8Array, place: string): Buffer {
    const { current } = this.keys
    const key = this.keys.keyOf(current)
    if (!key) throw new TypeError('The current generation has no key.')
    const head = Buffer.alloc(2)
    head.writeUInt16BE(current)
    return Buffer.concat([head, seal(key, content, place)])
  }

  #open(sealed: Uint8Array, place: string): Buffer | undefined {
    if (sealed.length < 2) return undefined
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
    const key = this.keys.keyOf(bytes.readUInt16BE())
    if (!key) return undefined
    try {
      return open(key, bytes.subarray(2), place, unpackedLimit)
    } catch (error) {
      if (error instanceof SealBroken) return undefined
      throw error
    }
  }

  #place(record: IndexedRecord): string {
    return `${this.names.record(record)}\n${indexValue(record).toString('hex')}`
  }

  #summaryPlace(site: string, to: number): string {
    return `${this.names.feed}\n${site}\n${to}`
  }
}

/** First byte of a content whose source follows packed, as it is stored; without one a content is JSON alone and begins with a bracket. */
const withSource = 1
const headBytes = 5
const openingBracket = 0x5b

/**
 * A record's cells as they are sealed: JSON of the values and their packed stamps. A source goes along as it is stored, compressed: neither the
 * sender nor the receiver compresses it again.
 */
function bytesOf(cells: Cells): Uint8Array | string {
  const { values, stamps } = pack(cells)
  const { source, ...others } = values
  if (typeof source !== 'object' || source === null) return JSON.stringify([values, stamps])
  const text = Buffer.from(JSON.stringify([others, stamps]))
  const head = Buffer.alloc(headBytes)
  head.writeUInt8(withSource)
  head.writeUInt32BE(text.length, 1)
  return Buffer.concat([head, text, packSource(source)])
}

function cellsOf(bytes: Buffer): Cells {
  const hasSource = bytes[0] === withSource
  if (!hasSource && bytes[0] !== openingBracket) throw new RangeError('A record has a content that only a newer program reads.')
  const end = hasSource ? headBytes + bytes.readUInt32BE(1) : bytes.length
  const [values, stamps] = JSON.parse(bytes.toString('utf8', hasSource ? headBytes : 0, end)) as [Record<string, Json>, PackedStamps]
  return unpack(hasSource ? { ...values, source: unpackSource(bytes.subarray(end), unpackedLimit) as Json } : values, stamps)
}

/**
 * What a record takes beside its value and its key's name twice (its own, and in the index of its bucket), in bytes: with it the sum is within a tenth of what Redis 7 used for
 * 5,000 patients with a symptom each, buckets and lists included.
 */
const placeBytes = 230

/** About how many bytes a record takes at the server, without the feed. */
export function bytesAtServer(codec: RecordCodec, record: IndexedRecord, cells: Cells): number {
  return codec.seal(record, cells).length + 2 * codec.keyBytes(record) + placeBytes
}

/** One key for a record in maps and sets. */
export const keyOf = ({ kind, id }: Pick<RecordName, 'kind' | 'id'>): string => `${kind}/${id}`
