import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** Licences under which a dependency may come, its own or one of several offered. */
const allowed = ['MIT', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BSD', 'ISC', 'MPL-2.0', '0BSD', 'CC0-1.0', 'Unlicense', 'BlueOak-1.0.0', 'Python-2.0']
/** Data only: tables of browsers and the like. */
const allowedForData = ['CC-BY-4.0']
const dataPackages = ['caniuse-lite']
/** Single packages with another licence that asks for nothing, each with the reason why it stays. */
const exceptions: Readonly<Record<string, string>> = {
  // Shortens file names in electron-builder; it packages the product and is no part of it.
  'truncate-utf8-bytes': 'WTFPL',
}

interface Locked {
  license?: string
  link?: boolean
  optional?: boolean
}

/** Whether an SPDX expression can be met by allowed licences: one of those joined by OR, all of those joined by AND. */
function isAllowed(expression: string, name: string): boolean {
  if (exceptions[name] === expression) return true
  const list = dataPackages.includes(name) ? [...allowed, ...allowedForData] : allowed
  return expression
    .replace(/[()]/g, ' ')
    .split(/\s+OR\s+/i)
    .some((choice) => choice.split(/\s+AND\s+/i).every((licence) => list.includes(licence.trim().replace(/\*$/, ''))))
}

/** Licence that a package names in its own `package.json`, in any of the ways in which that was ever done. */
function statedLicence(folder: string): string | undefined {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) return undefined
  type Named = string | { type?: string } | undefined
  const { license, licenses } = JSON.parse(readFileSync(file, 'utf8')) as { license?: Named; licenses?: Named[] }
  const nameOf = (named: Named) => (typeof named === 'object' ? named.type : named)
  return nameOf(license) ?? (licenses?.map(nameOf).join(' OR ') || undefined)
}

test('every dependency, installed or only locked, has a licence that the product may use', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> }
  const found = Object.entries(packages).filter(([path, { link }]) => path !== '' && !link)
  expect(found.length).toBeGreaterThan(300)
  const refused = found.flatMap(([path, { license }]) => {
    const name = path.split('node_modules/').at(-1) ?? path
    const stated = [...new Set([license, statedLicence(path)].filter((one) => one !== undefined))]
    if (stated.length === 0) return [`${name}: says nothing`]
    return stated.filter((one) => !isAllowed(one, name)).map((one) => `${name}: ${one}`)
  })
  expect([...new Set(refused)].sort()).toEqual([])
})

test('a licence that asks more than to be named is refused', () => {
  expect(
    ['GPL-3.0', 'AGPL-3.0-only', 'SSPL-1.0', 'BUSL-1.1', 'UNLICENSED', 'SEE LICENSE IN LICENSE', 'MIT AND GPL-2.0', 'CC-BY-4.0'].filter((one) =>
      isAllowed(one, 'x'),
    ),
  ).toEqual([])
  expect(['MIT', '(MIT OR GPL-3.0)', 'Apache-2.0 AND MIT', 'BSD-3-Clause OR MIT'].filter((one) => !isAllowed(one, 'x'))).toEqual([])
})
