import type { Migration } from './migration.js'

const schema = `
CREATE TABLE review_decision (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  patient_id TEXT,
  data TEXT NOT NULL,
  cells TEXT NOT NULL,
  source BLOB,
  digest BLOB NOT NULL,
  deleted INTEGER NOT NULL DEFAULT 0,
  seq INTEGER NOT NULL,
  about ANY AS (json_extract(data, '$.about')) VIRTUAL,
  decided_at ANY AS (json_extract(data, '$.decidedAt')) VIRTUAL
) STRICT;
CREATE INDEX review_decision_about ON review_decision (about) WHERE deleted = 0;
CREATE INDEX review_decision_at ON review_decision (decided_at) WHERE deleted = 0;

-- Derived from the records and their kept versions, and made again when the program that knows the rules of reading opens the database: so it can go and come back.
DROP TABLE review;
CREATE TABLE review (
  kind TEXT NOT NULL, id TEXT NOT NULL, patient_id TEXT, fields TEXT NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX review_patient ON review (patient_id) WHERE patient_id IS NOT NULL;

-- Patients that arrived from elsewhere and are still to be compared with the others, and what comparing found: pairs with the smaller id first.
CREATE TABLE duplicate_check (patient_id TEXT NOT NULL PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE possible_duplicate (
  a TEXT NOT NULL, b TEXT NOT NULL, reasons TEXT NOT NULL, score INTEGER NOT NULL,
  PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;
CREATE INDEX possible_duplicate_b ON possible_duplicate (b);
`

/** Review: decisions of staff, questions by time, patients that may be one person. */
export const migration0030: Migration = { version: 30, up: (db) => db.exec(schema) }
