import { afterEach, describe, expect, it, vi } from 'vitest'
import { survivingOperations } from '../../../src/main/store/journal-reading.js'
import type { JournalEntry } from '../../../src/main/store/store.js'
import { patient } from '../../../src/shared/entities/patient.js'
import { newId } from '../../../src/shared/ids.js'
import { openTestStore } from '../../support/store.js'

const actor = { userId: newId() }
const act = { actor, act: 'patients.register' }
const ana = { recordNumber: 'A1', familyName: 'García', givenName: 'Ana', sex: 'female' as const }

/** Lets the database grow by no page more, as a full disk does. */
const fillDisk = (db: { pragma(text: string, options?: { simple: boolean }): unknown }) =>
  db.pragma(`max_page_count=${Number(db.pragma('page_count', { simple: true }))}`)
const makeRoom = (db: { pragma(text: string): unknown }) => db.pragma('max_page_count=1000000')

const surviving = async (entries: readonly JournalEntry[]) => {
  async function* read() {
    for (const [i, entry] of entries.entries()) yield { type: 'entry' as const, sequence: i + 1, entry }
  }
  const numbers: number[] = []
  for await (const operation of survivingOperations(read, () => undefined)) numbers.push(operation.number)
  return numbers
}

afterEach(() => void vi.restoreAllMocks())

describe('a write in trouble', () => {
  it('is saved although a listener throws, and the other listeners hear of it', async () => {
    const { store } = await openTestStore()
    const heard: number[] = []
    store.subscribe(() => {
      throw new Error('a screen that is gone')
    })
    store.subscribe(({ seq }) => heard.push(seq))
    const id = await store.write(act, (tx) => tx.create(patient, ana))
    expect(store.find(patient, id)).toBeDefined()
    expect(heard).toEqual([1])
  })

  it('can be begun by a listener, after the one that is told of', async () => {
    const { store } = await openTestStore()
    let second: Promise<string> | undefined
    const stop = store.subscribe(() => {
      stop()
      second = store.write(act, (tx) => tx.create(patient, { ...ana, recordNumber: 'A2' }))
    })
    await store.write(act, (tx) => tx.create(patient, ana))
    expect(store.find(patient, await (second as Promise<string>))).toBeDefined()
  })

  it('does not let another one into its transaction', async () => {
    const { store } = await openTestStore()
    let inner: Promise<unknown> = Promise.resolve()
    await store.write(act, (tx) => {
      inner = store.write(act, (other) => other.create(patient, ana)).catch((error: unknown) => error)
      tx.create(patient, { ...ana, recordNumber: 'A2' })
    })
    expect(await inner).toBeInstanceOf(Error)
    expect(store.db.prepare('SELECT record_number FROM patient').pluck().all()).toEqual(['A2'])
  })

  it('leaves database, digest and numbers as they were when the disk is full, and works again with room', async () => {
    const { store, journal } = await openTestStore()
    await store.write(act, (tx) => tx.create(patient, ana))
    const before = store.digest()
    fillDisk(store.db)
    const large = { ...ana, alert: 'x'.repeat(500) }
    const attempts = Array.from({ length: 12 }, (_, i) =>
      store.write(act, (tx) => {
        for (let j = 0; j < 30; j++) tx.create(patient, { ...large, recordNumber: `B${i}-${j}` })
      }),
    )
    const results = await Promise.allSettled(attempts)
    expect(results.some(({ status }) => status === 'rejected')).toBe(true)
    expect(store.db.inTransaction).toBe(false)
    const saved = results.filter(({ status }) => status === 'fulfilled').length
    expect(store.db.prepare('SELECT count(*) FROM patient').pluck().get()).toBe(1 + saved * 30)
    if (saved === 0) expect(store.digest()).toBe(before)
    makeRoom(store.db)
    await store.write(act, (tx) => tx.create(patient, { ...ana, recordNumber: 'C1' }))
    expect(await surviving(journal)).toHaveLength(saved + 2)
  })

  it('whose commit fails is cancelled in the journal', async () => {
    const { store, journal } = await openTestStore()
    const exec = store.db.exec.bind(store.db)
    vi.spyOn(store.db, 'exec')
      .mockImplementationOnce(exec)
      .mockImplementationOnce(() => {
        throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' })
      })
    const before = store.digest()
    await expect(store.write(act, (tx) => tx.create(patient, ana))).rejects.toThrow('disk I/O error')
    expect(store.digest()).toBe(before)
    expect(await surviving(journal)).toEqual([])
    await store.write(act, (tx) => tx.create(patient, ana))
    expect(await surviving(journal)).toEqual([2])
  })

  it('is cancelled in the journal even if rolling back fails too', async () => {
    const { store, journal } = await openTestStore()
    const exec = store.db.exec.bind(store.db)
    const failing = (): never => {
      throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' })
    }
    vi.spyOn(store.db, 'exec').mockImplementationOnce(exec).mockImplementationOnce(failing).mockImplementationOnce(failing)
    await expect(store.write(act, (tx) => tx.create(patient, ana))).rejects.toThrow('disk I/O error')
    expect(await surviving(journal)).toEqual([])
    store.db.exec('ROLLBACK')
  })

  it('is cancelled later when the journal cannot be written at once', async () => {
    const journal: JournalEntry[] = []
    let isBroken = false
    const { store } = await openTestStore({
      journal: {
        append: async (entry) => {
          if (isBroken) throw new Error('no room')
          journal.push(entry)
          if (entry.type === 'operation' && entry.number === 1) isBroken = true
        },
      },
      onJournal: () => undefined,
    })
    const exec = store.db.exec.bind(store.db)
    vi.spyOn(store.db, 'exec')
      .mockImplementationOnce(exec)
      .mockImplementationOnce(() => {
        throw Object.assign(new Error('disk full'), { code: 'SQLITE_FULL' })
      })
    await expect(store.write(act, (tx) => tx.create(patient, ana))).rejects.toThrow('disk full')
    isBroken = false
    await store.write(act, (tx) => tx.create(patient, ana))
    await vi.waitFor(async () => expect(await surviving(journal)).toEqual([2]), { timeout: 20_000 })
  })
})

describe('rows of the access log', () => {
  it('wait when they cannot be written, and nobody notices', async () => {
    const { store } = await openTestStore()
    store.db.exec("CREATE TRIGGER audit_full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END")
    for (let i = 0; i < 120; i++) store.noteRead({ ...actor, act: 'patients.get' })
    expect(() => store.flushReads()).not.toThrow()
    store.db.exec('DROP TRIGGER audit_full')
    store.flushReads()
    expect(store.db.prepare('SELECT count(*) FROM audit').pluck().get()).toBe(120)
  })

  it('are not lost with a transaction that is rolled back around them', async () => {
    const { store } = await openTestStore()
    await store
      .write(act, () => {
        for (let i = 0; i < 50; i++) store.noteRead({ ...actor, act: 'patients.get' })
        throw new Error('refused')
      })
      .catch(() => undefined)
    store.flushReads()
    expect(store.db.prepare('SELECT count(*) FROM audit').pluck().get()).toBe(50)
  })

  it('add nothing and break nothing after the store was closed', async () => {
    const { store } = await openTestStore()
    store.close()
    expect(() => store.noteRead({ ...actor, act: 'patients.get' })).not.toThrow()
    expect(() => store.flushReads()).not.toThrow()
  })
})
