import type { FeedPlace, Hello } from '../redis/hub.js'
import { compareIds, SessionEnded, type SessionParts } from './session-parts.js'

/** Two measurements of the clock may differ by half of each round trip, and by this. */
const clockToleranceMs = 50

/**
 * Asks whether this workstation's place in the server's history is still right; asks for a comparison where it is not. Writes nothing where it is, because
 * it is asked over and over: an emptied server says nothing by itself. @throws SessionEnded
 */
export async function checkPlace(parts: SessionParts, signal: AbortSignal): Promise<void> {
  const { replica, known } = parts
  const place = placeOf(parts)
  const { status, epoch } = await ask(parts, place)
  if (status === 'ok' || signal.aborted || replica.state().cursor?.id !== place.cursor?.id) return
  if (status === 'dataset' || status === 'schema' || status === 'key') throw new SessionEnded(status)
  known.clear()
  replica.setState({ epoch, reconcile: replica.state().reconcile ?? status })
}

/** Asks whose history the server has, sets the clock by it, and refuses what must not go on. A later key is left to the caller. @throws SessionEnded */
export async function sayHello(parts: SessionParts, place: Place = placeOf(parts)): Promise<Hello> {
  const { replica, timers, on } = parts
  const sentAt = timers.elapsedMs()
  const hello = await ask(parts, place)
  on.moved()
  if (hello.status === 'dataset' || hello.status === 'schema') throw new SessionEnded(hello.status)
  const roundTripMs = timers.elapsedMs() - sentAt
  const offsetMs = Math.round(hello.at + roundTripMs / 2 - timers.now())
  const { clock } = replica.state()
  // The measurement of the least round trip is the best one, until this computer's or the server's clock was set.
  const isMoved = clock !== undefined && Math.abs(offsetMs - clock.offsetMs) > (clock.roundTripMs + roundTripMs) / 2 + clockToleranceMs
  const isBetter = clock === undefined || isMoved || roundTripMs < clock.roundTripMs
  // Kept when it says something new: each is a write to the disk.
  if (isBetter) replica.setState({ lastContactAt: new Date(timers.now()).toISOString(), clock: { offsetMs, roundTripMs } })
  return hello
}

/** A place in the history of a server: where the cursor stands, and the end that is waited for behind it. */
interface Place {
  epoch: string | undefined
  cursor: FeedPlace | undefined
  pendingEnd?: FeedPlace | undefined
}

const placeOf = ({ replica }: SessionParts): Place => {
  const { epoch, cursor, pending } = replica.state()
  return { epoch, cursor, pendingEnd: pending?.end }
}

async function ask({ hub, codec, dataset, schema, leastSchema, newEpoch }: SessionParts, { epoch, cursor, pendingEnd }: Place): Promise<Hello> {
  const hello = await hub.hello({ dataset, epoch, cursor, newEpoch: newEpoch(), generation: codec.generation, schema, leastSchema: leastSchema() })
  // The cursor may stand before what the last round sent: a server that was put back in between still knows the cursor, but not that end.
  const isLost = hello.status === 'ok' && pendingEnd !== undefined && compareIds(hello.end.id, pendingEnd.id) < 0
  return isLost ? { ...hello, status: 'lost' } : hello
}
