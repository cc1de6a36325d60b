import { expect, test } from 'vitest'
import { openTestClinic } from '../../../support/clinic.js'

const opened = async () => {
  const clinic = await openTestClinic()
  const { id: patientId } = await clinic.admin.patients.register({ familyName: 'Núñez', givenName: 'Ana' })
  return { ...clinic, patientId }
}
const entry = { concern: 'Toothache', symptoms: 'throbbing, worse at night', severity: 'moderate' as const, autoSaved: false }

test('entries are listed newest first by when they occurred, page by page', async () => {
  const { admin, patientId } = await opened()
  for (const day of ['2026-03-02', '2026-03-04T10:00:00Z', '2026-03-01', '2026-03-04']) await admin.symptoms.add({ ...entry, patientId, occurredAt: day })
  const first = await admin.symptoms.list({ patientId, limit: 3 })
  expect(first.items.map(({ occurredAt }) => occurredAt)).toEqual(['2026-03-04T10:00:00Z', '2026-03-04', '2026-03-02'])
  const second = await admin.symptoms.list({ patientId, limit: 3, cursor: first.nextCursor ?? '' })
  expect(second.items.map(({ occurredAt }) => occurredAt)).toEqual(['2026-03-01'])
})

test('an entry is corrected field by field and removed', async () => {
  const { admin, patientId } = await opened()
  const { id } = await admin.symptoms.add({ ...entry, patientId, occurredAt: '2026-03-01', autoSaved: true })
  expect(await admin.symptoms.edit({ id, severity: 'severe', autoSaved: false })).toMatchObject({ ...entry, severity: 'severe', patientId })
  await admin.symptoms.remove({ id })
  expect((await admin.symptoms.list({ patientId })).items).toEqual([])
})

test('adding twice under one command id makes one entry', async () => {
  const { admin, patientId } = await opened()
  const commandId = '0198a7d0-0000-7000-8000-000000000001'
  const input = { ...entry, patientId, occurredAt: '2026-03-01', commandId }
  expect(await admin.symptoms.add(input)).toEqual(await admin.symptoms.add(input))
  expect((await admin.symptoms.list({ patientId })).items).toHaveLength(1)
})

test('severity is followed by concern, however it was spelled, without unfinished entries', async () => {
  const { admin, patientId } = await opened()
  const add = (concern: string, occurredAt: string, severity: 'mild' | 'moderate' | 'severe', autoSaved = false) =>
    admin.symptoms.add({ ...entry, concern, occurredAt, severity, autoSaved, patientId })
  await add('Dolor de cabeza', '2026-01-02', 'mild')
  await add('Tos', '2026-01-01', 'severe')
  await add('DOLOR DE CABEZA', '2026-01-05', 'severe')
  await add('Tos', '2026-01-06', 'mild', true)
  const { concerns } = await admin.symptoms.course({ patientId })
  expect(concerns.map(({ concern, points }) => [concern, points.map(({ at, severity }) => `${at} ${severity}`)])).toEqual([
    ['DOLOR DE CABEZA', ['2026-01-02 mild', '2026-01-05 severe']],
    ['Tos', ['2026-01-01 severe']],
  ])
})

test('an entry for nobody, or with no concern, is refused and nothing is written', async () => {
  const { admin, patientId } = await opened()
  await expect(admin.symptoms.add({ ...entry, patientId: '0198a7d0-0000-7000-8000-000000000009', occurredAt: '2026-03-01' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
  await expect(admin.symptoms.add({ ...entry, concern: '  ', patientId, occurredAt: '2026-03-01' })).rejects.toMatchObject({ code: 'INVALID' })
  await expect(admin.symptoms.add({ ...entry, patientId, occurredAt: '30 February' })).rejects.toMatchObject({ code: 'INVALID' })
  expect((await admin.symptoms.list({ patientId })).items).toEqual([])
})
