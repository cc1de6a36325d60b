import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))

test('every package that the product runs on stands in the list of licences; `npm run licences` writes it anew', () => {
  const { dependencies } = read('package.json') as { dependencies: Record<string, string> }
  const listed = read('src/renderer/features/settings/licences.json') as { name: string; version: string; licence: string }[]
  const names = new Set(listed.map(({ name }) => name))
  // A package under another name is listed under its own.
  const wanted = Object.entries(dependencies).map(([name, version]) => /^npm:(.+)@[^@]+$/.exec(version)?.[1] ?? name)
  expect(wanted.filter((name) => !names.has(name))).toEqual([])
  expect(listed.filter(({ licence }) => !/MIT|ISC|BSD|Apache-2\.0|Unlicense|MPL|CC0/.test(licence))).toEqual([])
})
