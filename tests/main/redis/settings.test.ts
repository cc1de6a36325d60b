import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type RedisSettings, resolveSettings } from '../../../src/main/redis/settings.js'
import type { ScreenSettings } from '../../../src/main/redis/settings-source.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

type Env = Record<string, string>

const single = (host: string, port = 6379, extra: Partial<RedisSettings> = {}): RedisSettings => ({
  topology: 'single',
  endpoints: [{ host, port }],
  database: 0,
  ...extra,
})
const settingsOf = (env: Env, screen?: ScreenSettings, commandLine?: string) => resolveSettings({ env, screen, commandLine }).settings

describe('the environment', () => {
  const cases: [string, Env, RedisSettings | undefined][] = [
    ['nothing', {}, undefined],
    ['nothing but empty variables', { REDIS_URL: '', REDIS_HOST: ' ' }, undefined],
    ['an address', { REDIS_URL: 'redis://clinic.example' }, single('clinic.example')],
    [
      'an address with everything',
      { REDIS_URL: 'redis://ana:pass@clinic.example:7000/3' },
      single('clinic.example', 7000, { username: 'ana', password: 'pass', database: 3 }),
    ],
    ['a password alone in the address', { REDIS_URL: 'redis://:pass@clinic.example' }, single('clinic.example', 6379, { password: 'pass' })],
    ['an encrypted address', { REDIS_URL: 'rediss://clinic.example:6380' }, single('clinic.example', 6380, { tls: {} })],
    ['percent-encoded characters of a password', { REDIS_URL: 'redis://:a%2Fb%40c%23@clinic.example' }, single('clinic.example', 6379, { password: 'a/b@c#' })],
    ['a database as a parameter', { REDIS_URL: 'redis://clinic.example?db=5' }, single('clinic.example', 6379, { database: 5 })],
    ['an IPv6 address', { REDIS_URL: 'redis://[::1]:7000' }, single('::1', 7000)],
    ['host and port alone', { REDIS_URL: 'clinic.example:7000' }, single('clinic.example', 7000)],
    ['the path of a socket', { REDIS_URL: '/run/redis.sock' }, { topology: 'single', endpoints: [], path: '/run/redis.sock', database: 0 }],
    [
      'the address of a socket',
      { REDIS_URL: 'redis+unix:///run/my%20redis.sock?db=2', REDIS_PASSWORD: 'pass' },
      { topology: 'single', endpoints: [], path: '/run/my redis.sock', database: 2, password: 'pass' },
    ],
    [
      'parts',
      { REDIS_HOST: 'clinic.example', REDIS_PORT: '7000', REDIS_USERNAME: 'ana', REDIS_PASSWORD: ' p ', REDIS_DB: '2' },
      single('clinic.example', 7000, { username: 'ana', password: ' p ', database: 2 }),
    ],
    ['a port alone', { REDIS_PORT: '7000' }, single('127.0.0.1', 7000)],
    ['encryption beside a plain address', { REDIS_URL: 'redis://clinic.example', REDIS_TLS: 'true' }, single('clinic.example', 6379, { tls: {} })],
    [
      'a password beside an address without one',
      { REDIS_URL: 'redis://clinic.example', REDIS_PASSWORD: 'pass' },
      single('clinic.example', 6379, { password: 'pass' }),
    ],
    [
      'parts that the address overrules',
      { REDIS_URL: 'redis://:one@clinic.example:7000/1', REDIS_HOST: 'other', REDIS_PORT: '1', REDIS_PASSWORD: 'two', REDIS_DB: '2' },
      single('clinic.example', 7000, { password: 'one', database: 1 }),
    ],
    ['a user without a password', { REDIS_HOST: 'clinic.example', REDIS_USERNAME: 'ana' }, single('clinic.example')],
    ['an address that is switched off', { REDIS_URL: 'redis://clinic.example', REDIS_ENABLED: 'false' }, undefined],
    ['the default address, switched on', { REDIS_ENABLED: 'true' }, single('127.0.0.1')],
    [
      'a cluster',
      { REDIS_CLUSTER_NODES: 'one:7000, two , [::1]:7002', REDIS_PASSWORD: 'pass', REDIS_TLS: 'yes' },
      {
        topology: 'cluster',
        endpoints: [
          { host: 'one', port: 7000 },
          { host: 'two', port: 6379 },
          { host: '::1', port: 7002 },
        ],
        password: 'pass',
        database: 0,
        tls: {},
      },
    ],
    [
      'sentinels',
      { REDIS_SENTINELS: 'one,two:5000', REDIS_SENTINEL_NAME: 'clinic', REDIS_SENTINEL_PASSWORD: 'watch' },
      {
        topology: 'sentinel',
        endpoints: [
          { host: 'one', port: 26_379 },
          { host: 'two', port: 5000 },
        ],
        database: 0,
        sentinelName: 'clinic',
        sentinelPassword: 'watch',
      },
    ],
    [
      'names with the prefix of a web bundle',
      { VITE_REDIS_HOST: 'clinic.example', VITE_REDIS_DATABASE: '4', VITE_REDIS_PASSWORD: 'pass' },
      single('clinic.example', 6379, { database: 4, password: 'pass' }),
    ],
    ['the older name of the password', { REDIS_HOST: 'clinic.example', REDIS_API_KEY: 'pass' }, single('clinic.example', 6379, { password: 'pass' })],
    [
      'a hosted server',
      { UPSTASH_REDIS_REST_URL: 'https://able-cat-1.upstash.io', UPSTASH_REDIS_REST_TOKEN: 'token' },
      single('able-cat-1.upstash.io', 6379, { tls: {}, password: 'token' }),
    ],
    [
      'an address beside a hosted server',
      { REDIS_URL: 'redis://clinic.example', UPSTASH_REDIS_REST_URL: 'https://able-cat-1.upstash.io' },
      single('clinic.example'),
    ],
  ]

  it.each(cases)('with %s', (_, env, expected) => {
    expect(settingsOf(env)).toEqual(expected)
  })

  it.each<[string, Env]>([
    ['REDIS_URL', { REDIS_URL: 'http://secret.example' }],
    ['REDIS_URL', { REDIS_URL: 'redis://' }],
    ['REDIS_URL', { REDIS_URL: 'redis://secret.example:99999' }],
    ['REDIS_URL', { REDIS_URL: 'redis://secret.example/secret' }],
    ['REDIS_URL', { REDIS_URL: 'redis://:secret%@clinic.example' }],
    ['REDIS_URL', { REDIS_URL: 'redis+unix://' }],
    ['VITE_REDIS_URL', { VITE_REDIS_URL: 'ftp://secret.example' }],
    ['REDIS_HOST', { REDIS_HOST: 'secret.example/path' }],
    ['REDIS_PORT', { REDIS_PORT: 'secret' }],
    ['REDIS_PORT', { REDIS_PORT: '70000' }],
    ['REDIS_DB', { REDIS_DB: '-1' }],
    ['VITE_REDIS_DATABASE', { VITE_REDIS_DATABASE: 'secret' }],
    ['REDIS_TLS', { REDIS_TLS: 'secret' }],
    ['REDIS_ENABLED', { REDIS_ENABLED: 'secret' }],
    ['REDIS_PASSWORD', { REDIS_PASSWORD: 'secret\n' }],
    ['REDIS_CLUSTER_NODES', { REDIS_CLUSTER_NODES: 'secret:port' }],
    ['REDIS_CLUSTER_NODES', { REDIS_CLUSTER_NODES: ',' }],
    ['REDIS_SENTINEL_NAME', { REDIS_SENTINELS: 'secret' }],
    ['REDIS_SENTINELS', { REDIS_SENTINELS: 'secret', REDIS_SENTINEL_NAME: 'secret', REDIS_CLUSTER_NODES: 'secret' }],
    ['REDIS_DB', { REDIS_CLUSTER_NODES: 'secret', REDIS_DB: '1' }],
    ['REDIS_CA_FILE', { REDIS_URL: 'rediss://clinic.example', REDIS_CA_FILE: '/nowhere/secret.pem' }],
    ['UPSTASH_REDIS_REST_URL', { UPSTASH_REDIS_REST_URL: 'secret' }],
  ])('names %s and never the value where it makes no sense', (variable, env) => {
    const attempt = () => resolveSettings({ env })
    expect(attempt).toThrow(
      expect.objectContaining({ name: 'SettingProblem', isPublic: true, message: expect.stringMatching(new RegExp(`\\b${variable}\\b`)) }),
    )
    expect(attempt).not.toThrow(/secret/)
  })

  it('says which older names were used', () => {
    const { aliases } = resolveSettings({ env: { VITE_REDIS_URL: 'redis://clinic.example', REDIS_API_KEY: 'pass', REDIS_TLS: 'true' } })
    expect(aliases).toEqual([
      { variable: 'REDIS_PASSWORD', alias: 'REDIS_API_KEY' },
      { variable: 'REDIS_URL', alias: 'VITE_REDIS_URL' },
    ])
    const hosted = resolveSettings({ env: { UPSTASH_REDIS_REST_URL: 'https://able-cat-1.upstash.io', UPSTASH_REDIS_REST_TOKEN: 'token' } })
    expect(hosted.aliases.map(({ alias }) => alias)).toEqual(['UPSTASH_REDIS_REST_URL', 'UPSTASH_REDIS_REST_TOKEN'])
  })

  it('takes a certificate authority that can be read', () => {
    const caFile = join(temporaryFolder(), 'ca.pem')
    writeFileSync(caFile, '-----BEGIN CERTIFICATE-----\n')
    expect(settingsOf({ REDIS_URL: 'rediss://clinic.example', REDIS_CA_FILE: caFile })).toEqual(single('clinic.example', 6379, { tls: { caFile } }))
  })
})

