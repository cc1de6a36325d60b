import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { findRedisServer } from '../../scripts/programs.mjs'

export interface RedisServerOptions {
  /** More arguments, as after `redis-server` on a command line. */
  args?: readonly string[]
  password?: string
  /** A configuration file, which the server may rewrite. */
  configFile?: string
  /** Port of an earlier server to take again; a free one otherwise. */
  port?: number
  /** Certificate, key and authority (PEM files): the port then speaks TLS only. */
  tls?: { cert: string; key: string; ca: string }
}

/** A real redis-server of its own, on a port of 127.0.0.1, in a temporary folder. */
export interface RedisServer {
  readonly port: number
  readonly folder: string
  readonly pid: number
  /** Ends it as its administrator would. */
  stop(): Promise<void>
  /** Ends it as a power cut would. */
  kill(): Promise<void>
  /** Lets it stand still with its connections open. */
  freeze(): void
  resume(): void
  /** Starts it again on the same port and folder after it has ended. */
  restart(): Promise<void>
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** Starts a server and waits until it answers. Whoever starts it stops it; `redisOfTest` and `redisOfFile` do so by themselves. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer & { remove(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'medinsight-redis-'))
  const port = options.port ?? (await freePort())
  let child = await spawnRedis(folder, port, options)
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGCONT')
    child.kill(signal)
    await ended
  }
  return {
    port,
    folder,
    get pid() {
      return child.pid ?? 0
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    freeze: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    restart: async () => {
      child = await spawnRedis(folder, port, options)
    },
    remove: async () => {
      await end('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A server that ends with the running test. */
export async function redisOfTest(options: RedisServerOptions = {}): Promise<RedisServer> {
  const server = await startRedis(options)
  onTestFinished(server.remove)
  return server
}

/** A server for all tests of a file; call it at the file's top level. */
export function redisOfFile(options: RedisServerOptions = {}): () => RedisServer {
  let server: Awaited<ReturnType<typeof startRedis>> | undefined
  beforeAll(async () => {
    server = await startRedis(options)
  })
  afterAll(() => server?.remove())
  return () => {
    if (!server) throw new Error('The server runs while tests do.')
    return server
  }
}

function spawnRedis(folder: string, port: number, { args = [], password, tls, configFile }: RedisServerOptions): Promise<ChildProcess> {
  const program = findRedisServer()
  if (!program) throw new Error('redis-server is not installed: npm run prepare-tests')
  const ports = tls
    ? [
        '--port',
        '0',
        '--tls-port',
        String(port),
        '--tls-cert-file',
        tls.cert,
        '--tls-key-file',
        tls.key,
        '--tls-ca-cert-file',
        tls.ca,
        '--tls-auth-clients',
        'no',
      ]
    : ['--port', String(port)]
  const isSentinel = args.includes('--sentinel')
  const plain = ['--bind', '127.0.0.1', '--dir', folder, ...(isSentinel ? [] : ['--save', '', '--appendonly', 'no'])]
  const all = [...(configFile ? [configFile] : []), ...ports, ...plain, ...(password ? ['--requirepass', password] : []), ...args]
  const child = spawn(program, all, { stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return new Promise((resolve, reject) => {
    let said = ''
    child.stdout?.on('data', (part: Buffer) => {
      said = (said + part).slice(-4000)
      // A sentinel says that it is running when it listens, a server that it is ready when its data is loaded.
      if (/Ready to accept connections|\+monitor|Sentinel ID is/.test(said)) resolve(child)
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`redis-server ended with ${code}: ${said}`)))
  })
}
