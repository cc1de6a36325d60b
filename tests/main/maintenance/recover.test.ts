import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { recoverClinic } from '../../../src/main/maintenance/recover.js'
import { openSettings } from '../../../src/main/maintenance/settings-file.js'
import { verifyFolder } from '../../../src/main/maintenance/verify.js'
import { openDatabase } from '../../../src/main/store/database.js'
import { takeNumber } from '../../../src/main/store/series.js'
import { patient } from '../../../src/shared/entities/patient.js'
import { memoryKeyStore } from '../../support/clinic.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { hasTestData, testData } from '../../support/test-data.js'
import { type MadeClinic, makeClinic, namesIn, register } from './support.js'

/** A clinic with two people in a backup and two that only database and journal hold; closed. */
async function clinicWithBackup(): Promise<MadeClinic & { database: string }> {
  const made = await makeClinic()
  const clinic = await made.open()
  await register(clinic, 2, 'Before')
  await clinic.backups.make('manual')
  await register(clinic, 2, 'After')
  await clinic.stop()
  return { ...made, database: join(made.place.folder, 'medinsight.db') }
}

const everybody = ['After 0', 'After 1', 'Before 0', 'Before 1']

async function expectRecovered(made: MadeClinic): Promise<void> {
  const recovered = await recoverClinic(made.place)
  expect(recovered.verification.problems).toEqual([])
  const clinic = await made.open()
  expect(namesIn(clinic)).toEqual(everybody)
  await clinic.stop()
}

/** Opening says one sentence and changes nothing; recovering keeps the damaged file as it was and brings everybody back. */
async function expectRefusedAndRecovered(made: MadeClinic & { database: string }, sentence: RegExp): Promise<void> {
  const damaged = readFileSync(made.database)
  await expect(made.open()).rejects.toThrow(sentence)
  expect(readFileSync(made.database).equals(damaged)).toBe(true)
  const recovered = await recoverClinic(made.place)
  expect(recovered.from).toBe('backup')
  expect(recovered.verification.isSound).toBe(true)
  expect(readFileSync(join(recovered.keptAside ?? '', 'medinsight.db')).equals(damaged)).toBe(true)
  const clinic = await made.open()
  expect(namesIn(clinic)).toEqual(everybody)
}

describe('a damaged database is told in a sentence, kept, and made again from backup and journal', () => {
  it('when the file is empty', async () => {
    const made = await clinicWithBackup()
    truncateSync(made.database, 0)
    await expectRefusedAndRecovered(made, /is empty/)
  })

  it('when the file is cut off inside its first page', async () => {
    const made = await clinicWithBackup()
    truncateSync(made.database, 1000)
    await expectRefusedAndRecovered(made, /does not open|damaged/)
  })

  it('when half of the file is missing', async () => {
    const made = await clinicWithBackup()
    truncateSync(made.database, Math.floor(statSync(made.database).size / 2))
    await expectRecovered(made)
  })

  it('when the file holds other bytes', async () => {
    const made = await clinicWithBackup()
    writeFileSync(made.database, Buffer.alloc(50_000, 'garbage '))
    await expectRefusedAndRecovered(made, /key does not fit, or the file is damaged/)
  })

  it('when one bit of any page is another', async () => {
    const made = await clinicWithBackup()
    const whole = readFileSync(made.database)
    for (const at of [100, Math.floor(whole.length / 3), Math.floor(whole.length / 2), whole.length - 50]) {
      const bytes = Buffer.from(whole)
      bytes[at] = (bytes[at] ?? 0) ^ 1
      writeFileSync(made.database, bytes)
      await expectRecovered(made)
    }
  })

  it('when the file is gone', async () => {
    const made = await clinicWithBackup()
    rmSync(made.database)
    await expect(made.open()).rejects.toThrow(/no database in this folder/)
    await expectRecovered(made)
  })

  const corrupt = hasTestData ? readdirSync(testData('sqlite-corrupt')).filter((name) => name.endsWith('.db')) : []
  it.skipIf(!hasTestData)('the outside corrupt files are all there', () => expect(corrupt).toHaveLength(15))
  it.each(corrupt)('when %s lies in its place', async (name) => {
    const made = await clinicWithBackup()
    copyFileSync(testData(`sqlite-corrupt/${name}`), made.database)
    await expectRefusedAndRecovered(made, /plain SQLite file|does not open|damaged/)
  })
})