describe('the sources', () => {
  it('come in the order command line, environment, screen', () => {
    const env = { REDIS_HOST: 'from-environment' }
    const screen = { host: 'from-screen' }
    expect(settingsOf(env, screen, 'redis://from-command-line')?.endpoints[0]?.host).toBe('from-command-line')
    expect(settingsOf(env, screen)?.endpoints[0]?.host).toBe('from-environment')
    expect(settingsOf({}, screen)?.endpoints[0]?.host).toBe('from-screen')
  })

  it('switch the server on by naming it on the command line, and off by a word', () => {
    expect(settingsOf({ REDIS_ENABLED: 'false' }, {}, 'redis://clinic.example')).toEqual(single('clinic.example'))
    expect(settingsOf({ REDIS_URL: 'redis://clinic.example' }, {}, 'off')).toBeUndefined()
    expect(settingsOf({ REDIS_URL: 'redis://clinic.example' }, { enabled: false })).toBeUndefined()
  })

  it('refuse a password on the command line', () => {
    expect(() => settingsOf({}, {}, 'redis://:pass@clinic.example')).toThrow('An address with a password is not taken on the command line; set REDIS_URL.')
  })

  it('take the password of the environment for an address on the command line', () => {
    expect(settingsOf({ REDIS_PASSWORD: 'pass' }, {}, 'redis://clinic.example')).toEqual(single('clinic.example', 6379, { password: 'pass' }))
  })

  it('never send the screen’s password to an address that somebody else gave', () => {
    const screen = { host: 'from-screen', port: 7000, username: 'ana', password: 'pass', database: 3, tls: true }
    expect(settingsOf({}, screen)).toEqual(single('from-screen', 7000, { username: 'ana', password: 'pass', database: 3, tls: {} }))
    expect(settingsOf({ REDIS_HOST: 'from-environment' }, screen)).toEqual(single('from-environment'))
    expect(settingsOf({}, screen, 'redis://from-command-line')).toEqual(single('from-command-line'))
  })

  it('keep the workstation off the server, and going, where the screen’s values make no sense', () => {
    const { settings, problem, view } = resolveSettings({ env: { REDIS_PASSWORD: 'pass' }, screen: { host: 'one', tls: true, caFile: '/nowhere/secret.pem' } })
    expect(settings).toBeUndefined()
    expect(problem?.message).toBe('The certificate authority has to name a readable file in PEM format.')
    expect(view.password).toEqual({ isSet: true, origin: 'environment', source: 'REDIS_PASSWORD' })
  })
})

