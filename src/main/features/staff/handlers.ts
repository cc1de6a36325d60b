import type { contract } from '../../../shared/contract/index.js'
import type { Account, Chair, Practitioner } from '../../../shared/contract/staff.js'
import type { Entity, FieldsOf } from '../../../shared/entities/entity.js'
import { chair, closedTime, practitioner, user } from '../../../shared/entities/staff.js'
import { normalInstant } from '../../../shared/time.js'
import { hashPassword, refusePassword } from '../../security/passwords.js'
import type { Stored } from '../../store/tables.js'
import { decodeCursor, encodeCursor } from '../cursor.js'
import type { Handlers } from '../handler.js'
import type { Services } from '../services.js'
import { accountOf, isUsernameTaken, listAccounts, listChairs, listClosedTimes, listPractitioners, otherAdministrators, placeOf } from './queries.js'

const bare = <E extends Entity>({ source: _, ...rest }: Stored<E>) => rest

/** Providers, chairs, closed times and staff accounts. */
export const staffHandlers = (services: Services): Handlers<typeof contract.staff> => ({
  practitioners: practitionerHandlers(services),
  chairs: chairHandlers(services),
  closedTimes: closedTimeHandlers(services),
  accounts: accountHandlers(services),
})

function practitionerHandlers({ store }: Services): Handlers<typeof contract.staff.practitioners> {
  const shown = (record: Stored<typeof practitioner>): Practitioner => bare(record)
  return {
    list: ({ input: { cursor, limit, ...filter } }) => {
      const items = listPractitioners(store.db, { ...filter, after: decodeCursor(cursor, 1)?.[0] as string | undefined, limit }).map(
        ({ source: _, ...rest }: Practitioner & { source?: unknown }) => rest,
      )
      const last = items.at(-1)
      return { items, ...(last && items.length === limit && { nextCursor: encodeCursor([placeOf(last)]) }) }
    },
    get: ({ input: { id } }) => shown(store.get(practitioner, id)),
    add: ({ input: { commandId: _, ...fields }, context: { actor, command } }) =>
      store.write({ actor, act: 'staff.practitioners.add', command }, (tx) => shown(tx.get(practitioner, tx.create(practitioner, fields)))),
    edit: ({ input: { id, commandId: _, ...patch }, context: { actor, command } }) =>
      store.write({ actor, act: 'staff.practitioners.edit', command }, (tx) => {
        tx.update(practitioner, id, patch)
        return shown(tx.get(practitioner, id))
      }),
    setHours: ({ input: { id, hours }, context: { actor, command } }) =>
      store.write({ actor, act: 'staff.practitioners.setHours', command }, (tx) => {
        tx.update(practitioner, id, { hours })
        return shown(tx.get(practitioner, id))
      }),
  }
}

function chairHandlers({ store }: Services): Handlers<typeof contract.staff.chairs> {
  const shown = (record: Stored<typeof chair>): Chair => bare(record)
  return {
    list: ({ input: { withEnded } }) => ({ items: listChairs(store.db, withEnded) }),
    add: ({ input: { commandId: _, ...fields }, context: { actor, command } }) =>
      store.write({ actor, act: 'staff.chairs.add', command }, (tx) =>
        shown(tx.get(chair, tx.create(chair, { ...fields, sortOrder: fields.sortOrder ?? listChairs(store.db, true).length + 1 }))),
      ),
    edit: ({ input: { id, commandId: _, ...patch }, context: { actor, command } }) =>
      store.write({ actor, act: 'staff.chairs.edit', command }, (tx) => {
        tx.update(chair, id, patch)
        return shown(tx.get(chair, id))
      }),
  }
}

