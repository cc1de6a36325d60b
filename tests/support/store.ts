import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openDatabase } from '../../src/main/store/database.js'
import { migrate } from '../../src/main/store/migrations/index.js'
import { type Journal, type JournalEntry, type JournalWatcher, Store } from '../../src/main/store/store.js'

/** A folder that goes when the test has finished. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'medinsight-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface TestStore {
  store: Store
  folder: string
  file: string
  key: Buffer
  clinicKey: Buffer
  journal: JournalEntry[]
}

/** A real encrypted store in a temporary folder, with a journal that is kept in memory and no search. */
export async function openTestStore(
  options: Partial<{ folder: string; key: Buffer; clinicKey: Buffer; now: () => number; journal: Journal; onJournal: JournalWatcher }> = {},
): Promise<TestStore> {
  const folder = options.folder ?? temporaryFolder()
  const key = options.key ?? randomBytes(32)
  const clinicKey = options.clinicKey ?? randomBytes(32)
  const file = join(folder, 'medinsight.db')
  const db = openDatabase(file, key, { create: true })
  await migrate(db, async () => undefined)
  const journal: JournalEntry[] = []
  const store = new Store({
    db,
    clinicKey,
    journal: options.journal ?? { append: async (entry) => void journal.push(entry) },
    search: { put: () => undefined, remove: () => undefined },
    now: options.now ?? Date.now,
    onJournal:
      options.onJournal ??
      ((error) => {
        if (error !== undefined) throw error
      }),
  })
  onTestFinished(() => store.close())
  return { store, folder, file, key, clinicKey, journal }
}