describe('the view of the settings', () => {
  it('says who decides each of them, and never the password', () => {
    const { view } = resolveSettings({
      env: { REDIS_URL: 'rediss://ana:p@quince@clinic.example/2', VITE_REDIS_API_KEY: 'password' },
      screen: { host: 'other', caFile: '/etc/ca.pem', enabled: false },
    })
    expect(view).toEqual({
      enabled: { value: false, origin: 'screen' },
      url: { value: 'rediss://ana@clinic.example/2', origin: 'environment', source: 'REDIS_URL' },
      host: { value: 'clinic.example', origin: 'environment', source: 'REDIS_URL' },
      port: { value: 6379, origin: 'environment', source: 'REDIS_URL' },
      username: { value: 'ana', origin: 'environment', source: 'REDIS_URL' },
      password: { isSet: true, origin: 'environment', source: 'REDIS_URL' },
      database: { value: 2, origin: 'environment', source: 'REDIS_URL' },
      tls: { value: true, origin: 'environment', source: 'REDIS_URL' },
      caFile: { value: '/etc/ca.pem', origin: 'screen' },
      clusterNodes: { value: null, origin: 'default' },
      sentinels: { value: null, origin: 'default' },
      sentinelName: { value: null, origin: 'default' },
    })
    expect(JSON.stringify(view)).not.toMatch(/quince/)
  })

  it('shows what holds where nobody set anything', () => {
    const { view } = resolveSettings({})
    expect(view.enabled).toEqual({ value: false, origin: 'default' })
    expect(view.host).toEqual({ value: '127.0.0.1', origin: 'default' })
    expect(view.password).toEqual({ isSet: false, origin: 'default' })
  })

  it('shows the nodes of a cluster as they are written', () => {
    const { view, settings } = resolveSettings({ screen: { clusterNodes: ['one:7000', '[::1]:7001'] } })
    expect(view.clusterNodes).toEqual({ value: ['one:7000', '[::1]:7001'], origin: 'screen' })
    expect(view.host.value).toBeNull()
    expect(settings?.topology).toBe('cluster')
  })
})
