import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { build, type InlineConfig } from 'vite'

const source = resolve('tests/electron/fixture')

/**
 * Where the built fixture lies: below node_modules, so that what it leaves outside its bundle is found as by the product,
 * and one for each process, so that two runs at once do not empty each other's folder.
 */
const application = resolve(`node_modules/.cache/electron-fixture-${process.pid}`)

/** The product's shell around the fixture's small router, bundled as electron-vite does it: packages stay outside. */
const main: InlineConfig = {
  build: {
    ssr: `${source}/main.ts`,
    outDir: `${application}/main`,
    rolldownOptions: { external: ['electron'], output: { format: 'es', entryFileNames: 'index.js' } },
  },
}

/** The product's preload, one CommonJS file. */
const preload: InlineConfig = {
  build: {
    ssr: resolve('src/preload/index.ts'),
    outDir: `${application}/preload`,
    rolldownOptions: { external: ['electron'], output: { format: 'cjs', entryFileNames: 'index.cjs' } },
  },
}

const page: InlineConfig = { root: source, build: { outDir: `${application}/renderer` } }

let built: Promise<string> | undefined

/** Builds the fixture application, once for each process, and returns its folder. */
export const buildFixture = (): Promise<string> => {
  built ??= makeApplication()
  return built
}

const makeApplication = async (): Promise<string> => {
  process.once('exit', () => rmSync(application, { recursive: true, force: true }))
  for (const part of [main, preload, page]) {
    await build({ ...part, configFile: false, logLevel: 'warn', build: { emptyOutDir: true, ...part.build } })
  }
  mkdirSync(application, { recursive: true })
  writeFileSync(`${application}/package.json`, JSON.stringify({ name: 'medinsight-fixture', version: '0.0.1', type: 'module', main: 'main/index.js' }))
  return application
}
