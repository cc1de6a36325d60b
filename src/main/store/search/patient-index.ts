import type Database from 'better-sqlite3'
import { soundKeys } from './sounds.js'
import { birthNumber, documentTerms, nameWords, type SearchablePatient, wordGrams } from './terms.js'

/**
 * Keeps the patient search in step with the patients. Every call belongs into the transaction that writes the patient, so that the
 * two commit together; the tables stand in the first migration.
 */
export class PatientIndex {
  readonly #db: Database.Database
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database.Database) {
    this.#db = db
    this.#statements = prepare(db)
  }

  /** Indexes a patient under the rowid of its record, in place of what was there. Does nothing else than writing: no error for unreadable values. */
  put(rowid: number, patient: SearchablePatient): void {
    const words = nameWords(patient)
    const before = this.#wordsOf(rowid)
    for (const word of words) if (!before.includes(word)) this.#addWord(word)
    for (const word of before) if (!words.includes(word)) this.#dropWord(word)
    this.#statements.putPatient.run(rowid, words.join(' '), birthNumber(patient.birthDate))
    this.#statements.putTerms.run(rowid, documentTerms(patient, words))
  }

  /** Forgets a patient; false when it was not indexed. */
  remove(rowid: number): boolean {
    for (const word of this.#wordsOf(rowid)) this.#dropWord(word)
    if (this.#statements.dropPatient.run(rowid).changes === 0) return false
    this.#statements.dropTerms.run(rowid)
    return true
  }

  /**
   * Empties the index and fills it again. `patients` must not read from a statement that is still open on the same connection:
   * hand in pages or an array.
   */
  rebuild(patients: Iterable<readonly [rowid: number, patient: SearchablePatient]>): void {
    this.#db.exec(`
      INSERT INTO patient_terms (patient_terms) VALUES ('delete-all');
      DELETE FROM patient_indexed; DELETE FROM name_word; DELETE FROM name_gram; DELETE FROM name_sound;
    `)
    for (const [rowid, patient] of patients) this.put(rowid, patient)
  }

  #wordsOf(rowid: number): string[] {
    const words = this.#statements.words.get(rowid)
    return words ? words.split(' ') : []
  }

  #addWord(word: string): void {
    if (this.#statements.countWord.run(word).changes > 0) return
    const id = this.#statements.addWord.run(word).lastInsertRowid
    for (const gram of wordGrams(word)) this.#statements.addGram.run(gram, id)
    for (const sound of soundKeys(word)) this.#statements.addSound.run(sound, id)
  }

  #dropWord(word: string): void {
    const row = this.#statements.uncountWord.get(word)
    if (!row || row.count > 0) return
    for (const gram of wordGrams(word)) this.#statements.dropGram.run(gram, row.id)
    for (const sound of soundKeys(word)) this.#statements.dropSound.run(sound, row.id)
    this.#statements.dropWord.run(row.id)
  }
}

const prepare = (db: Database.Database) => ({
  words: db.prepare<[number], string>('SELECT words FROM patient_indexed WHERE rowid = ?').pluck(),
  putPatient: db.prepare('INSERT OR REPLACE INTO patient_indexed (rowid, words, birth) VALUES (?, ?, ?)'),
  dropPatient: db.prepare('DELETE FROM patient_indexed WHERE rowid = ?'),
  putTerms: db.prepare('INSERT OR REPLACE INTO patient_terms (rowid, terms) VALUES (?, ?)'),
  dropTerms: db.prepare('DELETE FROM patient_terms WHERE rowid = ?'),
  countWord: db.prepare('UPDATE name_word SET count = count + 1 WHERE word = ?'),
  addWord: db.prepare('INSERT INTO name_word (word, count) VALUES (?, 1)'),
  uncountWord: db.prepare<[string], { id: number; count: number }>('UPDATE name_word SET count = count - 1 WHERE word = ? RETURNING id, count'),
  dropWord: db.prepare('DELETE FROM name_word WHERE id = ?'),
  addGram: db.prepare('INSERT OR IGNORE INTO name_gram (gram, word) VALUES (?, ?)'),
  dropGram: db.prepare('DELETE FROM name_gram WHERE gram = ? AND word = ?'),
  addSound: db.prepare('INSERT OR IGNORE INTO name_sound (sound, word) VALUES (?, ?)'),
  dropSound: db.prepare('DELETE FROM name_sound WHERE sound = ? AND word = ?'),
})
