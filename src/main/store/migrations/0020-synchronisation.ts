import type { Migration } from './migration.js'

const recordTable = (name: string, columns: Record<string, string> = {}): string => `
CREATE TABLE ${name} (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  patient_id TEXT,
  data TEXT NOT NULL,
  cells TEXT NOT NULL,
  source BLOB,
  digest BLOB NOT NULL,
  deleted INTEGER NOT NULL DEFAULT 0,
  seq INTEGER NOT NULL${Object.entries(columns)
    .map(([column, path]) => `,\n  ${column} ANY AS (json_extract(data, '$.${path}')) VIRTUAL`)
    .join('')}
) STRICT;`

const schema = `
${recordTable('workstation')}
${recordTable('kept_version', { of_kind: 'version.kind', of_id: 'version.id' })}
CREATE INDEX kept_version_of ON kept_version (of_kind, of_id);

-- Records whose versions staff have to decide on, and those fields; derived from the records and their kept versions.
CREATE TABLE review (kind TEXT NOT NULL, id TEXT NOT NULL, patient_id TEXT, fields TEXT NOT NULL, PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID;
CREATE INDEX review_patient ON review (patient_id) WHERE patient_id IS NOT NULL;

-- Records of kinds that only a newer version knows: they take part in digests, are passed on, and move to their table after an update.
CREATE TABLE parked (
  kind TEXT NOT NULL, id TEXT NOT NULL, owner TEXT, cells TEXT NOT NULL, digest BLOB NOT NULL, deleted INTEGER NOT NULL DEFAULT 0, seq INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- What an operation covers when it is sent: the numbers after the one before it that was committed, so that a number used up by a failed commit is no gap;
-- for each record the digest that it had before (empty for a new one), and what the access logs of the others say about it.
ALTER TABLE operation ADD COLUMN after INTEGER;
ALTER TABLE operation ADD COLUMN bases TEXT;
ALTER TABLE operation ADD COLUMN patient_id TEXT;
ALTER TABLE operation ADD COLUMN changed TEXT;
DROP INDEX operation_state;
CREATE INDEX operation_unsent ON operation (state, seq) WHERE state <> 'sent';

-- Where this workstation stands with the server: one row.
CREATE TABLE sync_state (only INTEGER PRIMARY KEY CHECK (only = 1), state TEXT NOT NULL) STRICT;

-- Runs of workstations and whose they were, learnt from what arrives: a stamp ends with its site.
CREATE TABLE site (site TEXT NOT NULL PRIMARY KEY, workstation_id TEXT NOT NULL) STRICT, WITHOUT ROWID;
`

/** Synchronisation: kept versions, workstations, reviews, parked records, where this workstation stands with the server. */
export const migration0020: Migration = { version: 20, up: (db) => db.exec(schema) }
