import { readFileSync, statSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const here = new URL('./', import.meta.url).href

// `electron` becomes the stand-in for everybody: the built main process, its dependencies, Playwright's loader and its
// `evaluate`. The second rule lets these files name each other as the compiler wants it, by `.js`.
registerHooks({
  resolve(name, context, next) {
    if (name === 'electron' || name === 'electron/main') return { url: `${here}electron.ts`, format: 'module-typescript', shortCircuit: true }
    if (context.parentURL?.startsWith(here) && /^\.\/.*\.js$/.test(name)) return next(name.replace(/js$/, 'ts'), context)
    return next(name, context)
  },
})

// Electron shows the application [executable, ...switches, folder, ...its own].
const args = process.argv.slice(2)
process.argv = [process.execPath, ...args]
Object.defineProperty(process.versions, 'electron', { value: '0.0.0-stand-in' })
Object.defineProperty(process, 'type', { value: 'browser' })

const loader = args.includes('-r') ? args[args.indexOf('-r') + 1] : undefined
const folder = resolve(args.find((arg) => !arg.startsWith('-') && arg !== loader) ?? '.')
const entry = statSync(folder).isDirectory() ? join(folder, JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).main) : folder

const { app } = await import('./app.js')
const { startChromium } = await import('./chromium.js')
app.take(folder, args)
try {
  // Playwright's loader holds `ready` back until the test is attached.
  if (loader) createRequire(import.meta.url)(loader)
  const ended = await startChromium(app.commandLine.switches)
  app.onExit(ended.stop)
  ended.gone.then(() => app.exit(0))
  await import(pathToFileURL(entry).href)
  app.becomeReady()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  app.exit(1)
}
