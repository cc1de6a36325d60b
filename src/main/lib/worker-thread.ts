import { Worker, type WorkerOptions } from 'node:worker_threads'

/** Lets a worker thread run straight from the sources, as tests do: `./x.js` means `./x.ts` there, and `./x.lua?raw` is the file's text. */
const sourceHook = `import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
registerHooks({ resolve(name, context, next) {
  if (!/^\\.{1,2}\\/.*\\.js$/.test(name) || !context.parentURL?.endsWith('.ts')) return next(name, context)
  try { return next(name, context) } catch { return next(name.slice(0, -3) + '.ts', context) }
}, load(url, context, next) {
  if (!url.endsWith('.lua?raw')) return next(url, context)
  return { format: 'module', shortCircuit: true, source: 'export default ' + JSON.stringify(readFileSync(new URL(url), 'utf8')) }
} })`

/** Arguments with which Node runs a file of the sources as it stands. */
export const sourceArguments = [
  '--experimental-transform-types',
  '--disable-warning=ExperimentalWarning',
  '--import',
  `data:text/javascript,${encodeURIComponent(sourceHook)}`,
]

/**
 * Starts the worker thread whose entry is `src/main/<name>.ts`; the build lists it among its entries and puts it beside every other
 * file of the main process. Its code may import what the main process imports, except electron.
 */
export function startWorker(name: string, options: WorkerOptions = {}): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL(`./${name}.js`, import.meta.url), options)
  return new Worker(new URL(`../${name}.ts`, import.meta.url), { ...options, execArgv: sourceArguments })
}
