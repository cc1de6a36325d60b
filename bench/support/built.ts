import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(root, 'out/bench')

let built: Promise<unknown> | undefined

/**
 * Builds a program of the benchmarks with the product's worker threads beside it, as the product is built: run from the sources it would hold some
 * 100 MB of the compiler. Answers the file to run.
 */
export async function builtProgram(source: string, name: string): Promise<string> {
  const workers = readdirSync(join(root, 'src/main')).filter((file) => file.endsWith('-worker.ts'))
  const input = { [name]: resolve(root, source), ...Object.fromEntries(workers.map((file) => [file.slice(0, -3), join(root, 'src/main', file)])) }
  built ??= build({
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: true,
      target: 'node24',
      outDir: folder,
      emptyOutDir: true,
      sourcemap: false,
      rolldownOptions: { input, output: { entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js' } },
    },
  })
  await built
  return join(folder, `${name}.js`)
}
