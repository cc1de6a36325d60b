import { user } from '../../../shared/entities/staff.js'
import { openKeysByRecoveryCode, readKeysFile } from '../../security/keys.js'
import { hashPassword, refusePassword } from '../../security/passwords.js'
import { statement } from '../../store/database.js'
import type { Services } from '../services.js'
import { otherAdministrators } from '../staff/index.js'

/** A password that was not reset; nothing was changed. */
export class ResetRefused extends Error {
  override readonly name = 'ResetRefused'
  readonly isPublic = true
  constructor(
    readonly code: 'unknownUser' | 'tooShort' | 'tooLong' | 'common' | 'containsUsername',
    message: string,
  ) {
    super(message)
  }
}

/** What makes an account one that may let others in. */
const administrator = { role: 'administrator', isActive: true, validUntilDate: null } as const

/**
 * Gives an account a new password for somebody who holds the clinic's recovery code; its sessions are over with the old one, and the access log tells of it.
 * Where no administrator is left, because two made each other something else at the same time, the account becomes one: otherwise nobody ever could.
 * @throws ResetRefused, KeyProblem, RecoveryCodeMistyped
 */
export async function resetPassword(
  { store, folder }: Pick<Services, 'store' | 'folder'>,
  request: { username: string; password: string; recoveryCode: string },
): Promise<string> {
  // The code first: whoever does not hold it learns nothing of the accounts.
  await openKeysByRecoveryCode(await readKeysFile(folder), request.recoveryCode)
  const found = statement<{ id: string }>(store.db, 'SELECT id FROM user WHERE username = ? AND deleted = 0').get(request.username.trim().toLowerCase())
  if (!found) throw new ResetRefused('unknownUser', 'There is no account with this name. Nothing was changed.')
  const refused = refusePassword(request.password, request.username)
  if (refused) throw new ResetRefused(refused, 'The password cannot be used: it is too short, too common, or made from the name. Nothing was changed.')
  const passwordHash = await hashPassword(request.password)
  await store.write({ actor: {}, act: 'session.resetPassword' }, (tx) => {
    tx.detail.by = 'recoveryCode'
    tx.update(user, found.id, { passwordHash, ...(otherAdministrators(store.db, '') === 0 && administrator) })
  })
  return found.id
}
