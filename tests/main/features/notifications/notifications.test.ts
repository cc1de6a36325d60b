import { describe, expect, it } from 'vitest'
import { inboxOf } from '../../../../src/main/features/notifications/inbox.js'
import { silentLog } from '../../../../src/main/lib/log.js'
import { placeOf } from '../../../../src/main/place.js'
import type { NotificationEvent } from '../../../../src/shared/contract/notifications.js'
import { appointment } from '../../../../src/shared/entities/appointment.js'
import { patient } from '../../../../src/shared/entities/patient.js'
import { practitioner, user } from '../../../../src/shared/entities/staff.js'
import { openTestClinic, type TestClinic } from '../../../support/clinic.js'
import { following, untilTrue } from '../../../support/live-clinic.js'

const morning = Date.parse('2026-11-20T08:00:00Z')
const minutes = 60_000

/** A clinic at eight in the morning of a Friday, with a dentist who has an account and a patient; `pass` lets time go by. */
async function clinicWithDentist(options: Parameters<typeof openTestClinic>[0] = {}) {
  let at = morning
  const made = await openTestClinic({ ...options, now: () => at })
  const dentist = await made.as('clinician')
  const { user: me } = await dentist.session.welcome()
  const providerId = await made.clinic.store.write({ actor: {}, act: 'test.provider' }, (tx) => {
    const id = tx.create(practitioner, { familyName: 'Rossi', givenName: 'Ada', isBookable: true, isActive: true })
    tx.update(user, me?.id as string, { practitionerId: id })
    return id
  })
  const { id: patientId } = await made.admin.patients.register({ familyName: 'Quimera', givenName: 'Olga' })
  const book = (startAt: string, by = made.admin) => by.appointments.book({ patientId, providerId, startAt, durationMinutes: 30, overrideReason: 'Test' })
  return { made, dentist, userId: me?.id as string, providerId, patientId, book, pass: (ms: number) => (at += ms), now: () => new Date(at).toISOString() }
}

const listOf = async (api: TestClinic['admin']) => (await api.notifications.list({})).items
const kindsOf = async (api: TestClinic['admin']) => (await listOf(api)).map(({ kind }) => kind)

describe('what was told', () => {
  it.each([
    ['a day', {}, 24 * 60],
    ['as long as the setting says', { notificationTtlMs: 60 * minutes }, 60],
  ])('is kept for %s', async (_, options, keptMinutes) => {
    const { made, userId, book, pass } = await clinicWithDentist(options)
    const kinds = () => inboxOf(made.clinic.services, userId).items.map(({ kind }) => kind)
    await book('2026-11-20T10:00:00Z')
    await untilTrue(() => kinds().includes('visitBooked'))
    pass((keptMinutes - 1) * minutes)
    expect(kinds()).toContain('visitBooked')
    pass(2 * minutes)
    expect(kinds()).not.toContain('visitBooked')
  })

  it('is kept by the environment’s setting in seconds, which has limits', () => {
    const place = (NOTIFICATION_TTL: string) => placeOf('/nowhere', { env: { NOTIFICATION_TTL, MEDINSIGHT_KEY_FILE: '/nowhere/key' }, log: silentLog })
    expect(place('3600').notificationTtlMs).toBe(3_600_000)
    for (const wrong of ['5', '99999999', 'day']) expect(() => place(wrong)).toThrow(/NOTIFICATION_TTL/)
  })
})

