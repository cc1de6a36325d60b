import { setImmediate } from 'node:timers/promises'
import type { Capacity } from '../../../shared/contract/monitor-blocks.js'
import type { Backup } from '../../store/backups.js'
import type { Reader } from '../../store/reader.js'
import { recordSamples } from './queries.js'

/** The share that the requirements add for what a server needs beside the values. */
export const overheadFactor = 0.3
/** Records of each kind that are sealed to measure them. */
const sampledRecords = 10
/** A measure of the sizes is good for so long. */
const measureMs = 3_600_000
const dayMs = 24 * 3_600_000
/** What growth is told from: shorter than a day it says nothing. */
const shortestDays = 1

export interface CapacityOptions {
  read: Reader['read']
  /** Bytes that a record takes at the server. */
  sealedBytes(kind: string, id: string): number | undefined
  backups(): Promise<readonly Backup[]>
  now: () => number
}

type Server = { usedBytes: number; maxBytes: number | null; systemBytes: number | null } | null
type Sizes = Pick<Capacity, 'kinds' | 'records' | 'recordBytes'>

/** How much the clinic takes at the server, and how long its memory lasts. */
export class CapacityPlan {
  #measured: { at: number; sizes: Sizes } | undefined

  constructor(private readonly options: CapacityOptions) {}

  async plan(server: Server): Promise<Capacity> {
    const { now, backups } = this.options
    if (!this.#measured || Math.abs(now() - this.#measured.at) > measureMs) this.#measured = { at: now(), sizes: await this.#measure() }
    const { at, sizes } = this.#measured
    const { records, recordBytes } = sizes
    const mean = records === 0 ? 0 : recordBytes / records
    const recordsPerDay = growthOf(await backups(), records, now())
    const bytesPerDay = recordsPerDay === undefined ? null : recordsPerDay * mean * (1 + overheadFactor)
    const limitBytes = server?.maxBytes ?? server?.systemBytes ?? null
    const usedBytes = server?.usedBytes ?? null
    return {
      asOf: new Date(now()).toISOString(),
      ...sizes,
      sizes: 'sampled',
      sampledAt: new Date(at).toISOString(),
      usedBytes,
      limitBytes,
      limit: server?.maxBytes ? 'maxmemory' : server?.systemBytes ? 'computer' : 'unknown',
      recordsPerDay: recordsPerDay ?? null,
      bytesPerDay,
      ...lastsFor(usedBytes, limitBytes, bytesPerDay),
      formula: { itemCount: records, meanItemBytes: mean, overheadFactor, bytes: records * mean * (1 + overheadFactor) },
    }
  }

  async #measure(): Promise<Sizes> {
    const kinds: Capacity['kinds'] = []
    for (const { kind, records, ids } of await this.options.read(recordSamples, { perKind: sampledRecords })) {
      if (records === 0) continue
      const sizes = ids.flatMap((id) => this.options.sealedBytes(kind, id) ?? [])
      const meanBytes = sizes.length === 0 ? 0 : sizes.reduce((sum, bytes) => sum + bytes, 0) / sizes.length
      kinds.push({ kind, records, meanBytes, bytes: records * meanBytes })
      // Sealing a kind's samples takes a millisecond or two; others come between.
      await setImmediate()
    }
    const sum = (name: 'records' | 'bytes'): number => kinds.reduce((all, kind) => all + kind[name], 0)
    return { kinds: kinds.sort((a, b) => b.bytes - a.bytes), records: sum('records'), recordBytes: sum('bytes') }
  }
}

/** Records added a day between the oldest kept backup and now; undefined while that is less than a day. */
export function growthOf(backups: readonly Backup[], records: number, now: number): number | undefined {
  const oldest = backups.flatMap(({ manifest }) => manifest ?? []).sort((a, b) => a.madeAt.localeCompare(b.madeAt))[0]
  const days = oldest ? (now - Date.parse(oldest.madeAt)) / dayMs : 0
  if (!oldest || days < shortestDays) return undefined
  const before = Object.values(oldest.counts).reduce((sum, count) => sum + count, 0)
  return (records - before) / days
}

/** Days until a server is full, or why that cannot be told. */
export function lastsFor(usedBytes: number | null, limitBytes: number | null, bytesPerDay: number | null): Pick<Capacity, 'fullInDays' | 'why'> {
  if (usedBytes === null) return { fullInDays: null, why: 'serverUnknown' }
  if (limitBytes === null) return { fullInDays: null, why: 'noLimit' }
  if (bytesPerDay === null) return { fullInDays: null, why: 'tooShort' }
  if (bytesPerDay <= 0) return { fullInDays: null, why: 'notGrowing' }
  return { fullInDays: Math.max(0, Math.floor((limitBytes - usedBytes) / bytesPerDay)), why: null }
}
