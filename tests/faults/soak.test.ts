import { expect, it } from 'vitest'
import { ProcessSoak } from './process-soak.js'

// Only `npm run drills -- --soak 20x1000 [--outage] [--apart]` runs this: minutes, and as much memory as a clinic's computers have together.
const [workstations = 0, patients = 0] = (process.env.DRILL_SOAK ?? '').split('x').map(Number)
const manner = { hasOutage: process.env.DRILL_OUTAGE === '1', isApart: process.env.DRILL_APART === '1' }

it.runIf(workstations > 0)(
  `${workstations} workstations that register ${patients} patients lose nothing and end equal`,
  async () => {
    const soak = new ProcessSoak(workstations, patients, manner)
    const problems = await soak.run()
    process.stdout.write(`${JSON.stringify({ ...soak.facts, ...manner })}\n`)
    expect(problems).toEqual([])
  },
  7_200_000,
)