function closedTimeHandlers({ store }: Services): Handlers<typeof contract.staff.closedTimes> {
  const shown = ({ source: _, period, ...rest }: Stored<typeof closedTime>) => ({ ...rest, ...period })
  return {
    list: ({ input: { cursor, limit, ...filter } }) => {
      const items = listClosedTimes(store.db, { ...filter, after: decodeCursor(cursor, 2), limit })
      const last = items.at(-1)
      return { items, ...(last && items.length === limit && { nextCursor: encodeCursor([last.startAt, last.id]) }) }
    },
    add: ({ input: { commandId: _, startAt, endAt, ...rest }, context: { actor, command }, errors }) => {
      if (Date.parse(endAt) <= Date.parse(startAt)) throw errors.INVALID({ data: { fields: [{ path: 'endAt', code: 'notAfterStart' }] } })
      const fields: FieldsOf<typeof closedTime> = { ...rest, period: { startAt: normalInstant(startAt), endAt: normalInstant(endAt) } }
      return store.write({ actor, act: 'staff.closedTimes.add', command }, (tx) => shown(tx.get(closedTime, tx.create(closedTime, fields))))
    },
    remove: ({ input: { id }, context: { actor, command } }) =>
      store.write({ actor, act: 'staff.closedTimes.remove', command }, (tx) => {
        tx.remove(closedTime, id)
        return { id }
      }),
  }
}

function accountHandlers({ store, sessions }: Services): Handlers<typeof contract.staff.accounts> {
  const shown = (record: Stored<typeof user>): Account => accountOf(record)
  return {
    list: ({ input: { withEnded } }) => ({ items: listAccounts(store.db, withEnded) }),
    add: async ({ input: { commandId: _, password, ...fields }, context: { actor, command }, errors }) => {
      const refused = refusePassword(password, fields.username)
      if (refused) throw errors.INVALID({ data: { fields: [{ path: 'password', code: refused }] } })
      const passwordHash = await hashPassword(password)
      return store.write({ actor, act: 'staff.accounts.add', command }, (tx) => {
        if (isUsernameTaken(store.db, fields.username)) throw errors.CONFLICT({ data: { conflicts: [{ code: 'username', ids: [] }] } })
        return shown(tx.get(user, tx.create(user, { ...fields, passwordHash, isActive: true })))
      })
    },
    edit: async ({ input: { id, commandId: _, ...patch }, context: { actor, command }, errors }) => {
      const losesRights = (patch.role !== undefined && patch.role !== 'administrator') || patch.isActive === false || patch.validUntilDate
      const changed = await store.write({ actor, act: 'staff.accounts.edit', command }, (tx) => {
        if (losesRights && tx.get(user, id).role === 'administrator' && otherAdministrators(store.db, id) === 0)
          throw errors.CONFLICT({ data: { conflicts: [{ code: 'lastAdministrator', ids: [id] }] } })
        tx.update(user, id, patch)
        return shown(tx.get(user, id))
      })
      if (patch.isActive === false) await sessions.endAllOf(id, actor, 'sessions.end')
      return changed
    },
    end: async ({ input: { id }, context: { actor, command }, errors }) => {
      const ended = await store.write({ actor, act: 'staff.accounts.end', command }, (tx) => {
        if (tx.get(user, id).role === 'administrator' && otherAdministrators(store.db, id) === 0)
          throw errors.CONFLICT({ data: { conflicts: [{ code: 'lastAdministrator', ids: [id] }] } })
        tx.update(user, id, { isActive: false })
        return shown(tx.get(user, id))
      })
      await sessions.endAllOf(id, actor, 'sessions.end')
      return ended
    },
    resetPassword: async ({ input: { id, password }, context: { actor, command }, errors }) => {
      const refused = refusePassword(password, store.get(user, id).username)
      if (refused) throw errors.INVALID({ data: { fields: [{ path: 'password', code: refused }] } })
      const passwordHash = await hashPassword(password)
      // Every session of the account is over with the old password.
      return store.write({ actor, act: 'staff.accounts.resetPassword', command }, (tx) => {
        tx.update(user, id, { passwordHash, pinHash: null })
        return shown(tx.get(user, id))
      })
    },
  }
}
