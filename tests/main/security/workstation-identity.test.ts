import { createHash } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { recoverClinic } from '../../../src/main/maintenance/recover.js'
import { publicKeyOf } from '../../../src/main/security/exchange-key.js'
import { readKeysFile } from '../../../src/main/security/keys.js'
import { placeOfPrefix, prefixAt } from '../../../src/main/security/number-prefix.js'
import { ensureWorkstation, identityOf, listWorkstations, setIdentity } from '../../../src/main/security/workstation-identity.js'
import { takeRecordNumber } from '../../../src/main/store/series.js'
import { patient } from '../../../src/shared/entities/patient.js'
import { workstation } from '../../../src/shared/entities/workstation.js'
import { makeClinic } from '../maintenance/support.js'

test('the founding workstation has a record, a key pair and the prefix A from the beginning', async () => {
  const clinic = await (await makeClinic()).open()
  const [own, ...others] = listWorkstations(clinic.store)
  expect(others).toEqual([])
  expect(own).toMatchObject({ id: identityOf(clinic.store.db).id, numberPrefix: 'A', publicKey: publicKeyOf(clinic.keys.exchangeKey!).toString('base64') })
})

test('a clinic of an earlier version gets both at its next opening, once', async () => {
  const made = await makeClinic()
  const before = await made.open()
  // As the version before left it: no record, no key pair, keys.json without a ring.
  const id = identityOf(before.store.db).id
  before.store.db.exec("DELETE FROM workstation; DELETE FROM meta WHERE key = 'numberPrefix'; DELETE FROM bucket")
  await before.stop()
  const { ring: _, check: __, ...rest } = { ...(await readKeysFile(made.place.folder)), format: 1 }
  const { recovery } = rest
  const facts = [
    rest.format,
    rest.dataset,
    rest.keyStore,
    rest.madeAt,
    rest.clinicKey,
    recovery.kdf,
    ...Object.values(recovery.cost),
    recovery.salt,
    recovery.sealed,
  ]
  const check = createHash('sha256').update(JSON.stringify(facts)).digest('base64')
  writeFileSync(join(made.place.folder, 'keys.json'), JSON.stringify({ ...rest, check }))

  const clinic = await made.open()
  expect(clinic.keys.exchangeKey).toBeUndefined()
  await ensureWorkstation(clinic.store, clinic.keys, made.place.folder, Date.now())
  expect(listWorkstations(clinic.store)).toMatchObject([{ id, numberPrefix: 'A' }])
  const { seq } = clinic.store.db.prepare<[], { seq: number }>('SELECT max(seq) AS seq FROM operation').get()!
  await ensureWorkstation(clinic.store, clinic.keys, made.place.folder, Date.now())
  expect(clinic.store.db.prepare('SELECT max(seq) FROM operation').pluck().get()).toBe(seq)
})

test('a database that is made anew from the journal belongs to the same workstation and goes on with its prefix', async () => {
  const made = await makeClinic()
  const clinic = await made.open()
  const { id } = identityOf(clinic.store.db)
  await clinic.store.write({ actor: {}, act: 'test' }, (tx) => {
    setIdentity(clinic.store.db, { id, name: 'Front desk', numberPrefix: 'Q' })
    tx.update(workstation, id, { name: 'Front desk', numberPrefix: 'Q' })
    tx.create(patient, { familyName: 'Otterbourn', givenName: '', sex: 'unknown', recordNumber: takeRecordNumber(clinic.store.db) })
  })
  await clinic.stop()
  for (const name of ['medinsight.db', 'medinsight.db-wal', 'medinsight.db-shm']) rmSync(join(made.place.folder, name), { force: true })
  expect(await recoverClinic(made.place)).toMatchObject({ from: 'journal' })
  const again = await made.open()
  expect(identityOf(again.store.db)).toEqual({ id, name: 'Front desk', numberPrefix: 'Q' })
  expect(listWorkstations(again.store)).toHaveLength(1)
  expect(await again.store.write({ actor: {}, act: 'test' }, () => takeRecordNumber(again.store.db))).toBe('Q00002')
})

test('a number that a patient has already is not given again', async () => {
  const clinic = await (await makeClinic()).open()
  const register = (recordNumber: string) =>
    clinic.store.write({ actor: {}, act: 'test' }, (tx) => tx.create(patient, { familyName: 'Otterbourn', givenName: '', sex: 'unknown', recordNumber }))
  for (const number of ['A00001', 'A00002', 'B00003']) await register(number)
  const next = () => clinic.store.write({ actor: {}, act: 'test' }, () => takeRecordNumber(clinic.store.db))
  expect([await next(), await next()]).toEqual(['A00003', 'A00004'])
})

test('prefixes are given out in order, of at most three letters', () => {
  expect([1, 2, 26, 27, 52, 702, 703, 18_278, 18_279, 0].map(prefixAt)).toEqual(['A', 'B', 'Z', 'AA', 'AZ', 'ZZ', 'AAA', 'ZZZ', undefined, undefined])
  for (let place = 1; place <= 18_278; place += 7) expect(placeOfPrefix(prefixAt(place) ?? '')).toBe(place)
})
