import { createDecipheriv } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { OpenClinic } from '../../../src/main/clinic.js'
import { backupsFolder } from '../../../src/main/maintenance/backup-care.js'
import { restoreBackup } from '../../../src/main/maintenance/restore.js'
import { erasedCells, isErased } from '../../../src/main/records/cell.js'
import { readJournal } from '../../../src/main/store/journal-reading.js'
import { RecordErased } from '../../../src/main/store/record-check.js'
import { searchPatients } from '../../../src/main/store/search/search.js'
import { symptom } from '../../../src/shared/entities/clinical.js'
import { media } from '../../../src/shared/entities/media.js'
import { patient } from '../../../src/shared/entities/patient.js'
import { newId } from '../../../src/shared/ids.js'
import { type MadeClinic, makeClinic } from './support.js'

const canary = 'Zanahoriaquux'
const act = { actor: {}, act: 'test' }
const day = 24 * 3600_000

/** Every byte of the database as it stands in its pages and its log, free space included, decrypted as SQLCipher 4 encrypts: reading it by SQLite would tidy it up. */
function pagesOf({ place, keys }: MadeClinic): string {
  const size = 4096
  const open = (page: Buffer, from = 0): string => {
    const decipher = createDecipheriv('aes-256-cbc', keys.databaseKey, page.subarray(size - 80, size - 64)).setAutoPadding(false)
    return Buffer.concat([decipher.update(page.subarray(from, size - 80)), decipher.final()]).toString('latin1')
  }
  const database = readFileSync(join(place.folder, 'medinsight.db'))
  let text = ''
  for (let at = 0; at < database.length; at += size) text += open(database.subarray(at, at + size), at === 0 ? 16 : 0)
  const log = existsSync(join(place.folder, 'medinsight.db-wal')) ? readFileSync(join(place.folder, 'medinsight.db-wal')) : Buffer.alloc(0)
  for (let at = 32; at + 24 + size <= log.length; at += 24 + size) text += open(log.subarray(at + 24, at + 24 + size), log.readUInt32BE(at) === 1 ? 16 : 0)
  expect(text).toContain('CREATE TABLE patient')
  return text
}

async function journalOf({ place, keys }: MadeClinic): Promise<{ text: string; problems: unknown[] }> {
  let text = ''
  const problems: unknown[] = []
  for await (const part of readJournal({ folder: join(place.folder, 'journal'), databaseKey: keys.databaseKey }))
    if (part.type === 'entry') text += JSON.stringify(part.entry)
    else problems.push(part)
  return { text, problems }
}

/** A patient whose name stands wherever the program keeps something of one. */
async function writeCanary({ store, services }: OpenClinic) {
  const person = { recordNumber: 'A77', familyName: canary, givenName: 'Eva', sex: 'female' as const, phone: '+34600777888', alert: `${canary} alert` }
  const id = await store
    .write({ ...act, command: { id: newId(), inputHash: 'x' } }, (tx) =>
      tx.get(patient, tx.create(patient, { ...person, source: { system: 'fhir', id: 'Patient/1', rest: { text: canary } } })),
    )
    .then((made) => made.id)
  const entry = { patientId: id, concern: `${canary} aches`, severity: 'mild' as const, occurredAt: '2026-11-20T08:00:00Z', autoSaved: false }
  const symptomIds: string[] = []
  for (let i = 0; i < 60; i++) symptomIds.push(await store.write(act, (tx) => tx.create(symptom, { ...entry, symptoms: canary.repeat(i) })))
  for (let i = 0; i < 60; i++) await store.write(act, (tx) => tx.update(symptom, symptomIds[i] as string, { concern: `${canary} ${'x'.repeat(i * 7)}` }))
  await store.write(act, (tx) => tx.remove(symptom, symptomIds[0] as string))
  const { hash } = await services.files.put(
    (async function* () {
      yield Buffer.from(canary)
    })(),
  )
  await store.write(act, (tx) => tx.create(media, { patientId: id, kind: 'image', contentHash: hash, mimeType: 'image/png', bytes: 9, title: canary }))
  const stamp = `${Date.now().toString(16).padStart(12, '0')}0000${'ab'.repeat(8)}`
  await store.receive({
    records: [
      { kind: 'patient', id, cells: { phone: { stamp, ancestors: [], value: `${canary} 1` } } },
      { kind: 'lensOrder', id: newId(), owner: id, cells: { note: { stamp, ancestors: [], value: canary } } },
    ],
  })
  store.db.prepare('INSERT INTO draft VALUES (?, ?, ?, ?, ?, ?)').run(newId(), newId(), 'symptom', id, JSON.stringify(canary), '2026-11-20T08:00:00Z')
  store.db.prepare('INSERT INTO import_change VALUES (?, ?, ?, ?)').run(newId(), 'patient', id, Buffer.from(canary))
  store.db.prepare('INSERT INTO replaced_value VALUES (?, ?, ?, ?, ?)').run('patient', id, 'birthDate', stamp, JSON.stringify(canary))
  return { id, hash, symptomIds }
}

