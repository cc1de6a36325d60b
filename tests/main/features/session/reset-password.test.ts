import { expect, it } from 'vitest'
import { resetPassword } from '../../../../src/main/features/session/reset-password.js'
import { user } from '../../../../src/shared/entities/staff.js'
import { makeClinic } from '../../maintenance/support.js'

it('whoever holds the recovery code sets a new password, which ends the account’s sessions and stands in the access log', async () => {
  const made = await makeClinic()
  const { services, store } = await made.open()
  const opened = await services.sessions.signIn('anna', 'a long enough password')
  const request = { username: ' Anna', password: 'another long secret', recoveryCode: made.recoveryCode.toLowerCase() }
  const userId = await resetPassword(services, request)
  expect(services.sessions.resolve(opened?.token ?? '')).toBeUndefined()
  expect(await services.sessions.signIn('anna', 'a long enough password')).toBeUndefined()
  expect((await services.sessions.signIn('anna', 'another long secret'))?.actor.userId).toBe(userId)
  expect(store.db.prepare("SELECT count(*) FROM audit WHERE act = 'session.resetPassword'").pluck().get()).toBe(1)
})

it('a wrong code changes nothing, and does not tell whether there is such an account', async () => {
  const made = await makeClinic()
  const other = await makeClinic()
  const { services } = await made.open()
  for (const username of ['anna', 'nobody'])
    await expect(resetPassword(services, { username, password: 'another long secret', recoveryCode: other.recoveryCode })).rejects.toThrow(
      /not the one of this clinic/,
    )
  await expect(resetPassword(services, { username: 'nobody', password: 'another long secret', recoveryCode: made.recoveryCode })).rejects.toThrow(/no account/)
  await expect(resetPassword(services, { username: 'anna', password: 'short', recoveryCode: made.recoveryCode })).rejects.toThrow(/cannot be used/)
  expect(await services.sessions.signIn('anna', 'a long enough password')).toBeDefined()
})

it('makes the account an administrator where nobody is one any more, and leaves its role alone otherwise', async () => {
  const made = await makeClinic()
  const { services, store } = await made.open()
  const request = { username: 'anna', password: 'another long secret', recoveryCode: made.recoveryCode }
  const anna = await resetPassword(services, request)
  const act = { actor: {}, act: 'test' }
  const vega = { username: 'vega', displayName: 'Vega', passwordHash: 'x', isActive: true } as const
  const other = await store.write(act, (tx) => tx.create(user, { ...vega, role: 'administrator' }))
  await store.write(act, (tx) => tx.update(user, anna, { role: 'reception' }))
  await resetPassword(services, request)
  expect(store.get(user, anna).role).toBe('reception')
  // What two administrators leave who make each other something else at the same time, each on a workstation of their own.
  await store.write(act, (tx) => tx.update(user, other, { role: 'reception' }))
  await store.write(act, (tx) => tx.update(user, anna, { isActive: false, validUntilDate: '2020-01-01' }))
  await resetPassword(services, request)
  expect((await services.sessions.signIn('anna', 'another long secret'))?.actor.role).toBe('administrator')
  expect(store.get(user, other).role).toBe('reception')
})
