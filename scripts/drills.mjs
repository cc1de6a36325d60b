// @ts-check
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './project.mjs'
import { run } from './run.mjs'

// npm run drills -- --seeds N [--from S]             clinics on a real redis-server in which everything goes wrong
// npm run drills -- --kills N [--from S]             workstation processes that are killed N times in the middle of their work
// npm run drills -- --soak 20x1000 [--outage]        so many workstation processes that write so many patients in all while all exchange;
//                                     [--apart]      the server killed and emptied in the middle; everybody apart until all is written
// Several at once run one after the other. See docs/synchronisation-proof.md.

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string', default: '1' },
    steps: { type: 'string', default: '120' },
    kills: { type: 'string' },
    soak: { type: 'string' },
    outage: { type: 'boolean', default: false },
    apart: { type: 'boolean', default: false },
  },
})
if (values.soak !== undefined && !/^\d+x\d+$/.test(values.soak)) throw new Error('--soak takes workstations and patients, like 20x1000.')

const drills = [
  values.seeds !== undefined && { file: 'drills', env: { DRILL_SEEDS: values.seeds, DRILL_STEPS: values.steps } },
  values.kills !== undefined && { file: 'processes', env: { DRILL_KILLS: values.kills } },
  values.soak !== undefined && { file: 'soak', env: { DRILL_SOAK: values.soak, DRILL_OUTAGE: values.outage ? '1' : '', DRILL_APART: values.apart ? '1' : '' } },
].filter((drill) => drill !== false)
if (drills.length === 0) throw new Error('Name what to drill: --seeds N, --kills N or --soak 20x1000.')

for (const { file, env } of drills) {
  const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', join(root, `tests/faults/${file}.test.ts`)]
  const code = await run(process.execPath, args, { cwd: root, env: { ...process.env, ...env, DRILL_FROM: values.from } })
  if (code !== 0) process.exitCode = code
}
