import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type TestResult, testConnection } from '../../../src/main/redis/test-connection.js'
import { makeCertificate } from '../../support/certificates.js'
import { freePort, redisOfTest } from '../../support/redis-server.js'
import { startProxy } from '../../support/tcp-proxy.js'
import { adminOf, settingsFor } from './connections.js'

const plainSteps = ['resolve', 'connect', 'signIn', 'answer', 'version', 'write', 'script', 'wait', 'eviction', 'persistence']

const stepsOf = (results: readonly TestResult[]) => results.map(({ step }) => step)
const lastOf = (results: readonly TestResult[]) => results.at(-1)
const of = (results: readonly TestResult[], step: TestResult['step']) => results.find((result) => result.step === step)

describe('the test of the settings', () => {
  it('goes through every step where all is well, and leaves nothing behind', async () => {
    const server = await redisOfTest({ args: ['--appendonly', 'yes'] })
    const results = await testConnection(settingsFor(server.port))
    expect(stepsOf(results)).toEqual(plainSteps)
    expect(results.every(({ isOk, code }) => isOk && code === undefined)).toBe(true)
    expect(results.every(({ sentence }) => /^\p{Lu}.*\.$/u.test(sentence))).toBe(true)
    const admin = adminOf(server.port)
    expect(await admin.keys('*')).toEqual([])
    await vi.waitFor(async () => expect(String(await admin.call('CLIENT', 'LIST'))).not.toContain('medinsight-'), { timeout: 20_000 })
  })

  it('looks at the encryption by itself', async () => {
    const files = await makeCertificate(['127.0.0.1'])
    const server = await redisOfTest({ tls: files })
    const trusted = await testConnection(settingsFor(server.port, { tls: { caFile: files.ca } }))
    expect(stepsOf(trusted)).toEqual(['resolve', 'connect', 'encrypt', ...plainSteps.slice(2)])
    const untrusted = await testConnection(settingsFor(server.port, { tls: {} }))
    expect(lastOf(untrusted)).toMatchObject({ step: 'encrypt', isOk: false, code: 'certificate' })
    const forgotten = await testConnection(settingsFor(server.port))
    expect(lastOf(forgotten)).toEqual({
      step: 'signIn',
      isOk: false,
      code: 'closed',
      sentence: 'The server ended the connection at once. Check whether its port expects TLS.',
    })
  })

  it('says where encryption meets a server without it', async () => {
    const server = await redisOfTest()
    expect(lastOf(await testConnection(settingsFor(server.port, { tls: {} })))).toMatchObject({ step: 'encrypt', isOk: false, code: 'tls' })
  })

  it('stops at a host that is not known and at a port where nothing listens', async () => {
    const unknown = await testConnection({ ...settingsFor(6379), endpoints: [{ host: 'no-such-host.invalid', port: 6379 }] })
    expect(unknown).toEqual([{ step: 'resolve', isOk: false, code: 'host', sentence: expect.stringContaining('host name is not known') }])
    const nobody = await testConnection(settingsFor(await freePort()))
    expect(lastOf(nobody)).toMatchObject({ step: 'connect', isOk: false, code: 'unreachable' })
  })

  it('finds out that what listens is not Redis', async () => {
    const server = createServer((socket) => void socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const port = await freePort()
    await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening))
    onTestFinished(() => void server.close())
    expect(lastOf(await testConnection(settingsFor(port)))).toMatchObject({ step: 'signIn', isOk: false, code: 'notRedis' })
  })

  it('says what is wrong with user, password and database', async () => {
    const server = await redisOfTest({ password: 'right' })
    expect(lastOf(await testConnection(settingsFor(server.port, { password: 'wrong' })))).toMatchObject({ step: 'signIn', isOk: false, code: 'auth' })
    expect(lastOf(await testConnection(settingsFor(server.port)))).toMatchObject({ step: 'answer', isOk: false, code: 'auth' })
    expect(lastOf(await testConnection(settingsFor(server.port, { password: 'right', database: 77 })))).toMatchObject({ step: 'signIn', code: 'database' })
  })

  it('names the step that a user may not do', async () => {
    const server = await redisOfTest()
    const admin = adminOf(server.port)
    await admin.call('ACL', 'SETUSER', 'ana', 'on', '>pass', '~medinsight:*', '+@all', '-set')
    const user = settingsFor(server.port, { username: 'ana', password: 'pass' })
    expect(lastOf(await testConnection(user))).toMatchObject({ step: 'write', isOk: false, code: 'permission' })
    await admin.call('ACL', 'SETUSER', 'ana', '+set', '-@scripting')
    expect(lastOf(await testConnection(user))).toMatchObject({ step: 'script', isOk: false, code: 'permission' })
  })

  it('goes on without what a server does not offer', async () => {
    const server = await redisOfTest()
    await adminOf(server.port).call('ACL', 'SETUSER', 'ana', 'on', '>pass', '~medinsight:*', '+@all', '-info', '-config', '-xread')
    const results = await testConnection(settingsFor(server.port, { username: 'ana', password: 'pass' }))
    expect(stepsOf(results)).toEqual(plainSteps)
    expect(results.filter(({ code }) => code === 'notOffered').map(({ step }) => step)).toEqual(['version', 'wait', 'eviction', 'persistence'])
    expect(results.every(({ isOk }) => isOk)).toBe(true)
  })

  it.each([
    ['noeviction', true],
    ['volatile-lru', true],
    ['allkeys-lru', false],
    ['allkeys-random', false],
  ])('looks at what the server deletes when it is full: %s', async (policy, isOk) => {
    const server = await redisOfTest({ args: ['--maxmemory', '100mb', '--maxmemory-policy', policy] })
    expect(of(await testConnection(settingsFor(server.port)), 'eviction')).toMatchObject({ isOk, ...(!isOk && { code: 'evicts' }) })
  })

  it('says whether the server saves its data', async () => {
    const server = await redisOfTest()
    const admin = adminOf(server.port)
    expect(of(await testConnection(settingsFor(server.port)), 'persistence')).toMatchObject({ isOk: true, code: 'notKept' })
    await admin.config('SET', 'save', '3600 1')
    expect(of(await testConnection(settingsFor(server.port)), 'persistence')).toEqual({
      step: 'persistence',
      isOk: true,
      sentence: 'The server saves its data to disk.',
    })
    rmSync(server.folder, { recursive: true })
    await admin.bgsave()
    await vi.waitFor(async () => expect(await admin.info('persistence')).toContain('rdb_last_bgsave_status:err'), { timeout: 20_000 })
    // Then it takes no changes, and does not even answer a PING.
    expect(lastOf(await testConnection(settingsFor(server.port)))).toMatchObject({ step: 'answer', isOk: false, code: 'misconfigured' })
  })

  it('says that the server is a replica, or that its memory is full', async () => {
    const server = await redisOfTest()
    const admin = adminOf(server.port)
    await admin.config('SET', 'maxmemory', '1')
    expect(lastOf(await testConnection(settingsFor(server.port)))).toMatchObject({ step: 'write', isOk: false, code: 'full' })
    await admin.replicaof('127.0.0.1', await freePort())
    expect(lastOf(await testConnection(settingsFor(server.port)))).toMatchObject({ step: 'version', isOk: false, code: 'readOnly' })
  })

  it('ends in time where the server stands still, whenever that happens', async () => {
    const server = await redisOfTest()
    server.freeze()
    expect(lastOf(await testConnection(settingsFor(server.port)))).toMatchObject({ step: 'signIn', isOk: false, code: 'timeout' })
    server.resume()
    const proxy = await startProxy(server.port)
    proxy.answer = (request) => {
      if (request.includes('probe')) proxy.swallow()
      return undefined
    }
    expect(lastOf(await testConnection(settingsFor(proxy.port)))).toMatchObject({ step: 'write', isOk: false, code: 'timeout' })
  })

  it('tries a socket of this computer', async () => {
    const server = await redisOfTest({ args: ['--unixsocket', 'redis.sock'] })
    const settings = { ...settingsFor(0), endpoints: [], path: `${server.folder}/redis.sock` }
    expect(stepsOf(await testConnection(settings))).toEqual(plainSteps.slice(1))
    expect(lastOf(await testConnection({ ...settings, path: `${server.folder}/none.sock` }))).toMatchObject({ step: 'connect', code: 'unreachable' })
  })
})
