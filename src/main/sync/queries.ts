import { type ReadableDatabase, statement } from '../store/database.js'

/** Ids of all workstations of the clinic, those that were removed too, in the order in which they joined. */
export const workstationsOf = (db: ReadableDatabase): string[] =>
  statement<{ id: string }>(db, "SELECT id FROM workstation WHERE deleted = 0 ORDER BY json_extract(data, '$.joinedAt'), id")
    .all()
    .map(({ id }) => id)
