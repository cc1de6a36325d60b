import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkImports, ruleNames } from '../../scripts/import-rules.mjs'
import { allowedImports, closingImport, forbiddenImports, orphan, type PlantedImport } from './planted-imports.js'

const productPackages = ['zod', 'ws', 'better-sqlite3', 'electron-store', 'ioredis', '@orpc/server']
const buildPackages = ['electron', 'vitest', 'react']
const undeclaredPackages = ['left-behind']

const write = (folder: string, path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

const statement = ({ from, to, how }: Omit<PlantedImport, 'rule'>): string => {
  const isFile = to.startsWith('src/') || to.startsWith('tests/')
  const path = isFile
    ? relative(dirname(from), to)
        .replace(/^(?!\.)/, './')
        .replace(/\.tsx?$/, '.js')
    : to
  if (how === 'export') return `export * from '${path}'\n`
  return how === 'type' ? `import type * as planted from '${path}'\nexport type Planted = typeof planted\n` : `import '${path}'\n`
}

/** Writes a small product with these imports; every file that is imported exists. */
const plant = (imports: Omit<PlantedImport, 'rule'>[]): string => {
  const folder = mkdtempSync(join(tmpdir(), 'import-rules-'))
  const versions = (names: string[]): Record<string, string> => Object.fromEntries(names.map((name) => [name, '1.0.0']))
  write(folder, 'package.json', JSON.stringify({ type: 'module', dependencies: versions(productPackages), devDependencies: versions(buildPackages) }))
  for (const name of [...productPackages, ...buildPackages, ...undeclaredPackages]) {
    write(folder, `node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }))
    write(folder, `node_modules/${name}/index.js`, 'module.exports = {}\n')
  }
  const texts = new Map<string, string>()
  for (const planted of imports) {
    if (/^(?:src|tests)\//.test(planted.to)) texts.set(planted.to, texts.get(planted.to) ?? '')
    texts.set(planted.from, (texts.get(planted.from) ?? '') + statement(planted))
  }
  for (const [path, text] of texts) write(folder, path, `${text}export const here = 1\n`)
  return folder
}

describe('import rules', () => {
  const folders: string[] = []
  let reported = new Set<string>()

  beforeAll(async () => {
    const folder = plant([...allowedImports, ...forbiddenImports, closingImport])
    folders.push(folder)
    write(folder, orphan, 'export const here = 1\n')
    reported = new Set((await checkImports(folder)).violations.map(({ rule, from }) => `${rule} ${from}`))
  })

  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true })
  })

  it.each(forbiddenImports)('$rule reports $from importing $to', ({ rule, from }) => {
    expect(reported).toContain(`${rule} ${from}`)
  })

  it('no-orphans reports a file that nothing imports', () => {
    expect(reported).toContain(`no-orphans ${orphan}`)
  })

  it('has a planted violation for every rule', () => {
    const planted = new Set([...forbiddenImports.map(({ rule }) => rule), 'no-orphans'])
    expect(ruleNames.filter((name) => !planted.has(name ?? ''))).toEqual([])
  })

  it('forbids nothing that the table allows', async () => {
    const folder = plant(allowedImports)
    folders.push(folder)
    expect((await checkImports(folder)).violations).toEqual([])
  })

  it('fails when it finds no module to check', async () => {
    const folder = plant([])
    folders.push(folder)
    mkdirSync(join(folder, 'src'))
    await expect(checkImports(folder)).rejects.toThrow('No module was found')
  })
})
