import type Database from 'better-sqlite3'

/** One frozen step of the schema. Numbers go up in tens; a released migration is never edited, a mistake is mended by the next one. */
export interface Migration {
  version: number
  up(db: Database.Database): void
}
