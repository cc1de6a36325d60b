import { join } from 'node:path'
import { bucketCount } from '../../src/main/records/digest.js'
import { openRedis } from '../../src/main/redis/connection.js'
import { clinicKeyNames } from '../../src/main/redis/keys.js'
import { sealingKeys } from '../../src/main/security/keys.js'
import { openDatabase } from '../../src/main/store/database.js'
import { RecordCodec } from '../../src/main/sync/record-codec.js'
import { entities } from '../../src/shared/entities/index.js'
import { type BenchWorkstation, ready, settingsOf } from '../support/workstation.js'
import type { Bare } from './calls.js'

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
