import { join } from 'node:path'
import { Redis } from 'ioredis'
import { silentLog } from '../../src/main/lib/log.js'
import { clinicKeyNames } from '../../src/main/redis/keys.js'
import { RedisHub } from '../../src/main/redis/redis-hub.js'
import { defineScripts } from '../../src/main/redis/scripts.js'
import { keyFileStore } from '../../src/main/security/key-files.js'
import { type ClinicKeys, sealingKeys } from '../../src/main/security/keys.js'
import { digestKeyOf } from '../../src/main/store/store.js'
import { keyOf, RecordCodec } from '../../src/main/sync/record-codec.js'
import { type Judged, judge } from '../simulation/judge.js'
import { Oracle } from '../simulation/oracle.js'
import { foundClinic, joinBy, type OpenWorkstation } from '../support/clinic-server.js'
import { type RedisServer, redisOfTest } from '../support/redis-server.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import type { ProcessHeld } from './process-talk.js'
import { ProcessWorkstation } from './process-workstation.js'

/** A clinic whose workstations are processes: made and joined as the product does it, with keys in files, on a real server. */
export class ProcessClinic {
  readonly oracle = new Oracle()
  readonly workstations: ProcessWorkstation[] = []

  private constructor(
    readonly server: RedisServer,
    private readonly keys: ClinicKeys,
  ) {}

  /** Makes the clinic on the first workstation and joins the others; none runs yet. */
  static async found(count: number, seed = 1): Promise<ProcessClinic> {
    const server = await redisOfTest()
    const places = Array.from({ length: count }, () => newPlace())
    const joined: OpenWorkstation[] = []
    for (const { place } of places) joined.push(joined[0] ? await joinBy(joined[0], server, {}, place) : await foundClinic(server, place))
    const clinic = new ProcessClinic(server, (joined[0] as OpenWorkstation).clinic.keys)
    for (const { stop } of joined.reverse()) await stop()
    for (const [n, { keyFile, place }] of places.entries())
      clinic.workstations.push(
        new ProcessWorkstation(`W${n}`, { folder: place.folder, keyFile, server: `redis://127.0.0.1:${server.port}` }, clinic.oracle, seed * 100 + n),
      )
    return clinic
  }

  /** Commands as an administrator gives them. The caller may not keep it across a restart of the server. */
  async administer<T>(work: (admin: Redis) => Promise<T>): Promise<T> {
    const admin = new Redis({ host: '127.0.0.1', port: this.server.port, protocol: 2, retryStrategy: null })
    admin.on('error', () => undefined)
    try {
      return await work(admin)
    } finally {
      admin.disconnect()
    }
  }

  /** Writes that were acknowledged by this workstation and are not among what it holds. */
  ownLost({ sites }: ProcessWorkstation, { rows }: ProcessHeld): string[] {
    const lost = this.oracle.lost(rows.map((row) => [keyOf(row), row.cells] as const))
    return lost.filter((name) => sites.has(name.slice(-16)))
  }

  /** Lets everybody stop writing and come to rest, and gives every invariant that does not hold. */
  async judged(): Promise<string[]> {
    await Promise.all(this.workstations.map((one) => one.ask({ ask: 'pause' })))
    const held = await this.#rested()
    const ended = this.workstations.filter(({ trouble }) => trouble !== undefined)
    if (ended.length > 0) return ended.map(({ name, trouble }) => `${name} ended by itself: ${trouble}`)
    const workstations: Judged[] = held.map(({ name, rows, buckets, waiting }) => ({
      name,
      rows: new Map(rows.map((row) => [keyOf(row), { ...row, digest: Buffer.from(row.digest, 'hex') }])),
      buckets: new Map(buckets.map(([n, digest]) => [n, Buffer.from(digest, 'hex')])),
      waiting,
    }))
    const codec = new RecordCodec(clinicKeyNames(this.keys.dataset), sealingKeys(this.keys))
    const digestKey = digestKeyOf(this.keys.clinicKey)
    const found = await this.#withHub((hub) => judge({ hub, codec, digestKey, oracle: this.oracle, workstations }))
    for (const one of this.workstations)
      for (const problem of (await one.ask<string[]>({ ask: 'problems' })) ?? ['does not answer']) found.push(`${one.name}: ${problem}`)
    return found
  }

  /** What everybody holds, once nobody has anything to send or to read, at one and the same end of the feed. */
  async #rested(): Promise<(ProcessHeld & { name: string })[]> {
    for (let round = 0; ; round++) {
      await Promise.all(this.workstations.map((one) => one.ask({ ask: 'rest' })))
      const before = await this.#end()
      const held: (ProcessHeld & { name: string })[] = []
      for (const one of this.workstations) {
        const answer = await one.held()
        if (answer) held.push({ ...answer, name: one.name })
      }
      const isAtRest = held.every(({ waiting, cursor }) => waiting === 0 && cursor === before) && (await this.#end()) === before
      if (isAtRest || round === 20) return held
    }
  }

  #end = (): Promise<string> => this.#withHub(async (hub) => (await hub.snapshot()).end.id)

  #withHub<T>(work: (hub: RedisHub) => Promise<T>): Promise<T> {
    return this.administer((admin) => {
      defineScripts(admin)
      return work(new RedisHub({ dataset: this.keys.dataset, link: { use: (_, use) => use(admin) } }))
    })
  }
}

function newPlace() {
  const folder = join(temporaryFolder(), 'clinic')
  const keyFile = join(temporaryFolder(), 'clinic.key')
  const place = {
    folder,
    keyStore: keyFileStore({ file: keyFile, dataFolder: folder }),
    keyStoreKind: 'keyFile' as const,
    log: silentLog,
    version: '0.0.0-test',
  }
  return { place, keyFile }
}
