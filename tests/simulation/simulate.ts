import { parseArgs } from 'node:util'
import { shrunk } from './shrink.js'
import { planOf, Simulation } from './simulation.js'

// npm run simulate -- --seeds N --from S [--steps N]
// Plays the exchange of N clinics, each from a seed, and names the first seed in which an invariant does not hold, shrunk to few places.

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    steps: { type: 'string', default: '300' },
    places: { type: 'string' },
    twice: { type: 'boolean', default: false },
    'keep-going': { type: 'boolean', default: false },
    'no-shrink': { type: 'boolean', default: false },
  },
})
const [seeds, from, steps] = [Number(values.seeds), Number(values.from), Number(values.steps)]
const facts: Record<string, number> = {}
let failed = 0
for (let seed = from; seed < from + seeds; seed++) {
  const plan = values.places === undefined ? planOf(seed, steps) : { seed, places: values.places.split(',').map(Number) }
  const outcome = await new Simulation(plan).run()
  for (const [fact, count] of Object.entries(outcome.facts)) facts[fact] = (facts[fact] ?? 0) + count
  if (values.twice && (await new Simulation(plan).run()).trace !== outcome.trace) outcome.problems.push('the same plan gave another run')
  if (outcome.problems.length === 0) continue
  failed++
  process.stdout.write(`seed ${seed} failed:\n${outcome.problems.map((problem) => `  ${problem}\n`).join('')}`)
  if (values['keep-going']) continue
  if (values['no-shrink']) break
  const small = await shrunk(plan)
  process.stdout.write(
    `  shrunk: npm run simulate -- --seeds 1 --from ${seed} --places ${small.plan.places.join(',')}\n  ${small.outcome.problems.join('\n  ')}\n`,
  )
  break
}
process.stdout.write(`${JSON.stringify({ seeds, from, steps, failed, ...facts })}\n`)
process.exitCode = failed > 0 ? 1 : 0
