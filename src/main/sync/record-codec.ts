import type { Json } from '../records/canonical.js'
import { type Cells, type PackedStamps, pack, unpack } from '../records/cell.js'
import { indexValue } from '../redis/feed.js'
import { type HeldRecord, HubProblem, type IndexedRecord, type RecordName } from '../redis/hub.js'
import type { ClinicKeyNames } from '../redis/keys.js'
import { open, SealBroken, seal } from '../security/sealing.js'
import type { OperationFacts } from '../store/replication.js'

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

  /** @throws HubProblem `record` when it is too large to be sent */
  seal(record: IndexedRecord, cells: Cells): Buffer {
    const { values, stamps } = pack(cells)
    const sealed = this.#seal(JSON.stringify([values, stamps]), this.#place(record))
    if (sealed.length > recordBytesLimit) throw new HubProblem('record', 'A record is too large to be sent to the server; it stays on this workstation.')
    return sealed
  }

  /** The cells of a record; `damaged` when it does not open, `later` when only a newer program or a later key opens it. */
  open(record: HeldRecord): Cells | 'damaged' | 'later' {
    if (!record.sealed) return 'damaged'
    const text = this.#open(record.sealed, this.#place(record))
    if (text === 'damaged' || text === 'later') return text
    const [values, stamps] = JSON.parse(text) as [Record<string, Json>, PackedStamps]
    return unpack(values, stamps)
  }

  sealSummary(site: string, to: number, summary: PushSummary): Buffer {
    return this.#seal(JSON.stringify(summary), this.#summaryPlace(site, to))
  }

  /** Undefined when it does not open: then the access log says nothing about these operations, and nothing else is lost. */
  openSummary(site: string, to: number, sealed: Uint8Array): PushSummary | undefined {
    const text = this.#open(sealed, this.#summaryPlace(site, to))
    return text === 'damaged' || text === 'later' ? undefined : (JSON.parse(text) as PushSummary)
  }

  #seal(text: string, place: string): Buffer {
    const { current } = this.keys
    const key = this.keys.keyOf(current)
    if (!key) throw new TypeError('The current generation has no key.')
    const head = Buffer.alloc(2)
    head.writeUInt16BE(current)
    return Buffer.concat([head, seal(key, text, place)])
  }

  #open(sealed: Uint8Array, place: string): string | 'damaged' | 'later' {
    if (sealed.length < 2) return 'damaged'
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
    const generation = bytes.readUInt16BE()
    const key = this.keys.keyOf(generation)
    if (!key) return generation > this.keys.current ? 'later' : 'damaged'
    try {
      return open(key, bytes.subarray(2), place, unpackedLimit).toString('utf8')
    } catch (error) {
      if (error instanceof SealBroken) return error.reason === 'version' ? 'later' : 'damaged'
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

/** One key for a record in maps and sets. */
export const keyOf = ({ kind, id }: Pick<RecordName, 'kind' | 'id'>): string => `${kind}/${id}`
