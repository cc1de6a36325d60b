import { expect, it } from 'vitest'
import { resetPassword } from '../../../../src/main/features/session/reset-password.js'
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