describe('a provider', () => {
  it('is told of visits today that somebody else booked, moved or cancelled, with the names of now', async () => {
    const { made, dentist, book, patientId, pass } = await clinicWithDentist()
    const events = following<NotificationEvent>(dentist.streams.notifications())
    await untilTrue(() => events.latest)
    const visit = await book('2026-11-20T10:00:00Z')
    await untilTrue(() => events.latest?.unread === 1)
    expect(events.latest).toEqual({ unread: 1, news: ['visitBooked'] })
    expect(await listOf(dentist)).toMatchObject([
      {
        kind: 'visitBooked',
        appointmentId: visit.id,
        patientId,
        patientName: 'Olga Quimera',
        by: 'Anna Admin',
        startAt: '2026-11-20T10:00:00.000Z',
        isRead: false,
      },
    ])
    await book('2026-11-23T10:00:00Z')
    pass(1000)
    await made.admin.appointments.edit({ id: visit.id, startAt: '2026-11-20T11:00:00Z', overrideReason: 'Test' })
    await untilTrue(() => events.latest?.unread === 2)
    pass(1000)
    await made.admin.appointments.setStatus({ id: visit.id, status: 'cancelled' })
    await untilTrue(() => events.latest?.unread === 3)
    expect(await kindsOf(dentist)).toEqual(['visitCancelled', 'visitMoved', 'visitBooked'])
    expect(await kindsOf(made.admin)).toEqual([])
  })

  it('is not told of what they did themselves', async () => {
    const { dentist, made, book } = await clinicWithDentist()
    const own = await book('2026-11-20T10:00:00Z', dentist)
    await book('2026-11-20T11:00:00Z', made.admin)
    await untilTrue(async () => (await kindsOf(dentist)).length > 0)
    expect((await listOf(dentist)).map(({ appointmentId }) => appointmentId)).not.toContain(own.id)
  })

  it('is told that the patient has arrived, and once that they wait longer than they should', async () => {
    const { made, dentist, book, pass } = await clinicWithDentist()
    const visit = await book('2026-11-20T08:10:00Z')
    pass(1000)
    await made.admin.appointments.setStatus({ id: visit.id, status: 'arrived' })
    await untilTrue(async () => (await kindsOf(dentist)).includes('arrived'))
    pass(16 * minutes)
    // Any change makes it look at the time.
    await made.admin.patients.register({ familyName: 'Other', givenName: 'One' })
    await untilTrue(async () => (await kindsOf(dentist)).includes('waiting'))
    pass(5 * minutes)
    await made.admin.patients.register({ familyName: 'Other', givenName: 'Two' })
    await made.admin.appointments.setStatus({ id: visit.id, status: 'inChair' })
    expect((await kindsOf(dentist)).filter((kind) => kind === 'waiting')).toHaveLength(1)
  })

  it('keeps nothing of a patient who was erased, and is not told that their visits are gone', async () => {
    const { made, dentist, book, patientId, providerId } = await clinicWithDentist()
    const { id } = await book('2026-11-20T10:00:00Z')
    await untilTrue(async () => (await kindsOf(dentist)).length === 1)
    const { store } = made.clinic
    await store.write({ actor: {}, act: 'test.erase' }, (tx) => {
      tx.erase(patient, patientId)
      tx.erase(appointment, id)
    })
    expect(await listOf(dentist)).toEqual([])
    expect(store.db.prepare('SELECT count(*) FROM notification').pluck().get()).toBe(0)
    const other = await made.admin.patients.register({ familyName: 'Other', givenName: 'One' })
    await made.admin.appointments.book({ patientId: other.id, providerId, startAt: '2026-11-20T12:00:00Z', durationMinutes: 30, overrideReason: 'Test' })
    await untilTrue(async () => (await kindsOf(dentist)).length > 0)
    expect(store.db.prepare('SELECT patient_id FROM notification').pluck().all()).toEqual([other.id])
  })
})

