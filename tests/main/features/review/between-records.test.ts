import { beforeEach, describe, expect, test } from 'vitest'
import { appointment } from '../../../../src/shared/entities/appointment.js'
import { patient } from '../../../../src/shared/entities/patient.js'
import type { Api } from '../../../support/api-client.js'
import { begin, onlyQuestion, settleOnly, type TwoWorkstations, twoWorkstations } from './support.js'

const act = { actor: {}, act: 'test' }
const weekdays = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: 9 * 60, to: 18 * 60 }))
const nine = new Date(begin + 3_600_000).toISOString()
const half = new Date(begin + 5_400_000).toISOString()
const eleven = new Date(begin + 3 * 3_600_000).toISOString()

let pair: TwoWorkstations
let api: Api
let ana: string
let omar: string
let ruiz: string
let chair: string

beforeEach(async () => {
  pair = await twoWorkstations()
  api = pair.api
  await api.settings.clinic.edit({ hours: weekdays })
  ruiz = (await api.staff.practitioners.add({ familyName: 'Ruiz', prefix: 'Dr.' })).id
  chair = (await api.staff.chairs.add({ name: 'Surgery' })).id
  ana = (await api.patients.register({ familyName: 'García', givenName: 'Ana' })).id
  omar = (await api.patients.register({ familyName: 'Haddad', givenName: 'Omar' })).id
})

