import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { serveWorkstation } from '../../src/main/headless.js'
import { metricsTokenOf } from '../../src/main/web/metrics.js'
import { adminOf } from '../main/redis/connections.js'
import { openTestClinic, type TestClinic } from '../support/clinic.js'
import { rawRequest } from '../support/raw-request.js'
import { redisOfTest } from '../support/redis-server.js'
import { keepAnswers, openWithServer, untilTrue } from './support.js'

const metricsToken = 'a token of the collector'

/** Serves a workstation, and asks it as a tool does. */
async function serve(opened: TestClinic, options: { metricsToken?: string } = { metricsToken }) {
  const host = await serveWorkstation(opened.workstation, '1.2.3', options)
  onTestFinished(() => host.stop())
  const token = await opened.tokenOf('administrator')
  return async (method: string, path: string, body?: unknown, bearer: string | undefined = token) =>
    rawRequest(host.url + path, {
      method,
      headers: { ...(bearer && { authorization: `Bearer ${bearer}` }), ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
}

describe('the monitor for tools', () => {
  it('gives the same figures under the paths that the sources name', async () => {
    const { port } = await redisOfTest()
    const opened = await openWithServer(port)
    const ask = await serve(opened)
    await keepAnswers(opened, 2)
    await untilTrue(async () => (await adminOf(port).keys('*:cache:ai_summary:*')).length === 2)
    for (const path of ['/api/v1/redis/health', '/api/monitoring/redis'])
      expect((await ask('GET', path)).json()).toMatchObject({ connection: { state: 'ready' } })
    for (const path of ['/api/v1/redis/stats', '/api/monitoring/cache'])
      expect((await ask('GET', path)).json()).toMatchObject({
        categories: expect.arrayContaining([expect.objectContaining({ category: 'aiSummary', requests: 2 })]),
      })
    expect((await ask('GET', '/api/v1/redis/performance')).json()).toMatchObject({ policy: { verdict: 'fine' }, isNow: true })
    expect((await ask('GET', '/api/monitoring/performance')).json()).toMatchObject({ procedures: expect.any(Array), loop: expect.any(Object) })
    await untilTrue(async () => ((await ask('GET', '/api/health')).json() as { mode: string }).mode === 'redis')
    expect((await ask('POST', '/api/test/cache', { operations: 100 })).json()).toMatchObject({ operations: 100, done: 100, isOk: true })
    const { keys } = (await ask('GET', `/api/v1/redis/keys/${encodeURIComponent('ai_summary:*')}`)).json() as { keys: string[] }
    expect(keys).toHaveLength(2)
    const identifier = keys[0]?.split(':').at(-1)
    expect((await ask('DELETE', `/api/v1/redis/cache/ai_summary/${identifier}`)).json()).toMatchObject({ here: 1 })
    expect((await ask('DELETE', `/api/v1/redis/cache/ai_summary/${identifier}?sub_key=inputs`)).json()).toMatchObject({
      here: 0,
      pattern: `ai_summary:${identifier}:inputs`,
    })
    expect((await ask('POST', '/api/v1/redis/cache/clear-pattern', { pattern: 'ai_summary:*' })).json()).toMatchObject({ here: 1 })
    await untilTrue(async () => (await adminOf(port).keys('*:cache:ai_summary:*')).length === 0)
  })

  it('is for administrators, and the limit of costly calls answers the 101st with when to come back', async () => {
    const opened = await openTestClinic()
    const ask = await serve(opened)
    const reception = await opened.tokenOf('reception')
    for (const path of ['/api/v1/redis/health', '/api/monitoring/cache', '/api/v1/monitor/history', '/api/test/ratelimit'])
      expect((await ask('GET', path, undefined, reception)).status).toBe(403)
    expect((await ask('GET', '/api/monitoring/redis', undefined, '')).status).toBe(401)
    for (let i = 0; i < 100; i++) expect((await ask('GET', '/api/test/ratelimit')).status).toBe(200)
    const refused = await ask('GET', '/api/test/ratelimit')
    expect(refused.status).toBe(429)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  })

  it('answers from what it knows when the server has gone', async () => {
    const server = await redisOfTest()
    const opened = await openWithServer(server.port)
    const ask = await serve(opened)
    await ask('GET', '/api/v1/redis/performance')
    await server.kill()
    await untilTrue(async () => ((await ask('GET', '/api/v1/redis/health')).json() as { connection: { state: string } }).connection.state === 'waiting')
    expect((await ask('GET', '/api/v1/redis/performance')).json()).toMatchObject({ isNow: false, memory: { usedBytes: expect.any(Number) } })
    for (const path of ['stats', 'cache/clearings', 'cache/preview?pattern=ai_summary', `keys/${encodeURIComponent('*')}`])
      expect((await ask('GET', `/api/v1/redis/${path}`)).status).toBe(200)
    for (const path of ['slow-log', 'capacity', 'calls', 'history?range=day', 'alerts', 'thresholds', 'entries', 'rehearsal', 'access-log'])
      expect((await ask('GET', `/api/v1/monitor/${path}`)).status).toBe(200)
    expect((await ask('POST', '/api/v1/redis/test', {})).json()).toMatchObject({ isOk: false })
  })
})

describe('metrics', () => {
  it('are off unless somebody asks for them, and then for who has the token', async () => {
    const opened = await openTestClinic()
    expect((await (await serve(opened, {}))('GET', '/metrics')).status).toBe(404)
    const ask = await serve(opened)
    expect((await ask('GET', '/metrics')).status).toBe(401)
    expect((await ask('GET', '/metrics', undefined, '')).status).toBe(401)
    const answer = await ask('GET', '/metrics', undefined, metricsToken)
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  })

  it.each([
    [{}, undefined],
    [{ MEDINSIGHT_METRICS: 'false' }, undefined],
    [{ MEDINSIGHT_METRICS: 'true', MEDINSIGHT_METRICS_TOKEN: metricsToken }, metricsToken],
  ])('are switched by the environment: %j', (env, token) => expect(metricsTokenOf(env)).toBe(token))

  it.each([{ MEDINSIGHT_METRICS: 'true' }, { MEDINSIGHT_METRICS: 'true', MEDINSIGHT_METRICS_TOKEN: 'short' }, { MEDINSIGHT_METRICS: 'yes' }])(
    'are refused at the start with a sentence that names the variable: %j',
    (env) => expect(() => metricsTokenOf(env)).toThrow(/MEDINSIGHT_METRICS/),
  )

  it('are a text that a collector reads, with names by convention', async () => {
    const { port } = await redisOfTest()
    const opened = await openWithServer(port)
    const ask = await serve(opened)
    await keepAnswers(opened, 2)
    await ask('GET', '/api/v1/redis/performance')
    const { text } = await ask('GET', '/metrics', undefined, metricsToken)
    for (const line of text.trim().split('\n'))
      expect(line).toMatch(/^(?:# (?:HELP|TYPE) [a-z_]+ .+|[a-z_]+(?:\{[a-z]+="[^"\\\n]*"(?:,[a-z]+="[^"\\\n]*")*\})? -?[\d.e+-]+)$/)
    expect(text).toContain('medinsight_exchange_up 1')
    expect(text).toContain('medinsight_cache_requests_total{category="aiSummary"} 2')
    expect(text).toMatch(/medinsight_redis_memory_used_bytes \d+/)
  })

  it('hold nothing of a patient, and neither do keys, log and slow log after everything was looked at', async () => {
    const { port } = await redisOfTest({ args: ['--slowlog-log-slower-than', '0', '--slowlog-max-len', '10000'] })
    const opened = await openWithServer(port, {}, { logLevel: 'debug' })
    const ask = await serve(opened)
    const canary = ['Zzyxquillón', 'Qwendolinara', '612987654'] as const
    const person = { familyName: canary[0], givenName: canary[1], sex: 'female', phone: canary[2] }
    const { id } = (await ask('POST', '/api/v1/patients', person)).json() as { id: string }
    await ask('GET', `/api/v1/patients?query=${encodeURIComponent('Zzyxquillón')}`)
    await ask('GET', '/api/v1/patients?limit=20')
    await opened.clinic.services.cache.getOrLoad('aiSummary', { of: person }, async () => person)
    await untilTrue(async () => (await opened.admin.sync.facts({})).waiting === 0)
    // What a person might type who looks for somebody is refused before it reaches the server.
    await ask('GET', `/api/v1/redis/keys/${encodeURIComponent('patient:Zzyxquillón')}`)
    await ask('POST', '/api/v1/redis/cache/clear-pattern', { pattern: 'Zzyxquillón*' })
    const shown = await Promise.all([
      ask('GET', '/metrics', undefined, metricsToken),
      ...[
        'redis/health',
        'redis/stats',
        'redis/performance',
        'monitor/slow-log',
        'monitor/calls',
        'monitor/capacity',
        'monitor/entries',
        'monitor/entries?area=records',
        'monitor/alerts',
      ].map((path) => ask('GET', `/api/v1/${path}`)),
    ])
    const admin = adminOf(port)
    const texts = {
      shown: shown.map(({ text }) => text).join('\n'),
      keys: (await admin.keys('*')).join('\n'),
      slowLog: JSON.stringify(await admin.slowlog('GET', 10_000)),
      log: readFileSync(join(opened.folder, 'logs', 'medinsight.log'), 'utf8'),
      samples: JSON.stringify(opened.clinic.store.db.prepare('SELECT * FROM monitor_sample').all()),
    }
    for (const [place, text] of Object.entries(texts)) for (const word of canary) expect(text.includes(word), `${word} in ${place}`).toBe(false)
    expect(texts.shown).not.toContain('anna')
    // The one place where it may be read: opened by an administrator, which the access log then tells.
    const key = `medinsight:{${opened.clinic.keys.dataset}}:patient:${id}`
    expect((await ask('GET', `/api/v1/monitor/entries/value?key=${encodeURIComponent(key)}`)).text).toContain(canary[0])
  })
})
