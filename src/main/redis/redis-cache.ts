import { CacheLine, type CacheLineOptions, type CacheLineState } from './cache-line.js'
import { type CacheKeyNames, cacheKeyNames } from './keys.js'
import { type LimitServer, limitServer } from './redis-limits.js'
import { asBuffer, type RedisClient, type Reply, runScript } from './scripts.js'
import type { RedisSettings } from './settings.js'

/** An order to forget what matches a pattern of paths, with its number in the order of all such orders. */
export interface Clear {
  number: number
  pattern: string
}

/** Clears after a number, oldest first. `wholeFrom`: none is missing after this one; what was stored before cannot be judged. */
export interface ClearsSince {
  head: number
  clears: readonly Clear[]
  wholeFrom: number
}

/** What the server answered for some paths; `head` is the number of the last clear. */
export interface CacheRead {
  head: number
  values: (Buffer | undefined)[]
}

/** The cache's part of the server. Every method rejects with a `HubProblem` when the server is away or too slow; none waits longer than the line's deadline. */
export interface CacheServer {
  readonly state: CacheLineState
  /** The values under some paths, in one MGET. */
  read(paths: readonly string[]): Promise<CacheRead>
  /** Stores values for a while, in one pipeline. */
  write(entries: readonly { path: string; value: Uint8Array; ttlMs: number }[]): Promise<void>
  /** Gives a clear the next number, above `atLeast`. */
  clear(pattern: string, atLeast: number): Promise<number>
  clearsSince(number: number): Promise<ClearsSince>
  /** Takes what matches out of the server's memory, in slices that hold no other client up; stops when `signal` aborts. Counts what it took. */
  reclaim(pattern: string, signal: AbortSignal, onProgress?: (unlinked: number) => void): Promise<number>
  /** Adds to a counter and answers what it is then. It is forgotten when nobody has added for so long. */
  increment(path: string, by: number, ttlMs: number): Promise<number>
  /** Counts of limits, on the same line. */
  readonly limits: LimitServer
  close(): void
}

/** Keys unlinked in one step: another client waits for one step at most. */
const KEYS_PER_STEP = 250
/** Clears that are remembered. */
const KEPT_CLEARS = 1000

/** Opens the cache's line to a server and returns at once. */
export function openRedisCache(settings: RedisSettings, options: CacheLineOptions & { dataset: string }): CacheServer {
  return new RedisCache(new CacheLine(settings, options, cacheKeyNames(options.dataset).clearHead), options.dataset)
}

class RedisCache implements CacheServer {
  readonly limits: LimitServer
  readonly #keys: CacheKeyNames

  constructor(
    private readonly line: CacheLine,
    dataset: string,
  ) {
    this.#keys = cacheKeyNames(dataset)
    this.limits = limitServer(line, dataset)
  }

  get state(): CacheLineState {
    return this.line.state
  }

  async read(paths: readonly string[]): Promise<CacheRead> {
    const names = paths.map((path) => this.#keys.entry(path))
    const [head, ...values] = await this.line.run((client) => client.mgetBuffer(this.#keys.clearHead, ...names))
    return { head: Number(head ?? 0), values: values.map((value) => value ?? undefined) }
  }

  async write(entries: readonly { path: string; value: Uint8Array; ttlMs: number }[]): Promise<void> {
    await this.line.run((client) =>
      Promise.all(entries.map(({ path, value, ttlMs }) => client.set(this.#keys.entry(path), asBuffer(value), 'PX', Math.max(1, Math.ceil(ttlMs))))),
    )
  }

  async clear(pattern: string, atLeast: number): Promise<number> {
    const { clearHead, clears } = this.#keys
    return Number(await this.line.run((client) => runScript(client, 'clear', [clearHead, clears], [pattern, atLeast, KEPT_CLEARS])))
  }

  async clearsSince(number: number): Promise<ClearsSince> {
    const { clearHead, clears } = this.#keys
    const [head, oldest, members] = (await this.line.run((client) => runScript(client, 'clears', [clearHead, clears], [number]))) as [Reply, Reply, Buffer[]]
    const isWhole = Number(head) <= number || (Number(oldest) > 0 && Number(oldest) <= number + 1)
    return { head: Number(head), clears: members.map(clearOf), wholeFrom: isWhole ? number : Number(oldest) > 0 ? Number(oldest) - 1 : Number(head) }
  }

  async reclaim(pattern: string, signal: AbortSignal, onProgress: (unlinked: number) => void = () => undefined): Promise<number> {
    let cursor = '0'
    let unlinked = 0
    do {
      const scan = (client: RedisClient) => runScript(client, 'scan', [this.#keys.clearHead], [cursor, this.#keys.entry(pattern)])
      const [next, found] = (await this.line.run(scan)) as [Buffer, Buffer[]]
      cursor = String(next)
      for (let i = 0; i < found.length && !signal.aborted; i += KEYS_PER_STEP)
        unlinked += await this.line.run((client) => client.unlink(...found.slice(i, i + KEYS_PER_STEP)))
      onProgress(unlinked)
    } while (cursor !== '0' && !signal.aborted)
    return unlinked
  }

  async increment(path: string, by: number, ttlMs: number): Promise<number> {
    return Number(await this.line.run((client) => runScript(client, 'count', [this.#keys.entry(path)], [by, ttlMs])))
  }

  close(): void {
    this.line.close()
  }
}

/** A clear as the server keeps it: number, colon, pattern. */
function clearOf(member: Buffer): Clear {
  const text = String(member)
  const end = text.indexOf(':')
  return { number: Number(text.slice(0, end)), pattern: text.slice(end + 1) }
}
