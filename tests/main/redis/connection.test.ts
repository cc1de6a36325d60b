import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import type { Log } from '../../../src/main/lib/log.js'
import { feedStart } from '../../../src/main/redis/hub.js'
import { makeCertificate } from '../../support/certificates.js'
import { freePort, redisOfTest, startRedis } from '../../support/redis-server.js'
import { startProxy } from '../../support/tcp-proxy.js'
import { adminOf, openFor, settingsFor, until } from './connections.js'
import { newEpoch, pushOf, record } from './hubs.js'

type Connection = ReturnType<typeof openFor>

/** Says hello and returns the name of the history. */
async function begin({ hub, dataset }: Connection): Promise<string> {
  return (await hub.hello({ dataset, epoch: undefined, cursor: undefined, newEpoch: newEpoch(), generation: 1, schema: 1, leastSchema: 0 })).epoch
}

const one = (epoch: string, n = 1) => pushOf({ epoch, from: n, to: n, records: [record(randomUUID(), 'one')] })

describe('without a server', () => {
  it('stays off when none is set', async () => {
    const connection = openFor(undefined)
    expect(connection.state()).toEqual({ kind: 'off' })
    await expect(connection.hub.ping()).rejects.toMatchObject({ name: 'HubProblem', code: 'closed' })
    connection.reconnectNow()
    expect(connection.state()).toEqual({ kind: 'off' })
  })

  it('lets the start go on at once, and connects when the server appears', async () => {
    const port = await freePort()
    const connection = openFor(settingsFor(port))
    expect(connection.state().kind).toBe('connecting')
    await expect(connection.hub.ping()).rejects.toMatchObject({ code: 'closed' })
    expect(await until(connection, 'waiting')).toMatchObject({ problem: 'unreachable' })
    await redisOfTest({ port })
    await until(connection, 'ready')
    expect((await connection.hub.ping()).roundTripMs).toBeGreaterThan(0)
  })

  it('says that a host name is not known, and tries again', async () => {
    const connection = openFor({ ...settingsFor(6379), endpoints: [{ host: 'no-such-host.invalid', port: 6379 }] })
    expect(await until(connection, 'waiting')).toMatchObject({ problem: 'host' })
  })

  it('ends an attempt when it is closed', async () => {
    const connection = openFor(settingsFor(await freePort()))
    await connection.close()
    expect(connection.state()).toEqual({ kind: 'off' })
    await expect(connection.hub.snapshot()).rejects.toMatchObject({ code: 'closed' })
  })
})

describe('while the server goes and comes', () => {
  it('ends what is in flight at once when the server is killed, and connects again', async () => {
    const server = await redisOfTest()
    const connection = openFor(settingsFor(server.port))
    await until(connection, 'ready')
    await begin(connection)
    const reading = connection.hub.read(feedStart, { count: 10, waitMs: 60_000 })
    const ended = expect(reading).rejects.toMatchObject({ name: 'HubProblem', code: 'closed', isRefusal: false })
    await server.kill()
    await ended
    await server.restart()
    await until(connection, 'ready')
    expect((await connection.hub.snapshot()).epoch).toBeUndefined()
  })

  it('gives a server up that stands still, and comes back when it goes on', async () => {
    const server = await redisOfTest()
    const connection = openFor(settingsFor(server.port))
    await until(connection, 'ready')
    server.freeze()
    await expect(connection.hub.ping()).rejects.toMatchObject({ code: 'timeout', isRefusal: false })
    expect(connection.state().kind).not.toBe('ready')
    server.resume()
    await until(connection, 'ready')
    await connection.hub.ping()
  })

  it('finds a line that died in silence, also while a read waits on it', async () => {
    const server = await redisOfTest()
    const proxy = await startProxy(server.port)
    const connection = openFor(settingsFor(proxy.port))
    await until(connection, 'ready')
    const reading = connection.hub.read(feedStart, { count: 1, waitMs: 60_000 })
    const ended = expect(reading).rejects.toMatchObject({ code: 'timeout' })
    proxy.swallow()
    await ended
    proxy.heal()
    await until(connection, 'ready')
    await connection.hub.ping()
  })

  it('never sends anything twice by itself when the answer is lost', async () => {
    const server = await redisOfTest()
    const proxy = await startProxy(server.port)
    const connection = openFor(settingsFor(proxy.port))
    await until(connection, 'ready')
    const epoch = await begin(connection)
    const push = one(epoch)
    proxy.swallow()
    await expect(connection.hub.push(push)).rejects.toMatchObject({ code: 'timeout' })
    proxy.heal()
    await until(connection, 'ready')
    expect(await connection.hub.read(feedStart, { count: 10, waitMs: 0 })).toHaveLength(1)
    const calls = /cmdstat_xadd:calls=(\d+)/.exec(await adminOf(server.port).info('commandstats'))?.[1]
    expect(calls).toBe('1')
    expect(await connection.hub.push(push)).toMatchObject({ status: 'ok' })
    expect(await connection.hub.read(feedStart, { count: 10, waitMs: 0 })).toHaveLength(1)
  })

  it('connects anew when it is asked to', async () => {
    const server = await redisOfTest()
    const connection = openFor(settingsFor(server.port))
    await until(connection, 'ready')
    const states: string[] = []
    connection.subscribe(({ kind }) => states.push(kind))
    connection.reconnectNow()
    await until(connection, 'ready')
    expect(states).toEqual(['connecting', 'ready'])
  })

  it('tells of a server that still loads its data', async () => {
    const server = await redisOfTest({ args: ['--key-load-delay', '2000', '--loading-process-events-interval-bytes', '1024'] })
    const admin = adminOf(server.port)
    await admin.mset(...Array.from({ length: 1000 }, (_, n) => [`key:${n}`, 'x'.repeat(100)]).flat())
    await admin.save()
    await server.stop()
    const connection = openFor(settingsFor(server.port))
    const problems = new Set<string>()
    connection.subscribe((state) => state.kind === 'waiting' && problems.add(state.problem))
    await server.restart()
    await until(connection, 'ready')
    expect(problems).toContain('loading')
  })
})

