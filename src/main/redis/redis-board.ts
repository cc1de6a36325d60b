import { type HubBoard, HubProblem, type HubProblemCode, maxReportBytes } from './hub.js'
import { inTime } from './in-time.js'
import { type ClinicKeyNames, clinicKeyNames } from './keys.js'
import { hubProblem } from './problems.js'
import { asBuffer, type RedisClient, type Reply, runScript, type ScriptName } from './scripts.js'

/** What connections are for; nothing else may stand behind a read that waits. */
export type ConnectionName = 'commands' | 'feed'

/** The connections that a hub works on. */
export interface HubLink {
  /**
   * Does some work on a connection. Rejects with a `HubProblem` only: at once where there is no connection, and as soon as it breaks. `isOptional`: that
   * the server does not offer this says nothing of the connection.
   */
  use<T>(connection: ConnectionName, work: (client: RedisClient) => Promise<T>, options?: { isOptional?: boolean }): Promise<T>
}

export interface RedisHubOptions {
  dataset: string
  link: HubLink
  /** Length and size that the feed is trimmed to; a workstation that was away for longer compares everything instead. */
  feed?: { entries: number; bytes: number }
  /** How long another workstation that replaces the history may rest before this one continues, in milliseconds. */
  takeOverMs?: number
  /** Milliseconds from an unknown beginning that never go backwards. */
  elapsedMs?: () => number
}

/** A command that got no answer for so long is given up; the connection's own limit comes first where it has one. */
const COMMAND_MS = 6000
/** Keys unlinked in one step. */
const KEYS_PER_STEP = 500

/** The part of the hub beside the records: reports, presence, invitations, grants, leases, and the server's own state. */
export class RedisBoard implements HubBoard {
  protected readonly keys: ClinicKeyNames
  protected readonly link: HubLink
  protected readonly feedLimits: { entries: number; bytes: number }
  protected readonly takeOverMs: number
  protected readonly elapsedMs: () => number
  readonly #dataset: string

  constructor({ dataset, link, feed, takeOverMs, elapsedMs }: RedisHubOptions) {
    this.#dataset = dataset
    this.keys = clinicKeyNames(dataset)
    this.link = link
    this.feedLimits = feed ?? { entries: 100_000, bytes: 64_000_000 }
    this.takeOverMs = takeOverMs ?? 30_000
    this.elapsedMs = elapsedMs ?? (() => performance.now())
  }

  async report(workstationId: string, sealed: Uint8Array): Promise<void> {
    await this.script('report', [this.keys.workstations], [workstationId, small(sealed)])
  }

  async reports(): Promise<Map<string, { sealed: Uint8Array; seenAt: number }>> {
    const reports = new Map<string, { sealed: Uint8Array; seenAt: number }>()
    const found = await this.command((client) => client.hgetallBuffer(this.keys.workstations))
    for (const [id, value] of Object.entries(found)) {
      const end = value.indexOf('\n')
      if (end > 0) reports.set(id, { sealed: value.subarray(end + 1), seenAt: Number(value.subarray(0, end)) })
    }
    return reports
  }

  async forgetReport(workstationId: string): Promise<void> {
    await this.command((client) => client.hdel(this.keys.workstations, workstationId))
  }

  async announce(member: string, ttlMs: number): Promise<void> {
    await this.script('presence', [this.keys.presence], [member, ttlMs])
  }

  async present(): Promise<string[]> {
    return ((await this.script('presence', [this.keys.presence], ['', 0])) as Reply[]).map(String)
  }

  async putLine(workstationId: string, sealed: Uint8Array, ttlMs: number): Promise<void> {
    const key = this.keys.line(workstationId)
    await this.command<unknown>((client) => (ttlMs === 0 ? client.del(key) : client.set(key, small(sealed), 'PX', ttlMs)))
  }

  async lines(workstationIds: readonly string[]): Promise<Map<string, Uint8Array>> {
    if (workstationIds.length === 0) return new Map()
    const found = await this.command((client) => client.mgetBuffer(workstationIds.map((id) => this.keys.line(id))))
    return new Map(workstationIds.flatMap((id, i) => (found[i] ? [[id, found[i]] as const] : [])))
  }

  async putInvitation(id: string, sealed: Uint8Array, ttlMs: number): Promise<void> {
    await this.command((client) => client.set(this.keys.invite(id), small(sealed), 'PX', ttlMs))
  }

