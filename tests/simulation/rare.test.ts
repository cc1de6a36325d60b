import { beforeEach, describe, expect, it } from 'vitest'
import { patient } from '../../src/shared/entities/patient.js'
import { cellsOnServer } from './judge.js'
import { settled } from './scheduler.js'
import { Simulation } from './simulation.js'
import type { Workstation } from './workstation.js'

// Rules whose breaking only one clinic of thousands shows: each is played on purpose. Taking the rule back makes its test fail.

const id = '018f0000-0000-7000-8000-000000000001'
const person = { recordNumber: 'A1', familyName: 'Rossi', givenName: '', sex: 'unknown' } as const

let simulation: Simulation
let first: Workstation
let second: Workstation
beforeEach(() => {
  simulation = new Simulation({ seed: 1, places: [] })
  simulation.isStormy = false
  ;[first, second] = simulation.workstations as [Workstation, Workstation]
})

const write = ({ replica }: Workstation, phone: string): void =>
  void replica.write((tx) => (tx.isKnown(patient, id) ? tx.update(patient, id, { phone }) : void tx.create(patient, { ...person, phone }, id)))

/** Lets one workstation exchange alone until something holds; then it leaves. */
async function exchange(workstation: Workstation, isDone = () => workstation.replica.backlog().waiting === 0 && isFollowing(workstation)): Promise<void> {
  workstation.arrive()
  while (!isDone()) {
    workstation.connect()
    workstation.turn(0)
    await settled()
  }
  workstation.leave()
}

const isFollowing = ({ replica }: Workstation): boolean => replica.state().cursor !== undefined && replica.state().reconcile === undefined

describe('in a clinic', () => {
  it('a server that is put back while a round fills it, and goes on as if nothing had been, ends whole', async () => {
    for (let n = 0; n < 100; n++) first.replica.write((tx) => void tx.create(patient, { ...person, recordNumber: `${n}` }))
    const { server } = simulation
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

  it('the version that loses goes with the record that wins, in one step', async () => {
    write(second, 'loses')
    await exchange(second)
    first.skewMs = 1000
    write(first, 'wins')
    const { server, codec } = simulation
    const push = server.push
    const texts: string[] = []
    server.push = async (request) => {
      const answer = await push(request)
      // Without its feed the server has what its index names, and nothing else.
      server.trim(0)
      if (answer.status === 'ok') texts.push(JSON.stringify(await cellsOnServer(server, codec)))
      return answer
    }
    await exchange(first)
    expect(texts.filter((text) => text.includes('wins')).length).toBeGreaterThan(0)
    for (const text of texts) expect(text).toContain('loses')
  })

  it('a record that is damaged on the server, and that nobody holds any more, is saved from the feed', async () => {
    write(first, '1')
    await exchange(first)
    first.become(second)
    simulation.server.spoilValue({ kind: 'patient', id }, 60)
    expect((await simulation.run()).problems).toEqual([])
    for (const { disk } of simulation.workstations) expect(disk.rows.get(`patient/${id}`)?.cells.phone?.value).toBe('1')
  })
})
