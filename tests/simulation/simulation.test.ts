import { expect, it } from 'vitest'
import { planOf, Simulation } from './simulation.js'

/**
 * Seeds that once failed, kept for ever: a value damaged in the server whose only holder lost its disk; one that was sent again, taken out by a late
 * request; a wrong byte that nobody could drop; what a copied folder sent under the original's name; servers put back during a round of comparing.
 */
const onceFailed = [1702, 2255, 223, 58, 661, 864, 146, 924, 51_021]
const seedsInCi = 120

const problemsOf = async (seed: number): Promise<string[]> => (await new Simulation(planOf(seed)).run()).problems

it.each(onceFailed)('seed %i, which once failed, loses nothing and ends equal', async (seed) => {
  expect(await problemsOf(seed)).toEqual([])
})

it(`${seedsInCi} clinics in which everything goes wrong lose nothing and end equal`, async () => {
  for (let seed = 1; seed <= seedsInCi; seed++) expect({ seed, problems: await problemsOf(seed) }).toEqual({ seed, problems: [] })
}, 300_000)

it('the same plan gives the same run', async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const [first, again] = [await new Simulation(planOf(seed)).run(), await new Simulation(planOf(seed)).run()]
    expect(again.trace).toBe(first.trace)
  }
})
