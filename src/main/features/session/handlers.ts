import type { contract } from '../../../shared/contract/index.js'
import type { commonErrors } from '../../../shared/contract/procedure.js'
import type { CurrentUser, Welcome } from '../../../shared/contract/session.js'
import { user } from '../../../shared/entities/staff.js'
import { isGranted, permissions } from '../../../shared/permissions.js'
import type { SignedIn } from '../../security/accounts.js'
import { hashPassword, hashPin, refusePassword, refusePin, verifyPassword } from '../../security/passwords.js'
import type { Handlers, Refusals, SessionCarrier } from '../handler.js'
import type { Services } from '../services.js'
import { ResetRefused, resetPassword } from './reset-password.js'

/** The signed-in user as their own screens see them. */
export function currentUser({ store }: Pick<Services, 'store'>, actor: SignedIn): CurrentUser {
  const { username, displayName, role, practitionerId, language, colorScheme, pinHash } = store.get(user, actor.userId)
  return {
    id: actor.userId,
    username,
    displayName,
    role,
    permissions: permissions.filter((permission) => isGranted(role, permission)),
    ...(practitionerId && { practitionerId }),
    ...(language && { language }),
    ...(colorScheme && { colorScheme }),
    hasPin: pinHash !== undefined,
  }
}

/** Facts of the clinic that a screen needs before anybody signs in. */
export function welcomeClinic({ clinic }: Pick<Services, 'clinic'>): NonNullable<Welcome['clinic']> {
  const { id, name, timeZone, currency, country, language, isDemo, lockAfterMinutes } = clinic()
  return { id, name, timeZone, currency, country, language, isDemo, lockAfterMinutes }
}

/** Sign in and out, lock and unlock, one's own password, PIN and preferences. */
export function sessionHandlers(services: Services): Handlers<typeof contract.session> {
  const { store, sessions, signInSlowdown, version } = services
  /** Asked before a password or PIN is looked at, so that a refused attempt tells nothing about it. */
  const slowDown = (username: string, address: string, errors: Refusals<typeof commonErrors>): void => {
    const allowance = signInSlowdown.check(username, address)
    if (!allowance.isAllowed) throw errors.RATE_LIMITED({ data: { retryAfterSeconds: allowance.retryAfterSeconds } })
  }
  /** Ends the session that this connection holds, if it holds one. */
  const endOf = async (carrier: SessionCarrier): Promise<void> => {
    const token = carrier.token()
    const owner = token === undefined ? undefined : sessions.owner(token)
    if (owner) await sessions.end([owner.sessionId], { userId: owner.userId, sessionId: owner.sessionId }, 'session.signOut')
  }
  return {
    welcome: ({ context: { session, carrier } }) => {
      const token = carrier.token()
      const owner = session === 'locked' && token !== undefined ? sessions.owner(token) : typeof session === 'object' ? session : undefined
      const notice = owner || token === undefined ? undefined : sessions.notice(token)
      return {
        state: owner ? (session === 'locked' ? 'locked' : 'signedIn') : 'signIn',
        clinic: welcomeClinic(services),
        ...(owner && { user: currentUser(services, owner) }),
        ...(notice && { notice }),
        version,
      }
    },
    signIn: ({ input, context: { carrier, address }, errors }) =>
      signInSlowdown.inTurn(input.username, async () => {
        slowDown(input.username, address, errors)
        const opened = await sessions.signIn(input.username, input.password)
        if (!opened) {
          signInSlowdown.failed(input.username, address)
          store.noteRead({ act: 'session.signInRefused', detail: { address } })
          throw errors.UNAUTHORIZED({ message: 'The name or the password is not right, or the account has ended.' })
        }
        signInSlowdown.succeeded(input.username, address)
        // Nobody has the session that this connection held before: it must not stay open.
        await endOf(carrier)
        carrier.keep(opened.token, opened.expiresAt)
        return { token: opened.token, expiresAt: opened.expiresAt, user: currentUser(services, opened.actor) }
      }),
    signOut: async ({ context: { carrier } }) => {
      await endOf(carrier)
      carrier.drop()
      return { isSignedOut: true }
    },
    lock: ({ context: { actor } }) => {
      sessions.lock(actor.sessionId)
      return { isLocked: true }
    },
    unlock: ({ input, context: { carrier, address }, errors }) => {
      const token = carrier.token()
      const claimed = token === undefined ? undefined : sessions.owner(token)
      return signInSlowdown.inTurn(claimed?.username ?? '', async () => {
        if (claimed) slowDown(claimed.username, address, errors)
        const owner = token === undefined ? undefined : await sessions.unlock(token, input)
        if (!owner) {
          if (claimed) {
            signInSlowdown.failed(claimed.username, address)
            store.noteRead({ userId: claimed.userId, sessionId: claimed.sessionId, act: 'session.unlockRefused', detail: { address } })
          }
          throw errors.UNAUTHORIZED({ message: 'The PIN or the password is not right. Your unsaved work is kept.' })
        }
        signInSlowdown.succeeded(owner.username, address)
        return currentUser(services, owner)
      })
    },
    changeSecret: async ({ input, context: { actor, address, command }, errors }) => {
      const account = store.get(user, actor.userId)
      await signInSlowdown.inTurn(account.username, async () => {
        slowDown(account.username, address, errors)
        if (await verifyPassword(account.passwordHash, input.password)) return
        signInSlowdown.failed(account.username, address)
        throw errors.INVALID({ data: { fields: [{ path: 'password', code: 'wrong' }] } })
      })
      const refusedPassword = input.newPassword === undefined ? undefined : refusePassword(input.newPassword, account.username)
      const refusedPin = input.newPin === undefined ? undefined : refusePin(input.newPin)
      if (refusedPassword) throw errors.INVALID({ data: { fields: [{ path: 'newPassword', code: refusedPassword }] } })
      if (refusedPin) throw errors.INVALID({ data: { fields: [{ path: 'newPin', code: refusedPin }] } })
      const passwordHash = input.newPassword === undefined ? undefined : await hashPassword(input.newPassword)
      const pinHash = input.newPin === undefined ? undefined : await hashPin(input.newPin)
      return store.write({ actor, act: 'session.changeSecret', command }, (tx) => {
        tx.update(user, actor.userId, { ...(passwordHash && { passwordHash }), ...(pinHash && { pinHash }) })
        // All other sessions of the account are over with the old password.
        if (passwordHash) sessions.goOn(tx, actor)
        return currentUser(services, actor)
      })
    },
    resetWithRecoveryCode: async ({ input: { username, recoveryCode, newPassword }, context: { address, isOnThisComputer }, errors }) => {
      if (!isOnThisComputer) throw errors.FORBIDDEN({ message: 'A password can be reset on the workstation itself only.' })
      try {
        await resetPassword(services, { username, recoveryCode, password: newPassword })
        return { isReset: true }
      } catch (error) {
        if (!(error instanceof Error && 'isPublic' in error)) throw error
        store.noteRead({ act: 'session.resetRefused', detail: { address } })
        const path = error instanceof ResetRefused ? (error.code === 'unknownUser' ? 'username' : 'newPassword') : 'recoveryCode'
        const code = error instanceof ResetRefused ? error.code : 'wrong'
        throw errors.INVALID({ message: error.message, data: { fields: [{ path, code }] } })
      }
    },
    setPreferences: ({ input: { commandId: _, ...preferences }, context: { actor, command } }) =>
      store.write({ actor, act: 'session.setPreferences', command }, (tx) => {
        tx.update(user, actor.userId, preferences)
        return currentUser(services, actor)
      }),
  }
}
