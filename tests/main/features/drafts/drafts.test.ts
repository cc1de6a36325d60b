import { expect, test } from 'vitest'
import { newId } from '../../../../src/shared/ids.js'
import { openTestClinic } from '../../../support/clinic.js'

test('a draft is kept, replaced, found again and forgotten', async () => {
  const { admin } = await openTestClinic()
  const [id, patientId] = [newId(), newId()]
  await admin.drafts.save({ id, form: 'symptom', patientId, content: { concern: 'Tooth' } })
  await admin.drafts.save({ id, form: 'symptom', patientId, content: { concern: 'Toothache', list: ['a'] } })
  expect((await admin.drafts.list({ form: 'symptom' })).items).toMatchObject([{ id, form: 'symptom', patientId }])
  expect((await admin.drafts.list({ form: 'note' })).items).toEqual([])
  expect((await admin.drafts.get({ id })).content).toEqual({ concern: 'Toothache', list: ['a'] })
  await admin.drafts.remove({ id })
  await admin.drafts.remove({ id })
  await expect(admin.drafts.get({ id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('nobody reads, replaces or removes another’s draft', async () => {
  const { admin, as } = await openTestClinic()
  const other = await as('clinician')
  const id = newId()
  await admin.drafts.save({ id, form: 'symptom', content: { concern: 'mine' } })
  expect((await other.drafts.list({})).items).toEqual([])
  await expect(other.drafts.get({ id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(other.drafts.save({ id, form: 'symptom', content: {} })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await other.drafts.remove({ id })
  expect((await admin.drafts.get({ id })).content).toEqual({ concern: 'mine' })
})

test('a draft beyond 200 kB is refused and the one before it stays', async () => {
  const { admin } = await openTestClinic()
  const id = newId()
  await admin.drafts.save({ id, form: 'symptom', content: { concern: 'short' } })
  await expect(admin.drafts.save({ id, form: 'symptom', content: { concern: 'é'.repeat(100_000) } })).rejects.toMatchObject({
    code: 'INVALID',
    data: { fields: [{ path: 'content', code: 'too_big' }] },
  })
  expect((await admin.drafts.get({ id })).content).toEqual({ concern: 'short' })
})

test('drafts make no operation and no row in the access log', async () => {
  const { admin, clinic } = await openTestClinic()
  const count = (table: string) => clinic.store.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()
  clinic.store.flushReads()
  const before = [count('operation'), count('audit')]
  await admin.drafts.save({ id: newId(), form: 'symptom', patientId: newId(), content: { concern: 'x' } })
  clinic.store.flushReads()
  expect([count('operation'), count('audit')]).toEqual(before)
})