  async takeInvitation(id: string): Promise<Uint8Array | undefined> {
    return ((await this.script('take', [this.keys.invite(id)], [])) as Buffer | null) ?? undefined
  }

  async putGrants(generation: number, grants: ReadonlyMap<string, Uint8Array>): Promise<void> {
    if (grants.size === 0) return
    const fields = [...grants].flatMap(([id, sealed]) => [`${generation}/${id}`, small(sealed)])
    await this.command((client) => client.hset(this.keys.grants, ...fields))
  }

  async grant(generation: number, workstationId: string): Promise<Uint8Array | undefined> {
    return (await this.command((client) => client.hgetBuffer(this.keys.grants, `${generation}/${workstationId}`))) ?? undefined
  }

  async replaceHistory(generation: number, newEpoch: string, onProgress: (unlinked: number) => void = () => undefined): Promise<boolean> {
    const begun = await this.#replace('begin', newEpoch, [], [this.#dataset, generation, this.takeOverMs])
    if (begun !== 'ok') return begun === 'done'
    let cursor = '0'
    let unlinked = 0
    do {
      const [next, found] = (await this.script('scan', [this.keys.meta], [cursor, this.keys.all])) as [Buffer, Buffer[]]
      cursor = String(next)
      const names = found.map(String).filter((name) => !this.#staysWith(name))
      for (let i = 0; i < names.length; i += KEYS_PER_STEP) await this.#replace('clear', newEpoch, names.slice(i, i + KEYS_PER_STEP), [])
      unlinked += names.length
      onProgress(unlinked)
    } while (cursor !== '0')
    await this.#replace('end', newEpoch, [], [])
    return true
  }

  async lease(series: string, count: number, atLeast: number): Promise<{ first: number; last: number }> {
    const first = Number(await this.script('lease', [this.keys.lease(series)], [count, atLeast]))
    return { first, last: first + count - 1 }
  }

  async memory(): Promise<{ usedBytes: number; maxBytes?: number } | undefined> {
    let text: string
    try {
      text = String(await this.command((client) => runScript(client, 'memory', [this.keys.meta], []), { isOptional: true }))
    } catch (error) {
      if (error instanceof HubProblem && notOffered.has(error.code)) return undefined
      throw error
    }
    const read = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(text)?.[1] ?? 0)
    const usedBytes = read('used_memory')
    const maxBytes = read('maxmemory')
    return usedBytes === 0 ? undefined : { usedBytes, ...(maxBytes > 0 && { maxBytes }) }
  }

  async ping(): Promise<{ roundTripMs: number; at: number }> {
    const began = this.elapsedMs()
    const [seconds, microseconds] = (await this.script('clock', [this.keys.meta], [])) as [Buffer, Buffer]
    return { roundTripMs: this.elapsedMs() - began, at: Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000) }
  }

  /** Runs a script on the connection for commands. */
  protected script(name: ScriptName, keys: readonly string[], values: readonly (string | number | Buffer)[]): Promise<Reply> {
    return this.command((client) => runScript(client, name, keys, values))
  }

  /** Runs a command within its time. */
  protected command<T>(run: (client: RedisClient) => Promise<T>, options?: { isOptional?: boolean }): Promise<T> {
    return this.link.use('commands', (client) => inTime(run(client), COMMAND_MS), options)
  }

  async #replace(step: 'begin' | 'clear' | 'end', newEpoch: string, names: readonly string[], values: readonly (string | number)[]): Promise<string> {
    const answer = String(await this.script('replace', [this.keys.meta, ...names], [step, newEpoch, ...values]))
    if (answer === 'busy') throw hubProblem('busy', 'Another workstation is renewing the clinic’s data on the server.')
    return answer
  }

  /** What a new history does not touch. */
  #staysWith(name: string): boolean {
    const { meta, presence, grants, workstations } = this.keys
    return [meta, presence, grants, workstations].includes(name) || name.startsWith(this.keys.lease(''))
  }
}

/** Problems that mean that a server does not offer something, rather than that it failed. */
export const notOffered: ReadonlySet<HubProblemCode> = new Set(['permission', 'version', 'unexpected'])

function small(sealed: Uint8Array): Buffer {
  if (sealed.length > maxReportBytes) throw hubProblem('record', 'This is larger than what the server is sent in one step.')
  return asBuffer(sealed)
}
