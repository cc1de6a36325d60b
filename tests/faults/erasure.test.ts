import { expect, it } from 'vitest'
import { erasedCells, isErased } from '../../src/main/records/cell.js'
import { clinicKeyNames } from '../../src/main/redis/keys.js'
import { symptom } from '../../src/shared/entities/clinical.js'
import { media } from '../../src/shared/entities/media.js'
import { patient } from '../../src/shared/entities/patient.js'
import { newId } from '../../src/shared/ids.js'
import { cellsOnServer } from '../simulation/judge.js'
import { until } from '../sync/support.js'
import { DrillClinic } from './drill-clinic.js'
import type { DrillWorkstation } from './drill-workstation.js'
import { namesOn, phone, register } from './people.js'

const entry = { symptoms: '', severity: 'mild' as const, occurredAt: '2026-11-20T08:00:00Z', autoSaved: false }
const picture = { kind: 'video' as const, contentHash: 'ab'.repeat(32), mimeType: 'video/mp4', bytes: 9, addedAt: '2026-11-20T08:00:00Z' }

async function erasedWhileAway() {
  const clinic = await DrillClinic.start({ count: 3 })
  const [a, b, c] = clinic.workstations as [DrillWorkstation, DrillWorkstation, DrillWorkstation]
  const [person, other] = [await register(a, 'Gone'), await register(a, 'Stays')]
  const [symptomId, mediaId, lateId] = [newId(), newId(), newId()]
  await a.write((tx) => {
    tx.create(symptom, { ...entry, patientId: person, concern: 'Headache' }, symptomId)
    tx.create(media, { ...picture, patientId: person }, mediaId)
  })
  await clinic.rest()
  await b.leave()
  await phone(b, person, '111')
  await b.write((tx) => {
    tx.update(symptom, symptomId, { concern: 'Worse' })
    tx.create(symptom, { ...entry, patientId: person, concern: 'Only here' }, lateId)
  })
  await phone(a, person, '222')
  await a.write((tx) => void tx.erase(patient, person))
  await until(() => c.store.erased.has('patient', person))
  for (const workstation of [a, c]) await workstation.sweep()
  return { clinic, a, b, c, person, other, symptomId, mediaId, lateId, names: clinicKeyNames(clinic.keys.dataset), admin: clinic.server.admin }
}

it('erasing wins over what somebody did meanwhile without a connection, and takes what only they have', async () => {
  const { clinic, a, b, c, person, symptomId, lateId } = await erasedWhileAway()
  b.connect()
  expect(await clinic.judged()).toEqual([])
  for (const { store } of [a, b, c]) {
    expect(store.held('patient', person)?.cells).toEqual(erasedCells())
    for (const id of [symptomId, lateId]) expect(store.held('symptom', id)?.cells).toEqual(erasedCells(person))
    expect(store.db.prepare('SELECT count(*) FROM kept_version WHERE of_kind IS NOT NULL').pluck().get()).toBe(0)
  }
  for (const workstation of [a, b, c]) expect(namesOn(workstation)).toEqual(['Stays'])
})

it('leaves only marks in the server’s records, and nothing in its lists', async () => {
  const { clinic, b, person, names, admin } = await erasedWhileAway()
  b.connect()
  expect(await clinic.judged()).toEqual([])
  for (const list of [names.list('symptom', person), names.list('media', person), names.list('media', person, 'video')])
    expect(await admin.exists(list)).toBe(0)
  // What the feed still has is sealed, and goes with its oldest entries.
  await admin.xtrim(names.feed, 'MAXLEN', 0)
  const held = (await cellsOnServer(clinic.hub(), clinic.codec)).filter(([, cells]) => isErased(cells) || cells.patientId?.value === person)
  expect(held.length).toBeGreaterThanOrEqual(4)
  expect(held.every(([, cells]) => Object.keys(cells).length === 1)).toBe(true)
})

it('holds when the server is emptied and only somebody who was away brings the records back', async () => {
  const { clinic, a, b, c, person } = await erasedWhileAway()
  await a.leave()
  await c.leave()
  await clinic.replaceServer(() => clinic.server.flush())
  b.connect()
  await until(() => b.replica.backlog().waiting === 0)
  expect(b.store.get(patient, person)).toMatchObject({ phone: '111' })
  a.connect()
  c.connect()
  expect(await clinic.judged()).toEqual([])
  expect(namesOn(b)).toEqual(['Stays'])
})
