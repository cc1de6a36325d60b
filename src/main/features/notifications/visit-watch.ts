import { appointment, longWaitMinutes } from '../../../shared/entities/appointment.js'
import { boundsOfDay, dayOf, normalInstant } from '../../../shared/time.js'
import { millisOf } from '../../records/stamp.js'
import { authorIds } from '../review/index.js'
import type { Services } from '../services.js'
import { sharedNow } from './inbox.js'
import { accountsByPractitioner, type NotificationRow, startOf, visitsBetween } from './queries.js'
import { type VisitNews, type VisitState, visitNews } from './rules.js'

/** Visits that are looked at in one turn of the loop. */
const atOnce = 10
const longWaitMs = longWaitMinutes * 60_000

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

type Parts = Pick<Services, 'store' | 'now' | 'clinic' | 'sync'>

interface Lookup {
  accounts: ReturnType<typeof accountsByPractitioner>
  authorId: ReturnType<typeof authorIds>
}

/**
 * Follows today's visits and finds what their providers are to be told. Holds each as it was known, because a commit says only which record is
 * another one now.
 */
export class VisitWatch {
  /** Today's visits as they were last known. */
  #today = new Map<string, VisitState>()
  #day = ''
  #from = ''
  #to = ''
  readonly #touched = new Set<string>()

  constructor(
    private readonly parts: Parts,
    private readonly isStopped: () => boolean,
  ) {}

  /** Notes that a visit may be another one now. */
  touch(id: string): void {
    this.#touched.add(id)
  }

  /** What is to be told of the visits that were touched, and of those who wait too long; with a new day, or the first time, of what today has brought so far. */
  async news(): Promise<NotificationRow[]> {
    const rows = await this.#newDay()
    const isCatchingUp = this.parts.sync.isCatchingUp()
    for (const ids = [...this.#touched]; ids.length > 0; await turn()) {
      if (this.isStopped()) return []
      const look = this.#looker(isCatchingUp)
      for (const id of ids.splice(0, atOnce)) {
        this.#touched.delete(id)
        rows.push(...look(id))
      }
    }
    return [...rows, ...this.#waiting(isCatchingUp)]
  }

  async #newDay(): Promise<NotificationRow[]> {
    const { store, clinic } = this.parts
    const { timeZone } = clinic()
    const day = dayOf(new Date(sharedNow(this.parts)).toISOString(), timeZone)
    if (day === this.#day) return []
    const { startAt, endAt } = boundsOfDay(day, timeZone)
    ;[this.#day, this.#from, this.#to] = [day, normalInstant(startAt), normalInstant(endAt)]
    this.#today = new Map()
    const rows: NotificationRow[] = []
    for (const ids = visitsBetween(store.db, this.#from, this.#to); ids.length > 0; await turn()) {
      if (this.isStopped()) return []
      // A time that was changed before the start may be another chair only: that was told of when it happened.
      const look = this.#looker(true)
      for (const id of ids.splice(0, atOnce)) rows.push(...look(id).filter(({ kind }) => kind !== 'visitMoved'))
    }
    return rows
  }

  #isToday = (startAt: string): boolean => startAt >= this.#from && startAt < this.#to

  /** Looks at visits in one turn; what it learns of accounts and authors holds for that long. */
  #looker(isCatchingUp: boolean): (id: string) => NotificationRow[] {
    const { db } = this.parts.store
    const lookup = { accounts: accountsByPractitioner(db), authorId: authorIds(db) }
    return (id) => {
      const before = this.#today.get(id)
      if (!before && !this.#isToday(startOf(db, id) ?? '')) return []
      const after = this.#stateOf(id)
      if (after && this.#isToday(after.startAt)) this.#today.set(id, after)
      else this.#today.delete(id)
      const visit = after ?? before
      if (!visit) return []
      return visitNews(before, after, this.#isToday).flatMap((each) => this.#rowsOf(visit, each, isCatchingUp, lookup))
    }
  }

  /** One row for each account of the provider but the one that did it. */
  #rowsOf(
    { id, patientId }: VisitState,
    { kind, field, stamp, providerId }: VisitNews,
    isCatchingUp: boolean,
    { accounts, authorId }: Lookup,
  ): NotificationRow[] {
    const told = accounts.get(providerId) ?? []
    if (told.length === 0) return []
    const happenedAt = new Date(millisOf(stamp)).toISOString()
    // What was missed is told as long as it is news; it counts from when it happened, because it may have been read elsewhere.
    if (isCatchingUp && dayOf(happenedAt, this.parts.clinic().timeZone) !== this.#day) return []
    const by = authorId({ kind: appointment.kind, id, patientId }, field, stamp)
    const at = isCatchingUp ? happenedAt : new Date(sharedNow(this.parts)).toISOString()
    const row = { id: `${kind}/${id}/${stamp}`, kind, at, patientId, detail: { appointmentId: id, ...(by && { by }) } }
    return told.filter((account) => account !== by).map((audience) => ({ ...row, audience }))
  }

  #waiting(isCatchingUp: boolean): NotificationRow[] {
    const now = sharedNow(this.parts)
    const late = [...this.#today.values()].filter(({ status, arrivedAt }) => status === 'arrived' && arrivedAt && now - Date.parse(arrivedAt) >= longWaitMs)
    if (late.length === 0) return []
    const accounts = accountsByPractitioner(this.parts.store.db)
    return late.flatMap(({ id, patientId, providerId, arrivedAt = '' }) => {
      const at = new Date(isCatchingUp ? Date.parse(arrivedAt) + longWaitMs : now).toISOString()
      const row = { id: `waiting/${id}/${normalInstant(arrivedAt)}`, kind: 'waiting' as const, at, patientId, detail: { appointmentId: id } }
      return (accounts.get(providerId ?? '') ?? []).map((audience) => ({ ...row, audience }))
    })
  }

  #stateOf(id: string): VisitState | undefined {
    const { store } = this.parts
    const visit = store.find(appointment, id)
    const cells = visit && store.held(appointment.kind, id)?.cells
    if (!visit || !cells?.slot || !cells.status) return undefined
    return {
      id,
      patientId: visit.patientId,
      providerId: visit.slot.providerId,
      startAt: normalInstant(visit.slot.startAt),
      status: visit.status,
      slotStamp: cells.slot.stamp,
      statusStamp: cells.status.stamp,
      isFirstSlot: cells.slot.ancestors.length === 0,
      arrivedAt: visit.statusTimes?.arrived,
    }
  }
}
