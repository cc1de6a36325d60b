// @ts-check
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import Database from 'better-sqlite3'

// npm run bench [-- NAME …] [-- --tiers S,people] [-- --json FILE]
// `peers` runs only when it is named: it installs the programs that it measures beside this one in bench/peers.
// Runs the benchmarks one after the other, each in a process of its own, and prints their figures beside the budgets.

const names = [
  'save',
  'import',
  'bundle',
  'disk',
  'rpc',
  'sync',
  'sync-visible',
  'sync-differ',
  'sync-fill-small',
  'sync-fill',
  'sync-backlog',
  'cache',
  'monitor',
  'day',
]
// By address, because the checker takes no file of the sources by its real name.
const { sourceArguments } = await import(new URL('../src/main/lib/worker-thread.ts', import.meta.url).href)
const { values, positionals } = parseArgs({ options: { tiers: { type: 'string', default: 'S,people' }, json: { type: 'string' } }, allowPositionals: true })
const chosen = positionals.length > 0 ? positionals : names

/** @typedef {{ bench: string, what: string, measured: string, budget: string, isMet?: boolean, note?: string }} Row */
/** @type {Row[]} */
const rows = []

const round = (/** @type {number} */ value) => value.toFixed(1)

for (const bench of chosen) {
  console.error(`${bench} (load ${round(loadavg()[0] ?? 0)})`)
  const file = fileURLToPath(new URL('./main.ts', import.meta.url))
  const child = spawn(process.execPath, [...sourceArguments, file, bench, ...values.tiers.split(',')], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((done) => child.once('close', done))
  for await (const line of createInterface({ input: child.stdout })) {
    const row = JSON.parse(line)
    rows.push({ bench, ...row })
    console.log(
      `${row.isMet === undefined ? '      ' : row.isMet ? 'meets ' : 'SHORT '} ${row.what}: ${row.measured}${row.budget && ` (budget ${row.budget})`}${row.note ? `; ${row.note}` : ''}`,
    )
  }
  if ((await ended) !== 0) process.exitCode = 1
}

const sqlite = new Database(':memory:').prepare('SELECT sqlite_version()').pluck().get()
const machine = {
  at: new Date().toISOString(),
  cores: cpus().length,
  processor: cpus()[0]?.model,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  sqlite,
  load: loadavg().map(round),
}
console.log(`\n${JSON.stringify(machine)}`)
if (values.json) writeFileSync(values.json, `${JSON.stringify({ machine, rows }, null, 2)}\n`)
