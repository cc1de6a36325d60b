import { entities } from '../../shared/entities/index.js'
import { type ReadableDatabase, statement } from '../store/database.js'

const total = `SELECT ${entities.map(({ table }) => `(SELECT count(*) FROM ${table})`).join(' + ')} AS n`

/** How many records are held, deleted ones and kept versions included. */
export const recordTotals = (db: ReadableDatabase): number => Number(statement<{ n: number }>(db, total).get()?.n)

/** Ids of all workstations of the clinic, those that were removed too, in the order in which they joined. */
export const workstationsOf = (db: ReadableDatabase): string[] =>
  statement<{ id: string }>(db, "SELECT id FROM workstation WHERE deleted = 0 ORDER BY json_extract(data, '$.joinedAt'), id")
    .all()
    .map(({ id }) => id)
