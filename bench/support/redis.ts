import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { findRedisServer } from '../../scripts/programs.mjs'

/** A redis-server of a benchmark's own, set up as a site runs it: with an append-only file that is synced every second. */
export interface BenchRedis {
  port: number
  /** A connection for what the benchmark itself asks. */
  client: Redis
  /** Bytes that came in and went out since the server started. */
  wire(): Promise<{ in: number; out: number }>
  /** Bytes of the server's data, without buffers of connections. */
  memory(): Promise<number>
  /** Milliseconds of CPU that the server has used. */
  cpuMs(): Promise<number>
  flush(): Promise<void>
  /** Lets it stand still with its connections open. */
  freeze(): void
  resume(): void
  stop(): Promise<void>
}

export async function startRedis(): Promise<BenchRedis> {
  const program = findRedisServer()
  if (!program) throw new Error('redis-server is not installed: npm run prepare-tests')
  const folder = mkdtempSync(join(tmpdir(), 'medinsight-bench-redis-'))
  const port = await freePort()
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes', '--appendfsync', 'everysec']
  const child = spawn(program, settings, { stdio: ['ignore', 'pipe', 'inherit'] })
  const end = () => void child.kill('SIGKILL')
  process.once('exit', end)
  await new Promise<void>((resolve, reject) => {
    let said = ''
    child.stdout.on('data', (part: Buffer) => {
      said += part
      if (said.includes('Ready to accept connections')) resolve()
    })
    child.once('exit', () => reject(new Error(`redis-server ended: ${said}`)))
  })
  const client = new Redis({ host: '127.0.0.1', port, protocol: 2 })
  const info = async (section: string) => {
    const text = await client.info(section)
    return (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(text)?.[1])
  }
  return {
    port,
    client,
    wire: async () => {
      const read = await info('stats')
      return { in: read('total_net_input_bytes'), out: read('total_net_output_bytes') }
    },
    memory: async () => (await info('memory'))('used_memory_dataset'),
    cpuMs: async () => {
      const read = await info('cpu')
      return (read('used_cpu_sys') + read('used_cpu_user')) * 1000
    },
    flush: async () => void (await client.flushall()),
    freeze: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    stop: async () => {
      client.disconnect()
      const ended = new Promise((resolve) => child.once('exit', resolve))
      end()
      await ended
      process.off('exit', end)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
