import type { Migration } from './migration.js'

/**
 * A table of one record kind: the fields as JSON, their packed stamps, what the source held beside them, and columns computed from
 * the fields for the queries that need them; those of instants in UTC with milliseconds whatever the source's offset, so that texts compare as times do. `row` is named because VACUUM renumbers unnamed rowids, by which the search finds records. Synced tables declare no REFERENCES: merging brings records in any order.
 */
const recordTable = (name: string, columns: Record<string, string> = {}, instants: Record<string, string> = {}): string => `
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
    .join('')}${Object.entries(instants)
    .map(([column, path]) => `,\n  ${column} ANY AS (strftime('%Y-%m-%dT%H:%M:%fZ', json_extract(data, '$.${path}'))) VIRTUAL`)
    .join('')}
) STRICT;`

const schema = `
CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;

${recordTable('clinic')}
${recordTable('user', { username: 'username' })}
CREATE INDEX user_username ON user (username) WHERE deleted = 0;
${recordTable('organization')}
${recordTable('practitioner')}
${recordTable('chair')}
${recordTable('closed_time', {}, { start_at: 'period.startAt', end_at: 'period.endAt' })}
CREATE INDEX closed_time_start ON closed_time (start_at) WHERE deleted = 0;
${recordTable('patient', { record_number: 'recordNumber', family_name: 'familyName', given_name: 'givenName' })}
CREATE INDEX patient_record_number ON patient (record_number);
CREATE INDEX patient_name ON patient (family_name COLLATE NOCASE, given_name COLLATE NOCASE, id) WHERE deleted = 0;
${recordTable('appointment', { provider_id: 'slot.providerId', chair_id: 'slot.chairId', status: 'status' }, { start_at: 'slot.startAt' })}
CREATE INDEX appointment_start ON appointment (start_at) WHERE deleted = 0;
${['encounter', 'condition', 'allergy', 'medication_request', 'procedure', 'immunization', 'observation', 'diagnostic_report', 'imaging_study', 'care_plan', 'goal', 'claim', 'explanation_of_benefit', 'symptom', 'media', 'other_resource'].map((name) => recordTable(name)).join('\n')}

-- When each record of a chart happened, empty when nobody knows: one index for the whole timeline in place of one per kind.
CREATE TABLE timeline (
  patient_id TEXT NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
  PRIMARY KEY (patient_id, kind, at, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE bucket (n INTEGER NOT NULL PRIMARY KEY, digest BLOB NOT NULL) STRICT;

-- What each local transaction did, in order; state: waiting, sent, dead.
CREATE TABLE operation (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, site TEXT NOT NULL, number INTEGER NOT NULL, at TEXT NOT NULL, user_id TEXT, act TEXT NOT NULL,
  import_id TEXT, records TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting', tries INTEGER NOT NULL DEFAULT 0, problem TEXT,
  UNIQUE (site, number)
) STRICT;
CREATE INDEX operation_state ON operation (state, seq);
CREATE INDEX operation_import ON operation (import_id) WHERE import_id IS NOT NULL;

-- Every change and every read of a record, chained by hash; rows are only ever added.
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, user_id TEXT, session_id TEXT, act TEXT NOT NULL, patient_id TEXT, operation INTEGER,
  detail TEXT, chain BLOB NOT NULL
) STRICT;
CREATE INDEX audit_patient ON audit (patient_id, seq) WHERE patient_id IS NOT NULL;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are never deleted'); END;

-- Commands already carried out, with their first answer.
CREATE TABLE command (id TEXT NOT NULL PRIMARY KEY, at TEXT NOT NULL, procedure TEXT NOT NULL, user_id TEXT, input_hash TEXT NOT NULL, answer TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX command_at ON command (at);

CREATE TABLE session (
  id TEXT NOT NULL PRIMARY KEY, token_hash BLOB NOT NULL UNIQUE, user_id TEXT NOT NULL, created_at TEXT NOT NULL, seen_at TEXT NOT NULL,
  expires_at TEXT NOT NULL, locked INTEGER NOT NULL DEFAULT 0, ended_at TEXT
) STRICT;
CREATE INDEX session_user ON session (user_id);

-- Unsaved text of forms, kept on this workstation under the name of who wrote it.
CREATE TABLE draft (id TEXT NOT NULL PRIMARY KEY, user_id TEXT NOT NULL, form TEXT NOT NULL, patient_id TEXT, content TEXT NOT NULL, saved_at TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX draft_user ON draft (user_id, form);

-- Imports, and what each replaced, so that one can be undone as a whole.
CREATE TABLE import (id TEXT NOT NULL PRIMARY KEY, at TEXT NOT NULL, user_id TEXT, kind TEXT NOT NULL, state TEXT NOT NULL, report TEXT, undone_at TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE import_change (import_id TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, before BLOB NOT NULL, PRIMARY KEY (import_id, kind, id)) STRICT, WITHOUT ROWID;

-- Tables of the patient search. All of them are derived from the patients and can be rebuilt at any time.
-- patient_terms holds one document per patient under the rowid of its record. Its terms are folded by shared/names.ts, so the
-- tokenizer only splits at blanks. The first character tells what a term is: a letter or digit: a word of the name; #555 three
-- digits in a row of a phone number; @19800229 the birth date; +a12 the record number; =x9 the insurance number; ~annaexamplecom the e-mail address.
-- name_word counts in how many patients each distinct word of a name occurs; name_gram and name_sound lead from fragments and
-- sounds to words, so that typing errors are looked for among words and not among patients.
CREATE VIRTUAL TABLE patient_terms USING fts5(terms, content='', contentless_delete=1, tokenize="ascii tokenchars '#@+=~'");
CREATE TABLE patient_indexed (rowid INTEGER PRIMARY KEY, words TEXT NOT NULL, birth INTEGER) STRICT;
CREATE TABLE name_word (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE, count INTEGER NOT NULL) STRICT;
CREATE TABLE name_gram (gram TEXT NOT NULL, word INTEGER NOT NULL, PRIMARY KEY (gram, word)) STRICT, WITHOUT ROWID;
CREATE TABLE name_sound (sound TEXT NOT NULL, word INTEGER NOT NULL, PRIMARY KEY (sound, word)) STRICT, WITHOUT ROWID;

-- Human numbers of this workstation's own series, gapless in themselves.
CREATE TABLE series (name TEXT NOT NULL PRIMARY KEY, prefix TEXT NOT NULL, next INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`

/** The workstation's first schema: records, operations, audit, sessions, drafts, imports. */
export const migration0010: Migration = { version: 10, up: (db) => db.exec(schema) }
