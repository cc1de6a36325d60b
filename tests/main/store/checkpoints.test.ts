import { expect, it, vi } from 'vitest'
import { startCheckpoints } from '../../../src/main/store/checkpoints.js'
import { logFrames, openDatabase } from '../../../src/main/store/database.js'
import { openTestStore, type TestStore } from '../../support/store.js'

interface LogState {
  log: number
  checkpointed: number
}

const logOf = ({ file, key }: TestStore): LogState => {
  const db = openDatabase(file, key, {})
  const [state] = db.pragma('wal_checkpoint(NOOP)') as LogState[]
  db.close()
  return state as LogState
}

/** Fills the log with more pages than are left in it. */
function fill({ store: { db } }: TestStore): void {
  db.exec('CREATE TABLE IF NOT EXISTS filling (content BLOB) STRICT')
  const insert = db.prepare('INSERT INTO filling VALUES (randomblob(100000))')
  for (let written = 0; written < logFrames * 2; written += 25) insert.run()
}

it('a log that fills is written back beside the commits, and what was committed can be read', async () => {
  const opened = await openTestStore()
  const checkpoints = startCheckpoints(opened.store.db, { file: opened.file, key: opened.key }, 0)
  fill(opened)
  await vi.waitFor(() => expect(logOf(opened)).toSatisfy(({ log, checkpointed }: LogState) => log - checkpointed < logFrames), { timeout: 30_000 })
  expect(opened.store.db.prepare('SELECT count(*) FROM filling').pluck().get()).toBe((logFrames * 2) / 25)
  expect(opened.store.db.pragma('integrity_check', { simple: true })).toBe('ok')
  await checkpoints.stop()
})

it('commits write the log back themselves once the thread has ended', async () => {
  const opened = await openTestStore()
  const checkpoints = startCheckpoints(opened.store.db, { file: opened.file, key: opened.key }, 0)
  await vi.waitFor(() => expect(opened.store.db.pragma('wal_autocheckpoint', { simple: true })).toBeGreaterThan(logFrames), { timeout: 20_000 })
  await checkpoints.stop()
  await vi.waitFor(() => expect(opened.store.db.pragma('wal_autocheckpoint', { simple: true })).toBe(logFrames), { timeout: 20_000 })
})
