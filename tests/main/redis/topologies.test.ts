import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { feedStart } from '../../../src/main/redis/hub.js'
import { clinicKeyNames } from '../../../src/main/redis/keys.js'
import type { RedisSettings } from '../../../src/main/redis/settings.js'
import { testConnection } from '../../../src/main/redis/test-connection.js'
import { type CertificateFiles, makeCertificate } from '../../support/certificates.js'
import { freePort, redisOfTest } from '../../support/redis-server.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { cluster, clusterSettings, holderOf } from './clusters.js'
import { adminOf, openFor, settingsFor, until } from './connections.js'
import { documentedCommands, usedCommands } from './documented-commands.js'
import { digestOf, newEpoch, pushOf, record } from './hubs.js'

const endpoint = (port: number) => ({ host: '127.0.0.1', port })

/** An administrator's connection to a server that may encrypt. */
const admin = (port: number, tls?: CertificateFiles, password?: string) =>
  adminOf(port, { ...(tls && { tls: { ca: readFileSync(tls.ca) } }), ...(password && { password }) })

const patience = { timeout: 20_000 }

describe('behind sentinels', () => {
  /** A master, its replica and a sentinel that puts the replica in its place within a second. */
  async function watched({ password, tls }: { password?: string; tls?: CertificateFiles } = {}) {
    const args = ['--repl-diskless-sync-delay', '0', ...(tls ? ['--tls-replication', 'yes'] : [])]
    const master = await redisOfTest({ args, ...(tls && { tls }) })
    const replica = await redisOfTest({ args: [...args, '--replicaof', '127.0.0.1', String(master.port)], ...(tls && { tls }) })
    await vi.waitFor(async () => expect(await admin(replica.port, tls).info('replication')).toContain('master_link_status:up'), patience)
    const file = join(temporaryFolder(), 'sentinel.conf')
    const lines = [`sentinel monitor clinic 127.0.0.1 ${master.port} 1`, 'sentinel down-after-milliseconds clinic 500', 'sentinel failover-timeout clinic 2000']
    writeFileSync(file, `${lines.join('\n')}\n`)
    const sentinel = await redisOfTest({ configFile: file, args: ['--sentinel', ...args.slice(2)], ...(tls && { tls }), ...(password && { password }) })
    const endpoints = [endpoint(await freePort()), endpoint(sentinel.port)]
    const settings: RedisSettings = { topology: 'sentinel', endpoints, database: 0, sentinelName: 'clinic', ...(tls && { tls: { caFile: tls.ca } }) }
    // Until the sentinel has found the replica it cannot put it in the master's place.
    const known = async () => String(await admin(sentinel.port, tls, password).call('SENTINEL', 'REPLICAS', 'clinic'))
    await vi.waitFor(async () => expect(await known()).toContain(String(replica.port)), patience)
    return { master, replica, settings }
  }

  it('works on the master, and goes on with the replica that takes its place', async () => {
    const { master, replica, settings } = await watched()
    const connection = openFor(settings)
    await until(connection, 'ready')
    const { hub, dataset } = connection
    const greeting = { dataset, newEpoch: newEpoch(), generation: 1, schema: 1, leastSchema: 0 }
    const { epoch, end } = await hub.hello({ ...greeting, epoch: undefined, cursor: undefined })
    await hub.push(pushOf({ epoch, records: [record(randomUUID(), 'one')] }))
    await vi.waitFor(async () => expect(await adminOf(replica.port).exists(clinicKeyNames(dataset).feed)).toBe(1), { timeout: 20_000 })
    await master.kill()
    await until(connection, 'waiting')
    await vi.waitFor(() => expect(connection.state().kind).toBe('ready'), patience)
    expect(await hub.hello({ ...greeting, epoch, cursor: end })).toMatchObject({ status: 'ok' })
    expect(await hub.push(pushOf({ epoch, from: 2, to: 2 }))).toMatchObject({ status: 'ok' })
    expect(await hub.read(feedStart, { count: 10, waitMs: 0 })).toHaveLength(2)
    expect(await adminOf(replica.port).xlen(clinicKeyNames(dataset).feed)).toBe(2)
  })

  it('encrypts to the sentinels and to the master', async () => {
    const tls = await makeCertificate(['127.0.0.1'])
    const { settings } = await watched({ tls })
    const connection = openFor(settings)
    await until(connection, 'ready')
    await connection.hub.ping()
    expect((await testConnection(settings)).filter(({ isOk }) => !isOk)).toEqual([])
    const stranger = await makeCertificate(['127.0.0.1'])
    expect(await until(openFor({ ...settings, tls: { caFile: stranger.ca } }), 'refused')).toMatchObject({ problem: 'certificate' })
  })

  it('says that no sentinel answers, or that they watch no such master', async () => {
    const { settings } = await watched()
    const unknown = openFor({ ...settings, sentinelName: 'other' })
    expect(await until(unknown, 'waiting')).toMatchObject({ problem: 'unreachable' })
    const none = openFor({ ...settings, endpoints: [endpoint(await freePort())] })
    expect(await until(none, 'waiting')).toMatchObject({ problem: 'unreachable' })
  })

  it('signs in to sentinels that ask for a password', async () => {
    const { settings } = await watched({ password: 'watch' })
    expect(await until(openFor(settings), 'refused')).toMatchObject({ problem: 'auth' })
    await until(openFor({ ...settings, sentinelPassword: 'watch' }), 'ready')
  })
})

