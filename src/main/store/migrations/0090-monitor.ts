import type { Migration } from './migration.js'

/** How things stood minute by minute for a day, and what the server told of itself last: what the monitor shows while it is away. */
export const migration0090: Migration = {
  version: 90,
  up: (db) => {
    db.exec(`
CREATE TABLE monitor_sample (at TEXT NOT NULL PRIMARY KEY, facts TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE monitor_server (one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1), facts TEXT NOT NULL) STRICT;
`)
  },
}
