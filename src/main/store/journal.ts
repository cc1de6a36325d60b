import { writeSync } from 'node:fs'
import { type FileHandle, open, readFile, unlink } from 'node:fs/promises'
import { makePrivateFolder, syncFolder } from '../lib/durable-file.js'
import { derive } from '../security/sealing.js'
import { CHAIN_START, decodeHead, encodeEntry, encodeHead, FILE_HEAD_BYTES, framesOf } from './journal-format.js'
import { ignoreMissing, type JournalPart, journalNumbers, journalPath, readJournalParts } from './journal-reading.js'
import { exchangeFiles, finishExchange, rewrittenFile } from './journal-rewriting.js'
import type { JournalEntry } from './store.js'

const ROTATE_BYTES = 4 * 1024 * 1024
/** A file in use is closed by `cutTo` only when it has grown to this, so that cutting often does not make a file each time. */
const CUT_BYTES = 256 * 1024

export interface JournalOptions {
  /** The folder `journal` of a clinic; made when missing. */
  folder: string
  databaseKey: Uint8Array
  /** Highest mark known from elsewhere (the last backup), so that numbers go on even if the folder was lost. */
  after?: number
  rotateBytes?: number
}

/** The journal could not be written: what was just saved is in the database but not yet in a second place. */
export class JournalFailed extends Error {
  override readonly name = 'JournalFailed'
  readonly isPublic = true
  readonly code: string
  constructor(cause: unknown) {
    const code = String((cause as { code?: unknown } | null)?.code ?? 'UNKNOWN')
    const full = code === 'ENOSPC' || code === 'EDQUOT'
    super(
      full
        ? 'The disk is full: the emergency journal could not be written. What was saved is in the database; make room on the disk.'
        : 'The emergency journal could not be written. What was saved is in the database; check the disk and the rights of the clinic’s folder.',
      { cause },
    )
    this.code = code
  }
}

interface JournalFile {
  number: number
  last: number
}

interface Waiting {
  text: string
  resolve(): void
  reject(error: Error): void
}

/**
 * The emergency journal: every operation once more, sealed, in append-only files of another format than the database, so that a damaged
 * database does not take unsent work with it. Appends that wait at the same time share one fdatasync.
 */
export class EmergencyJournal {
  readonly #key: Buffer
  readonly #folder: string
  readonly #rotateBytes: number
  #files: JournalFile[] = []
  #nextNumber = 1
  #handle: FileHandle | undefined
  /** Bytes of the file in use that are durable; more may be in it after a failed write. */
  #size = 0
  #sequence = 0
  #chain: Uint8Array = CHAIN_START
  #waiting: Waiting[] = []
  #work: Promise<void> | undefined
  #isClosed = false

  private constructor(options: JournalOptions) {
    this.#key = derive(options.databaseKey, 'journal')
    this.#folder = options.folder
    this.#rotateBytes = options.rotateBytes ?? ROTATE_BYTES
  }

