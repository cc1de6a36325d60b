import { describe, expect, it } from 'vitest'
import { hashOf } from '../../../src/main/ipc/repeated-commands.js'
import { newId } from '../../../src/shared/ids.js'
import { openTestClinic } from '../../support/clinic.js'

describe('the hash of a command', () => {
  it('tells inputs apart, whatever the order of their fields, and never hashes a secret', () => {
    expect(hashOf('a.b', { x: 1, y: { p: 1, q: 2 }, commandId: '1' })).toBe(hashOf('a.b', { y: { q: 2, p: 1 }, x: 1 }))
    expect(hashOf('a.b', { x: 1 })).not.toBe(hashOf('a.b', { x: 2 }))
    expect(hashOf('a.b', { x: 1 })).not.toBe(hashOf('a.c', { x: 1 }))
    expect(hashOf('session.changeSecret', { password: 'one', newPin: '1234' })).toBe(hashOf('session.changeSecret', { password: 'two', newPin: '9999' }))
  })
})

describe('a repeated command', () => {
  it('is carried out once for calls at the same time, also of a process that started anew', async () => {
    const { clinic, admin } = await openTestClinic()
    const commandId = newId()
    const register = () => admin.patients.register({ familyName: 'García', commandId })
    const answers = await Promise.all([register(), register(), register()])
    expect(await register()).toEqual(answers[0])
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
    expect(clinic.store.db.prepare('SELECT count(*) FROM patient').pluck().get()).toBe(1)
  })

  it('is refused to another user, and when it asks for something else', async () => {
    const { admin, as, clinic } = await openTestClinic()
    const reception = await as('reception')
    const commandId = newId()
    const both = await Promise.allSettled([
      admin.patients.register({ familyName: 'García', commandId }),
      reception.patients.register({ familyName: 'García', commandId }),
    ])
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(admin.patients.register({ familyName: 'Other', commandId })).rejects.toMatchObject({ code: 'INVALID' })
    expect(clinic.store.db.prepare('SELECT count(*) FROM patient').pluck().get()).toBe(1)
  })

  it('that failed can be tried again under the same id', async () => {
    const { admin, clinic } = await openTestClinic()
    const commandId = newId()
    const wanted = { patientId: newId(), startAt: '2026-05-04T08:00:00Z', commandId }
    await expect(admin.appointments.book(wanted)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(clinic.store.db.prepare('SELECT count(*) FROM command').pluck().get()).toBe(0)
  })
})
