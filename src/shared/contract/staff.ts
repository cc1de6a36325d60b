import { z } from 'zod'
import { chair, closedTime, practitioner, user, WeeklyHours } from '../entities/staff.js'
import { Id } from '../ids.js'
import { roles } from '../permissions.js'
import { DateText, InstantText } from '../time.js'
import { withFreshness } from './freshness.js'
import { clearable, commandId, page, paging, procedure } from './procedure.js'

const person = practitioner.fields
/** Somebody who treats patients, as every screen sees one. */
export const Practitioner = z.strictObject({ id: Id, ...person, changedAt: InstantText })
export type Practitioner = z.infer<typeof Practitioner>

/** What adding a practitioner asks for. */
export const NewPractitioner = z.strictObject({
  ...person,
  givenName: person.givenName.default(''),
  isBookable: person.isBookable.default(true),
  isActive: person.isActive.default(true),
})

/** A place where a patient can be treated. */
export const Chair = z.strictObject({ id: Id, ...chair.fields, changedAt: InstantText })
export type Chair = z.infer<typeof Chair>

const closed = {
  startAt: InstantText,
  endAt: InstantText,
  practitionerId: closedTime.fields.practitionerId,
  chairId: closedTime.fields.chairId,
  reason: closedTime.fields.reason,
}
/** A time in which nothing is booked: for one provider, one chair or, with neither, the whole clinic. */
export const ClosedTime = z.strictObject({ id: Id, ...closed, changedAt: InstantText })
export type ClosedTime = z.infer<typeof ClosedTime>

const account = user.fields
/** A staff account without anything secret. */
export const Account = z.strictObject({
  id: Id,
  username: z.string(),
  displayName: z.string(),
  role: z.enum(roles),
  practitionerId: Id.optional(),
  language: account.language,
  colorScheme: account.colorScheme,
  validUntilDate: DateText.optional(),
  isActive: z.boolean(),
  hasPin: z.boolean(),
  changedAt: InstantText,
})
export type Account = z.infer<typeof Account>

/** A new password, ten characters or more. */
const Password = z.string().min(10).max(500)

const accountFields = {
  displayName: account.displayName,
  role: account.role,
  practitionerId: account.practitionerId,
  language: account.language,
  validUntilDate: account.validUntilDate,
}

const practitioners = {
  list: procedure({ permission: 'staff.read', type: 'query', cache: 'staff', uncachedWith: ['query', 'cursor'] })
    .route({ method: 'GET', path: '/practitioners' })
    /** `isBookable` true: only those on the schedule. Ended ones are left out unless `withEnded`. */
    .input(z.strictObject({ query: z.string().max(200).optional(), isBookable: z.boolean().optional(), withEnded: z.boolean().optional(), ...paging }))
    .output(withFreshness(page(Practitioner))),
  get: procedure({ permission: 'staff.read', type: 'query' })
    .route({ method: 'GET', path: '/practitioners/{id}' })
    .input(z.strictObject({ id: Id }))
    .output(Practitioner),
  add: procedure({ permission: 'staff.write', type: 'command' })
    .route({ method: 'POST', path: '/practitioners', successStatus: 201 })
    .input(NewPractitioner.extend({ commandId }))
    .output(Practitioner),
  edit: procedure({ permission: 'staff.write', type: 'command' })
    .route({ method: 'PATCH', path: '/practitioners/{id}' })
    .input(z.strictObject({ ...z.strictObject(person).partial().shape, ...clearable(person), id: Id, commandId }))
    .output(Practitioner),
  /** Sets the weekly working times; null returns to the clinic's opening times, an empty list means never. */
  setHours: procedure({ permission: 'staff.write', type: 'command' })
    .route({ method: 'POST', path: '/practitioners/{id}/hours' })
    .input(z.strictObject({ id: Id, hours: WeeklyHours.nullable(), commandId }))
    .output(Practitioner),
}

const chairs = {
  list: procedure({ permission: 'staff.read', type: 'query', cache: 'staff' })
    .route({ method: 'GET', path: '/chairs' })
    .input(z.strictObject({ withEnded: z.boolean().optional() }))
    .output(withFreshness(z.strictObject({ items: z.array(Chair) }))),
  add: procedure({ permission: 'staff.write', type: 'command' })
    .route({ method: 'POST', path: '/chairs', successStatus: 201 })
    .input(z.strictObject({ name: chair.fields.name, sortOrder: chair.fields.sortOrder.optional(), isActive: chair.fields.isActive.default(true), commandId }))
    .output(Chair),
  edit: procedure({ permission: 'staff.write', type: 'command' })
    .route({ method: 'PATCH', path: '/chairs/{id}' })
    .input(z.strictObject({ ...z.strictObject(chair.fields).partial().shape, id: Id, commandId }))
    .output(Chair),
}

const closedTimes = {
  list: procedure({ permission: 'staff.read', type: 'query' })
    .route({ method: 'GET', path: '/closed-times' })
    .input(z.strictObject({ from: InstantText.optional(), to: InstantText.optional(), practitionerId: Id.optional(), chairId: Id.optional(), ...paging }))
    .output(page(ClosedTime)),
  /** The end must be after the start; appointments that already stand in the time stay and show as conflicts. */
  add: procedure({ permission: 'appointments.write', type: 'command' })
    .route({ method: 'POST', path: '/closed-times', successStatus: 201 })
    .input(z.strictObject({ ...closed, commandId }))
    .output(ClosedTime),
  remove: procedure({ permission: 'appointments.write', type: 'command' })
    .route({ method: 'DELETE', path: '/closed-times/{id}' })
    .input(z.strictObject({ id: Id, commandId }))
    .output(z.strictObject({ id: Id })),
}

const accounts = {
  list: procedure({ permission: 'staff.write', type: 'query' })
    .route({ method: 'GET', path: '/accounts' })
    .input(z.strictObject({ withEnded: z.boolean().optional() }))
    .output(z.strictObject({ items: z.array(Account) })),
  add: procedure({ permission: 'staff.write', type: 'command', limit: 'costly' })
    .route({ method: 'POST', path: '/accounts', successStatus: 201 })
    .input(z.strictObject({ ...accountFields, username: account.username, password: Password, commandId }))
    .output(Account),
  edit: procedure({ permission: 'staff.write', type: 'command' })
    .route({ method: 'PATCH', path: '/accounts/{id}' })
    .input(
      z.strictObject({ ...z.strictObject(accountFields).partial().shape, ...clearable(accountFields), isActive: z.boolean().optional(), id: Id, commandId }),
    )
    .output(Account),
  /** Ends an account and its sessions at once. The last active administrator cannot be ended. */
  end: procedure({ permission: 'staff.write', type: 'command' })
    .route({ method: 'POST', path: '/accounts/{id}/end' })
    .input(z.strictObject({ id: Id, commandId }))
    .output(Account),
  /** Gives somebody a new password, forgets their PIN and ends their sessions. */
  resetPassword: procedure({ permission: 'staff.write', type: 'command', limit: 'costly' })
    .route({ method: 'POST', path: '/accounts/{id}/password' })
    .input(z.strictObject({ id: Id, password: Password, commandId }))
    .output(Account),
}

export const staff = { practitioners, chairs, closedTimes, accounts }
