import { z } from 'zod'
import { roles } from '../permissions.js'
import { DateText, InstantText, TimeZone } from '../time.js'
import { entity } from './entity.js'
import { Address } from './patient.js'

/** Minutes after midnight on the wall clock, in the clinic's time zone. */
const Minutes = z
  .int()
  .min(0)
  .max(24 * 60)

/** Opening or working times of one weekday (1 Monday … 7 Sunday); several a day leave a break between them. */
export const WeeklyHours = z.array(z.strictObject({ weekday: z.int().min(1).max(7), from: Minutes, to: Minutes })).max(50)
export type WeeklyHours = z.infer<typeof WeeklyHours>

/** Somebody who treats patients. `hours` absent means the clinic's hours; `isBookable` puts them on the schedule. */
export const practitioner = entity({
  kind: 'practitioner',
  fields: {
    familyName: z.string().trim().min(1).max(200),
    givenName: z.string().trim().max(200),
    prefix: z.string().max(60).optional(),
    sex: z.enum(['male', 'female', 'other', 'unknown']).optional(),
    /** A licence or registration number, e.g. the US NPI, with the system that gave it. */
    identifier: z.strictObject({ system: z.string().max(300).optional(), value: z.string().max(120) }).optional(),
    specialty: z.string().max(200).optional(),
    phone: z.string().max(60).optional(),
    email: z.string().max(254).optional(),
    address: Address.optional(),
    color: z
      .string()
      .regex(/^#[0-9a-f]{6}$/)
      .optional(),
    hours: WeeklyHours.optional(),
    isBookable: z.boolean(),
    isActive: z.boolean(),
  },
  sensitivity: 'clinic',
})

/** A place where a patient can be treated; one appointment at a time. */
export const chair = entity({
  kind: 'chair',
  fields: { name: z.string().trim().min(1).max(120), sortOrder: z.int(), isActive: z.boolean() },
  sensitivity: 'clinic',
})

/** A time in which nothing is booked: for one provider, one chair or, with neither, the whole clinic. */
export const closedTime = entity({
  kind: 'closedTime',
  fields: {
    period: z.strictObject({ startAt: InstantText, endAt: InstantText }),
    practitionerId: z.uuid().optional(),
    chairId: z.uuid().optional(),
    reason: z.string().max(200).optional(),
  },
  sensitivity: 'clinic',
})

/** An organisation that sent patients, pays or employs, as imported records name it. */
export const organization = entity({
  kind: 'organization',
  fields: {
    name: z.string().trim().min(1).max(300),
    phone: z.string().max(60).optional(),
    address: Address.optional(),
    isActive: z.boolean(),
  },
  sensitivity: 'clinic',
})

/** The clinic itself: exactly one record, its id is the dataset's. */
export const clinic = entity({
  kind: 'clinic',
  fields: {
    name: z.string().trim().min(1).max(200),
    timeZone: TimeZone,
    currency: z.string().regex(/^[A-Z]{3}$/),
    /** ISO 3166 alpha-2 country whose telephone numbers are written without a prefix. */
    country: z.string().regex(/^[A-Z]{2}$/),
    language: z.enum(['en', 'es', 'ar']),
    hours: WeeklyHours,
    /** Records were made up for trying the product; every screen says so. */
    isDemo: z.boolean(),
    /** Minutes without a keystroke after which the screen locks. */
    lockAfterMinutes: z.int().min(1).max(240),
    /** Years after the last visit for which records have to be kept; `usualRetentionYears` where nothing is set. */
    retentionYears: z.int().min(0).max(100).optional(),
    /** Schema of the records that a program must know to exchange them; an administrator raises it once every workstation was updated. */
    leastSchema: z.int().min(1).max(10_000).optional(),
  },
  sensitivity: 'clinic',
})

/** A staff account. Hashes are argon2id in PHC string form; the record never leaves the main process whole. */
export const user = entity({
  kind: 'user',
  fields: {
    username: z.string().trim().toLowerCase().min(2).max(60),
    displayName: z.string().trim().min(1).max(120),
    role: z.enum(roles),
    practitionerId: z.uuid().optional(),
    passwordHash: z.string().max(300),
    pinHash: z.string().max(300).optional(),
    language: z.enum(['en', 'es', 'ar']).optional(),
    colorScheme: z.enum(['light', 'dark', 'auto']).optional(),
    /** Last day on which the account works. */
    validUntilDate: DateText.optional(),
    /** What was told up to this instant is read, on every workstation. Of two marks the one made later holds. */
    notificationsReadAt: InstantText.optional(),
    /** Kinds of notification that this person does not want; texts, because a newer version may know more of them. */
    notificationsOff: z.array(z.string().max(40)).max(40).optional(),
    isActive: z.boolean(),
  },
  merge: { role: 'access', isActive: 'access', validUntilDate: 'access', passwordHash: 'access', pinHash: 'access' },
  // The role with fewer permissions; without a PIN the password is asked for.
  ranks: { role: ['administrator', 'clinician', 'reception', 'readOnly', 'billing'], isActive: [true, false], validUntilDate: 'earliest', pinHash: [null] },
  sensitivity: 'secret',
})
