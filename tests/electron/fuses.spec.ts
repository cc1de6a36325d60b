import { readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'

/** The entries below `electronFuses:` of the package configuration, read line by line: they are plain `name: true|false`. */
const fuses = (): Record<string, boolean> => {
  const block = /^electronFuses:\s*\n((?:[ \t]+.*\n?|\s*\n)*)/m.exec(readFileSync('electron-builder.yml', 'utf8'))?.[1] ?? ''
  return Object.fromEntries([...block.matchAll(/^\s+(\w+):\s*(true|false)\s*(?:#.*)?$/gm)].map(([, name, value]) => [name, value === 'true']))
}

test('the packaged application cannot be run as Node, debugged, or loaded from anything but its checked archive', () => {
  expect(fuses()).toMatchObject({
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    enableCookieEncryption: true,
    grantFileProtocolExtraPrivileges: false,
  })
})
