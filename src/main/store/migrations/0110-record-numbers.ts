import type { Migration } from './migration.js'

const schema = `
-- SQLite reads every row for the values of a virtual column, also where an index on it has them all; for those of an expression it reads the index alone.
DROP INDEX patient_record_number;
CREATE INDEX patient_record_number ON patient (json_extract(data, '$.recordNumber'));
`

/** Record numbers that two patients bear are found in the index of record numbers alone. */
export const migration0110: Migration = { version: 110, up: (db) => db.exec(schema) }