describe('a double booking', () => {
  /** Ana is booked here, Omar with the same provider in the same chair on the other workstation. */
  const bookBoth = async () => {
    await pair.meet()
    const mine = (await api.appointments.book({ patientId: ana, providerId: ruiz, chairId: chair, startAt: nine, durationMinutes: 45, reason: 'Crown' })).id
    pair.wait(1000)
    const slot = { startAt: half, durationMinutes: 30, providerId: ruiz, chairId: chair }
    const theirs = await pair.there.write(act, (tx) => tx.create(appointment, { patientId: omar, slot, status: 'booked' }))
    await pair.meet()
    return { mine, theirs }
  }

  test('by two workstations is asked with both visits', async () => {
    const { mine, theirs } = await bookBoth()
    const question = await onlyQuestion(api)
    expect(question).toMatchObject({ kind: 'doubleBooking', over: ['provider', 'chair'], startAt: half, at: '2026-03-16T07:00:01.000Z', canResolve: true })
    const visits = question.kind === 'doubleBooking' ? question.visits : []
    expect(visits.find(({ id }) => id === mine)).toMatchObject({
      patientName: 'Ana García',
      providerName: 'Dr. Ruiz',
      chairName: 'Surgery',
      startAt: nine,
      durationMinutes: 45,
      status: 'booked',
      reason: 'Crown',
      isHere: true,
    })
    expect(visits.find(({ id }) => id === theirs)).toMatchObject({ patientName: 'Omar Haddad', startAt: half, isHere: false })
    for (const patientId of [ana, omar]) expect((await api.review.list({ patientId })).items).toMatchObject([{ kind: 'doubleBooking', patientId }])
  })

  test('is settled by moving one to a free slot, which is checked; undo asks again', async () => {
    const { theirs } = await bookBoth()
    const { id } = await onlyQuestion(api)
    const free = await api.appointments.freeSlots({ from: nine, durationMinutes: 30, providerId: ruiz, chairId: chair, patientId: omar })
    expect(free.items[0]?.startAt).not.toBe(nine)
    const taken = api.review.resolve({ question: id, choice: { answer: 'move', appointmentId: theirs, startAt: nine } })
    await expect(taken).rejects.toMatchObject({ code: 'CONFLICT', data: { conflicts: [{ code: 'provider' }, { code: 'chair' }] } })
    const decisionId = await settleOnly(api, { answer: 'move', appointmentId: theirs, startAt: free.items[0]?.startAt ?? '' })
    await pair.meet()
    expect(pair.there.get(appointment, theirs).slot).toMatchObject({ startAt: free.items[0]?.startAt, durationMinutes: 30, providerId: ruiz, chairId: chair })
    expect((await api.review.count({})).count).toBe(0)
    expect(await api.review.undo({ decisionIds: [decisionId] })).toMatchObject({ undone: 1 })
    expect(pair.here.get(appointment, theirs).slot.startAt).toBe(half)
    expect((await onlyQuestion(api)).id).toBe(id)
  })

  test('is kept with a reason until one of them takes another slot that clashes', async () => {
    const { mine, theirs } = await bookBoth()
    const { id } = await onlyQuestion(api)
    const decisionId = await settleOnly(api, { answer: 'keepBoth', reason: 'Second dentist helps' })
    expect((await api.review.count({})).count).toBe(0)
    // A status or note is no other slot.
    await api.appointments.setStatus({ id: mine, status: 'confirmed' })
    expect((await api.review.count({})).count).toBe(0)
    await api.review.undo({ decisionIds: [decisionId] })
    expect((await onlyQuestion(api)).id).toBe(id)
    expect(await settleOnly(api, { answer: 'keepBoth', reason: 'Yes' })).toBe(decisionId)
    expect((await api.review.decisions({})).items).toMatchObject([{ id: decisionId, answer: 'keptBoth', reason: 'Yes', canUndo: true }])
    await pair.meet()
    pair.wait(1000)
    const { slot } = pair.there.get(appointment, theirs)
    await pair.there.write(act, (tx) => tx.update(appointment, theirs, { slot: { ...slot, durationMinutes: 40 } }))
    await pair.meet()
    expect((await onlyQuestion(api)).id).toBe(id)
  })

  test('that was booked knowingly, with a reason, is not asked', async () => {
    const book = (patientId: string, more: object) => api.appointments.book({ patientId, providerId: ruiz, startAt: nine, durationMinutes: 30, ...more })
    await book(ana, {})
    const second = await book(omar, { overrideReason: 'Emergency' })
    expect((await api.review.count({})).count).toBe(0)
    await api.appointments.edit({ id: second.id, startAt: eleven })
    await api.appointments.edit({ id: second.id, startAt: nine, overrideReason: 'Again' })
    expect((await api.review.count({})).count).toBe(0)
    await pair.meet()
    // The reason says nothing about a visit that nobody here knew of.
    const slot = { startAt: nine, durationMinutes: 30, providerId: ruiz }
    await pair.there.write(act, (tx) => tx.create(appointment, { patientId: ana, slot, status: 'booked' }))
    await pair.meet()
    expect((await api.review.count({})).byKind).toEqual({ doubleBooking: 2 })
  })

  test('is none once a visit was cancelled, is done, or is past', async () => {
    const { mine, theirs } = await bookBoth()
    await api.appointments.setStatus({ id: theirs, status: 'cancelled' })
    expect((await api.review.count({})).count).toBe(0)
    await pair.here.write(act, (tx) => tx.update(appointment, theirs, { status: 'booked' }))
    expect((await api.review.count({})).count).toBe(1)
    await api.appointments.setStatus({ id: mine, status: 'done' })
    expect((await api.review.count({})).count).toBe(0)
    await pair.here.write(act, (tx) => tx.update(appointment, mine, { status: 'booked' }))
    pair.wait(3 * 3_600_000)
    expect((await (await pair.clinic.as('reception')).review.count({})).count).toBe(0)
  })

  test('of some visits gets one answer with one reason', async () => {
    await bookBoth()
    const { id } = await onlyQuestion(api)
    expect((await api.review.resolveMany({ questions: [id], answer: 'keepBoth' })).skipped).toMatchObject([{ code: 'notThis' }])
    expect((await api.review.resolveMany({ questions: [id], answer: 'keepBoth', reason: 'Agreed' })).decisionIds).toHaveLength(1)
    expect((await api.review.count({})).count).toBe(0)
  })
})

