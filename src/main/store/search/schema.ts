/**
 * Tables of the patient search. All of them are derived from the patients and can be rebuilt at any time.
 *
 * `patient_terms` holds one document per patient under the rowid of its record. Its terms are folded by `shared/names.ts`, so the
 * tokenizer only splits at blanks. The first character tells what a term is: a letter or digit: a word of the name; `#555` three
 * digits in a row of a phone number; `@19800229` the birth date; `+a12` the record number; `=x9` the insurance number; `~annaexamplecom` the e-mail address.
 * `name_word` counts in how many patients each distinct word of a name occurs; `name_gram` and `name_sound` lead from fragments and
 * sounds to words, so that typing errors are looked for among words and not among patients.
 */
export const patientSearchSchema = `
CREATE VIRTUAL TABLE patient_terms USING fts5(terms, content='', contentless_delete=1, tokenize="ascii tokenchars '#@+=~'");
CREATE TABLE patient_indexed (rowid INTEGER PRIMARY KEY, words TEXT NOT NULL, birth INTEGER) STRICT;
CREATE TABLE name_word (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE, count INTEGER NOT NULL) STRICT;
CREATE TABLE name_gram (gram TEXT NOT NULL, word INTEGER NOT NULL, PRIMARY KEY (gram, word)) STRICT, WITHOUT ROWID;
CREATE TABLE name_sound (sound TEXT NOT NULL, word INTEGER NOT NULL, PRIMARY KEY (sound, word)) STRICT, WITHOUT ROWID;
`
