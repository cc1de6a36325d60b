import type { Migration } from './migration.js'

const schema = `
-- Records that were erased on lawful request, as they are known here: key and time, no content. settled_at is empty until nothing of them is left
-- on this workstation beside its backups.
CREATE TABLE erased (
  kind TEXT NOT NULL, id TEXT NOT NULL, owner TEXT NOT NULL, at TEXT NOT NULL, settled_at TEXT,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX erased_unsettled ON erased (kind) WHERE settled_at IS NULL;

-- Content hashes of files that an erased record named: they go once no other record names them.
CREATE TABLE erased_file (hash TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
`

/** Erasure: what was erased, and what of it is still to be removed. */
export const migration0050: Migration = { version: 50, up: (db) => db.exec(schema) }
