import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { migration0010 } from '../../../../src/main/store/migrations/0010-workstation.js'
import { PatientIndex } from '../../../../src/main/store/search/patient-index.js'
import type { SearchablePatient } from '../../../../src/main/store/search/terms.js'
import { temporaryFolder } from '../../../support/temporary-folder.js'

/** An encrypted database with the search tables, and in it these patients under the rowids 1, 2, 3 … */
export function searchable(patients: readonly SearchablePatient[] = []): { db: Database.Database; index: PatientIndex } {
  const db = new Database(join(temporaryFolder(), 'search.db'))
  onTestFinished(() => void db.close())
  db.pragma("cipher='sqlcipher'")
  db.pragma(`key="x'${randomBytes(32).toString('hex')}'"`)
  db.pragma('journal_mode=WAL')
  migration0010.up(db)
  const index = new PatientIndex(db)
  db.transaction(() => {
    for (const [at, patient] of patients.entries()) index.put(at + 1, patient)
  })()
  return { db, index }
}

/** Everything in the search tables, independent of internal ids and order, to compare two indexes. */
export function contents(db: Database.Database): Record<string, unknown[]> {
  db.exec("CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab(main, patient_terms, 'instance')")
  return {
    terms: db.prepare('SELECT term, doc, offset FROM temp.terms ORDER BY term, doc, offset').all(),
    patients: db.prepare('SELECT rowid, words, birth FROM patient_indexed ORDER BY rowid').all(),
    words: db.prepare('SELECT word, count FROM name_word ORDER BY word').all(),
    grams: db.prepare('SELECT gram, name_word.word FROM name_gram LEFT JOIN name_word ON id = name_gram.word ORDER BY 1, 2').all(),
    sounds: db.prepare('SELECT sound, name_word.word FROM name_sound LEFT JOIN name_word ON id = name_sound.word ORDER BY 1, 2').all(),
  }
}
