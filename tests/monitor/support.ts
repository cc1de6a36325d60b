import { vi } from 'vitest'
import { openTestClinic, type TestClinic } from '../support/clinic.js'

/** A whole workstation with a real server behind it, both lines of which are open. */
export async function openWithServer(port: number, env: Record<string, string> = {}, options: Parameters<typeof openTestClinic>[0] = {}): Promise<TestClinic> {
  const opened = await openTestClinic({ ...options, server: { env: { REDIS_URL: `redis://127.0.0.1:${port}`, ...env } } })
  await untilReady(opened)
  return opened
}

/** Settles when exchange and cache can use the server. */
export const untilReady = ({ admin }: TestClinic): Promise<void> =>
  untilTrue(async () => {
    const { connection, cacheLine } = await admin.monitor.state({})
    return connection.state === 'ready' && cacheLine.state === 'ready'
  })

/** Settles when something holds. */
export const untilTrue = (holds: () => boolean | Promise<boolean>): Promise<void> =>
  vi.waitFor(
    async () => {
      if (!(await holds())) throw new Error('not yet')
    },
    { timeout: 30_000, interval: 20 },
  )

/** Keeps some answers of a service in the cache, at the server too; settles when they are there. */
export async function keepAnswers({ clinic }: TestClinic, count: number, value: (n: number) => unknown = (n) => ({ text: `answer ${n}` })): Promise<void> {
  for (let n = 0; n < count; n++) await clinic.services.cache.getOrLoad('aiSummary', { of: { n } }, async () => value(n))
}