const eraseNow = async ({ store, services }: OpenClinic, id: string): Promise<void> => {
  await store.write({ ...act, patientId: id }, (tx) => tx.erase(patient, id))
  await services.erasure.settle()
}

describe('erasing a patient', () => {
  it('leaves nothing of them in the database, its free space, the journal and the files, but keys and marks', async () => {
    const made = await makeClinic()
    const clinic = await made.open()
    const other = await clinic.store.write(act, (tx) => tx.create(patient, { recordNumber: 'A78', familyName: 'Bleiber', givenName: 'Otto', sex: 'male' }))
    const { id, hash, symptomIds } = await writeCanary(clinic)
    const before = await journalOf(made)
    expect(pagesOf(made)).toContain(canary)
    expect(before.text).toContain(canary)
    await eraseNow(clinic, id)
    const { store, services } = clinic
    const pages = pagesOf(made)
    for (const word of [canary, canary.toLowerCase(), '600777888', 'zanaho']) expect(pages.includes(word), word).toBe(false)
    expect(await services.files.find(hash)).toBeUndefined()
    const { text, problems } = await journalOf(made)
    expect(text).not.toContain(canary)
    expect(problems).toEqual(before.problems)
    expect(store.held('patient', id)?.cells).toEqual(erasedCells())
    for (const one of symptomIds) expect(store.held('symptom', one)?.cells).toEqual(erasedCells(id))
    expect(store.db.prepare("SELECT count(*) FROM parked WHERE cells LIKE '%_erased%'").pluck().get()).toBe(1)
    expect(searchPatients(store.db, canary, 5)).toEqual([])
    expect(store.get(patient, other)).toMatchObject({ familyName: 'Bleiber' })
    expect(store.erased.isUnsettled).toBe(false)
    expect(await services.storage.verify()).toMatchObject({ isSound: true })
  })

  it('leaves no traces of what the database once moved from page to page, after the next start', async () => {
    const made = await makeClinic()
    let clinic = await made.open()
    const fields = { severity: 'mild' as const, occurredAt: '2026-11-20T08:00:00Z', autoSaved: false }
    const people = ['B1', 'B2', 'B3']
    const ids = await clinic.store.write(act, (tx) =>
      people.map((recordNumber) => tx.create(patient, { recordNumber, familyName: 'Person', givenName: '', sex: 'other' })),
    )
    for (let i = 0; i < 30; i++) {
      const made = await clinic.store.write(act, (tx) =>
        Array.from({ length: 40 }, (_, n) =>
          tx.create(symptom, {
            ...fields,
            patientId: ids[(i + n) % 3] as string,
            concern: (i + n) % 3 === 0 ? canary : 'other',
            symptoms: 'x'.repeat((n * 37) % 700),
          }),
        ),
      )
      await clinic.store.write(act, (tx) => {
        for (const [n, id] of made.entries()) if (n % 2 === 0) tx.update(symptom, id, { symptoms: 'y'.repeat((n * 91) % 900) })
      })
    }
    await eraseNow(clinic, ids[0] as string)
    await clinic.stop()
    clinic = await made.open()
    expect(pagesOf(made).includes(canary)).toBe(false)
    expect(clinic.store.db.prepare("SELECT count(*) FROM meta WHERE key = 'compact'").pluck().get()).toBe(0)
    expect(clinic.store.db.prepare("SELECT count(*) FROM symptom WHERE data LIKE '%other%'").pluck().get()).toBe(800)
  })

  it('refuses whatever is written of them later, and takes nothing in that arrives', async () => {
    const clinic = await (await makeClinic()).open()
    const { store } = clinic
    const { id, symptomIds } = await writeCanary(clinic)
    const cells = { ...store.held('symptom', symptomIds[3] as string)?.cells }
    await eraseNow(clinic, id)
    expect(() => store.get(patient, id)).toThrow(RecordErased)
    const write = (change: Parameters<typeof store.write>[1]) => store.write(act, change)
    await expect(write((tx) => tx.update(patient, id, { phone: '1' }))).rejects.toThrow(RecordErased)
    await expect(write((tx) => tx.restore(patient, id))).rejects.toThrow(RecordErased)
    await expect(
      write((tx) =>
        tx.create(symptom, { patientId: id, concern: canary, symptoms: '', severity: 'mild', occurredAt: '2026-11-20T08:00:00Z', autoSaved: false }),
      ),
    ).rejects.toThrow(RecordErased)
    const late = newId()
    const waiting = store.replication.backlog().waiting
    await store.receive({ records: [{ kind: 'symptom', id: late, owner: id, cells }] })
    expect(store.held('symptom', late)?.cells).toEqual(erasedCells(id))
    expect(store.replication.backlog().waiting).toBe(waiting + 1)
  })

  it('is done again after an older backup was restored, although nobody else knows of it and the journal is gone', async () => {
    let now = Date.parse('2026-11-20T08:00:00Z')
    const made = await makeClinic({ now: () => now })
    let clinic = await made.open()
    const { id, symptomIds } = await writeCanary(clinic)
    const backup = await clinic.backups.make('manual')
    now += day
    await eraseNow(clinic, id)
    const until = (await clinic.backups.holdingErased())[0]?.until
    await clinic.stop()
    now += day
    await restoreBackup(made.place, backup.folder)
    clinic = await made.open()
    expect(clinic.store.held('patient', id)?.cells).toEqual(erasedCells())
    await clinic.services.erasure.settle()
    expect((await clinic.backups.holdingErased()).find(({ name }) => name === backup.name)?.until).toBe(until)
    expect(symptomIds.every((one) => isErased(clinic.store.held('symptom', one)?.cells ?? {}))).toBe(true)
    expect(pagesOf(made).includes(canary)).toBe(false)
  })

  it('says which backups may still hold them and until when, removes those at once on request, and after thirty days by itself', async () => {
    let now = Date.parse('2026-11-20T08:00:00Z')
    const made = await makeClinic({ now: () => now })
    const clinic = await made.open()
    const { id } = await writeCanary(clinic)
    const { name } = await clinic.backups.make('manual')
    now += day
    await eraseNow(clinic, id)
    const until = new Date(now + 30 * day).toISOString()
    expect(await clinic.backups.holdingErased()).toEqual([{ place: 'own', name, madeAt: '2026-11-20T08:00:00.000Z', until }])
    now += 20 * day
    await clinic.backups.make('daily')
    expect((await clinic.backups.list()).map((backup) => backup.name)).toContain(name)
    now += 10 * day
    await clinic.backups.make('daily')
    expect((await clinic.backups.list()).map((backup) => backup.name)).not.toContain(name)

    const next = await writeCanary(clinic)
    await clinic.backups.make('manual')
    now += day
    await eraseNow(clinic, next.id)
    expect(await clinic.backups.holdingErased()).not.toEqual([])
    expect(await clinic.backups.removeErased()).toEqual([])
    expect(await clinic.backups.list()).toHaveLength(1)
    expect(readdirSync(backupsFolder(made.place.folder)).filter((file) => file.startsWith('erased-'))).toHaveLength(1)
  })
})
