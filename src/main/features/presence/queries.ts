import { type ReadableDatabase, statement } from '../../store/database.js'

/** Display name of an account; undefined for one that is not known here. Asked for every window at every change: the whole record would cost ten times as much. */
export const accountName = (db: ReadableDatabase, id: string): string | undefined =>
  statement<{ name: string }>(db, "SELECT json_extract(data, '$.displayName') AS name FROM user WHERE id = ? AND deleted = 0").get(id)?.name

/** Name of a workstation; empty for one that is not known here. */
export const workstationName = (db: ReadableDatabase, id: string): string =>
  statement<{ name: string }>(db, "SELECT json_extract(data, '$.name') AS name FROM workstation WHERE id = ? AND deleted = 0").get(id)?.name ?? ''
