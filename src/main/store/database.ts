import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'

declare const writable: unique symbol
/** A connection that may only read: queries take this, so that they run on a worker's connection too. */
export type ReadableDatabase = Pick<Database.Database, 'prepare' | 'inTransaction'>
/** The one connection of a process that may write. */
export type WritableDatabase = Database.Database & { readonly [writable]: true }

/** Opening or reading the database failed; `code` says how and the message says what to do. */
export class DatabaseProblem extends Error {
  override readonly name = 'DatabaseProblem'
  readonly isPublic = true
  constructor(
    readonly code: 'wrongKeyOrDamaged' | 'damaged' | 'empty' | 'missing' | 'fromTheFuture' | 'notEncrypted' | 'oldRuntime' | 'oldSqlite',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

const messages: Record<DatabaseProblem['code'], string> = {
  wrongKeyOrDamaged:
    'The database does not open: the key does not fit, or the file is damaged. Nothing was changed. Check the key file, or run `medinsight recover`.',
  damaged: 'The database is damaged. Nothing was changed. Run `medinsight recover` to rebuild it from the last backup and the journal.',
  empty: 'The database file is empty although this folder holds a clinic. Nothing was changed. Run `medinsight recover`.',
  missing: 'There is no database in this folder. Check the path, or run `medinsight recover` if the folder held a clinic.',
  fromTheFuture: 'The database was written by a newer version of the program. Nothing was changed. Update this workstation.',
  notEncrypted:
    'The file in place of the database is a plain SQLite file, not this clinic’s encrypted database. Nothing was changed. Run `medinsight recover`.',
  oldRuntime: 'This program needs Node 24 or later; start it through npm, which brings its own.',
  oldSqlite: 'The SQLite library is older than 3.51.3, which is not safe for this program. Run `npm ci`.',
}

/** Makes the problem with its sentence. */
export const problem = (code: DatabaseProblem['code'], cause?: unknown): DatabaseProblem => new DatabaseProblem(code, messages[code], { cause })

/** Turns what SQLite throws about a file into a sentence; other errors pass unchanged. */
export function explain(error: unknown): unknown {
  const code = (error as { code?: unknown } | null)?.code
  if (code === 'SQLITE_NOTADB') return problem('wrongKeyOrDamaged', error)
  if (typeof code === 'string' && code.startsWith('SQLITE_CORRUPT')) return problem('damaged', error)
  return error
}

/** Refuses files that SQLite would accept or confuse: an empty file opens as a new database, a plain one as a wrong key. */
function refuseImpostors(file: string): void {
  if (!existsSync(file)) throw problem('missing')
  if (statSync(file).size === 0) throw problem('empty')
  const head = Buffer.alloc(16)
  const handle = openSync(file, 'r')
  try {
    readSync(handle, head, 0, 16, 0)
  } finally {
    closeSync(handle)
  }
  if (head.toString('latin1').startsWith('SQLite format 3')) throw problem('notEncrypted')
}

/** Frames in the log, of 4 KB each, from which on it is written back; SQLite's own default. */
export const logFrames = 1000

function applyKey(db: Database.Database, key: Uint8Array): void {
  if (key.length !== 32) throw new TypeError('A database key has 32 bytes.')
  db.pragma("cipher='sqlcipher'")
  db.pragma(`key="x'${Buffer.from(key).toString('hex')}'"`)
}

/**
 * Opens the encrypted database. The settings are set on every connection at every opening: a reopened WAL file falls back to
 * `synchronous=NORMAL`, with which an acknowledged commit can be lost.
 * @throws DatabaseProblem with what is wrong and what to do
 */
export function openDatabase(file: string, key: Uint8Array, options: { create?: boolean; readonly?: false }): WritableDatabase
export function openDatabase(file: string, key: Uint8Array, options: { readonly: true }): Database.Database
export function openDatabase(file: string, key: Uint8Array, options: { create?: boolean; readonly?: boolean }): Database.Database {
  if (Number(process.versions.napi ?? 0) < 10) throw problem('oldRuntime')
  if (!options.create) refuseImpostors(file)
  const db = new Database(file, { readonly: options.readonly ?? false, fileMustExist: !options.create, timeout: 10_000 })
  try {
    applyKey(db, key)
    db.prepare('SELECT count(*) FROM sqlite_master').get()
    const [major = 0, minor = 0, patch = 0] = String(db.prepare('SELECT sqlite_version()').pluck().get()).split('.').map(Number)
    if (major * 1_000_000 + minor * 1000 + patch < 3_051_003) throw problem('oldSqlite')
    if (!options.readonly) {
      db.pragma('journal_mode=WAL')
      db.pragma('synchronous=FULL')
      if (process.platform === 'darwin') db.pragma('fullfsync=1')
      db.pragma(`wal_autocheckpoint=${logFrames}`)
      // What is erased or replaced is written over and not only given free.
      db.pragma('secure_delete=ON')
    }
    db.pragma('foreign_keys=OFF')
    db.pragma('trusted_schema=OFF')
    db.pragma('cache_size=-16000')
    db.pragma('temp_store=MEMORY')
    return db
  } catch (error) {
    db.close()
    throw explain(error)
  }
}

/** Statements of a connection, prepared once: `statement(sql)` gives the same one every time. */
const prepared = new WeakMap<object, Map<string, Database.Statement>>()

/** The statement of `sql` on this connection, prepared at its first use and kept. */
export function statement<Row = unknown>(db: ReadableDatabase, sql: string): Database.Statement<unknown[], Row> {
  let known = prepared.get(db)
  if (!known) prepared.set(db, (known = new Map()))
  let found = known.get(sql)
  if (!found) known.set(sql, (found = db.prepare(sql)))
  return found as Database.Statement<unknown[], Row>
}
