import type { Cells } from '../records/cell.js'
import { statement, type WritableDatabase } from './database.js'

/** A record of a kind that only a newer version knows. */
export interface ParkedRecord {
  kind: string
  id: string
  owner: string | undefined
  cells: Cells
  digest: Buffer
}

interface Row {
  kind: string
  id: string
  owner: string | null
  cells: string
  digest: Buffer
}

const shown = (row: Row): ParkedRecord => ({ ...row, owner: row.owner ?? undefined, cells: JSON.parse(row.cells) as Cells })

/** Records that wait for an update of this program: merged, counted in digests and passed on like all others, shown nowhere. */
export class ParkedTable {
  constructor(private readonly db: WritableDatabase) {}

  find(kind: string, id: string): ParkedRecord | undefined {
    const row = statement<Row>(this.db, 'SELECT kind, id, owner, cells, digest FROM parked WHERE kind = ? AND id = ?').get(kind, id)
    return row && shown(row)
  }

  put({ kind, id, owner, cells, digest }: ParkedRecord, seq: number): void {
    statement(
      this.db,
      `INSERT INTO parked (kind, id, owner, cells, digest, seq) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (kind, id) DO UPDATE SET owner = excluded.owner, cells = excluded.cells, digest = excluded.digest, seq = excluded.seq`,
    ).run(kind, id, owner ?? null, JSON.stringify(cells), digest, seq)
  }

  /** Takes out the records of a kind, which its own table holds from now on. */
  take(kind: string): ParkedRecord[] {
    return statement<Row>(this.db, 'DELETE FROM parked WHERE kind = ? RETURNING kind, id, owner, cells, digest').all(kind).map(shown)
  }

  count(): number {
    return Number(statement<{ n: number }>(this.db, 'SELECT count(*) AS n FROM parked').get()?.n)
  }
}
