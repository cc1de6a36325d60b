import type { Migration } from './migration.js'

const schema = `
-- What stood in fields that staff are asked about before somebody wrote over it: shown as "before" beside a question. Of this workstation alone; the newest few of a field.
CREATE TABLE replaced_value (
  kind TEXT NOT NULL, id TEXT NOT NULL, field TEXT NOT NULL, stamp TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (kind, id, field, stamp)
) STRICT, WITHOUT ROWID;
`

/** Values of before, for Review. */
export const migration0100: Migration = { version: 100, up: (db) => db.exec(schema) }