describe('recovering', () => {
  it('leaves a whole database alone', async () => {
    const made = await clinicWithBackup()
    const before = readFileSync(made.database)
    const recovered = await recoverClinic(made.place)
    expect(recovered).toMatchObject({ from: 'nothing', found: [] })
    expect(readFileSync(made.database).equals(before)).toBe(true)
  })

  it('uses the journal alone when it reaches back to the beginning', async () => {
    const made = await makeClinic()
    const clinic = await made.open()
    await register(clinic, 3)
    const digest = clinic.store.digest()
    await clinic.stop()
    truncateSync(join(made.place.folder, 'medinsight.db'), 0)
    const recovered = await recoverClinic(made.place)
    expect(recovered).toMatchObject({ from: 'journal', replayed: { operations: 4 }, verification: { isSound: true } })
    expect((await made.open()).store.digest()).toBe(digest)
  })

  it('refuses without backup and with a journal that was cut, and changes nothing', async () => {
    const made = await makeClinic()
    const clinic = await made.open()
    await register(clinic, 1)
    await clinic.stop()
    rmSync(join(made.place.folder, 'journal', '0001.mj'))
    truncateSync(join(made.place.folder, 'medinsight.db'), 0)
    await expect(recoverClinic(made.place)).rejects.toThrow(/no good backup/)
    expect(statSync(join(made.place.folder, 'medinsight.db')).size).toBe(0)
    expect(existsSync(join(made.place.folder, 'aside'))).toBe(false)
  })

  it('goes back to an older backup when the newest is damaged, and still loses nothing', async () => {
    const made = await makeClinic()
    const clinic = await made.open()
    await register(clinic, 1, 'First')
    await clinic.backups.make('manual')
    await register(clinic, 1, 'Second')
    const newest = await clinic.backups.make('manual')
    await register(clinic, 1, 'Third')
    await clinic.stop()
    truncateSync(join(newest.folder, 'medinsight.db'), 5000)
    truncateSync(join(made.place.folder, 'medinsight.db'), 0)
    const recovered = await recoverClinic(made.place)
    expect(recovered.backup?.name).not.toBe(newest.name)
    expect(recovered.notRecovered.join()).toMatch(/1 newer backups were damaged/)
    expect(namesIn(await made.open())).toEqual(['First 0', 'Second 0', 'Third 0'])
  })

  it('finds a backup and keys.json in the second place when the folder has lost both', async () => {
    const made = await clinicWithBackup()
    const second = join(temporaryFolder(), 'drive')
    const clinic = await made.open()
    await clinic.backups.setSecondPlace(second)
    await clinic.backups.make('manual')
    await clinic.stop()
    const { folder } = made.place
    for (const name of ['backups', 'keys.json', 'medinsight.db']) rmSync(join(folder, name), { recursive: true })
    expect(openSettings(folder).get().backupFolder).toBe(second)
    await expectRecovered(made)
  })

  it('takes the recovery code on a computer that has no key, and keeps the key there', async () => {
    const made = await clinicWithBackup()
    truncateSync(made.database, 0)
    const place = { ...made.place, keyStore: memoryKeyStore() }
    await expect(recoverClinic(place)).rejects.toThrow(/no database key/)
    await expect(recoverClinic(place, 'A'.repeat(28))).rejects.toThrow(/not typed as printed/)
    const recovered = await recoverClinic(place, made.recoveryCode)
    expect(recovered.verification.isSound).toBe(true)
    expect(await place.keyStore.read(made.keys.dataset)).toEqual(made.keys.databaseKey)
  })

  it('reports damaged places of the journal and brings back what stands around them', async () => {
    const made = await clinicWithBackup()
    const journal = join(made.place.folder, 'journal')
    const last = join(journal, readdirSync(journal).sort().at(-1) ?? '')
    const bytes = readFileSync(last)
    const entry = bytes.lastIndexOf('MJE1', bytes.lastIndexOf('MJE1') - 1)
    bytes[entry + 60] = (bytes[entry + 60] ?? 0) ^ 1
    writeFileSync(last, bytes)
    truncateSync(made.database, 0)
    const recovered = await recoverClinic(made.place)
    expect(recovered.replayed?.unreadablePlaces).toBeGreaterThan(0)
    expect(recovered.notRecovered.join()).toMatch(/damaged places of the journal/)
    expect(namesIn(await made.open())).toContain('After 1')
  })

  it('hides what the journal holds in parts only, because somebody else made it, until the rest arrives', async () => {
    const made = await clinicWithBackup()
    const clinic = await made.open()
    const [id, stamp] = ['018f0000-0000-7000-8000-000000000001', `${'0'.repeat(16)}aaaaaaaaaaaaaaaa`]
    const fields = { familyName: 'Elsewhere', givenName: 'Ada', sex: 'female', recordNumber: 'B1' }
    const cells = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { stamp, ancestors: [], value }]))
    await clinic.store.receive({ records: [{ kind: patient.kind, id, cells }] })
    await clinic.store.write({ actor: {}, act: 'test' }, (tx) => tx.update(patient, id, { phone: '111' }))
    await clinic.stop()
    truncateSync(made.database, 0)
    await expectRecovered(made)
    const again = await made.open()
    expect(again.store.find(patient, id)).toBeUndefined()
    expect(again.store.replication.state().reconcile).toBe('recovery')
    await again.store.receive({ records: [{ kind: patient.kind, id, cells }] })
    expect(again.store.get(patient, id)).toMatchObject({ id, ...fields, phone: '111' })
    expect(again.store.db.prepare('SELECT count(*) FROM patient_indexed WHERE words LIKE ?').pluck().get('%elsewhere%')).toBe(1)
  })

  it('goes on with record numbers behind those that came back', async () => {
    const made = await makeClinic()
    const clinic = await made.open()
    await clinic.backups.make('manual')
    const number = () =>
      clinic.store.write({ actor: {}, act: 'patients.register' }, (tx) => {
        const recordNumber = takeNumber(clinic.store.db, 'patient', 'A')
        tx.create(patient, { familyName: 'Numbered', givenName: '', sex: 'unknown', recordNumber })
        return recordNumber
      })
    expect([await number(), await number()]).toEqual(['A00001', 'A00002'])
    await clinic.stop()
    truncateSync(join(made.place.folder, 'medinsight.db'), 0)
    await recoverClinic(made.place)
    const again = await made.open()
    expect(await again.store.write({ actor: {}, act: 'test' }, () => takeNumber(again.store.db, 'patient', 'A'))).toBe('A00003')
  })

  it('makes timeline, search and bucket digests again from the records without going back to a backup', async () => {
    const made = await clinicWithBackup()
    const db = openDatabase(made.database, made.keys.databaseKey, {})
    db.exec(
      "DELETE FROM bucket; DELETE FROM patient_indexed; UPDATE name_word SET count = count + 1; INSERT INTO timeline VALUES ('nobody', '2020', 'encounter', 'nothing')",
    )
    db.close()
    const recovered = await recoverClinic(made.place)
    expect(recovered.from).toBe('derived')
    expect(recovered.found).toHaveLength(4)
    expect(recovered.verification.isSound).toBe(true)
  })

  it('does not go on with sessions that were open at the time of the backup', async () => {
    const made = await makeClinic()
    const clinic = await made.open()
    const id = clinic.store.db.prepare('SELECT id FROM user').pluck().get() as string
    const { token } = await clinic.services.sessions.open(id)
    await clinic.backups.make('manual')
    await clinic.stop()
    truncateSync(join(made.place.folder, 'medinsight.db'), 0)
    await recoverClinic(made.place)
    expect((await made.open()).services.sessions.resolve(token)).toBeUndefined()
  })
})

