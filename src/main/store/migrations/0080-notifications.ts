import type { Migration } from './migration.js'

const schema = `
-- What staff were told, for a day; derived on each workstation for itself. The id follows from what happened, so that nothing is told twice. audience: the id
-- of a user, 'may/' with a permission, or 'decide/' with a record kind. detail: ids, codes and times, never a name.
CREATE TABLE notification (
  id TEXT NOT NULL, audience TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL, patient_id TEXT, detail TEXT NOT NULL, PRIMARY KEY (id, audience)
) STRICT, WITHOUT ROWID;
CREATE INDEX notification_audience ON notification (audience, at);
CREATE INDEX notification_at ON notification (at);
CREATE INDEX notification_patient ON notification (patient_id) WHERE patient_id IS NOT NULL;

-- Who wants this computer's system to show that something was told while its window is not looked at.
CREATE TABLE system_notification (user_id TEXT NOT NULL PRIMARY KEY, at TEXT NOT NULL) STRICT, WITHOUT ROWID;
`

/** Notifications of this workstation; not synchronised. */
export const migration0080: Migration = { version: 80, up: (db) => db.exec(schema) }
