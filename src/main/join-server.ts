import { exchangeAll } from './exchange-all.js'
import type { JoinServer } from './joining.js'
import type { Log } from './lib/log.js'
import { openRedis, type RedisConnection } from './redis/connection.js'
import type { HubProblemCode } from './redis/hub.js'
import { hubProblem } from './redis/problems.js'
import type { RedisSettings } from './redis/settings.js'

/** A server that does not answer for so long, or fails so often, is not waited for any longer: somebody sits before it and may have mistyped the address. */
const reachLimitMs = 15_000
const reachAttempts = 4

/** The server of these settings for a workstation that joins; looks first whether it lets this computer in. @throws HubProblem */
export async function joinServerAt(settings: RedisSettings, log: Log): Promise<JoinServer> {
  const withLine = async <T>(dataset: string, work: (line: RedisConnection) => Promise<T>): Promise<T> => {
    const line = openRedis(settings, { dataset, log })
    try {
      await standing(line)
      return await work(line)
    } finally {
      await line.close()
    }
  }
  // Whoever joins does not know the clinic's dataset before the invitation tells it.
  await withLine('', async () => undefined)
  return {
    takeInvitation: (id) => withLine('', ({ hub }) => hub.takeInvitation(id)),
    exchange: (clinic, onProgress) => withLine(clinic.keys.dataset, (line) => exchangeAll(clinic, line, onProgress)),
  }
}

/** An address as the settings of a workstation keep it; undefined for one that they cannot keep, as of a socket. */
export function addressToKeep(address: string): string | undefined {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `redis://${address}`
  return /^rediss?:\/\/[^/]/i.test(text) && URL.canParse(text) ? text : undefined
}

/** Resolves when a line stands; rejects when the server refuses it, or has not answered in time. */
function standing(line: RedisConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    let problem: HubProblemCode = 'timeout'
    const end = (act: () => void) => {
      clearTimeout(timer)
      stop()
      act()
    }
    const look = (state: ReturnType<RedisConnection['state']>) => {
      if (state.kind === 'waiting') problem = state.problem
      if (state.kind === 'ready') end(resolve)
      if (state.kind === 'waiting' && state.attempt >= reachAttempts) end(() => reject(hubProblem(problem)))
      if (state.kind === 'refused') end(() => reject(hubProblem(state.problem)))
    }
    const timer = setTimeout(() => end(() => reject(hubProblem(problem))), reachLimitMs)
    const stop = line.subscribe(look)
    look(line.state())
  })
}
