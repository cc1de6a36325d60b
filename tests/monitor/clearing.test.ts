import { describe, expect, it } from 'vitest'
import { adminOf } from '../main/redis/connections.js'
import { redisOfTest } from '../support/redis-server.js'
import { keepAnswers, openWithServer, untilReady, untilTrue } from './support.js'

const summaries = async (port: number): Promise<number> => (await adminOf(port).keys('*:cache:ai_summary:*')).length

describe('clearing the cache', () => {
  it('says before what it would forget, and forgets nothing by that', async () => {
    const { port } = await redisOfTest()
    const opened = await openWithServer(port)
    const { admin } = opened
    await keepAnswers(opened, 5)
    await admin.dashboard.today({})
    await untilTrue(async () => (await summaries(port)) === 5)
    expect(await admin.monitor.clear.preview({ pattern: 'ai_summary' })).toMatchObject({
      pattern: 'ai_summary:*',
      categories: [{ category: 'aiSummary', here: 5, effect: 'fromServices' }],
      here: 5,
      server: 5,
      needsConfirmation: false,
    })
    const all = await admin.monitor.clear.preview({ pattern: '*' })
    expect(all).toMatchObject({ pattern: '*:*', needsConfirmation: true, server: 5 })
    expect(all.categories).toContainEqual({ category: 'dashboard', here: 1, effect: 'fromRecords' })
    expect(await summaries(port)).toBe(5)
  })

  it('forgets a pattern here and at the server, and reports it with whoever asked', async () => {
    const { port } = await redisOfTest()
    const opened = await openWithServer(port)
    const { admin, clinic } = opened
    await keepAnswers(opened, 5)
    await untilTrue(async () => (await summaries(port)) === 5)
    expect(await admin.monitor.clear.pattern({ pattern: 'ai_summary:*' })).toMatchObject({ pattern: 'ai_summary:*', here: 5, by: 'Anna Admin' })
    expect(await clinic.services.cache.has('aiSummary', { of: { n: 0 } })).toBe(false)
    await untilTrue(async () => (await admin.monitor.clear.reports({})).items[0]?.server === 'done')
    expect((await admin.monitor.clear.reports({})).items).toMatchObject([{ here: 5, unlinked: 5, server: 'done' }])
    expect(await summaries(port)).toBe(0)
    expect(clinic.services.tasks.list()).toMatchObject([{ task: 'monitor.clear', done: 5, state: 'done' }])
    expect((await admin.monitor.accessLog({ act: 'monitor.clear' })).items).toMatchObject([
      { userName: 'Anna Admin', detail: { pattern: 'ai_summary:*', here: 5 } },
    ])
  })

  it('forgets one entry and no other', async () => {
    const { port } = await redisOfTest()
    const opened = await openWithServer(port)
    const { admin } = opened
    await keepAnswers(opened, 3)
    await untilTrue(async () => (await summaries(port)) === 3)
    const [key = ''] = (await admin.monitor.entries.keys({ pattern: 'ai_summary:*' })).keys
    const identifier = key.split(':').at(-1) ?? ''
    expect(await admin.monitor.clear.entry({ category: 'ai_summary', identifier })).toMatchObject({ here: 1 })
    await untilTrue(async () => (await summaries(port)) === 2)
    await expect(admin.monitor.clear.entry({ category: 'ai_summary', identifier: '*' })).rejects.toMatchObject({ code: 'INVALID' })
    await expect(admin.monitor.clear.entry({ category: 'patient', identifier })).rejects.toMatchObject({ code: 'INVALID' })
  })

  it('forgets everything only for who types the clinic’s name, and never touches a record', async () => {
    const { port } = await redisOfTest()
    const opened = await openWithServer(port)
    const { admin } = opened
    await admin.patients.register({ familyName: 'Okafor', givenName: 'Ada', sex: 'female' })
    await keepAnswers(opened, 2)
    await untilTrue(async () => (await summaries(port)) === 2 && (await admin.sync.facts({})).waiting === 0)
    const records = (await adminOf(port).keys('*:patient:*')).length
    for (const confirm of [undefined, 'Another clinic'])
      await expect(admin.monitor.clear.pattern({ pattern: '*', ...(confirm && { confirm }) })).rejects.toMatchObject({
        code: 'INVALID',
        data: { fields: [{ path: 'confirm', code: confirm ? 'differs' : 'missing' }] },
      })
    expect(await summaries(port)).toBe(2)
    await admin.monitor.clear.pattern({ pattern: '*', confirm: 'Test clinic' })
    await untilTrue(async () => (await summaries(port)) === 0)
    expect((await adminOf(port).keys('*:patient:*')).length).toBe(records)
    expect((await admin.patients.list({})).items).toHaveLength(1)
  })

  it.each(['patient:*', 'meta', '../*', 'ai_summary:Okafor', '*:*:*:*'])(
    'takes no pattern that could name anything but a cached value: %s',
    async (pattern) => {
      const { port } = await redisOfTest()
      const { admin } = await openWithServer(port)
      for (const call of [admin.monitor.clear.preview({ pattern }), admin.monitor.clear.pattern({ pattern }), admin.monitor.entries.keys({ pattern })])
        await expect(call).rejects.toMatchObject({ code: 'INVALID', data: { fields: [{ path: 'pattern' }] } })
    },
  )

  it('holds here at once while the server is away, and there as soon as it is back', async () => {
    const server = await redisOfTest({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] })
    const opened = await openWithServer(server.port)
    const { admin, clinic } = opened
    await keepAnswers(opened, 2)
    await untilTrue(async () => (await summaries(server.port)) === 2)
    await server.kill()
    await untilTrue(async () => (await admin.monitor.state({})).cacheLine.state !== 'ready')
    expect(await admin.monitor.clear.preview({ pattern: 'ai_summary:*' })).toMatchObject({ here: 2, server: null })
    expect(await admin.monitor.clear.pattern({ pattern: 'ai_summary:*' })).toMatchObject({ here: 2, server: 'waits' })
    expect(await clinic.services.cache.has('aiSummary', { of: { n: 0 } })).toBe(false)
    await server.restart()
    await untilReady(opened)
    await untilTrue(async () => (await admin.monitor.clear.reports({})).items[0]?.server === 'done')
    expect(await summaries(server.port)).toBe(0)
  })

  it('is for administrators', async () => {
    const { port } = await redisOfTest()
    const opened = await openWithServer(port)
    const clinician = await opened.as('clinician')
    await expect(clinician.monitor.clear.pattern({ pattern: 'ai_summary' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})
