import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.js'
import { findTraces, findTracesBelow } from './traces.js'

const secret = { name: 'Zzyxquillón' }

test.each([
  ['as it is', Buffer.from('… Zzyxquillón …')],
  ['in capitals', Buffer.from('ZZYXQUILLÓN')],
  ['in UTF-16', Buffer.from('a Zzyxquillón b', 'utf16le')],
  ...[0, 1, 2].map(
    (shift) => [`in base64, shifted by ${shift}`, Buffer.from(Buffer.from(`${'-'.repeat(shift)}Zzyxquillón, 1931`).toString('base64'))] as const,
  ),
  ['in hex', Buffer.from(Buffer.from('Zzyxquillón').toString('hex'))],
  ['in an address', Buffer.from(`/patients?query=${encodeURIComponent('Zzyxquillón')}`)],
] as const)('a text is found %s', (_form, bytes) => {
  expect(findTraces(Buffer.concat([Buffer.from([0, 255, 7]), bytes]), secret)).toEqual(['name'])
})

test('what is not there is not found, and files and names are looked through', () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'a'))
  writeFileSync(join(folder, 'a', 'b.log'), 'Zzyxquillian')
  expect(findTracesBelow(folder, secret)).toEqual([])
  writeFileSync(join(folder, 'a', 'Zzyxquillón'), 'Zzyxquillón')
  expect(findTracesBelow(folder, secret)).toEqual(["a file's name: name", 'a/Zzyxquillón: name'])
})
