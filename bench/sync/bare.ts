import { join } from 'node:path'
import { Redis } from 'ioredis'
import { bucketCount } from '../../src/main/records/digest.js'
import { openRedis } from '../../src/main/redis/connection.js'
import { clinicKeyNames } from '../../src/main/redis/keys.js'
import { sealingKeys } from '../../src/main/security/keys.js'
import { openDatabase } from '../../src/main/store/database.js'
import { RecordCodec } from '../../src/main/sync/record-codec.js'
import { entities } from '../../src/shared/entities/index.js'
import { type BenchWorkstation, ready, settingsOf } from '../support/workstation.js'
import type { Bare, BareChain } from './calls.js'

const bucketsAtOnce = 64
const rowsAtOnce = 200

/**
 * What receiving cannot do without: reading every record from the server, opening it (decrypt, unpack, parse), and writing the same columns into a
 * fresh encrypted table with an index of ids, at FULL, in the order and in transactions of the size that a first fill has. No merging, no digest, no
 * timeline, no search, no journal.
 */
export async function bareReceiving({ clinic }: BenchWorkstation, port: number, folder: string): Promise<Bare> {
  const { keys, place, store } = clinic
  const line = openRedis(settingsOf(port), { dataset: keys.dataset, log: place.log })
  await ready(line)
  const codec = new RecordCodec(clinicKeyNames(keys.dataset), sealingKeys(keys))
  const bare: Bare = { records: 0, readMs: 0, openMs: 0, insertMs: 0 }
  const numbers = Array.from({ length: bucketCount }, (_, n) => n)
  for (let at = 0; at < bucketCount; at += bucketsAtOnce) {
    let began = process.threadCpuUsage()
    const names = [...(await line.hub.buckets(numbers.slice(at, at + bucketsAtOnce))).values()].flat()
    const held = await line.hub.records(names)
    bare.readMs += since(began)
    began = process.threadCpuUsage()
    for (const record of held) if (record && codec.open(record)) bare.records++
    bare.openMs += since(began)
  }
  await line.close()
  bare.insertMs = inserting(store.db, join(folder, 'bare.db'))
  return bare
}

const recordsAtOnce = 50

/**
 * What sending one-record operations and being sure of it cannot do without, in pushes of the same size, one after the other: reading each record from the
 * encrypted database (parse), sealing it (compress and encrypt), writing it to a key and to a stream, reading the stream back, and marking as many rows
 * as sent on disk, at FULL. No queue, no digests, no index, no lists, no chain, no comparing with what the server holds.
 */
export async function bareSending(
  { clinic }: BenchWorkstation,
  { port, ids, folder }: { port: number; ids: readonly string[]; folder: string },
): Promise<BareChain> {
  const { keys, store } = clinic
  const codec = new RecordCodec(clinicKeyNames(keys.dataset), sealingKeys(keys))
  const client = new Redis({ port, host: '127.0.0.1' })
  const db = openDatabase(join(folder, `bare-sent-${Date.now()}.db`), Buffer.alloc(32, 7), { create: true })
  db.exec('CREATE TABLE bare (row INTEGER PRIMARY KEY, isSent INTEGER NOT NULL) STRICT')
  const insert = db.prepare('INSERT INTO bare (isSent) VALUES (0)')
  db.transaction(() => ids.forEach(() => void insert.run())).immediate()
  const mark = db.prepare('UPDATE bare SET isSent = 1 WHERE row BETWEEN ? AND ?')
  const chain: BareChain = { readMs: 0, sealMs: 0, sendMs: 0, markMs: 0 }
  const timed = async <T>(step: keyof BareChain, run: () => T | Promise<T>): Promise<T> => {
    const began = performance.now()
    const result = await run()
    chain[step] += performance.now() - began
    return result
  }
  await client.ping()
  let after = '0-0'
  for (let at = 0; at < ids.length; at += recordsAtOnce) {
    const group = ids.slice(at, at + recordsAtOnce)
    const held = await timed('readMs', () => group.map((id) => store.held('symptom', id)))
    const sealed = await timed('sealMs', () =>
      held.map((record, i) =>
        record ? codec.seal({ kind: 'symptom', id: group[i] ?? '', owner: record.owner, digest: record.digest }, record.cells) : Buffer.alloc(0),
      ),
    )
    await timed('sendMs', async () => {
      const pipeline = client.pipeline()
      for (const [i, id] of group.entries()) pipeline.set(`bare-bench:{${keys.dataset}}:symptom:${id}`, sealed[i] as Buffer)
      pipeline.xadd('bare-chain', '*', ...group.flatMap((id, i) => [`symptom/${id}`, sealed[i] as Buffer]))
      await pipeline.exec()
      const entries = (await client.xreadBuffer('COUNT', 1, 'STREAMS', 'bare-chain', after)) as [Buffer, [Buffer, Buffer[]][]][]
      after = String(entries[0]?.[1][0]?.[0])
    })
    await timed('markMs', () => mark.run(at + 1, at + group.length))
  }
  await client.unlink('bare-chain', ...ids.map((id) => `bare-bench:{${keys.dataset}}:symptom:${id}`))
  client.disconnect()
  db.close()
  return chain
}

function inserting(from: Parameters<typeof rowsOf>[0], file: string): number {
  const db = openDatabase(file, Buffer.alloc(32, 7), { create: true })
  db.exec('CREATE TABLE bare (row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, data TEXT NOT NULL, cells TEXT NOT NULL, source BLOB) STRICT')
  const insert = db.prepare('INSERT INTO bare (id, data, cells, source) VALUES (?, ?, ?, ?)')
  const put = db.transaction((rows: readonly unknown[][]) => {
    for (const row of rows) insert.run(...row)
  })
  let took = 0
  for (const rows of rowsOf(from)) {
    const began = process.threadCpuUsage()
    put.immediate(rows)
    took += since(began)
  }
  db.close()
  return took
}

function* rowsOf(db: BenchWorkstation['clinic']['store']['db']): Generator<unknown[][]> {
  for (const { table } of entities) {
    const select = db.prepare(`SELECT id, data, cells, source FROM ${table} WHERE id > ? ORDER BY id LIMIT ${rowsAtOnce}`).raw()
    for (let after = ''; ; ) {
      const rows = select.all(after) as unknown[][]
      if (rows.length === 0) break
      yield rows
      after = String(rows.at(-1)?.[0])
    }
  }
}

function since(began: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(began)
  return (user + system) / 1000
}
