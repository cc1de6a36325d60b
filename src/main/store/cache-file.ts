import { rmSync } from 'node:fs'
import { openDatabase, statement, type WritableDatabase } from './database.js'

/** A stored value, and until when it may be used, milliseconds since 1970. */
export interface CachedBytes {
  value: Buffer
  deadAt: number
}

export interface CacheFileOptions {
  file: string
  /** A key of its own, 32 bytes. */
  key: Uint8Array
  /** Most bytes of values that are kept; 64 MB by default. */
  maxBytes?: number
}

const schema = `
CREATE TABLE IF NOT EXISTS entry (path TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL, dead_at INTEGER NOT NULL, put INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS entry_put ON entry (put);
CREATE TABLE IF NOT EXISTS note (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`

/** Writes between two looks at the size. */
const PUTS_PER_LOOK = 200

/**
 * The cache's encrypted file beside the database: no record lies in it, nothing waits for a disk, and a file that does not open is made anew. Apart from the
 * database, so that its writes cost no save anything and backups stay small.
 */
export class CacheFile {
  #db: WritableDatabase
  readonly #maxBytes: number
  #puts: number

  constructor(private readonly options: CacheFileOptions) {
    this.#maxBytes = options.maxBytes ?? 64_000_000
    this.#db = open(options)
    this.#puts = Number(statement<{ n: number }>(this.#db, 'SELECT coalesce(max(put), 0) AS n FROM entry').get()?.n)
  }

  /** Begins an empty file in place of one that cannot be read any more. */
  renew(): void {
    this.#db.close()
    remove(this.options.file)
    this.#db = open(this.options)
  }

  get(path: string): CachedBytes | undefined {
    const row = statement<{ value: Buffer; dead_at: number }>(this.#db, 'SELECT value, dead_at FROM entry WHERE path = ?').get(path)
    return row && { value: row.value, deadAt: row.dead_at }
  }

  /** Keeps a value, and makes room when there is too much. */
  put(path: string, { value, deadAt }: CachedBytes, now: number): void {
    statement(this.#db, 'INSERT OR REPLACE INTO entry (path, value, dead_at, put) VALUES (?, ?, ?, ?)').run(path, value, deadAt, ++this.#puts)
    if (this.#puts % PUTS_PER_LOOK === 0) this.prune(now)
  }

  delete(path: string): void {
    statement(this.#db, 'DELETE FROM entry WHERE path = ?').run(path)
  }

  /** Takes out what may not be used any more, then the oldest until the rest fits. */
  prune(now: number): void {
    statement(this.#db, 'DELETE FROM entry WHERE dead_at <= ?').run(now)
    let bytes = this.bytes()
    while (bytes > this.#maxBytes) {
      const removed = statement<{ bytes: number }>(
        this.#db,
        'DELETE FROM entry WHERE path IN (SELECT path FROM entry ORDER BY put LIMIT 100) RETURNING length(value) AS bytes',
      ).all()
      if (removed.length === 0) return
      bytes -= removed.reduce((sum, row) => sum + row.bytes, 0)
    }
  }

  /** Paths that match a pattern with `*` and `?`. */
  paths(pattern: string): string[] {
    return (statement(this.#db, 'SELECT path FROM entry WHERE path GLOB ?') as ReturnType<typeof statement<string>>).pluck().all(pattern) as string[]
  }

  /** Values that match a pattern, by path, after one. */
  list(pattern: string, after: string, limit: number): { path: string; bytes: number; deadAt: number }[] {
    const sql = 'SELECT path, length(value) AS bytes, dead_at AS deadAt FROM entry WHERE path GLOB ? AND path > ? ORDER BY path LIMIT ?'
    return statement<{ path: string; bytes: number; deadAt: number }>(this.#db, sql).all(pattern, after, limit)
  }

  count(pattern: string): number {
    return Number(statement<{ n: number }>(this.#db, 'SELECT count(*) AS n FROM entry WHERE path GLOB ?').get(pattern)?.n)
  }

  /** Number of the last value that was put. */
  get lastPut(): number {
    return this.#puts
  }

  /** Deletes some values that match a pattern and were put up to a number; answers how many. */
  deleteSome(pattern: string, upTo: number, limit: number): number {
    const sql = 'DELETE FROM entry WHERE path IN (SELECT path FROM entry WHERE path GLOB ? AND put <= ? LIMIT ?)'
    return statement(this.#db, sql).run(pattern, upTo, limit).changes
  }

  bytes(): number {
    return Number(statement<{ n: number }>(this.#db, 'SELECT coalesce(sum(length(value)), 0) AS n FROM entry').get()?.n)
  }

  /** A remembered text; undefined when there is none of this name. */
  note(name: string): string | undefined {
    return statement<{ value: string }>(this.#db, 'SELECT value FROM note WHERE name = ?').get(name)?.value
  }

  setNote(name: string, value: string): void {
    statement(this.#db, 'INSERT OR REPLACE INTO note (name, value) VALUES (?, ?)').run(name, value)
  }

  get isOpen(): boolean {
    return this.#db.open
  }

  close(): void {
    this.#db.close()
  }
}

function open({ file, key }: CacheFileOptions): WritableDatabase {
  try {
    return openWithSchema(file, key, false)
  } catch {
    // Missing, empty, damaged or of another key: nothing in it is missed.
    remove(file)
    return openWithSchema(file, key, true)
  }
}

function openWithSchema(file: string, key: Uint8Array, create: boolean): WritableDatabase {
  const db = openDatabase(file, key, { create })
  try {
    // What is lost in a power cut is computed again.
    db.pragma('synchronous=OFF')
    db.pragma('cache_size=-4000')
    db.exec(schema)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

const remove = (file: string): void => {
  for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true })
}
