import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { verifyFolder } from '../../../src/main/maintenance/verify.js'
import { openDatabase } from '../../../src/main/store/database.js'
import { media } from '../../../src/shared/entities/media.js'
import { type MadeClinic, makeClinic, register } from './support.js'

async function clinicWithPeople(): Promise<MadeClinic> {
  const made = await makeClinic()
  const clinic = await made.open()
  await register(clinic, 3)
  await clinic.stop()
  return made
}

const codesOf = async ({ place, keys }: MadeClinic) => (await verifyFolder({ folder: place.folder, ...keys, now: 0 })).problems.map(({ code }) => code)

it('a clinic that was only worked with is sound; it warns while there is no backup', async () => {
  const made = await clinicWithPeople()
  const report = await verifyFolder({ folder: made.place.folder, ...made.keys, now: 0 })
  expect(report).toMatchObject({ isSound: true, problems: [], facts: { operations: 4, journalEntries: 4 } })
  expect(report.warnings.map(({ code }) => code)).toEqual(['noBackup'])
})

it.each([
  ['a changed field', "UPDATE patient SET data = replace(data, 'Person', 'Nobody')", ['digest', 'search']],
  ['a record that was taken away', 'DELETE FROM patient WHERE row = 1', ['searchWords', 'buckets']],
  ['a deletion without a tombstone', 'UPDATE patient SET deleted = 1 WHERE row = 1', ['columns', 'searchWords']],
  ['unreadable content', "UPDATE patient SET cells = '{'", ['unreadable']],
  ['a missing operation', 'DELETE FROM operation WHERE seq = 2', ['operations']],
  ['a changed access log', "DROP TRIGGER audit_no_update; UPDATE audit SET act = 'other' WHERE seq = 2", ['audit']],
  ['a shortened access log', 'DROP TRIGGER audit_no_delete; DELETE FROM audit WHERE seq = 2', ['audit']],
  ['a stray line of the timeline', "INSERT INTO timeline VALUES ('a', '2020', 'encounter', 'b')", ['timeline']],
  ['a patient whom the search forgot', 'DELETE FROM patient_indexed WHERE rowid = 1', ['search', 'searchWords']],
])('finds %s', async (_, sql, codes) => {
  const made = await clinicWithPeople()
  const db = openDatabase(join(made.place.folder, 'medinsight.db'), made.keys.databaseKey, {})
  db.exec(sql)
  db.close()
  expect(await codesOf(made)).toEqual(expect.arrayContaining(codes))
})

it('finds an image that is missing or damaged', async () => {
  const made = await clinicWithPeople()
  const clinic = await made.open()
  const [patientId] = await register(clinic, 1, 'Pictured')
  const stored = await clinic.services.files.put(Readable.from([Buffer.from('an image')]))
  await clinic.store.write({ actor: {}, act: 'media.add' }, (tx) =>
    tx.create(media, { patientId: patientId ?? '', kind: 'image', contentHash: stored.hash, mimeType: 'image/png', bytes: stored.bytes }),
  )
  const path = clinic.services.files.pathOf(stored.hash)
  await clinic.stop()
  expect(await codesOf(made)).toEqual([])
  const whole = readFileSync(path)
  whole[whole.length - 1] = (whole.at(-1) ?? 0) ^ 1
  writeFileSync(path, whole)
  expect(await codesOf(made)).toEqual(['filesDamaged'])
  truncateSync(path, 0)
  expect(await codesOf(made)).toEqual(['filesDamaged'])
})

it('finds a journal that was cut off or exchanged, and a latest backup that is no longer good', async () => {
  const made = await makeClinic()
  const clinic = await made.open()
  await register(clinic, 3)
  const backup = await clinic.backups.make('manual')
  expect((await clinic.backups.verify()).problems).toEqual([])
  truncateSync(join(backup.folder, 'medinsight.db'), 4096)
  const journal = join(made.place.folder, 'journal', '0002.mj')
  expect(existsSync(journal)).toBe(true)
  truncateSync(journal, 200)
  const codes = (await clinic.backups.verify()).problems.map(({ code }) => code)
  expect(codes).toContain('journal')
  expect(codes).toContain('backup.databaseCut')
})
