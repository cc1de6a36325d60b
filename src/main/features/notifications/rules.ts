import type { AppointmentStatus } from '../../../shared/entities/appointment.js'
import type { NotificationKind } from '../../../shared/entities/notification-kinds.js'

/** A visit as far as its provider is told of it. The stamps tell when, and by whom, time and status were written. */
export interface VisitState {
  id: string
  patientId: string
  providerId: string | undefined
  startAt: string
  status: AppointmentStatus
  slotStamp: string
  statusStamp: string
  /** The time is the one that it was booked for. */
  isFirstSlot: boolean
  arrivedAt: string | undefined
}

/** Something that a provider is told of a visit. `stamp` names what happened: the same on every workstation, however often it is heard of. */
export interface VisitNews {
  kind: Extract<NotificationKind, 'visitBooked' | 'visitMoved' | 'visitCancelled' | 'arrived'>
  field: 'slot' | 'status'
  stamp: string
  providerId: string
}

/** A visit that is still to come, so that its time matters. */
const isAhead = ({ status }: VisitState): boolean => status === 'booked' || status === 'confirmed'

/**
 * What is new about a visit for its providers. `before` is how it was known, if it was one of today's; `after` how it is, undefined once it is deleted.
 * Only visits of today are told of: those that were, and those that are now.
 */
export function visitNews(before: VisitState | undefined, after: VisitState | undefined, isToday: (startAt: string) => boolean): VisitNews[] {
  if (!after) return before && isAhead(before) ? tell('visitCancelled', 'status', before.statusStamp, before.providerId) : []
  const { slotStamp, statusStamp, providerId } = after
  if (!isToday(after.startAt)) return before && isAhead(after) ? tell('visitMoved', 'slot', slotStamp, before.providerId) : []
  if (!before) {
    if (isAhead(after)) return tell(after.isFirstSlot ? 'visitBooked' : 'visitMoved', 'slot', slotStamp, providerId)
    return statusNews(after)
  }
  const isMoved = before.startAt !== after.startAt || before.providerId !== providerId
  const whose = new Set([before.providerId, providerId])
  const moved = isMoved && isAhead(after) ? [...whose].flatMap((each) => tell('visitMoved', 'slot', slotStamp, each)) : []
  return [...moved, ...(before.statusStamp !== statusStamp && before.status !== after.status ? statusNews(after) : [])]
}

function statusNews({ status, statusStamp, providerId }: VisitState): VisitNews[] {
  if (status === 'cancelled') return tell('visitCancelled', 'status', statusStamp, providerId)
  return status === 'arrived' ? tell('arrived', 'status', statusStamp, providerId) : []
}

const tell = (kind: VisitNews['kind'], field: VisitNews['field'], stamp: string, providerId: string | undefined): VisitNews[] =>
  providerId === undefined ? [] : [{ kind, field, stamp, providerId }]