describe('keys', () => {
  it('a wrong database key is told and nothing is changed', async () => {
    const made = await clinicWithBackup()
    const before = readFileSync(made.database)
    const place = { ...made.place, keyStore: { ...memoryKeyStore(), read: async () => Buffer.alloc(32, 7) } }
    await expect(recoverClinic(place)).rejects.toThrow(/key does not belong to this clinic/)
    expect(readFileSync(made.database).equals(before)).toBe(true)
  })

  it('a database that another key sealed is told apart from a healthy one and kept', async () => {
    const made = await clinicWithBackup()
    const other = await clinicWithBackup()
    renameSync(other.database, made.database)
    await expectRefusedAndRecovered(made, /key does not fit/)
  })

  it('a database from the future is refused and left as it is', async () => {
    const made = await clinicWithBackup()
    const db = openDatabase(made.database, made.keys.databaseKey, {})
    db.pragma('user_version=999990')
    db.close()
    const before = readFileSync(made.database)
    await expect(made.open()).rejects.toThrow(/newer version/)
    await expect(recoverClinic(made.place)).rejects.toThrow(/newer version/)
    expect(readFileSync(made.database).equals(before)).toBe(true)
    expect((await verifyFolder({ folder: made.place.folder, ...made.keys, now: 0 })).isSound).toBe(false)
  })
})
