import { describe, expect, it } from 'vitest'
import type { NotificationEvent } from '../../../../src/shared/contract/notifications.js'
import type { Api } from '../../../support/api-client.js'
import { openTestClinic } from '../../../support/clinic.js'
import { following, untilTrue } from '../../../support/live-clinic.js'
import { type RedisServer, redisOfTest } from '../../../support/redis-server.js'
import { adminOf } from '../../redis/connections.js'

const dayMs = 24 * 3_600_000
const canary = 'Zzyxquillón'
/** A server comes and goes several times, with pauses of some seconds. */
const limit = 120_000

/** What somebody was told of the server. */
const toldOf = async (api: Api) => (await api.notifications.list({})).items.filter(({ kind }) => kind === 'server')
const codesOf = async (api: Api) => (await toldOf(api)).map(({ code }) => code).sort()

/** A workstation on a real server, in the middle of a day. */
async function clinicOn({ port }: RedisServer, env: Record<string, string> = {}) {
  let at = Date.parse('2026-11-20T10:00:00Z')
  const made = await openTestClinic({ now: () => at, server: { env: { REDIS_URL: `redis://127.0.0.1:${port}`, ...env } } })
  const { admin, clinic } = made
  const events = following<NotificationEvent>(admin.streams.notifications())
  const { syncStatus, sync } = clinic.services
  const settled = () => untilTrue(() => ['redis', 'sending'].includes(syncStatus.current().state) && sync.facts().waiting === 0)
  await settled()
  let registered = 0
  const register = (by = admin) => by.patients.register({ familyName: canary, givenName: `Ada ${++registered}`, sex: 'female', phone: '+34 600 123 456' })
  return {
    made,
    admin,
    settled,
    register,
    /** How often a window was told something of the server. */
    newsOf: () => events.all.flatMap(({ news }) => news).filter((kind) => kind === 'server').length,
    /** Waits until the badge names a trouble. */
    troubled: (reason: string) => untilTrue(() => syncStatus.current().state === 'attention' && syncStatus.current().reason === reason),
    away: () => untilTrue(() => ['reconnecting', 'local'].includes(syncStatus.current().state)),
    /** Lets everything be looked at once more: a backup that fails is told by the same look. The second time it was looked at after this was called. */
    looked: async (by = admin) => {
      const backups = async () => (await by.notifications.list({})).items.filter(({ kind }) => kind === 'backup').length
      Object.assign(clinic.backups, { problem: 'The disk is full.' })
      for (let time = 0; time < 2; time++) {
        clinic.store.db.prepare("DELETE FROM notification WHERE kind = 'backup'").run()
        await register(by)
        await untilTrue(async () => (await backups()) > 0)
      }
    },
    minuteLater: () => {
      at += 60_000
    },
    /** Lets time go by; whoever is signed in is not any more after a day. */
    pass: async (ms: number) => {
      at += ms
      return made.as('administrator')
    },
  }
}

/** Fills a server, and some more than full, so that no small change fits in. */
async function fill({ port }: RedisServer): Promise<void> {
  const raw = adminOf(port)
  const value = 'x'.repeat(64 * 1024)
  await raw.config('SET', 'maxmemory', '6mb')
  for (let n = 0; (await raw.set(`ballast:${n}`, value).catch(() => undefined)) === 'OK'; ) n++
  await raw.config('SET', 'maxmemory', '5mb')
}

const empty = async ({ port }: RedisServer): Promise<void> => {
  const raw = adminOf(port)
  await raw.del(await raw.keys('ballast:*'))
}

describe('an administrator', () => {
  it(
    'is told once that the server is full, not again when it is so for a second time, and on the next day once more',
    async () => {
      const server = await redisOfTest({ args: ['--maxmemory', '6mb', '--maxmemory-policy', 'noeviction'] })
      const { admin, register, troubled, settled, looked, pass, newsOf, minuteLater } = await clinicOn(server)
      for (let time = 0; time < 2; time++) {
        minuteLater()
        await fill(server)
        await register()
        await troubled('full')
        await looked()
        expect(await codesOf(admin)).toEqual(['full'])
        await empty(server)
        await settled()
      }
      expect(newsOf()).toBe(1)
      await fill(server)
      const later = await pass(dayMs - 3_600_000)
      await register(later)
      await troubled('full')
      await looked(later)
      expect((await toldOf(later)).map(({ id }) => id)).toEqual(['server/full/2026-11-21', 'server/full/2026-11-20'])
    },
    limit,
  )

  it(
    'is told once that the server refuses the password, however often it comes and goes',
    async () => {
      const server = await redisOfTest({ password: 'first' })
      const { made, admin, troubled, settled, looked, newsOf, minuteLater } = await clinicOn(server, { REDIS_PASSWORD: 'first' })
      const raw = adminOf(server.port, { password: 'first' })
      for (let time = 0; time < 2; time++) {
        minuteLater()
        await raw.config('SET', 'requirepass', 'second')
        await raw.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
        await troubled('auth')
        await looked()
        expect(await codesOf(admin)).toEqual(['auth'])
        await raw.config('SET', 'requirepass', 'first')
        made.clinic.sync.link?.reconnectNow()
        await settled()
      }
      expect(newsOf()).toBe(1)
    },
    limit,
  )

  it(
    'is told nothing of a server that is away for an hour, and once of changes that have waited for a day',
    async () => {
      const server = await redisOfTest({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] })
      const { register, away, settled, looked, pass, minuteLater } = await clinicOn(server)
      await server.kill()
      await away()
      await register()
      const soon = await pass(3_600_000)
      await looked(soon)
      expect(await codesOf(soon)).toEqual([])
      const later = await pass(dayMs)
      for (let time = 0; time < 2; time++) {
        minuteLater()
        await looked(later)
        expect(await codesOf(later)).toEqual(['oldWaiting'])
      }
      await server.restart()
      await settled()
      minuteLater()
      await server.kill()
      await away()
      await looked(later)
      expect(await codesOf(later)).toEqual(['oldWaiting'])
      const week = await pass(7.5 * dayMs)
      await looked(week)
      expect(await codesOf(week)).toEqual(['old', 'oldWaiting'])
    },
    limit,
  )

  it('is told a code and a time, nothing of what waits or of the server, and nobody else is told anything', async () => {
    const server = await redisOfTest({ password: 'first' })
    const { made, admin, troubled, looked, register } = await clinicOn(server, { REDIS_PASSWORD: 'first' })
    await register()
    const raw = adminOf(server.port, { password: 'first' })
    await raw.config('SET', 'requirepass', 'second')
    await raw.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await troubled('auth')
    await looked()
    const at = (await toldOf(admin))[0]?.at
    expect(await toldOf(admin)).toEqual([{ id: 'server/auth/2026-11-20', kind: 'server', at, isRead: false, code: 'auth' }])
    const kept = JSON.stringify(made.clinic.store.db.prepare("SELECT * FROM notification WHERE kind = 'server'").all())
    expect(kept).not.toMatch(new RegExp(`${canary}|600 123|first|second|127\\.0|${server.port}`))
    for (const role of ['clinician', 'reception', 'billing'] as const) expect((await (await made.as(role)).notifications.list({})).items).toEqual([])
    expect(await codesOf(await made.as('administrator'))).toEqual(['auth'])
  })
})