describe('a server that refuses', () => {
  it('is asked rarely after a wrong password, and everything says why', async () => {
    const lines: unknown[] = []
    const note = (event: string, fields?: object) => void lines.push([event, fields])
    const log: Log = { debug: note, info: note, warn: note, error: note }
    const server = await redisOfTest({ password: 'right-quince' })
    const connection = openFor(settingsFor(server.port, { password: 'wrong-quince' }), { log })
    const refused = await until(connection, 'refused')
    expect(refused.problem).toBe('auth')
    expect(refused.until - Date.now()).toBeGreaterThan(20_000)
    const problem = await connection.hub.ping().catch((error: Error) => error)
    expect(problem).toMatchObject({ code: 'auth', isRefusal: true })
    expect(JSON.stringify([lines, problem, (problem as Error).stack])).not.toMatch(/quince/)
    expect(lines).toEqual([['redis.refused', { problem: 'auth' }]])
    await adminOf(server.port, { password: 'right-quince' }).config('SET', 'requirepass', 'wrong-quince')
    connection.reconnectNow()
    await until(connection, 'ready')
  })

  it('refuses without a password as well', async () => {
    const server = await redisOfTest({ password: 'right' })
    expect(await until(openFor(settingsFor(server.port)), 'refused')).toMatchObject({ problem: 'auth' })
    const right = openFor(settingsFor(server.port, { password: 'right' }))
    await until(right, 'ready')
  })

  it('refuses a user who may not run scripts, also from one moment to the other', async () => {
    const server = await redisOfTest()
    const admin = adminOf(server.port)
    await admin.call('ACL', 'SETUSER', 'ana', 'on', '>pass', '~medinsight:*', '+@all', '-@scripting')
    const user = settingsFor(server.port, { username: 'ana', password: 'pass' })
    expect(await until(openFor(user), 'refused')).toMatchObject({ problem: 'permission' })
    await admin.call('ACL', 'SETUSER', 'ana', '+@scripting')
    const connection = openFor(user)
    await until(connection, 'ready')
    await begin(connection)
    await admin.call('ACL', 'SETUSER', 'ana', '-xadd')
    const epoch = (await connection.hub.snapshot()).epoch ?? ''
    await expect(connection.hub.push(one(epoch))).rejects.toMatchObject({ code: 'permission' })
    expect(connection.state()).toMatchObject({ kind: 'refused', problem: 'permission' })
  })

  it('goes on without what is no necessity', async () => {
    const server = await redisOfTest()
    await adminOf(server.port).call('ACL', 'SETUSER', 'ana', 'on', '>pass', '~medinsight:*', '+@all', '-info', '-config')
    const connection = openFor(settingsFor(server.port, { username: 'ana', password: 'pass' }))
    await until(connection, 'ready')
    expect(await connection.hub.memory()).toBeUndefined()
    expect(connection.state().kind).toBe('ready')
  })

  it('refuses a database that it does not have, rather than working in another one', async () => {
    const server = await redisOfTest()
    expect(await until(openFor(settingsFor(server.port, { database: 99 })), 'refused')).toMatchObject({ problem: 'database' })
    const connection = openFor(settingsFor(server.port, { database: 3 }))
    await until(connection, 'ready')
    await begin(connection)
    expect(await adminOf(server.port, { db: 3 }).keys('*')).toHaveLength(1)
  })

  it('keeps the connection where it only takes no changes for now', async () => {
    const server = await redisOfTest()
    const admin = adminOf(server.port)
    const connection = openFor(settingsFor(server.port))
    await until(connection, 'ready')
    const epoch = await begin(connection)
    await admin.config('SET', 'min-replicas-to-write', '1')
    await expect(connection.hub.push(one(epoch))).rejects.toMatchObject({ code: 'replicas', isRefusal: true })
    await admin.config('SET', 'min-replicas-to-write', '0')
    await admin.config('SET', 'maxmemory', '1')
    await expect(connection.hub.push(one(epoch))).rejects.toMatchObject({ code: 'full' })
    await admin.config('SET', 'maxmemory', '0')
    expect(connection.state().kind).toBe('ready')
    expect(await connection.hub.push(one(epoch))).toMatchObject({ status: 'ok' })
  })

  it('keeps the connection where it cannot save its data', async () => {
    const server = await redisOfTest()
    const admin = adminOf(server.port)
    const connection = openFor(settingsFor(server.port))
    await until(connection, 'ready')
    const epoch = await begin(connection)
    await admin.config('SET', 'save', '3600 1')
    rmSync(server.folder, { recursive: true })
    await admin.bgsave()
    await vi.waitFor(async () => expect(await admin.info('persistence')).toContain('rdb_last_bgsave_status:err'), { timeout: 20_000 })
    await expect(connection.hub.push(one(epoch))).rejects.toMatchObject({ code: 'misconfigured', isRefusal: true })
    expect(connection.state().kind).toBe('ready')
  })

  it('keeps the connection where somebody’s script holds it up', async () => {
    const server = await redisOfTest({ args: ['--busy-reply-threshold', '50'] })
    const connection = openFor(settingsFor(server.port))
    await until(connection, 'ready')
    const [guilty, admin] = [adminOf(server.port), adminOf(server.port)]
    await admin.ping()
    const endless = guilty.eval('while true do end', 0).catch(() => undefined)
    await vi.waitFor(() => expect(admin.set('key', 'value')).rejects.toThrow('BUSY'), { timeout: 20_000 })
    await expect(connection.hub.ping()).rejects.toMatchObject({ code: 'busy' })
    expect(connection.state().kind).toBe('ready')
    await admin.script('KILL')
    await endless
    await connection.hub.ping()
  })

  it('is left for another one when it became a replica', async () => {
    const server = await redisOfTest()
    const admin = adminOf(server.port)
    const connection = openFor(settingsFor(server.port))
    await until(connection, 'ready')
    const epoch = await begin(connection)
    await admin.replicaof('127.0.0.1', await freePort())
    await expect(connection.hub.push(one(epoch))).rejects.toMatchObject({ code: 'readOnly' })
    expect(await until(connection, 'waiting')).toMatchObject({ problem: 'readOnly' })
    await admin.call('REPLICAOF', 'NO', 'ONE')
    await until(connection, 'ready')
  })
})

