import type { Log } from '../lib/log.js'
import type { CacheLineState } from '../redis/cache-line.js'
import type { CacheServer } from '../redis/redis-cache.js'
import { open, SealBroken, seal } from '../security/sealing.js'
import type { Clears } from './clears.js'
import { decode, type Envelope, encode, largestValueBytes } from './envelope.js'

/** What the server has under a path: an envelope, nothing, or a reason why what is there cannot be used. */
export type Found = Envelope | 'absent' | 'redisAway' | 'refused' | 'cleared'

export interface RedisLayerOptions {
  clears: Clears
  /** Seals what leaves this process; 32 bytes. */
  key: () => Uint8Array
  /** The full key of a path: entries open under it alone. */
  keyOf: (path: string) => string
  program: string
  /** What has to be added to this computer's clock to get the server's, in milliseconds: ages are told between computers. */
  clockOffsetMs: () => number
  log: Log
  /** Told of patterns that others ordered to forget. */
  onCleared: (pattern: string) => void
  /** Told how far the server's memory was given back of what an own order forgot: how many keys so far, and whether that was all. */
  onReclaim: (pattern: string, unlinked: number, isDone: boolean) => void
}

/** Opens a line to a server; returns at once. `onState` hears how it stands. */
export type OpenCacheServer = (onState: (state: CacheLineState) => void) => CacheServer

/** How often the server is asked whether it is there and what was ordered to be forgotten, in milliseconds. */
const BEAT_MS = 5000

/** Values at the clinic's server: sealed under their full key, written without waiting, read within the line's deadline. */
export class RedisLayer {
  #server: CacheServer | undefined
  #learning: Promise<void> | undefined
  #isSynced = false
  /** Patterns of what still takes the server's memory. */
  readonly #forgotten = new Set<string>()
  #isReclaiming = false
  #beat: NodeJS.Timeout | undefined
  readonly #end = new AbortController()

  constructor(private readonly options: RedisLayerOptions) {}

  /** Uses the server that this opens from now on; undefined for none. The one before is closed. */
  use(openServer: OpenCacheServer | undefined): void {
    clearInterval(this.#beat)
    this.#server?.close()
    this.#isSynced = false
    this.#server = openServer?.((state) => {
      this.#isSynced = false
      if (state === 'ready') this.synchronise()
    })
    if (!openServer) return
    this.#beat = setInterval(() => this.synchronise(), BEAT_MS)
    this.#beat.unref()
  }

  /** `ready` once the orders to forget of both sides are known on both. */
  get state(): CacheLineState {
    const state = this.#server?.state ?? 'off'
    return state === 'ready' && !this.#isSynced ? 'connecting' : state
  }

  async read(paths: readonly string[]): Promise<Found[]> {
    const server = this.#server
    if (!server || this.state !== 'ready') return paths.map(() => 'redisAway')
    try {
      const { head, values } = await server.read(paths)
      // Orders that are not known here, or a server that has forgotten some: found out beside the caller, who computes this time.
      if (head !== this.options.clears.head) {
        this.synchronise()
        return paths.map(() => 'cleared')
      }
      return values.map((value, i) => (value ? this.unseal(paths[i] as string, value) : 'absent'))
    } catch {
      return paths.map(() => 'redisAway')
    }
  }

  /** Sends values on their way; nobody waits, and one that does not arrive is computed again. */
  write(entries: readonly { path: string; envelope: Envelope }[]): void {
    const server = this.#server
    if (!server || this.state !== 'ready' || entries.length === 0) return
    const { program, key, keyOf, clockOffsetMs } = this.options
    const offset = clockOffsetMs()
    const sealed = entries.map(({ path, envelope }) => {
      const shared = { ...envelope, asOf: envelope.asOf + offset, expiresAt: envelope.expiresAt + offset, deadAt: envelope.deadAt + offset }
      return { path, value: seal(key(), encode(shared, program), keyOf(path)), ttlMs: envelope.deadAt - envelope.asOf }
    })
    server.write(sealed).catch(() => undefined)
  }

  /** Tells the server of own orders to forget, and hears of those of others; beside whatever runs, one at a time. */
  synchronise(): void {
    this.#learning ??= this.#synchronise()
      .catch(() => undefined)
      .finally(() => {
        this.#learning = undefined
      })
  }

  async increment(path: string, by: number, ttlMs: number): Promise<number | undefined> {
    if (this.#server?.state !== 'ready') return undefined
    return this.#server.increment(path, by, ttlMs).catch(() => undefined)
  }

  /** Takes what was forgotten out of the server's memory, beside whatever runs; what is interrupted is taken up again when the server is back. */
  async #reclaim(server: CacheServer): Promise<void> {
    if (this.#isReclaiming) return
    this.#isReclaiming = true
    try {
      for (const pattern of this.#forgotten) {
        const told = this.options.onReclaim
        const unlinked = await server.reclaim(pattern, this.#end.signal, (sofar) => told(pattern, sofar, false))
        this.#forgotten.delete(pattern)
        told(pattern, unlinked, true)
      }
    } catch (error) {
      this.options.log.info('cache.reclaim', { error })
    } finally {
      this.#isReclaiming = false
    }
  }

  close(): void {
    this.#end.abort()
    this.use(undefined)
  }

  async #synchronise(): Promise<void> {
    const server = this.#server
    const { clears } = this.options
    if (server?.state !== 'ready') return
    const told = await server.clearsSince(clears.head)
    if (server !== this.#server) return
    // A server that was emptied, put back or promoted from a stale replica has forgotten orders: whatever it holds cannot be judged.
    if (told.head < clears.head) await server.clear('*', clears.head)
    this.#learned(told.head < clears.head ? await server.clearsSince(clears.head) : told)
    for (const pattern of clears.pending()) {
      const number = await server.clear(pattern, clears.head)
      if (!clears.numbered(pattern, number)) this.#learned(await server.clearsSince(clears.head))
      this.#forgotten.add(pattern)
    }
    if (server === this.#server) this.#isSynced = true
    void this.#reclaim(server)
  }

  #learned(told: Awaited<ReturnType<CacheServer['clearsSince']>>): void {
    for (const pattern of this.options.clears.learn(told)) this.options.onCleared(pattern)
  }

  /** What a value of the server is under its path; nothing is asked. */
  unseal(path: string, sealed: Buffer): Found {
    const { key, keyOf, program, clears, clockOffsetMs } = this.options
    let text: string
    try {
      text = open(key(), sealed, keyOf(path), largestValueBytes + 4096).toString('utf8')
    } catch (error) {
      if (error instanceof SealBroken) return 'refused'
      throw error
    }
    const shared = decode(text, program)
    if (!shared) return 'refused'
    if (clears.isCleared(path, shared.clears)) return 'cleared'
    const offset = clockOffsetMs()
    return { ...shared, asOf: shared.asOf - offset, expiresAt: shared.expiresAt - offset, deadAt: shared.deadAt - offset }
  }
}