describe('what was told', () => {
  it('is read up to a mark, counts again with what comes later, and is forgotten after a day', async () => {
    const { dentist, book, pass, made, patientId } = await clinicWithDentist()
    await book('2026-11-20T10:00:00Z')
    await untilTrue(async () => (await kindsOf(dentist)).length === 1)
    const { asOf } = await dentist.notifications.list({})
    expect(await dentist.notifications.markRead({ upTo: asOf })).toEqual({ readAt: asOf })
    expect(await dentist.notifications.list({})).toMatchObject({ unread: 0, items: [{ isRead: true }] })
    pass(minutes)
    await book('2026-11-20T11:00:00Z')
    await untilTrue(async () => (await dentist.notifications.list({})).unread === 1)
    // An earlier mark takes nothing back, and one in the future hides nothing that is to come.
    expect(await dentist.notifications.markRead({ upTo: '2026-11-19T00:00:00Z' })).toEqual({ readAt: asOf })
    pass(minutes)
    const marked = await dentist.notifications.markRead({ upTo: '2030-01-01T00:00:00Z' })
    expect(marked.readAt).toBe(new Date(morning + 2 * minutes).toISOString())
    pass(25 * 60 * minutes)
    await made.clinic.store.write({ actor: {}, act: 'test' }, (tx) => tx.update(patient, patientId, { alert: 'Stairs' }))
    await untilTrue(() => made.clinic.store.db.prepare('SELECT count(*) FROM notification').pluck().get() === 0)
  })

  it('leaves out the kinds that somebody does not want, on the screen and in the stream', async () => {
    const { made, dentist, book } = await clinicWithDentist()
    expect(await dentist.notifications.preferences({})).toEqual({ off: [], isSystemOn: false })
    expect(await dentist.notifications.setPreferences({ off: ['visitBooked'], isSystemOn: true })).toEqual({ off: ['visitBooked'], isSystemOn: true })
    const events = following<NotificationEvent>(dentist.streams.notifications())
    await untilTrue(() => events.latest)
    const visit = await book('2026-11-20T10:00:00Z')
    await made.admin.appointments.setStatus({ id: visit.id, status: 'cancelled' })
    await untilTrue(() => events.latest?.unread === 1)
    expect(await kindsOf(dentist)).toEqual(['visitCancelled'])
    expect(events.all.flatMap(({ news }) => news)).not.toContain('visitBooked')
  })

  it('is at most two hundred for one person, the newest', async () => {
    const { dentist, made, patientId, providerId } = await clinicWithDentist()
    const slot = { startAt: '2026-11-20T10:00:00Z', durationMinutes: 30, providerId }
    for (let written = 0; written < 205; written += 41)
      await made.clinic.store.write({ actor: {}, act: 'test.book' }, (tx) => {
        for (let i = 0; i < 41; i++) tx.create(appointment, { patientId, slot, status: 'booked' })
      })
    await untilTrue(() => made.clinic.store.db.prepare('SELECT count(*) FROM notification').pluck().get() === 200)
    expect(await listOf(dentist)).toHaveLength(200)
  })
})

describe('who looks after the clinic', () => {
  it('is told of a backup that failed and of an import’s end that they started', async () => {
    const { made } = await clinicWithDentist()
    const clinician = await made.as('clinician')
    Object.assign(made.clinic.backups, { problem: 'The disk is full.' })
    await made.admin.patients.register({ familyName: 'Other', givenName: 'One' })
    await untilTrue(async () => (await kindsOf(made.admin)).includes('backup'))
    const { user: me } = await made.admin.session.welcome()
    made.clinic.services.tasks.start('export', async () => '12', me?.id)
    await untilTrue(async () => (await kindsOf(made.admin)).includes('task'))
    expect((await listOf(made.admin)).find(({ kind }) => kind === 'task')).toMatchObject({ task: 'export', state: 'done' })
    expect(await kindsOf(clinician)).toEqual([])
  })

  it('is told of a change that the server refused, if it is theirs, and only once', async () => {
    const { made, dentist, patientId } = await clinicWithDentist()
    await dentist.patients.edit({ id: patientId, alert: 'Stairs' })
    // As the exchange leaves it when the server refuses an operation for its own sake.
    made.clinic.store.db.prepare("UPDATE operation SET state = 'dead' WHERE seq = (SELECT max(seq) FROM operation WHERE act = 'patients.edit')").run()
    Object.assign(made.clinic.store.replication, { backlog: () => ({ waiting: 0, oldestAt: undefined, dead: 1 }) })
    await made.admin.patients.register({ familyName: 'Other', givenName: 'One' })
    await untilTrue(async () => (await kindsOf(dentist)).includes('notSent'))
    await made.admin.patients.register({ familyName: 'Other', givenName: 'Two' })
    expect((await kindsOf(dentist)).filter((kind) => kind === 'notSent')).toHaveLength(1)
    expect(await kindsOf(made.admin)).not.toContain('notSent')
  })
})

it('a stream ends when somebody else signs in on its connection: nobody gets another person’s notifications', async () => {
  const { made, dentist } = await clinicWithDentist()
  const { user: me } = await dentist.session.welcome()
  const events = await dentist.streams.notifications()
  await events.next()
  await made.clinic.services.sessions.endAllOf(me?.id as string, {}, 'test')
  const next = events.next().catch((error: { code: string }) => error.code)
  await made.clinic.store.write({ actor: {}, act: 'test' }, (tx) => tx.update(user, me?.id as string, { displayName: 'Other' }))
  expect([{ done: true, value: undefined }, 'UNAUTHORIZED']).toContainEqual(await next)
})
