import { mkdirSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { build, type InlineConfig } from 'vite'

const source = resolve('tests/electron/fixture')

/** Where the built fixture lies. Below node_modules, so that what it leaves outside its bundle is found as by the product. */
const application = resolve('node_modules/.cache/electron-fixture')

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

/** Builds the fixture application and returns its folder. */
export const buildFixture = async (): Promise<string> => {
  for (const part of [main, preload, page]) {
    await build({ ...part, configFile: false, logLevel: 'warn', build: { emptyOutDir: true, ...part.build } })
  }
  mkdirSync(application, { recursive: true })
  writeFileSync(`${application}/package.json`, JSON.stringify({ name: 'medinsight-fixture', version: '0.0.1', type: 'module', main: 'main/index.js' }))
  return application
}
