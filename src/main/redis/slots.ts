import { Cluster, type Redis } from 'ioredis'
import { hubProblem } from './problems.js'
import type { RedisClient } from './scripts.js'

/** Slots of every cluster. */
const slots = 16_384

/** The slot of a cluster in which a key lies, as Redis counts it: CRC-16 of what stands in braces. */
function slotOf(key: string): number {
  let crc = 0
  for (const byte of Buffer.from(/\{([^}]+)\}/.exec(key)?.[1] ?? key)) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff
  }
  return crc % slots
}

/** The connection to the node of a cluster that holds a key, for commands that name no key; the one connection to a single server. @throws HubProblem */
export function nodeOf(client: RedisClient, key: string): Redis {
  if (!(client instanceof Cluster)) return client
  const [name] = client.slots[slotOf(key)] ?? []
  const node = client.nodes('master').find(({ options: { host, port } }) => `${host}:${port}` === name)
  if (!node) throw hubProblem('clusterDown')
  return node
}
