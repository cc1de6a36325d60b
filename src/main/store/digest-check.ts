import type { KeyObject } from 'node:crypto'
import type { Entity } from '../../shared/entities/entity.js'
import { bucketOf, combine, recordDigest } from '../records/digest.js'
import { statement, type WritableDatabase } from './database.js'
import { type KindSums, noteExchange } from './kind-sums.js'
import { contentOf } from './record-table.js'

interface Row {
  row: number
  id: string
  data: string
  cells: string
  source: Buffer | null
  digest: Buffer
}

/** What looking at some rows found: the last of them, undefined when there are no more; and how many were not what was saved. */
export interface DigestCheck {
  last: number | undefined
  wrong: number
}

/**
 * Computes the digests of some rows of a kind anew from their content. A row that was changed outside of the program, or by a failing disk, gets the digest
 * of what it holds now: comparing with the server then sees the difference, which the stored digest would hide. `noteBucket` is told of each new sum.
 */
export function checkDigests(
  db: WritableDatabase,
  key: KeyObject,
  entity: Entity,
  after: number,
  limit: number,
  buckets: { get(n: number): Buffer; note(n: number, digest: Buffer): void },
  kindSums: KindSums,
): DigestCheck {
  const rows = statement<Row>(db, `SELECT row, id, data, cells, source, digest FROM ${entity.table} WHERE row > ? ORDER BY row LIMIT ?`).all(after, limit)
  const wrong = rows.flatMap((row) => {
    const digest = recordDigest(key, entity.kind, row.id, contentOf(row).cells)
    return digest.equals(row.digest) ? [] : [{ ...row, computed: digest }]
  })
  if (wrong.length > 0) {
    const sums = new Map<number, Buffer>()
    const changes = new Map<string, Uint8Array>()
    db.transaction(() => {
      for (const { row, id, digest, computed } of wrong) {
        const n = bucketOf(id)
        sums.set(n, combine(combine(sums.get(n) ?? buckets.get(n), digest), computed))
        noteExchange(changes, entity.kind, digest, computed)
        statement(db, `UPDATE ${entity.table} SET digest = ? WHERE row = ?`).run(computed, row)
      }
      for (const [n, sum] of sums)
        statement(db, 'INSERT INTO bucket (n, digest) VALUES (?, ?) ON CONFLICT (n) DO UPDATE SET digest = excluded.digest').run(n, sum)
      kindSums.write(changes)
    }).immediate()
    kindSums.committed(changes)
    for (const [n, sum] of sums) buckets.note(n, sum)
  }
  return { last: rows.length < limit ? undefined : rows.at(-1)?.row, wrong: wrong.length }
}
