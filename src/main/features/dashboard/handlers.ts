import { Temporal } from 'temporal-polyfill'
import type { contract } from '../../../shared/contract/index.js'
import { boundsOfDay, dayOf, normalInstant } from '../../../shared/time.js'
import type { Handlers } from '../handler.js'
import type { Services } from '../services.js'
import { clinicDay } from './queries.js'

/** Monday of a day's week. */
const mondayOf = (date: string): string => {
  const day = Temporal.PlainDate.from(date)
  return day.subtract({ days: day.dayOfWeek - 1 }).toString()
}

/** The clinic's day at a glance. */
export const dashboardHandlers = ({ read, clinic, now }: Services): Handlers<typeof contract.dashboard> => ({
  today: async () => {
    const asOf = new Date(now()).toISOString()
    const { timeZone } = clinic()
    const date = dayOf(asOf, timeZone)
    const { startAt, endAt } = boundsOfDay(date, timeZone)
    const weekStartAt = normalInstant(boundsOfDay(mondayOf(date), timeZone).startAt)
    const day = await read(clinicDay, { startAt: normalInstant(startAt), endAt: normalInstant(endAt), weekStartAt, now: asOf })
    return { date, timeZone, asOf, ...day }
  },
})
