import type { Conflict } from '../../../shared/contract/appointments.js'
import type { Services } from '../services.js'
import { listBookable } from '../staff/index.js'
import { instantOf } from './hours.js'
import { closedTimesBetween, listAppointments } from './queries.js'
import { conflictsOf, type Surroundings, type Wanted } from './rules.js'

type Parts = Pick<Services, 'store' | 'clinic'>

/** What a slot between two instants is held against, as it is now; inside a write nothing can be booked in between. */
export function surroundingsOf({ store, clinic }: Parts, from: string, to: string): Surroundings {
  const { timeZone, hours } = clinic()
  const providers = new Map(listBookable(store.db).map((provider) => [provider.id, provider.hours]))
  return {
    timeZone,
    clinicHours: hours,
    hoursOf: (id) => providers.get(id),
    booked: listAppointments(store.db, { from, to, limit: 10_000 }),
    closedTimes: closedTimesBetween(store.db, from, to),
  }
}

/** Every reason why a slot is not free now. */
export function conflictsNow(parts: Parts, wanted: Wanted): Conflict[] {
  const from = Date.parse(wanted.startAt)
  return conflictsOf(wanted, surroundingsOf(parts, instantOf(from), instantOf(from + wanted.durationMinutes * 60_000)))
}
