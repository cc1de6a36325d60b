import { randomBytes, randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'
import type { Hub, PushedRecord, PushRequest, RecordName } from '../../../src/main/redis/hub.js'
import { clinicKeyNames } from '../../../src/main/redis/keys.js'
import { problemOf } from '../../../src/main/redis/problems.js'
import type { HubLink, RedisHubOptions } from '../../../src/main/redis/redis-board.js'
import { RedisHub } from '../../../src/main/redis/redis-hub.js'
import { defineScripts } from '../../../src/main/redis/scripts.js'
import { ModelHub } from '../../support/model-hub.js'
import type { RedisServer } from '../../support/redis-server.js'

type FeedLimits = RedisHubOptions['feed']

/** A hub with what a test does behind its back. */
export interface HubUnderTest {
  hub: Hub
  dataset: string
  flush(): Promise<void>
  loseValue(name: RecordName): Promise<void>
  /** Overwrites one byte of a record's value, if there is one. */
  spoilValue(name: RecordName, at: number): Promise<void>
  list(kind: string, owner: string, sub?: string): Promise<[string, number][]>
  hasValue(name: RecordName): Promise<boolean>
}

/** The model, with a clock that stands still. */
export function modelHub(feed?: FeedLimits): HubUnderTest {
  const dataset = randomUUID()
  const hub = new ModelHub({ dataset, now: () => 1_790_000_000_000, ...(feed && { feed }) })
  return {
    hub,
    dataset,
    flush: async () => hub.flush(),
    loseValue: async (name) => hub.loseValue(name),
    spoilValue: async (name, at) => hub.spoilValue(name, at),
    list: async (...of) => [...hub.list(...of)].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1)),
    hasValue: async (name) => (await hub.records([name]))[0] !== undefined,
  }
}

/** Two plain connections to a server, closed when the test ends. */
export function linkTo(server: Pick<RedisServer, 'port'>): HubLink & { raw: Redis } {
  const options = { host: '127.0.0.1', port: server.port, protocol: 2 as const, enableOfflineQueue: true, maxRetriesPerRequest: 0 }
  const [commands, feed] = [new Redis(options), new Redis(options)]
  for (const client of [commands, feed]) {
    client.on('error', () => undefined)
    defineScripts(client)
  }
  onTestFinished(() => {
    commands.disconnect()
    feed.disconnect()
  })
  const clients = { commands, feed }
  const use: HubLink['use'] = (connection, work) =>
    work(clients[connection]).catch((error) => {
      throw problemOf(error)
    })
  return { use, raw: commands }
}

/** The real hub in a clinic of its own on a server that tests share. */
export function redisHub(server: RedisServer, feed?: FeedLimits): HubUnderTest & { hub: RedisHub; raw: Redis } {
  const dataset = randomUUID()
  const link = linkTo(server)
  const hub = new RedisHub({ dataset, link, ...(feed && { feed }) })
  const keys = clinicKeyNames(dataset)
  return {
    hub,
    dataset,
    raw: link.raw,
    flush: async () => {
      const names = await link.raw.keys(keys.all)
      if (names.length > 0) await link.raw.del(names)
    },
    loseValue: async (name) => void (await link.raw.del(keys.record(name))),
    spoilValue: async (name, at) => {
      const length = await link.raw.strlen(keys.record(name))
      if (at < length) await link.raw.setrange(keys.record(name), at, '\u0007')
    },
    list: async (...of) => {
      const flat = await link.raw.zrange(keys.list(...of), '0', '-1', 'WITHSCORES')
      return flat.flatMap((member, i) => (i % 2 === 0 ? [[member, Number(flat[i + 1])] as [string, number]] : []))
    },
    hasValue: async (name) => (await link.raw.exists(keys.record(name))) === 1,
  }
}

export const newEpoch = (): string => randomBytes(16).toString('hex')
export const newSite = (): string => randomBytes(8).toString('hex')

/** A record in some state. `seed` makes id and state; the same seed makes the same id. */
export function record(id: string, state: string, extra: Partial<PushedRecord> = {}): PushedRecord {
  return { kind: 'symptom', id, digest: digestOf(state), sealed: Buffer.from(`sealed ${state}`), held: undefined, lists: [], ...extra }
}

/** Digest of a state, as some workstation would have made it. */
export const digestOf = (state: string): Buffer => Buffer.from(state.padEnd(8, '.').slice(0, 8))

/** A push of a site's operations; everything that does not matter to a test is filled in. */
export const pushOf = (request: Pick<PushRequest, 'epoch'> & Partial<PushRequest>): PushRequest => ({
  generation: 1,
  schema: 1,
  site: 'aaaaaaaaaaaaaaaa',
  from: 1,
  to: 1,
  summary: Buffer.from('summary'),
  records: [],
  ...request,
})
