import type { Migration } from './migration.js'

const schema = `
-- The last operation of a run that the access log tells of: a server that was put back, or emptied, gives operations once more.
ALTER TABLE site ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
`

/** Each operation of another workstation stands in the access log once. */
export const migration0040: Migration = { version: 40, up: (db) => db.exec(schema) }
