import type { FeedPlace, Hello } from '../redis/hub.js'
import { SessionEnded, type SessionParts } from './session-parts.js'

/** Two measurements of the clock may differ by half of each round trip, and by this. */
const clockToleranceMs = 50

/**
 * Asks whether this workstation's place in the server's history is still right; asks for a comparison where it is not. Writes nothing where it is, because
 * it is asked over and over: an emptied server says nothing by itself. @throws SessionEnded
 */
export async function checkPlace(parts: SessionParts, signal: AbortSignal): Promise<void> {
  const { hub, replica, codec, dataset, schema, newEpoch, known } = parts
  const place = positionOf(parts)
  const { status, epoch } = await hub.hello({ dataset, ...place, newEpoch: newEpoch(), generation: codec.generation, schema })
  if (status === 'ok' || signal.aborted || replica.state().cursor?.id !== place.cursor?.id) return
  if (status === 'dataset' || status === 'schema' || status === 'key') throw new SessionEnded(status)
  known.clear()
  replica.setState({ epoch, reconcile: replica.state().reconcile ?? status })
}

/** Asks whose history the server has, sets the clock by it, and refuses what must not go on. A later key is left to the caller. @throws SessionEnded */
export async function sayHello(parts: SessionParts, place: { epoch: string | undefined; cursor: FeedPlace | undefined } = positionOf(parts)): Promise<Hello> {
  const { hub, replica, codec, dataset, schema, timers, newEpoch, on } = parts
  const sentAt = timers.elapsedMs()
  const hello = await hub.hello({ dataset, ...place, newEpoch: newEpoch(), generation: codec.generation, schema })
  on.moved()
  if (hello.status === 'dataset' || hello.status === 'schema') throw new SessionEnded(hello.status)
  const roundTripMs = timers.elapsedMs() - sentAt
  const offsetMs = Math.round(hello.at + roundTripMs / 2 - timers.now())
  const { clock } = replica.state()
  // The measurement of the least round trip is the best one, until this computer's or the server's clock was set.
  const isMoved = clock !== undefined && Math.abs(offsetMs - clock.offsetMs) > (clock.roundTripMs + roundTripMs) / 2 + clockToleranceMs
  const isBetter = clock === undefined || isMoved || roundTripMs < clock.roundTripMs
  replica.setState({ lastContactAt: new Date(timers.now()).toISOString(), ...(isBetter && { clock: { offsetMs, roundTripMs } }) })
  return hello
}

const positionOf = ({ replica }: SessionParts) => {
  const { epoch, cursor } = replica.state()
  return { epoch, cursor }
}