describe('an encrypted connection', () => {
  it('trusts the authority that is named, and no other', async () => {
    const files = await makeCertificate(['localhost', '127.0.0.1'])
    const server = await redisOfTest({ tls: files })
    const connection = openFor(settingsFor(server.port, { tls: { caFile: files.ca } }))
    await until(connection, 'ready')
    await begin(connection)
    const stranger = await makeCertificate(['127.0.0.1'])
    expect(await until(openFor(settingsFor(server.port, { tls: { caFile: stranger.ca } })), 'refused')).toMatchObject({ problem: 'certificate' })
    expect(await until(openFor(settingsFor(server.port, { tls: {} })), 'refused')).toMatchObject({ problem: 'certificate' })
    expect(await until(openFor(settingsFor(server.port, { tls: { caFile: '/nowhere/ca.pem' } })), 'refused')).toMatchObject({ problem: 'certificate' })
  })

  it('survives the second error that a socket may tell of when its certificate is refused', async () => {
    const server = await redisOfTest({ tls: await makeCertificate(['127.0.0.1']) })
    // It came about every second time; an error that nobody hears fails the run.
    await Promise.all(Array.from({ length: 10 }, () => until(openFor(settingsFor(server.port, { tls: {} })), 'refused')))
  })

  it('takes no certificate for another host, and no expired one', async () => {
    const other = await makeCertificate(['other.example'])
    const forOther = await redisOfTest({ tls: other })
    const wrong = openFor(settingsFor(forOther.port, { tls: { caFile: other.ca } }))
    expect(await until(wrong, 'refused')).toMatchObject({ problem: 'certificate' })
    await expect(wrong.hub.ping()).rejects.toThrow('The server’s certificate is for another host name. Use the name that stands in the certificate.')
    const old = await makeCertificate(['127.0.0.1'], { isExpired: true })
    const expired = await redisOfTest({ tls: old })
    const late = openFor(settingsFor(expired.port, { tls: { caFile: old.ca } }))
    await until(late, 'refused')
    await expect(late.hub.ping()).rejects.toThrow('The server’s certificate has expired. Have it renewed; check this computer’s clock as well.')
  })

  it('is refused where only one side encrypts', async () => {
    const plain = await redisOfTest()
    // Depending on the first bytes, which are random, the server answers something or waits for more of them.
    const encrypting = openFor(settingsFor(plain.port, { tls: {} }))
    const { problem } = await Promise.race([until(encrypting, 'refused'), until(encrypting, 'waiting')])
    expect(['tls', 'timeout']).toContain(problem)
    const encrypted = await redisOfTest({ tls: await makeCertificate(['127.0.0.1']) })
    expect(await until(openFor(settingsFor(encrypted.port)), 'waiting')).toMatchObject({ problem: 'closed' })
  })
})

