import { createHash } from 'node:crypto'
import { Cluster, type Redis } from 'ioredis'
import adopt from './scripts/adopt.lua?raw'
import bucket from './scripts/bucket.lua?raw'
import clear from './scripts/clear.lua?raw'
import clears from './scripts/clears.lua?raw'
import clock from './scripts/clock.lua?raw'
import count from './scripts/count.lua?raw'
import drop from './scripts/drop.lua?raw'
import hello from './scripts/hello.lua?raw'
import lease from './scripts/lease.lua?raw'
import limit from './scripts/limit.lua?raw'
import memory from './scripts/memory.lua?raw'
import presence from './scripts/presence.lua?raw'
import push from './scripts/push.lua?raw'
import replace from './scripts/replace.lua?raw'
import report from './scripts/report.lua?raw'
import scan from './scripts/scan.lua?raw'
import snapshot from './scripts/snapshot.lua?raw'
import take from './scripts/take.lua?raw'

/** A connection to one server, to the master that sentinels name, or to a cluster. */
export type RedisClient = Redis | Cluster

const scripts = {
  adopt,
  bucket,
  clear,
  clears,
  clock,
  count,
  drop,
  hello,
  lease,
  limit,
  memory,
  presence,
  push,
  replace,
  report,
  scan,
  snapshot,
  take,
}

/** Name of a script that runs in the server. */
export type ScriptName = keyof typeof scripts

/** A value as the server answers it: bytes stay bytes. */
export type Reply = Buffer | number | null | Reply[]

type Defined = Record<string, (...values: (string | number | Buffer)[]) => Promise<Reply>>

const namesByHash = new Map(Object.entries(scripts).map(([name, lua]) => [createHash('sha1').update(lua).digest('hex'), name]))

/** Which script a hash means, as the server's slow log has it; undefined for one of somebody else. */
export const scriptNameOf = (sha1: string): string | undefined => namesByHash.get(sha1.toLowerCase())

/** Makes the scripts known to a connection. Once for each connection, before the first `runScript` on it. */
export function defineScripts(client: RedisClient): void {
  for (const [name, lua] of Object.entries(scripts)) client.defineCommand(`medinsight:${name}`, { lua })
}

/** Runs a script on the server, by its hash, and loads it where the server does not know it. `keys` are all that it touches; they share one slot. */
export function runScript(client: RedisClient, name: ScriptName, keys: readonly string[], values: readonly (string | number | Buffer)[]): Promise<Reply> {
  const run = (client as unknown as Defined)[`medinsight:${name}Buffer`]
  if (!run) throw new Error('The connection was made without scripts.')
  return run.call(client, keys.length, ...keys, ...values)
}

/** Asks whether the server is there; in a cluster the node that holds a key, which this also connects to: any other would answer for it. */
export const askServer = (client: RedisClient, key: string): Promise<unknown> =>
  client instanceof Cluster ? runScript(client, 'clock', [key], []) : client.ping()

/** Bytes as commands take them: another view of the same memory, because ioredis would write a plain Uint8Array as text. */
export const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
