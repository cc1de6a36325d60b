import { expect, it } from 'vitest'
import { retentionOf } from '../../../../src/main/features/patients/erasure.js'
import { patient } from '../../../../src/shared/entities/patient.js'
import { newId } from '../../../../src/shared/ids.js'
import { openTestClinic } from '../../../support/clinic.js'

const reason = 'Request under article 17, letter of 3 May'
const refused = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: { code: string; data?: { fields?: { path: string; code: string }[]; conflicts?: { code: string }[] } }) => ({
      code: error.code,
      ...(error.data?.fields && { fields: error.data.fields }),
      ...(error.data?.conflicts && { conflicts: error.data.conflicts.map(({ code }) => code) }),
    }),
  )

async function clinicWithVisit() {
  const made = await openTestClinic()
  const { admin } = made
  const { id, recordNumber } = await admin.patients.register({ familyName: 'Ruiz', givenName: 'Eva', sex: 'female' })
  const occurredAt = new Date(Date.now() - 400 * 24 * 3600_000).toISOString()
  await admin.symptoms.add({ patientId: id, concern: 'Ruiz headache', symptoms: '', severity: 'mild', occurredAt })
  return { ...made, id, recordNumber, lastVisitDate: occurredAt.slice(0, 10) }
}

it('says what erasing would take, from which backups, and how long the records have to be kept', async () => {
  const { admin, id, recordNumber, clinic } = await clinicWithVisit()
  await clinic.backups.make('manual')
  expect(await admin.patients.erasure.preview({ patientId: id })).toMatchObject({
    recordNumber,
    records: { symptom: 1 },
    retention: { years: 10, isOver: false },
    backups: 1,
    backupDays: 30,
  })
})

it('is refused without the record number, with a reason that names the patient, and while the records have to be kept', async () => {
  const { admin, id, recordNumber } = await clinicWithVisit()
  const erase = (change: object) => refused(admin.patients.erasure.erase({ patientId: id, recordNumber, reason, ...change }))
  expect(await erase({ recordNumber: 'B99' })).toEqual({ code: 'INVALID', fields: [{ path: 'recordNumber', code: 'mismatch' }] })
  expect(await erase({ reason: 'Asked for by Eva Ruiz' })).toEqual({ code: 'INVALID', fields: [{ path: 'reason', code: 'names' }] })
  expect(await erase({ reason: `Patient ${recordNumber}` })).toEqual({ code: 'INVALID', fields: [{ path: 'reason', code: 'names' }] })
  expect(await erase({})).toEqual({ code: 'CONFLICT', conflicts: ['retention'] })
  expect(await admin.patients.get({ id })).toMatchObject({ familyName: 'Ruiz' })
})

it('erases, answers 410 from then on, and leaves who, when and why in the access log', async () => {
  const { admin, id, recordNumber, clinic } = await clinicWithVisit()
  const commandId = newId()
  await admin.patients.edit({ id, phone: '600 111 222', commandId })
  await admin.patients.erasure.erase({ patientId: id, recordNumber: recordNumber.toLowerCase(), reason, beforeRetention: true })
  await clinic.services.erasure.settle()
  for (const call of [admin.patients.get({ id }), admin.chart.overview({ patientId: id }), admin.patients.edit({ id, phone: '600 111 222', commandId })])
    expect(await refused(call)).toEqual({ code: 'GONE' })
  expect((await admin.patients.list({ query: 'Ruiz' })).items).toEqual([])
  expect(await refused(admin.drafts.save({ id: newId(), form: 'symptom', patientId: id, content: {} }))).toEqual({ code: 'GONE' })
  const { detail } = clinic.store.db.prepare("SELECT detail FROM audit WHERE act = 'patients.erasure.erase' AND operation IS NOT NULL").get() as {
    detail: string
  }
  expect(JSON.parse(detail)).toMatchObject({ reason, records: { symptom: 1 }, beforeRetention: true })
  expect(clinic.store.erased.has(patient.kind, id)).toBe(true)
})

it('needs no exception once the clinic’s time is over', async () => {
  const { admin, id, recordNumber } = await clinicWithVisit()
  await admin.settings.clinic.edit({ retentionYears: 1 })
  expect(await refused(admin.patients.erasure.erase({ patientId: id, recordNumber, reason }))).toBe('done')
})

it('keeps records to the day, in years', () => {
  expect(retentionOf(10, '2016-02-29', '2026-02-28')).toEqual({ years: 10, lastVisitDate: '2016-02-29', untilDate: '2026-02-28', isOver: false })
  expect(retentionOf(10, '2016-02-29', '2026-03-01')).toMatchObject({ isOver: true })
  expect(retentionOf(0, '2026-02-28', '2026-02-28')).toMatchObject({ isOver: true })
  expect(retentionOf(10, undefined, '2026-02-28')).toEqual({ years: 10, isOver: true })
})
