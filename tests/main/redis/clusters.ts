import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, vi } from 'vitest'
import type { RedisSettings } from '../../../src/main/redis/settings.js'
import type { CertificateFiles } from '../../support/certificates.js'
import { type RedisServer, redisOfTest } from '../../support/redis-server.js'
import { adminOf } from './connections.js'

const patience = { timeout: 20_000 }

/** Three nodes that keep what they say OK to, until the running test ends. */
export async function cluster(tls?: CertificateFiles): Promise<RedisServer[]> {
  const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000', '--cluster-require-full-coverage', 'no']
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', ...(tls ? ['--tls-cluster', 'yes'] : [])]
  const nodes = await Promise.all([1, 2, 3].map(() => redisOfTest({ args: [...args, ...durable], ...(tls && { tls }) })))
  const how = ['--cluster-yes', ...(tls ? ['--tls', '--cacert', tls.ca] : [])]
  execFileSync('redis-cli', ['--cluster', 'create', ...nodes.map(({ port }) => `127.0.0.1:${port}`), ...how], { stdio: 'ignore', timeout: 20_000 })
  for (const { port } of nodes) {
    const node = adminOf(port, tls && { tls: { ca: readFileSync(tls.ca) } })
    await vi.waitFor(async () => expect(await node.cluster('INFO')).toContain('cluster_state:ok'), patience)
  }
  return nodes
}

/** Settings that name these nodes of a cluster. */
export const clusterSettings = (nodes: readonly RedisServer[]): RedisSettings => ({
  topology: 'cluster',
  endpoints: nodes.map(({ port }) => ({ host: '127.0.0.1', port })),
  database: 0,
})

/** The node of the cluster that holds a key. */
export async function holderOf(nodes: readonly RedisServer[], key: string): Promise<RedisServer> {
  const found = await Promise.all(
    nodes.map(({ port }) =>
      adminOf(port)
        .exists(key)
        .then(
          () => true,
          () => false,
        ),
    ),
  )
  return nodes[found.indexOf(true)] as RedisServer
}
