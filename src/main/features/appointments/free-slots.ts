import { Temporal } from 'temporal-polyfill'
import { at, clinicOpenOn, type Interval, instantOf, openOn, without } from './hours.js'
import { intervalOf, type Surroundings, takesTime } from './rules.js'

/** What somebody is looking for. Candidates are tried in this order: of several free at the same start for one provider, the first is named. */
export interface SlotSearch {
  from: string
  durationMinutes: number
  patientId?: string | undefined
  candidates: readonly { providerId?: string | undefined; chairId?: string | undefined }[]
  limit: number
  /** Starts lie on this raster of the wall clock, counted from midnight. */
  stepMinutes?: number
  /** Days looked through, the first included. */
  days?: number
}

/** A time that is free, and for whom and where. */
export interface FreeSlot {
  startAt: string
  endAt: string
  providerId?: string | undefined
  chairId?: string | undefined
}

/** Everything that keeps a candidate busy. */
function busy(candidate: SlotSearch['candidates'][number], patientId: string | undefined, { booked, closedTimes }: Surroundings): Interval[] {
  const same = (mine: string | undefined, other: string | undefined): boolean => mine !== undefined && mine === other
  const visits = booked.filter(
    (other) =>
      takesTime(other.status) && (same(candidate.providerId, other.providerId) || same(candidate.chairId, other.chairId) || same(patientId, other.patientId)),
  )
  const closed = closedTimes.filter((time) =>
    time.practitionerId ? same(candidate.providerId, time.practitionerId) : !time.chairId || same(candidate.chairId, time.chairId),
  )
  return [...visits.map(intervalOf), ...closed.map((time) => ({ from: at(time.startAt), to: at(time.endAt) }))]
}

/** The starts in a free interval at which the wanted length fits, on the raster of the wall clock. */
function startsIn(free: Interval, durationMinutes: number, stepMinutes: number, timeZone: string): number[] {
  const step = stepMinutes * 60_000
  const starts: number[] = []
  const wall = Temporal.Instant.fromEpochMilliseconds(free.from).toZonedDateTimeISO(timeZone)
  const intoStep = (((wall.hour * 60 + wall.minute) * 60 + wall.second) * 1000 + wall.millisecond) % step
  const first = intoStep === 0 ? free.from : free.from + step - intoStep
  for (let start = first; start + durationMinutes * 60_000 <= free.to; start += step) starts.push(start)
  return starts
}

/** The earliest free slots, in order of start; each is free of every conflict. */
export function freeSlots(search: SlotSearch, surroundings: Surroundings): FreeSlot[] {
  const { durationMinutes, limit, stepMinutes = 15, days = 60 } = search
  const { timeZone, clinicHours, hoursOf } = surroundings
  const candidates = search.candidates.map((candidate) => {
    const own = candidate.providerId === undefined ? undefined : hoursOf(candidate.providerId)
    return { ...candidate, own, busy: busy(candidate, search.patientId, surroundings) }
  })
  const earliest = at(search.from)
  const firstDay = Temporal.Instant.from(search.from).toZonedDateTimeISO(timeZone).toPlainDate()
  const found: FreeSlot[] = []
  for (let offset = 0; offset < days && found.length < limit; offset++) {
    const date = firstDay.add({ days: offset }).toString()
    const ofDay = new Map<string, { start: number; slot: FreeSlot }>()
    for (const { own, busy: taken, providerId, chairId } of candidates) {
      const open = (own ? openOn(own, date, timeZone) : clinicOpenOn(clinicHours, date, timeZone)).map(({ from, to }) => ({
        from: Math.max(from, earliest),
        to,
      }))
      for (const free of without(open, taken)) {
        for (const start of startsIn(free, durationMinutes, stepMinutes, timeZone)) {
          const key = `${start} ${providerId ?? ''}`
          if (!ofDay.has(key))
            ofDay.set(key, {
              start,
              slot: {
                startAt: instantOf(start),
                endAt: instantOf(start + durationMinutes * 60_000),
                ...(providerId && { providerId }),
                ...(chairId && { chairId }),
              },
            })
        }
      }
    }
    found.push(...[...ofDay.values()].sort((a, b) => a.start - b.start).map(({ slot }) => slot))
  }
  return found.slice(0, limit)
}
