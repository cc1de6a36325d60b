// @ts-check
import { fileURLToPath } from 'node:url'
import { run } from './run.mjs'

// npm run simulate -- --seeds N --from S: plays the synchronisation of whole clinics in memory; see tests/simulation.
const { sourceArguments } = await import(new URL('../src/main/lib/worker-thread.ts', import.meta.url).href)
const file = fileURLToPath(new URL('../tests/simulation/simulate.ts', import.meta.url))
process.exitCode = await run(process.execPath, [...sourceArguments, file, ...process.argv.slice(2)])