const twin = { familyName: 'Garcia', givenName: 'Ana María', birthDate: '1990-01-01', phone: '+34600111222', sex: 'female' as const, recordNumber: 'B00001' }

describe('a patient who arrives and may be registered already', () => {
  const arrive = async (fields: object = {}) => {
    await api.patients.edit({ id: ana, birthDate: '1990-01-01', phone: '+34600111222' })
    await pair.meet()
    const id = await pair.there.write(act, (tx) => tx.create(patient, { ...twin, ...fields }))
    await pair.meet()
    return id
  }
  const asked = (count: number) => expect.poll(async () => (await api.review.count({})).byKind.duplicate ?? 0, { timeout: 20_000 }).toBe(count)
  const waiting = () => expect.poll(() => pair.here.db.prepare('SELECT count(*) FROM duplicate_check').pluck().get(), { timeout: 20_000 }).toBe(0)

  test('is shown beside that one with the reasons, until somebody says that they are two', async () => {
    const other = await arrive()
    await asked(1)
    const question = await onlyQuestion(api)
    expect(question).toMatchObject({ kind: 'duplicate', reasons: expect.arrayContaining(['name', 'birthDate', 'phone']) })
    expect(question.kind === 'duplicate' && question.patients.map(({ id, recordNumber, isHere }) => ({ id, recordNumber, isHere }))).toEqual(
      expect.arrayContaining([
        { id: ana, recordNumber: 'A00001', isHere: true },
        { id: other, recordNumber: 'B00001', isHere: false },
      ]),
    )
    const decisionId = await settleOnly(api, { answer: 'different', reason: 'Mother and daughter' })
    await asked(0)
    await api.review.undo({ decisionIds: [decisionId] })
    await asked(1)
    await settleOnly(api, { answer: 'different' })
    // What they have in common is another thing now, so the decision says nothing about it.
    await api.patients.edit({ id: ana, email: 'ana@example.org' })
    await asked(1)
  })

  test('is not asked about when the name is another one', async () => {
    await arrive({ familyName: 'Okonkwo', givenName: 'Chidi', birthDate: '2001-05-05' })
    await waiting()
    await asked(0)
  })

  test('is not asked about any more once the details were corrected', async () => {
    const other = await arrive()
    await asked(1)
    await api.patients.edit({ id: other, familyName: 'Okonkwo', givenName: 'Chidi', birthDate: '2001-05-05', phone: null })
    await asked(0)
  })

  test('long ago is not compared: everybody else did so then', async () => {
    const id = await pair.there.write(act, (tx) => tx.create(patient, { ...twin }))
    pair.wait(91 * 24 * 3_600_000)
    await pair.meet()
    expect(pair.here.find(patient, id)).toBeDefined()
    expect(pair.here.db.prepare('SELECT count(*) FROM duplicate_check').pluck().get()).toBe(0)
  })
})

describe('a record number that two patients bear', () => {
  test('is asked about, and one of them gets the next free number; undo asks again', async () => {
    await pair.meet()
    const other = await pair.there.write(act, (tx) => tx.create(patient, { familyName: 'Okonkwo', givenName: '', sex: 'unknown', recordNumber: 'A00001' }))
    await pair.there.write(act, (tx) => tx.create(patient, { familyName: 'Sato', givenName: '', sex: 'unknown', recordNumber: 'A00003' }))
    await pair.meet()
    const question = await onlyQuestion(api)
    expect(question.kind === 'number' && question.patients.map(({ recordNumber }) => recordNumber)).toEqual(['A00001', 'A00001'])
    const decisionId = await settleOnly(api, { answer: 'newNumber', patientId: other })
    await pair.meet()
    expect(pair.there.get(patient, other).recordNumber).toBe('A00004')
    expect((await api.review.count({})).count).toBe(0)
    await api.review.undo({ decisionIds: [decisionId] })
    expect(pair.here.get(patient, other).recordNumber).toBe('A00001')
    await settleOnly(api, { answer: 'different' })
    expect((await api.review.count({})).count).toBe(0)
  })
})
