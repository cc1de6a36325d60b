import type { KeyObject } from 'node:crypto'
import { canonical } from '../../src/main/records/canonical.js'
import type { Cells } from '../../src/main/records/cell.js'
import { bucketCount, bucketOf, combine, recordDigest } from '../../src/main/records/digest.js'
import type { Hub, IndexedRecord } from '../../src/main/redis/hub.js'
import { keyOf, type RecordCodec } from '../../src/main/sync/record-codec.js'
import type { KeyedCells, Oracle } from './oracle.js'

/** A workstation at rest: what it holds by `kind/id`, the digests of its buckets, and how many operations still wait. */
export interface Judged {
  name: string
  rows: ReadonlyMap<string, { kind: string; id: string; cells: Cells; digest: Uint8Array }>
  buckets: ReadonlyMap<number, Uint8Array>
  waiting: number
}

/** What a clinic at rest is judged by. */
export interface Case {
  hub: Hub
  codec: RecordCodec
  digestKey: KeyObject
  oracle: Oracle
  workstations: readonly Judged[]
}

/** Invariants that do not hold of a clinic that has come to rest: nothing lost, all equal byte for byte, digests true, queues empty. */
export async function judge({ hub, codec, digestKey, oracle, workstations }: Case): Promise<string[]> {
  const problems: string[] = []
  const index = await indexOf(hub)
  const held = new Map(index.map((record) => [keyOf(record), hex(record.digest)]))
  const { buckets } = await hub.snapshot()
  for (const n of differingBuckets(index, buckets)) problems.push(`I3 server bucket ${n}`)
  // A value that does not open is dropped from the index and sent again by whoever reads it; until then nobody needs it.
  const onServer = new Map(await cellsOf(hub, index, codec))
  for (const { name, rows, buckets: own, waiting } of workstations) {
    for (const [at, { kind, id, cells, digest }] of rows) {
      if (!recordDigest(digestKey, kind, id, cells).equals(digest)) problems.push(`I3 ${name} ${at}`)
      if (held.get(at) !== hex(digest)) problems.push(`I2 ${name} differs from the server in ${at}`)
      else if (canonical(onServer.get(at) ?? cells) !== canonical(cells)) problems.push(`I2 ${name} differs from the server in the bytes of ${at}`)
    }
    const first = workstations[0]
    for (const [at, { cells }] of rows)
      if (first && canonical(first.rows.get(at)?.cells) !== canonical(cells)) problems.push(`I2 ${name} differs from ${first.name} in the bytes of ${at}`)
    for (const n of differingBuckets(rows.values(), own)) problems.push(`I3 ${name} bucket ${n}`)
    for (const at of held.keys()) if (!rows.has(at)) problems.push(`I2 ${name} does not have ${at}`)
    for (const lost of oracle.lost([...rows].map(([at, { cells }]) => [at, cells] as const))) problems.push(`I1 ${name} lost ${lost}`)
    for (const left of oracle.remains(new Map([...rows].map(([at, { cells }]) => [at, cells] as const)))) problems.push(`erased, but still on ${name}: ${left}`)
    if (waiting > 0) problems.push(`I8 ${name} still waits`)
  }
  for (const left of oracle.remains(onServer)) problems.push(`erased, but still on the server: ${left}`)
  return problems
}

/** The cells of every record that a server holds, in its index or still in its feed, and that opens. */
export async function cellsOnServer(hub: Hub, codec: RecordCodec): Promise<KeyedCells[]> {
  const inFeed = (await hub.read('0-0', { count: 100_000, waitMs: 0 })).flatMap((entry) => entry.records)
  return [...(await cellsOf(hub, await indexOf(hub), codec)), ...inFeed.flatMap((record) => opened(record, codec.open(record)))]
}

const indexOf = async (hub: Hub): Promise<IndexedRecord[]> => [...(await hub.buckets(Array.from({ length: bucketCount }, (_, n) => n))).values()].flat()

async function cellsOf(hub: Hub, index: readonly IndexedRecord[], codec: RecordCodec): Promise<KeyedCells[]> {
  const records = await hub.records(index)
  return records.flatMap((record) => (record ? opened(record, codec.open(record)) : []))
}

const opened = (record: IndexedRecord, cells: Cells | undefined): KeyedCells[] => (cells ? [[keyOf(record), cells]] : [])

/** Buckets whose digest is not that of their records. */
function differingBuckets(records: Iterable<{ id: string; digest: Uint8Array }>, stored: ReadonlyMap<number, Uint8Array>): number[] {
  const sums = new Map<number, Buffer>()
  for (const { id, digest } of records) sums.set(bucketOf(id), combine(sums.get(bucketOf(id)) ?? Buffer.alloc(8), digest))
  const nothing = Buffer.alloc(8)
  return [...new Set([...sums.keys(), ...stored.keys()])].filter((n) => Buffer.compare(sums.get(n) ?? nothing, stored.get(n) ?? nothing) !== 0)
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
