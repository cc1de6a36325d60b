import { keptEntities } from '../../../shared/entities/index.js'
import { statement } from '../../store/database.js'
import { defineRead } from '../../store/read.js'

/** How many records of each kind there are; deleted ones do not count. */
export const recordCounts = defineRead('storage.recordCounts', (db, _: Record<never, never>) =>
  Object.fromEntries(
    keptEntities.map(({ kind, table }) => [kind, Number(statement<{ n: number }>(db, `SELECT count(*) AS n FROM ${table} WHERE deleted = 0`).get()?.n)]),
  ),
)
