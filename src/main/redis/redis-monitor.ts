import { openClients } from './clients.js'
import { HubProblem } from './hub.js'
import { inTime } from './in-time.js'
import { clinicKeyNames } from './keys.js'
import { MonitorLine } from './monitor-line.js'
import { problemOf } from './problems.js'
import { notOffered } from './redis-board.js'
import { asBuffer, type RedisClient, runScript, scriptNameOf } from './scripts.js'
import { infoOf, type ServerInfo } from './server-info.js'
import type { RedisSettings } from './settings.js'
import { nodeOf } from './slots.js'

/** A command that took the server long: when (milliseconds since 1970), how long, and its name; never what it carried. */
export interface SlowCommand {
  at: number
  micros: number
  command: string
}

/** What the monitor asks of the server. Every method rejects with a `HubProblem` where the server is away; undefined is what it does not offer. */
export interface MonitorServer {
  readonly isEncrypted: boolean
  info(): Promise<ServerInfo | undefined>
  /** One of the server's own settings. */
  setting(name: string): Promise<string | undefined>
  slowLog(count: number): Promise<SlowCommand[] | undefined>
  /** A step of a walk over the clinic's keys: about `count` of them are looked at, so that nobody else waits for it. Ends with the cursor `0`. */
  scan(pattern: string, cursor: string, count: number): Promise<{ next: string; keys: string[] }>
  /** Size and remaining life of values; a key that is gone or of another type has no size, one that lives for ever no remaining life. */
  sizes(keys: readonly string[]): Promise<{ bytes: number | undefined; ttlMs: number | undefined }[]>
  value(key: string): Promise<Buffer | undefined>
  /** Whether it lets in whoever has no credentials; found out over a connection of its own. */
  isOpen(): Promise<boolean>
  close(): void
}

/** Opens nothing yet: the connection is made with the first question. */
export const openMonitor = (settings: RedisSettings, dataset: string): MonitorServer => new RedisMonitor(settings, clinicKeyNames(dataset).meta)

class RedisMonitor implements MonitorServer {
  readonly #line: MonitorLine
  #isOpen: Promise<boolean> | undefined

  constructor(
    private readonly settings: RedisSettings,
    /** A key of the clinic: in a cluster the node that holds it is asked. */
    private readonly meta: string,
  ) {
    this.#line = new MonitorLine(settings, meta)
  }

  get isEncrypted(): boolean {
    return this.settings.tls !== undefined
  }

  async info(): Promise<ServerInfo | undefined> {
    const text = await this.#optional((client) => nodeOf(client, this.meta).info())
    return text === undefined ? undefined : infoOf(text)
  }

  setting(name: string): Promise<string | undefined> {
    return this.#optional(async (client) => ((await nodeOf(client, this.meta).config('GET', name)) as string[])[1])
  }

  slowLog(count: number): Promise<SlowCommand[] | undefined> {
    return this.#optional(async (client) => {
      const entries = (await nodeOf(client, this.meta).slowlog('GET', count)) as [number, number, number, string[]][]
      return entries.map(([, seconds, micros, words]) => ({ at: seconds * 1000, micros, command: commandOf(words) }))
    })
  }

  scan(pattern: string, cursor: string, count: number): Promise<{ next: string; keys: string[] }> {
    return this.#line.run(async (client) => {
      const [next, found] = (await runScript(client, 'scan', [this.meta], [cursor, pattern, count])) as [Buffer, Buffer[]]
      return { next: String(next), keys: found.map(String) }
    })
  }

  sizes(keys: readonly string[]): Promise<{ bytes: number | undefined; ttlMs: number | undefined }[]> {
    return this.#line.run((client) =>
      Promise.all(
        keys.map(async (key) => {
          const [length, ttl] = await Promise.all([client.strlen(key).catch(notAText), client.pttl(key)])
          return { bytes: length > 0 ? length : undefined, ttlMs: ttl >= 0 ? ttl : undefined }
        }),
      ),
    )
  }

  async value(key: string): Promise<Buffer | undefined> {
    const value = await this.#line.run((client) => client.getBuffer(key).catch(notAText))
    return value instanceof Buffer ? asBuffer(value) : undefined
  }

  isOpen(): Promise<boolean> {
    this.#isOpen ??= letsAnybodyIn(this.settings).catch((error: unknown) => {
      this.#isOpen = undefined
      throw error
    })
    return this.#isOpen
  }

  close(): void {
    this.#line.close()
  }

  async #optional<T>(work: (client: RedisClient) => Promise<T>): Promise<T | undefined> {
    try {
      return await this.#line.run(work)
    } catch (error) {
      if (error instanceof HubProblem && notOffered.has(error.code)) return undefined
      throw error
    }
  }
}

/** Longest wait for an answer without credentials, in milliseconds. */
const ASK_MS = 3000

async function letsAnybodyIn({ username: _, password: __, ...settings }: RedisSettings): Promise<boolean> {
  try {
    const [client] = (await inTime(openClients(settings, ['monitor']), ASK_MS)) as [RedisClient]
    try {
      await inTime(client.ping(), ASK_MS)
      return true
    } finally {
      client.disconnect()
    }
  } catch (error) {
    const problem = problemOf(error)
    if (problem.code === 'auth' || problem.code === 'permission') return false
    throw problem
  }
}

/** Name of a command; of a script, which it was. What else stands in the words are keys and sealed values. */
function commandOf([name = '', sub = '']: readonly string[]): string {
  const word = /^[A-Za-z|._-]{1,40}$/.test(name) ? name.toUpperCase() : 'OTHER'
  return word === 'EVALSHA' ? `${word} ${scriptNameOf(sub) ?? 'other'}` : word
}

/** A key that holds something else than a text has no value to show. */
function notAText(error: unknown): number {
  if (/^WRONGTYPE/.test((error as Error).message)) return 0
  throw error
}
