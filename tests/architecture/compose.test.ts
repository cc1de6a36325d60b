import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { findRedisServer } from '../../scripts/programs.mjs'
import { adminOf } from '../main/redis/connections.js'
import { openWithServer } from '../monitor/support.js'
import { freePort } from '../support/redis-server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

interface Service {
  command: string[]
  ports: string[]
  environment: Record<string, string>
  healthcheck: { test: string[] }
  volumes: string[]
}
/** The file as a YAML parser reads it. */
const compose = (): { services: Record<string, Service>; volumes: object } => parse(readFileSync('docker-compose.yml', 'utf8')) as never

/** The configuration that a service's server is started with, as the container's shell writes it. */
function configurationOf({ command: [, , script = ''] }: Service, env: Record<string, string>): string[] {
  const written = script.replaceAll('$$', '$').replace(/^exec redis-server - /, 'cat ')
  return execFileSync('sh', ['-c', written], { env }).toString().trim().split('\n')
}

const env = { REDIS_PASSWORD: 'a-password-of-the-site', REDIS_MAXMEMORY: '64mb' }

it('every service keeps what it is given, evicts no record, and asks for a password that stands in no file', () => {
  const { services, volumes } = compose()
  expect(Object.keys(services)).toEqual(['redis', 'redis-tls'])
  expect(volumes).toHaveProperty('redis-data')
  for (const service of Object.values(services)) {
    const lines = configurationOf(service, env)
    expect(lines).toEqual(
      expect.arrayContaining(['requirepass a-password-of-the-site', 'maxmemory 64mb', 'maxmemory-policy noeviction', 'appendonly yes', 'dir /data']),
    )
    expect(service.environment.REDIS_PASSWORD).toMatch(/^\$\{REDIS_PASSWORD:\?/)
    expect(service.volumes).toContain('redis-data:/data')
    expect(service.healthcheck.test[1]).toContain('REDISCLI_AUTH')
    // This computer alone, unless somebody says otherwise.
    expect(service.ports.every((port) => /^\$\{REDIS_BIND:-127\.0\.0\.1\}:/.test(port))).toBe(true)
  }
  expect(configurationOf(services['redis-tls'] as Service, env)).toEqual(expect.arrayContaining(['port 0', 'tls-port 6380', 'tls-ca-cert-file /tls/ca.crt']))
})

it('a real server takes the configuration, and the monitor finds nothing wrong with it', async () => {
  const folder = temporaryFolder()
  const port = await freePort()
  const lines = configurationOf(compose().services.redis as Service, env).map((line) => line.replace('/data', folder))
  const server = spawn(findRedisServer() ?? '', ['-'], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void server.kill('SIGKILL'))
  const ready = new Promise<void>((resolve, reject) => {
    server.stdout.on('data', (text: Buffer) => text.includes('Ready to accept connections') && resolve())
    server.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)))
  })
  server.stdin.end([...lines, `port ${port}`, 'bind 127.0.0.1'].join('\n'))
  await ready
  const { admin } = await openWithServer(port, { REDIS_PASSWORD: env.REDIS_PASSWORD })
  expect(await admin.monitor.server({})).toMatchObject({
    memory: { maxBytes: 64 * 1024 * 1024 },
    policy: { value: 'noeviction', verdict: 'fine' },
    persistence: { appendOnly: true, isAppendOk: true },
    security: { password: 'set' },
    warnings: [],
  })
  expect(await adminOf(port, { password: env.REDIS_PASSWORD }).config('GET', 'appendfsync')).toEqual(['appendfsync', 'everysec'])
})