describe('the connections', () => {
  it('carry names that say what they are for', async () => {
    const server = await redisOfTest()
    const connection = openFor(settingsFor(server.port))
    await until(connection, 'ready')
    const list = String(await adminOf(server.port).call('CLIENT', 'LIST'))
    expect([...list.matchAll(/ name=(\S+)/g)].map(([, name]) => name).sort()).toEqual(['medinsight-commands', 'medinsight-feed'])
  })

  it('go through a socket of this computer', async () => {
    const server = await redisOfTest({ args: ['--unixsocket', 'redis.sock'] })
    const connection = openFor({ topology: 'single', endpoints: [], path: `${server.folder}/redis.sock`, database: 0 })
    await until(connection, 'ready')
    await begin(connection)
  })

  it.each([
    ['refuses reads that wait', '-ERR blocking commands are not supported here\r\n'],
    ['does not wait with them', '*-1\r\n'],
  ])('repeat reads where the server %s', async (_, answer) => {
    const server = await redisOfTest()
    const proxy = await startProxy(server.port)
    let waits = 0
    proxy.answer = (request) => {
      if (!request.includes('BLOCK')) return undefined
      waits++
      return answer
    }
    const connection = openFor(settingsFor(proxy.port))
    await until(connection, 'ready')
    const epoch = await begin(connection)
    const reading = connection.hub.read(feedStart, { count: 10, waitMs: 20_000 })
    await connection.hub.push(one(epoch))
    expect(await reading).toHaveLength(1)
    expect(waits).toBe(1)
    expect(connection.state().kind).toBe('ready')
  })

  it('are looked at as soon as they are there', async () => {
    const server = await redisOfTest({ args: ['--maxmemory', '100mb'] })
    const connection = openFor(settingsFor(server.port))
    await vi.waitFor(() => expect(connection.health()).toMatchObject({ memory: { maxBytes: 104_857_600 } }), { timeout: 20_000 })
    expect(Math.abs(connection.health()?.clockOffsetMs ?? 1e9)).toBeLessThan(5000)
    await vi.waitFor(() => expect(connection.health()?.at).toBeGreaterThan(0), { timeout: 20_000 })
  })

  it('are closed for good, and what is in flight with them', async () => {
    const server = await startRedis()
    const connection = openFor(settingsFor(server.port))
    await until(connection, 'ready')
    const reading = expect(connection.hub.read(feedStart, { count: 1, waitMs: 60_000 })).rejects.toMatchObject({ code: 'closed' })
    await connection.close()
    await reading
    await expect(connection.hub.ping()).rejects.toMatchObject({ code: 'closed' })
    const admin = adminOf(server.port)
    await vi.waitFor(async () => expect(String(await admin.call('CLIENT', 'LIST'))).not.toContain('medinsight-'), { timeout: 20_000 })
    await server.remove()
  })
})
