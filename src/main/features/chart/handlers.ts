import { Temporal } from 'temporal-polyfill'
import type { ChartOverview } from '../../../shared/contract/chart.js'
import type { contract } from '../../../shared/contract/index.js'
import { patient } from '../../../shared/entities/patient.js'
import { dayOf } from '../../../shared/time.js'
import { decodeCursor, encodeCursor } from '../cursor.js'
import type { Handlers } from '../handler.js'
import type { Services } from '../services.js'
import { chartOverview } from './overview.js'
import { chartHistory, chartTimeline, type TimelinePlace } from './queries.js'
import { chartRecord } from './record.js'

/** Completed years and months on a day; undefined without a birth date or before it. */
function ageOn(birthDate: string | undefined, day: string): ChartOverview['age'] {
  if (!birthDate || birthDate > day) return undefined
  const { years, months } = Temporal.PlainDate.from(birthDate).until(day, { largestUnit: 'year' })
  return { years, months: years * 12 + months }
}

/** Read a patient's chart. Writing goes through the features to which the records belong. */
export function chartHandlers({ store, read, clinic, now }: Services): Handlers<typeof contract.chart> {
  return {
    overview: async ({ input: { patientId } }) => {
      const { source: _, ...shown } = store.get(patient, patientId)
      const asOf = new Date(now()).toISOString()
      const { timeZone } = clinic()
      const until = shown.deceasedAt ?? asOf
      const age = ageOn(shown.birthDate, until.length === 10 ? until : dayOf(until, timeZone))
      return { ...(await read(chartOverview, { patientId, now: asOf })), patient: shown, asOf, ...(age && { age }) }
    },
    timeline: async ({ input: { cursor, ...filter } }) => {
      store.get(patient, filter.patientId)
      const { items, end } = await read(chartTimeline, { ...filter, after: decodeCursor(cursor, 3) as TimelinePlace | undefined })
      return { items, ...(end && { nextCursor: encodeCursor(end) }) }
    },
    record: async ({ input, errors }) => {
      const found = await read(chartRecord, input)
      if (!found) throw errors.NOT_FOUND()
      return found
    },
    history: async ({ input: { patientId, cursor, limit } }) => {
      store.get(patient, patientId)
      const [before] = decodeCursor(cursor, 1) ?? []
      const items = await read(chartHistory, { patientId, before: typeof before === 'number' ? before : undefined, limit })
      const last = items.at(-1)
      return { items, ...(last && items.length === limit && { nextCursor: encodeCursor([last.seq]) }) }
    },
  }
}
