import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { InvalidServerSettings, ServerSettingsFile } from '../../../src/main/maintenance/server-settings.js'
import { openSettings } from '../../../src/main/maintenance/settings-file.js'
import { newKey } from '../../../src/main/security/sealing.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const password = 'quite secret: 水'

function place() {
  const folder = temporaryFolder()
  const key = newKey()
  const file = join(folder, 'settings.json')
  const open = (databaseKey: Uint8Array = key) => new ServerSettingsFile(openSettings(folder), databaseKey)
  return { open, file, read: () => readFileSync(file, 'utf8') }
}

describe('what the screen gives', () => {
  it('is nothing at first', () => expect(place().open().get()).toEqual({}))

  it('is kept over a restart, field by field, and what is not given stays', () => {
    const { open } = place()
    open().set({ enabled: true, host: 'redis.clinic', port: 6380, password })
    open().set({ database: 3 })
    expect(open().get()).toEqual({ enabled: true, host: 'redis.clinic', port: 6380, database: 3, password })
  })

  it('loses a value that is taken away', () => {
    const { open } = place()
    open().set({ username: 'medinsight', database: 3 })
    open().set({ username: null })
    expect(open().get()).toEqual({ database: 3 })
  })

  it('can be tried without being kept', () => {
    const { open } = place()
    open().set({ host: 'redis.clinic' })
    expect(open().with({ port: 7000 })).toEqual({ host: 'redis.clinic', port: 7000 })
    expect(open().get()).toEqual({ host: 'redis.clinic' })
  })

  it('stands beside the other settings of the file', () => {
    const folder = temporaryFolder()
    openSettings(folder).set({ backupFolder: '/second' })
    new ServerSettingsFile(openSettings(folder), newKey()).set({ host: 'redis.clinic' })
    expect(openSettings(folder).get()).toEqual({ backupFolder: '/second', server: { host: 'redis.clinic' } })
  })
})

describe('the password', () => {
  it('never stands in the file, neither as it is nor within the address', () => {
    const { open, read } = place()
    open().set({ url: `rediss://medinsight:${encodeURIComponent(password)}@redis.clinic:6380/2` })
    expect(open().get()).toEqual({ url: 'rediss://medinsight@redis.clinic:6380/2', password })
    for (const trace of [password, encodeURIComponent(password), Buffer.from(password).toString('base64'), 'secret']) expect(read()).not.toContain(trace)
  })

  it('does not open with another database key', () => {
    const { open } = place()
    open().set({ host: 'redis.clinic', password })
    expect(open(newKey()).get()).toEqual({ host: 'redis.clinic' })
  })

  it('does not go to an address that was put into the file by hand', () => {
    const { open, file, read } = place()
    open().set({ host: 'redis.clinic', password })
    writeFileSync(file, read().replace('redis.clinic', 'elsewhere.example'))
    expect(open().get()).toEqual({ host: 'elsewhere.example' })
  })

  it.each([{ host: 'elsewhere.example' }, { port: 7000 }, { tls: true }, { url: 'redis://elsewhere.example' }, { sentinels: ['a:1'], sentinelName: 'm' }])(
    'has to be given again, or taken away, with another address: %o',
    (change) => {
      const { open } = place()
      open().set({ host: 'redis.clinic', password })
      expect(() => open().set(change)).toThrow(InvalidServerSettings)
      expect(() => open().with(change)).toThrow('password (again)')
      expect(open().get()).toEqual({ host: 'redis.clinic', password })
      open().set({ ...change, password: 'another' })
      expect(open().get()).toMatchObject({ ...change, password: 'another' })
      open().set({ ...change, host: 'a third', password: null } as never)
      expect(open().get()).not.toHaveProperty('password')
    },
  )

  it('stays with the same address when something else changes', () => {
    const { open } = place()
    open().set({ host: 'redis.clinic', password })
    open().set({ enabled: true, username: 'other', database: 1, host: 'redis.clinic' })
    expect(open().get().password).toBe(password)
  })
})

describe('what does not make sense', () => {
  it('is refused by the names of the fields, never their values', () => {
    const { open, read } = place()
    open().set({ host: 'redis.clinic' })
    const before = read()
    const refused = [
      { sentinels: ['sentinel-1.private:26379'] },
      { sentinels: ['sentinel-1.private:26379'], sentinelName: 'm', clusterNodes: ['node-1.private:6379'] },
      { url: 'redis://user:%E0%A4%A@redis.private' },
    ]
    for (const change of refused) expect(() => open().set(change)).toThrow(/^Nothing was changed, because of (?!.*private)/)
    expect(read()).toBe(before)
  })

  it('counts as empty when it stands in the file', () => {
    const { open, file } = place()
    for (const server of [{ port: 'many' }, { unknown: 1 }, { url: 'http://redis.clinic' }]) {
      writeFileSync(file, JSON.stringify({ server }))
      expect(open().get()).toEqual({})
    }
  })
})
