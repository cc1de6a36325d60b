import { expect, it } from 'vitest'
import type { NotificationEvent } from '../../../../src/shared/contract/notifications.js'
import { patient } from '../../../../src/shared/entities/patient.js'
import { boundsOfDay, dayOf } from '../../../../src/shared/time.js'
import { addAccount, adminOf, arrived, following, joined, type LiveWorkstation, liveClinic, untilTrue } from '../../../support/live-clinic.js'
import { redisOfTest } from '../../../support/redis-server.js'

const limit = 90_000

/** A moment of today, by the clinic's calendar. */
const today = () => new Date(Date.parse(boundsOfDay(dayOf(new Date().toISOString(), 'Europe/Madrid'), 'Europe/Madrid').startAt) + 12 * 3600_000).toISOString()

async function twoWorkstations() {
  const server = await redisOfTest()
  const a = await liveClinic(server)
  const b = await joined(a, server)
  const dentist = await addAccount(a, 'Rossi', 'clinician', true)
  const { id: patientId } = await (await a.as(adminOf(a))).patients.register({ familyName: 'Quimera', givenName: 'Olga' })
  await arrived(b, 'patient', patientId)
  await arrived(b, 'user', dentist.id)
  return { server, a, b, dentist, patientId }
}

const listOf = async (at: LiveWorkstation, userId: string) => (await (await at.as(userId)).notifications.list({})).items
const unreadOf = async (at: LiveWorkstation, userId: string) => (await (await at.as(userId)).notifications.list({})).unread

it(
  'a visit that is booked on another workstation is told once, also after restarts and when the server’s history is read anew',
  async () => {
    const { a, b, dentist, patientId } = await twoWorkstations()
    const book = async (durationMinutes: number) =>
      (
        await (
          await a.as(adminOf(a))
        ).appointments.book({ patientId, providerId: dentist.providerId, startAt: today(), durationMinutes, overrideReason: 'Test' })
      ).id
    const visitsOf = async (at: LiveWorkstation) => (await listOf(at, dentist.id)).map(({ appointmentId }) => appointmentId)
    const events = following<NotificationEvent>((await b.as(dentist.id)).streams.notifications())
    await untilTrue(() => events.latest)
    const first = await book(30)
    await untilTrue(() => events.latest?.unread === 1)
    expect(events.all.flatMap(({ news }) => news)).toEqual(['visitBooked'])
    expect(await listOf(b, dentist.id)).toMatchObject([{ kind: 'visitBooked', by: 'Anna Admin', patientName: 'Olga Quimera', appointmentId: first }])
    await untilTrue(async () => (await visitsOf(a)).length > 0)
    expect(await visitsOf(a)).toEqual([first])

    let again = await b.restart()
    again.clinic.sync.compareAll('test')
    await untilTrue(() => again.clinic.services.sync.facts().reconciling === null && again.clinic.services.syncStatus.current().state === 'redis')
    const after = following<NotificationEvent>((await again.as(dentist.id)).streams.notifications())
    await untilTrue(() => after.latest)
    // Something later that is told shows that all before it was looked at.
    const second = await book(15)
    await untilTrue(async () => (await visitsOf(again)).includes(second))
    expect((await visitsOf(again)).sort()).toEqual([first, second].sort())
    await untilTrue(() => after.latest?.unread === 2)
    expect(after.all.flatMap(({ news }) => news)).toEqual(['visitBooked'])

    again = await again.restart()
    const third = await book(10)
    await untilTrue(async () => (await visitsOf(again)).includes(third))
    expect((await visitsOf(again)).sort()).toEqual([first, second, third].sort())
  },
  limit,
)

it(
  'what somebody read on one workstation is read on the other, and what they do not want is not told there either',
  async () => {
    const { a, b, dentist, patientId } = await twoWorkstations()
    await (await a.as(adminOf(a))).appointments.book({
      patientId,
      providerId: dentist.providerId,
      startAt: today(),
      durationMinutes: 30,
      overrideReason: 'Test',
    })
    for (const each of [a, b]) await untilTrue(async () => (await unreadOf(each, dentist.id)) === 1)
    const events = following<NotificationEvent>((await a.as(dentist.id)).streams.notifications())
    await untilTrue(() => events.latest?.unread === 1)
    const there = await b.as(dentist.id)
    await there.notifications.markRead({ upTo: (await there.notifications.list({})).asOf })
    await untilTrue(() => events.latest?.unread === 0)
    await there.notifications.setPreferences({ off: ['visitBooked'] })
    await untilTrue(async () => (await listOf(a, dentist.id)).length === 0)
    expect(await (await a.as(dentist.id)).notifications.preferences({})).toEqual({ off: ['visitBooked'], isSystemOn: false })
  },
  limit,
)

it(
  'marks made at once on both leave the later one, and no question for staff',
  async () => {
    const { server, a, b, dentist } = await twoWorkstations()
    await server.kill()
    for (const each of [a, b]) await untilTrue(() => ['local', 'reconnecting'].includes(each.clinic.services.syncStatus.current().state))
    await (await a.as(dentist.id)).notifications.markRead({ upTo: new Date(Date.now() - 60_000).toISOString() })
    const { readAt } = await (await b.as(dentist.id)).notifications.markRead({ upTo: new Date(Date.now() - 1000).toISOString() })
    await server.restart()
    const markOf = ({ clinic }: LiveWorkstation) =>
      clinic.store.db.prepare("SELECT json_extract(data, '$.notificationsReadAt') FROM user WHERE id = ?").pluck().get(dentist.id)
    await untilTrue(() => markOf(a) === readAt && markOf(b) === readAt)
    for (const each of [a, b]) {
      await untilTrue(() => each.clinic.services.syncStatus.current().state === 'redis')
      expect((await (await each.as(adminOf(each))).review.list({})).items).toEqual([])
    }
  },
  limit,
)

it(
  'a question that two edits raise is told to those who may decide it, on both workstations',
  async () => {
    const { server, a, b, dentist, patientId } = await twoWorkstations()
    const billing = (await addAccount(a, 'Bills', 'billing')).id
    await arrived(b, 'user', billing)
    await server.kill()
    for (const each of [a, b]) await untilTrue(() => ['local', 'reconnecting'].includes(each.clinic.services.syncStatus.current().state))
    for (const [each, birthDate] of [[a, '1990-01-01'] as const, [b, '1991-01-01'] as const])
      await each.clinic.store.write({ actor: {}, act: 'patients.edit' }, (tx) => tx.update(patient, patientId, { birthDate }))
    await server.restart()
    for (const each of [a, b]) {
      await untilTrue(async () => (await listOf(each, dentist.id)).some(({ kind }) => kind === 'review'))
      expect(await listOf(each, billing)).toEqual([])
    }
    const [there, here] = [await listOf(a, dentist.id), await listOf(b, dentist.id)]
    expect(there.map(({ id }) => id)).toEqual(here.map(({ id }) => id))
  },
  limit,
)