  /** Opens the journal behind what is there already; the first append makes a new file, so a torn tail is never written over. */
  static async open(options: JournalOptions): Promise<EmergencyJournal> {
    const journal = new EmergencyJournal(options)
    await makePrivateFolder(options.folder)
    await finishExchange(options.folder)
    for (const number of await journalNumbers(options.folder)) {
      const bytes = await readFile(journalPath(options.folder, number))
      const head = decodeHead(bytes)
      if (head) {
        journal.#sequence = Math.max(journal.#sequence, head.firstSequence - 1)
        journal.#chain = Buffer.from(head.chain)
      }
      for (const part of framesOf(bytes)) {
        if ('hole' in part || part.sequence < journal.#sequence) continue
        journal.#sequence = part.sequence
        journal.#chain = Buffer.from(part.check)
      }
      journal.#files.push({ number, last: journal.#sequence })
      journal.#nextNumber = number + 1
    }
    journal.#sequence = Math.max(journal.#sequence, options.after ?? 0)
    return journal
  }

  /** Sequence of the last durable entry. Everything committed before this was read is covered by it once `flush` has resolved. */
  get mark(): number {
    return this.#sequence
  }

  /** Files on disk that `cutTo` has not removed, for the storage screen. */
  get fileCount(): number {
    return this.#files.length
  }

  /** Adds an entry; resolves when it is on disk. Rejects with `JournalFailed`; the next append tries again in a new file. */
  append(entry: JournalEntry): Promise<void> {
    if (this.#isClosed) return Promise.reject(new JournalFailed({ code: 'CLOSED' }))
    // Made into text now: the caller may change its objects while the entry waits.
    const text = JSON.stringify(entry)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ text, resolve, reject })
      this.#work ??= this.#run()
    })
  }

  /** Resolves when nothing waits to be written. */
  async flush(): Promise<void> {
    while (this.#work) await this.#work
  }

  /** Removes the files whose entries all have a sequence up to `mark`: what they hold is safe elsewhere. */
  async cutTo(mark: number): Promise<void> {
    await this.#exclusive(async () => {
      if (this.#handle && this.#sequence <= mark && this.#size >= CUT_BYTES) await this.#leaveFile()
      const inUse = this.#handle ? this.#files.at(-1) : undefined
      // The newest file stays even if nothing in it is needed: its head keeps the numbers going.
      const removable = this.#files.filter((file, i) => file !== inUse && file.last <= mark && i < this.#files.length - 1)
      for (const file of removable) {
        await unlink(journalPath(this.#folder, file.number)).catch(ignoreMissing)
        this.#files = this.#files.filter((other) => other !== file)
      }
      if (removable.length > 0) await syncFolder(this.#folder)
    })
  }

  /**
   * Writes the entries anew that `change` gives otherwise, and with them all behind, whose checks hang on theirs; appends wait meanwhile. After an
   * interruption the files are all as before, or all rewritten as soon as the journal is opened. Answers how many entries changed.
   */
  async rewrite(change: (entry: JournalEntry) => JournalEntry): Promise<number> {
    let changed = 0
    await this.#exclusive(async () => {
      await this.#leaveFile()
      let chain: Uint8Array | undefined
      const files: { path: string; bytes: Buffer }[] = []
      for (const { number } of this.#files) {
        const path = journalPath(this.#folder, number)
        const bytes = await readFile(path).catch(ignoreMissing)
        const next = bytes && (await rewrittenFile({ key: this.#key, number, bytes, chain, change }))
        if (!next) continue
        files.push({ path, bytes: next.bytes })
        chain = next.chain
        changed += next.changed
      }
      if (files.length > 0) await exchangeFiles(this.#folder, files)
      if (chain) this.#chain = chain
    })
    return changed
  }

  /** Everything that is durable now, as `readJournal` gives it. */
  async *read(expected?: number): AsyncGenerator<JournalPart> {
    await this.flush()
    yield* readJournalParts(
      this.#folder,
      this.#key,
      expected ?? this.#files.at(-1)?.last ?? 0,
      this.#handle ? { number: this.#nextNumber - 1, size: this.#size } : undefined,
    )
  }

  /** Writes what waits and closes the file. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#exclusive(() => this.#leaveFile())
  }

  async #exclusive(action: () => Promise<void>): Promise<void> {
    await this.flush()
    const work = action().finally(() => {
      this.#work = this.#waiting.length > 0 ? this.#run() : undefined
    })
    this.#work = work.catch(() => undefined)
    await work
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      try {
        // A second try in a new file mends what concerns one file only: removed underneath, moved away, a bad sector.
        await this.#commit(batch).catch(() => this.#commit(batch))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        const failed = new JournalFailed(error)
        for (const { reject } of batch) reject(failed)
      }
    }
    this.#work = undefined
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    if (this.#handle && this.#size >= this.#rotateBytes) await this.#leaveFile()
    const handle = this.#handle ?? (await this.#newFile())
    let [sequence, chain] = [this.#sequence, this.#chain]
    const parts: Buffer[] = []
    for (const { text } of batch) {
      const { bytes, check } = encodeEntry(this.#key, text, ++sequence, chain)
      parts.push(bytes)
      chain = check
    }
    const bytes = Buffer.concat(parts)
    try {
      // Written at once and not by a thread of the pool: the fsync below then runs while the caller's commit waits for its own.
      writeAll(handle, bytes, this.#size)
      await handle.datasync()
    } catch (error) {
      // After a failed fsync nobody knows what of the file is on disk: it is cut back and left, never written to again.
      await handle.truncate(this.#size).catch(() => undefined)
      await this.#leaveFile()
      throw error
    }
    this.#size += bytes.length
    this.#sequence = sequence
    this.#chain = chain
    const file = this.#files.at(-1)
    if (file) file.last = sequence
  }

  async #newFile(): Promise<FileHandle> {
    await makePrivateFolder(this.#folder)
    const number = this.#nextNumber++
    const path = journalPath(this.#folder, number)
    const handle = await open(path, 'wx', 0o600)
    try {
      writeAll(handle, encodeHead(number, this.#sequence + 1, this.#chain), 0)
      await handle.datasync()
      await syncFolder(this.#folder)
    } catch (error) {
      await handle.close().catch(() => undefined)
      await unlink(path).catch(() => undefined)
      throw error
    }
    this.#handle = handle
    this.#size = FILE_HEAD_BYTES
    this.#files.push({ number, last: this.#sequence })
    return handle
  }

  async #leaveFile(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close().catch(() => undefined)
  }
}

function writeAll({ fd }: FileHandle, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, position + done)
}
