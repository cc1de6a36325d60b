import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'
import { type RedisServer, redisOfTest } from '../support/redis-server.js'
import { startProxy, type TcpProxy } from '../support/tcp-proxy.js'

/** Milliseconds between two looks at something that a server does by itself. */
const lookMs = 10

/** A replica gets its copy at once. */
const usualArgs = ['--repl-diskless-sync-delay', '0']

/** A clinic's server in a drill: a real redis-server that can be lost in every known way, behind a line that can be too. */
export class DrillServer {
  /** Names of the dumps that were put aside, oldest first. */
  readonly dumps: string[] = []
  #admin: Redis
  #replica: { server: RedisServer; line: TcpProxy } | undefined

  private constructor(
    private server: RedisServer,
    readonly line: TcpProxy,
    private readonly args: readonly string[],
  ) {
    this.#admin = administratorOf(server)
  }

  static async start(args: readonly string[] = []): Promise<DrillServer> {
    const server = await redisOfTest({ args: [...usualArgs, ...args] })
    return new DrillServer(server, await startProxy(server.port), args)
  }

  /** The port that workstations know. */
  get port(): number {
    return this.line.port
  }

  /** Commands past the line, as an administrator gives them. */
  get admin(): Redis {
    return this.#admin
  }

  async flush(): Promise<void> {
    await this.#admin.flushall()
  }

  /** Kill -9, and a start with nothing: a server without persistence. */
  async restartEmpty(): Promise<void> {
    await this.server.kill()
    rmSync(this.#dumpFile(), { force: true })
    await this.#comeBack()
  }

  /** Puts a dump of the present state aside. */
  async dump(): Promise<void> {
    await this.#save()
    const name = join(this.server.folder, `aside-${this.dumps.length}.rdb`)
    copyFileSync(this.#dumpFile(), name)
    this.dumps.push(name)
  }

  /** Kill -9, and a start from a dump that was put aside: the server is back at that moment. */
  async restoreDump(name: string): Promise<void> {
    await this.server.kill()
    copyFileSync(name, this.#dumpFile())
    await this.#comeBack()
  }

  /** Kill -9, and a start from a dump that holds everything: nothing is lost but what the connections carried. */
  async restart(): Promise<void> {
    await this.#save()
    await this.server.kill()
    await this.#comeBack()
  }

  /** Sets up a replica that has everything of now, and holds its line: from here on it falls behind. */
  async leaveReplicaBehind(): Promise<void> {
    if (this.#replica) return
    const line = await startProxy(this.server.port)
    const server = await redisOfTest({ args: [...usualArgs, ...this.args] })
    const replica = administratorOf(server)
    await replica.replicaof('127.0.0.1', line.port)
    await isInStep(replica)
    line.hold()
    replica.disconnect()
    this.#replica = { server, line }
  }

  /** Kill -9 of the master, and the replica that fell behind takes its place: what was written since is gone from the server. */
  async failOver(): Promise<boolean> {
    if (!this.#replica) return false
    const { server, line } = this.#replica
    this.#replica = undefined
    await this.server.kill()
    line.cut()
    this.#admin.disconnect()
    this.server = server
    this.#admin = administratorOf(server)
    await this.#admin.replicaof('NO', 'ONE')
    this.line.leadTo(server.port)
    this.line.cut()
    return true
  }

  /** Sets up a second server with everything of now that goes on by itself beside the first one; gives its port. */
  async splitOff(): Promise<number> {
    const half = await redisOfTest({ args: [...usualArgs, ...this.args] })
    const admin = administratorOf(half)
    await admin.replicaof('127.0.0.1', this.server.port)
    await isInStep(admin)
    await admin.replicaof('NO', 'ONE')
    return half.port
  }

  /** Leaves room for nothing more; with `noeviction` every write is refused. */
  async fill(): Promise<void> {
    await this.#admin.config('SET', 'maxmemory', '1', 'maxmemory-policy', 'noeviction')
  }

  async makeRoom(): Promise<void> {
    await this.#admin.config('SET', 'maxmemory', '0')
  }

  freeze(): void {
    this.server.freeze()
  }

  resume(): void {
    this.server.resume()
  }

  kill(): Promise<void> {
    return this.server.kill()
  }

  async #comeBack(): Promise<void> {
    this.#admin.disconnect()
    await this.server.restart()
    this.#admin = administratorOf(this.server)
    this.line.cut()
  }

  /** Writes the dump, once the copy for a replica is through. */
  async #save(): Promise<void> {
    for (;;) {
      while (/rdb_bgsave_in_progress:1/.test(await this.#admin.info('persistence'))) await pause(lookMs)
      // A replica that asks for everything between the look and this begins another one.
      const isSaved = await this.#admin.save().catch((error: Error) => {
        if (!/Background save already in progress/.test(error.message)) throw error
      })
      if (isSaved) return
    }
  }

  #dumpFile(): string {
    return join(this.server.folder, 'dump.rdb')
  }
}

/** Resolves when a replica holds what its master does. */
async function isInStep(replica: Redis): Promise<void> {
  while (!/master_link_status:up/.test(await replica.info('replication'))) await pause(lookMs)
}

function administratorOf({ port }: Pick<RedisServer, 'port'>): Redis {
  const admin = new Redis({ host: '127.0.0.1', port, protocol: 2, retryStrategy: null })
  admin.on('error', () => undefined)
  onTestFinished(() => admin.disconnect())
  return admin
}
