import { expect, it } from 'vitest'
import { ProcessDrill } from './process-drill.js'

/** `npm run drills -- --kills N --from S` kills more often, from another seed. */
const kills = Number(process.env.DRILL_KILLS ?? 10)
const seed = Number(process.env.DRILL_FROM ?? 1)

it(`workstations that are killed ${kills} times in the middle of their work keep all they acknowledged and end equal (seed ${seed})`, async () => {
  const drill = new ProcessDrill(seed)
  expect(await drill.run(kills), JSON.stringify(drill.facts)).toEqual([])
  if (process.env.DRILL_KILLS) process.stdout.write(`${kills} kills ${JSON.stringify(drill.facts)}\n`)
}, 3_600_000)
