import { recordSchema } from '../shared/entities/index.js'
import { clinic as clinicEntity } from '../shared/entities/staff.js'
import type { OpenClinic } from './clinic.js'
import type { FillProgress } from './joining.js'
import { HubProblem } from './redis/hub.js'
import { clinicKeyNames } from './redis/keys.js'
import { sealingKeys } from './security/keys.js'
import { identityOf } from './security/workstation-identity.js'
import { Exchange } from './sync/exchange.js'
import type { ServerLink } from './sync/link.js'
import { RecordCodec } from './sync/record-codec.js'
import { SessionEnded } from './sync/session-parts.js'
import { StoreReplica } from './sync/store-replica.js'
import { systemTimers } from './sync/timers.js'

/** Without a connection for so long it is given up; what arrived stays. */
const reachLimitMs = 20_000
const lookEveryMs = 50

/**
 * Sends and receives until the clinic holds what the server holds and nothing waits: for a program that ends afterwards. May be called again after a
 * failure and goes on where it stopped. @throws HubProblem, SessionEnded
 */
export async function exchangeAll(clinic: OpenClinic, link: ServerLink, onProgress: (progress: FillProgress) => void = () => undefined): Promise<void> {
  const { store, services, keys, place } = clinic
  const exchange = new Exchange({
    link,
    replica: new StoreReplica(store, services.read),
    codec: new RecordCodec(clinicKeyNames(keys.dataset), sealingKeys(keys)),
    dataset: keys.dataset,
    workstationId: identityOf(store.db).id,
    schema: recordSchema,
    leastSchema: () => store.find(clinicEntity, keys.dataset)?.leastSchema ?? 0,
    log: place.log,
    onChanged: () => onProgress({ received: exchange.counts.received, done: exchange.state.comparing?.done ?? 0, total: exchange.state.comparing?.total ?? 0 }),
  })
  // What is received can leave something to send: the version that lost by it.
  const stopRinging = store.subscribe(() => exchange.queued.ring())
  exchange.start()
  try {
    let reachedAt = performance.now()
    while (!(await exchange.isUpToDate().catch(() => false))) {
      const { blocked, isLive } = exchange.state
      if (blocked === 'key' || blocked === 'schema' || blocked === 'dataset') throw new SessionEnded(blocked)
      if (isLive) reachedAt = performance.now()
      if (performance.now() - reachedAt > reachLimitMs) throw unreached(link)
      await systemTimers.sleep(lookEveryMs, AbortSignal.timeout(10_000))
    }
  } finally {
    stopRinging()
    await exchange.stop()
  }
}

function unreached(link: ServerLink): HubProblem {
  const state = link.state()
  const code = state.kind === 'waiting' || state.kind === 'refused' ? state.problem : 'unreachable'
  return new HubProblem(code, 'The line to the clinic’s server broke. What arrived is kept; run it again and it goes on where it stopped.')
}
