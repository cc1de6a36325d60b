import type { Migration } from './migration.js'

const schema = `
-- Sessions are records now, shared by the clinic's workstations; whoever is signed in signs in once more.
DROP TABLE session;
CREATE TABLE session (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  patient_id TEXT,
  data TEXT NOT NULL,
  cells TEXT NOT NULL,
  source BLOB,
  digest BLOB NOT NULL,
  deleted INTEGER NOT NULL DEFAULT 0,
  seq INTEGER NOT NULL,
  session_id ANY AS (json_extract(data, '$.opening.sessionId')) VIRTUAL,
  token_hash ANY AS (json_extract(data, '$.opening.tokenHash')) VIRTUAL
) STRICT;
CREATE INDEX session_session_id ON session (session_id);
CREATE INDEX session_token_hash ON session (token_hash);

-- How a session stands on this workstation alone: last use, and whether its screen is locked.
CREATE TABLE session_use (
  session_id TEXT NOT NULL PRIMARY KEY, seen_at TEXT NOT NULL, locked INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
`

/** Sessions as records that synchronise, and their use on this workstation. */
export const migration0070: Migration = { version: 70, up: (db) => db.exec(schema) }