describe('in a cluster', () => {
  it('does everything on the node that holds the clinic’s slot', async () => {
    const nodes = await cluster()
    // Several clinics, so that they lie on different nodes.
    for (let n = 0; n < 4; n++) {
      const connection = openFor(clusterSettings(nodes.slice(0, 1)))
      await until(connection, 'ready')
      const { hub, dataset } = connection
      const { epoch } = await hub.hello({ dataset, epoch: undefined, cursor: undefined, newEpoch: newEpoch(), generation: 1, schema: 1, leastSchema: 0 })
      const [id, owner, next] = [randomUUID(), randomUUID(), randomUUID()]
      const lists = [{ list: 'symptom', owner, score: 1 }]
      await hub.push(pushOf({ epoch, records: [record(id, 'one', { owner, lists }), record(randomUUID(), 'two')] }))
      const moved = record(id, 'two', { owner: next, held: { digest: digestOf('one'), owner }, lists })
      expect(await hub.push(pushOf({ epoch, from: 2, to: 2, records: [moved] }))).toMatchObject({ status: 'ok' })
      expect(await hub.records([{ kind: 'symptom', id, owner: next }])).toMatchObject([{ id }])
      expect((await hub.snapshot()).buckets.size).toBeGreaterThan(0)
      expect(await hub.read(feedStart, { count: 10, waitMs: 100 })).toHaveLength(2)
      expect(await hub.adopt(epoch, 'a'.repeat(16), 9, (await hub.snapshot()).end)).toBe(true)
      expect(await hub.drop(epoch, moved)).toBe(true)
      expect(await hub.lease('invoice', 5, 1)).toEqual({ first: 1, last: 5 })
      await hub.report('one', Buffer.from('report'))
      expect((await hub.reports()).size).toBe(1)
      await hub.putGrants(2, new Map([['one', Buffer.from('key')]]))
      expect(String(await hub.grant(2, 'one'))).toBe('key')
      await hub.putInvitation(id, Buffer.from('sealed'), 60_000)
      expect(String(await hub.takeInvitation(id))).toBe('sealed')
      expect(await hub.memory()).toMatchObject({ usedBytes: expect.any(Number) })
      expect(await hub.replaceHistory(2, newEpoch())).toBe(true)
      expect((await hub.snapshot()).buckets.size).toBe(0)
      expect(await hub.grant(2, 'one')).toBeDefined()
      await connection.close()
    }
    const { everywhere, elsewhere } = documentedCommands()
    const ofAdministrators = [
      'CLUSTER',
      'CLUSTER INFO',
      'CLUSTER NODES',
      'CLUSTER ADDSLOTS',
      'CLUSTER MEET',
      'CLUSTER SET-CONFIG-EPOCH',
      'COMMAND DOCS',
      'COMMAND',
    ]
    for (const { port } of nodes) {
      const used = await usedCommands(adminOf(port))
      for (const each of [...everywhere, ...elsewhere, ...ofAdministrators]) used.delete(each)
      expect([...used]).toEqual([])
    }
  })

  it('encrypts to every node', async () => {
    const tls = await makeCertificate(['127.0.0.1'])
    const nodes = await cluster(tls)
    const settings = { ...clusterSettings(nodes.slice(0, 1)), tls: { caFile: tls.ca } }
    for (let n = 0; n < 3; n++) {
      const connection = openFor(settings)
      await until(connection, 'ready')
      expect(await connection.hub.lease('invoice', 1, 1)).toEqual({ first: 1, last: 1 })
    }
    expect((await testConnection(settings)).filter(({ isOk }) => !isOk)).toEqual([])
    const stranger = await makeCertificate(['127.0.0.1'])
    expect(await until(openFor({ ...settings, tls: { caFile: stranger.ca } }), 'refused')).toMatchObject({ problem: 'certificate' })
  })

  it('waits for the node that holds the clinic’s slot, and goes on when it is back', async () => {
    const nodes = await cluster()
    const connection = openFor(clusterSettings(nodes))
    await until(connection, 'ready')
    const { hub, dataset } = connection
    const { epoch } = await hub.hello({ dataset, epoch: undefined, cursor: undefined, newEpoch: newEpoch(), generation: 1, schema: 1, leastSchema: 0 })
    await hub.push(pushOf({ epoch }))
    const holder = await holderOf(nodes, clinicKeyNames(dataset).meta)
    await holder.kill()
    await until(connection, 'waiting')
    await holder.restart()
    await vi.waitFor(() => expect(connection.state().kind).toBe('ready'), patience)
    expect(await hub.push(pushOf({ epoch, from: 2, to: 2 }))).toMatchObject({ status: 'ok' })
  })

  it('is told apart from a single server', async () => {
    const nodes = await cluster()
    const alone = await redisOfTest()
    expect(await until(openFor({ ...settingsFor(alone.port), topology: 'cluster' }), 'refused')).toMatchObject({ problem: 'cluster' })
    // Some clinics lie on the one node that is named, so several are tried.
    const kinds = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const connection = openFor(settingsFor(nodes[0]!.port))
        return (await Promise.race([until(connection, 'ready'), until(connection, 'refused')])) as { kind: string; problem?: string }
      }),
    )
    expect(kinds.filter(({ kind }) => kind === 'refused').map(({ problem }) => problem)).toContain('cluster')
  })

  it('says that the password is wrong, or that no node answers', async () => {
    const nodes = await cluster()
    for (const { port } of nodes) await admin(port).config('SET', 'requirepass', 'right')
    await until(openFor({ ...clusterSettings(nodes), password: 'right' }), 'ready')
    expect(await until(openFor({ ...clusterSettings(nodes), password: 'wrong' }), 'refused')).toMatchObject({ problem: 'auth' })
    expect(await until(openFor(clusterSettings(nodes)), 'refused')).toMatchObject({ problem: 'auth' })
    for (const node of nodes) await node.kill()
    expect(await until(openFor(clusterSettings(nodes)), 'waiting')).toMatchObject({ problem: 'unreachable' })
  })
})
