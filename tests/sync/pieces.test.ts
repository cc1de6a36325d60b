import { describe, expect, it, vi } from 'vitest'
import type { PushRequest } from '../../src/main/redis/hub.js'
import { patient } from '../../src/shared/entities/patient.js'
import { settled } from '../simulation/scheduler.js'
import { Simulation } from '../simulation/simulation.js'
import type { Workstation } from '../simulation/workstation.js'

const person = { familyName: 'Rossi', givenName: '', sex: 'unknown' } as const

/** Lets one workstation exchange until something holds. */
async function until(workstation: Workstation, isDone: () => boolean): Promise<void> {
  workstation.arrive()
  while (!isDone()) {
    workstation.connect()
    workstation.turn(0)
    await settled()
  }
}

const isFollowing = ({ replica }: Workstation): boolean => replica.state().cursor !== undefined && replica.state().reconcile === undefined
const untilSent = (workstation: Workstation) => until(workstation, () => workstation.replica.backlog().waiting === 0 && isFollowing(workstation))

/** A clinic whose first workstation follows the server. */
async function following(): Promise<{ simulation: Simulation; first: Workstation; second: Workstation }> {
  const simulation = new Simulation({ seed: 1, places: [] })
  simulation.isStormy = false
  const [first, second] = simulation.workstations as [Workstation, Workstation]
  await untilSent(first)
  return { simulation, first, second }
}

const register = ({ replica }: Workstation, count: number): void => {
  for (let n = 0; n < count; n++) replica.write((tx) => void tx.create(patient, { ...person, recordNumber: `${n}` }))
}

describe('work in the background', () => {
  it('comes in small pushes while somebody saves, and in large ones otherwise', async () => {
    for (const [isWorkedAt, most] of [
      [true, 5],
      [false, 50],
    ] as const) {
      const { simulation, first } = await following()
      const sizes: number[] = []
      const { push } = simulation.server
      simulation.server.push = (request: PushRequest) => {
        sizes.push(request.records.length)
        return push(request)
      }
      first.replica.isWorkedAt = () => isWorkedAt
      register(first, 100)
      await untilSent(first)
      expect(Math.max(...sizes)).toBe(most)
    }
  })

  it('lets saves that are on their way go first', async () => {
    const { first } = await following()
    const afterSaves = vi.spyOn(first.replica, 'afterSaves')
    register(first, 100)
    await untilSent(first)
    expect(afterSaves.mock.calls.length).toBeGreaterThan(2)
  })

  it('asks for few entries at once where they are large', async () => {
    const { simulation, first, second } = await following()
    await untilSent(second)
    second.leave()
    register(first, 800)
    await untilSent(first)
    const asked: number[] = []
    const { read } = simulation.server
    simulation.server.read = (after, options) => {
      asked.push(options.count)
      return read(after, options)
    }
    await until(second, () => asked.length > 1)
    // The first answer tells how large entries are; from then on one of 256 KB is one piece of work.
    expect(asked[0]).toBe(64)
    expect(asked[1]).toBeLessThan(64)
  })
})

describe('what was made ready', () => {
  it('is not sealed again because something else was saved meanwhile', async () => {
    const { simulation, first } = await following()
    const seal = vi.spyOn(simulation.codec, 'seal')
    register(first, 150)
    const { push } = simulation.server
    let others = 0
    simulation.server.push = (request) => {
      if (others++ < 3) register(first, 1)
      return push(request)
    }
    await untilSent(first)
    expect(seal).toHaveBeenCalledTimes(153)
  })
})
