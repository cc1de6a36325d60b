import { expect, it } from 'vitest'
import { Drill } from './drill.js'

/** `npm run drills -- --seeds N --from S` plays others. */
const seeds = Number(process.env.DRILL_SEEDS ?? 6)
const from = Number(process.env.DRILL_FROM ?? 1)
const steps = Number(process.env.DRILL_STEPS ?? 120)

it.each(Array.from({ length: seeds }, (_, i) => from + i))(
  'a clinic of three on a real server in which everything goes wrong loses nothing and ends equal (seed %i)',
  async (seed) => {
    const drill = new Drill(seed, steps)
    expect(await drill.run(), JSON.stringify(drill.facts)).toEqual([])
    if (process.env.DRILL_SEEDS) process.stdout.write(`seed ${seed} ${JSON.stringify(drill.facts)}\n`)
  },
  180_000,
)
