import { describe, expect, test } from 'vitest'
import { changeOf, isAddressLocked, valuesOf } from '../../../../src/renderer/features/settings/server-form.js'
import type { ServerSettingsView } from '../../../../src/shared/contract/server-settings.js'
import { serverView } from '../../support/memory-sync.js'

const by = <Value>(value: Value, origin: 'screen' | 'environment' | 'commandLine' | 'default' = 'screen') => ({ value, origin })
const changed = (view: ServerSettingsView, typed: Partial<ReturnType<typeof valuesOf>>) => changeOf(view, { ...valuesOf(view), ...typed })

describe('what the form changes', () => {
  test('is nothing as long as nothing is typed, whatever holds', () => {
    for (const view of [
      serverView(),
      serverView({ url: by('rediss://redis.clinic'), password: { isSet: true, origin: 'screen' } }),
      serverView({ sentinels: by(['a:1', 'b:2']), sentinelName: by('m') }),
      serverView({ host: by('redis.clinic', 'environment'), port: by(7000, 'environment') }),
    ])
      expect(changed(view, {})).toEqual({})
  })

  test('is only what differs', () => {
    const view = serverView({ host: by('redis.clinic'), port: by(6380) })
    expect(changed(view, { enabled: true, port: 6381, username: ' medinsight ' })).toEqual({ enabled: true, port: 6381, username: 'medinsight' })
  })

  test('is null for what is emptied', () => {
    const view = serverView({ host: by('redis.clinic'), caFile: by('/ca.pem'), database: by(2) })
    expect(changed(view, { caFile: '', database: '' })).toEqual({ caFile: null, database: null })
  })

  test('takes away what the screen had set for another way, and leaves defaults alone', () => {
    const view = serverView({ host: by('redis.clinic'), database: by(2), caFile: by('/ca.pem') })
    expect(changed(view, { way: 'url', url: 'rediss://redis.clinic:6380' })).toEqual({ url: 'rediss://redis.clinic:6380', host: null, database: null })
    expect(changed(view, { way: 'cluster', clusterNodes: 'a:1, b:2\n c:3' })).toEqual({ clusterNodes: ['a:1', 'b:2', 'c:3'], host: null, database: null })
  })

  test('never touches what a stronger source decides', () => {
    const view = serverView({ enabled: by(true, 'environment'), caFile: by('/ca.pem', 'environment') })
    expect(changed(view, { enabled: false, caFile: '/other.pem', database: 4 })).toEqual({ database: 4 })
    expect(isAddressLocked(view)).toBe(false)
  })

  test('leaves user, password and database to the source that gives the address', () => {
    const view = serverView({ host: by('redis.clinic', 'environment') })
    expect(isAddressLocked(view)).toBe(true)
    expect(changed(view, { host: 'elsewhere', port: 7000, username: 'u', password: 'typed', database: 4, tls: true })).toEqual({})
    expect(changed(view, { enabled: true, caFile: '/ca.pem' })).toEqual({ enabled: true, caFile: '/ca.pem' })
  })

  test('takes the parts that an address in one gives for its own, not the screen’s', () => {
    const parts = { host: by('redis.clinic'), port: by(6380), username: by('u'), database: by(2), tls: by(true) }
    const view = serverView({ url: by('rediss://u@redis.clinic:6380/2'), ...parts })
    expect(changed(view, {})).toEqual({})
    expect(changed(view, { way: 'parts' })).toEqual({ url: null, host: 'redis.clinic', port: 6380, username: 'u', database: 2, tls: true })
  })

  test('keeps the password while its field is empty, and takes it away with null', () => {
    const view = serverView({ password: { isSet: true, origin: 'screen' } })
    expect(changed(view, { password: '' })).toEqual({})
    expect(changed(view, { password: 'new' })).toEqual({ password: 'new' })
    expect(changed(view, { password: null })).toEqual({ password: null })
  })
})
