import { randomBytes } from 'node:crypto'
import { open } from 'node:fs/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { patientPage } from '../../../src/main/features/patients/queries.js'
import { defineRead } from '../../../src/main/store/read.js'
import { startReader } from '../../../src/main/store/reader.js'
import { patient } from '../../../src/shared/entities/patient.js'
import { openTestStore } from '../../support/store.js'

const act = { actor: {}, act: 'test' }
const ana = { recordNumber: 'A1', familyName: 'García', givenName: 'Ana', sex: 'female' as const }
const first = { after: undefined, limit: 50 }
/** Known here and not in the workers. */
const unknown = defineRead('test.unknown', () => 1)

async function readerOn(options: { key?: Buffer } = {}) {
  const opened = await openTestStore()
  await opened.store.write(act, (tx) => tx.create(patient, ana))
  const reader = startReader({ file: opened.file, key: options.key ?? opened.key }, 1)
  onTestFinished(() => reader.stop())
  return { ...opened, reader }
}

describe('a reader on worker threads', () => {
  it('sees every write that was acknowledged', async () => {
    const { store, reader } = await readerOn()
    for (let i = 0; i < 5; i++) {
      await store.write(act, (tx) => tx.create(patient, { ...ana, recordNumber: `B${i}` }))
      expect(await reader.read(patientPage, first)).toHaveLength(i + 2)
    }
  })

  it('says when its key does not open the database, each time it is asked', async () => {
    const { reader } = await readerOn({ key: randomBytes(32) })
    await expect(reader.read(patientPage, first)).rejects.toMatchObject({ name: 'DatabaseProblem', code: 'wrongKeyOrDamaged' })
    await expect(reader.read(patientPage, first)).rejects.toMatchObject({ name: 'DatabaseProblem', code: 'wrongKeyOrDamaged' })
  })

  it('says that the database is damaged, and tells a failed read by its code alone', async () => {
    const { store, file, key } = await readerOn()
    await expect((await readerOn()).reader.read(unknown, undefined)).rejects.toMatchObject({ name: 'ReadFailed', code: 'TypeError' })
    store.db.pragma('wal_checkpoint(TRUNCATE)')
    const handle = await open(file, 'r+')
    await handle.write(randomBytes(4096 * 40), 0, 4096 * 40, 4096)
    await handle.close()
    const reader = startReader({ file, key }, 1)
    onTestFinished(() => reader.stop())
    await expect(reader.read(patientPage, first)).rejects.toMatchObject({ name: 'DatabaseProblem' })
  })

  it('ends reads that are under way when it is stopped, and takes no more', async () => {
    const { reader } = await readerOn()
    const reads = Array.from({ length: 5 }, () =>
      reader.read(patientPage, first).then(
        () => 'read',
        (error: { code: string }) => error.code,
      ),
    )
    await reader.stop()
    expect(new Set([...(await Promise.all(reads)), 'read', 'workerGone'])).toEqual(new Set(['read', 'workerGone']))
    await expect(reader.read(patientPage, first)).rejects.toMatchObject({ code: 'stopped' })
  })
})
