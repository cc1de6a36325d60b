import { expect, it } from 'vitest'
import { patient } from '../../src/shared/entities/patient.js'
import { settled } from './scheduler.js'
import { planOf, Simulation } from './simulation.js'
import type { Workstation } from './workstation.js'

/**
 * Seeds that once failed, kept for ever: a value damaged in the server whose only holder lost its disk; one that was sent again, taken out by a late
 * request; a wrong byte that nobody could drop; what a copied folder sent under the original's name; servers put back during a round of comparing.
 */
const onceFailed = [1702, 2255, 223, 58, 661, 864, 146, 924]
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

it('a server that is put back while a round fills it, and goes on as if nothing had been, ends whole', async () => {
  const simulation = new Simulation({ seed: 1, places: [] })
  const { server, workstations } = simulation
  for (let n = 0; n < 100; n++)
    workstations[0]?.replica.write((tx) => void tx.create(patient, { recordNumber: `${n}`, familyName: 'Rossi', givenName: '', sex: 'unknown' }))
  const push = server.push
  let pushes = 0
  // The second of three is gone again as soon as it was answered.
  server.push = async (request) => {
    const before = server.copy()
    const answer = await push(request)
    if (++pushes === 2) server.restore(before)
    return answer
  }
  expect((await simulation.run()).problems).toEqual([])
  expect(pushes).toBeGreaterThan(3)
})

it('what a copy of a folder sends under its original’s name reaches the original, which is still running', async () => {
  const simulation = new Simulation({ seed: 1, places: [] })
  simulation.isStormy = false
  const [original, copy, other] = simulation.workstations as [Workstation, Workstation, Workstation]
  const person = { recordNumber: 'A1', familyName: 'Rossi', givenName: '', sex: 'unknown' } as const
  const id = '018f0000-0000-7000-8000-000000000001'
  original.replica.write((tx) => void tx.create(patient, { ...person, phone: '1' }, id))
  copy.become(original)
  other.replica.write((tx) => void tx.create(patient, { ...person, phone: '2' }, id))
  // The copy meets the other's value, keeps its own as a version, and sends both with the operation that waits in both folders.
  for (const workstation of [other, copy]) {
    while (workstation.replica.backlog().waiting > 0) {
      workstation.connect()
      workstation.turn(0)
      await settled()
    }
    workstation.leave()
  }
  expect((await simulation.run()).problems).toEqual([])
})
