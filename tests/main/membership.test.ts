import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exchangeAll } from '../../src/main/exchange-all.js'
import { clinicKeyNames } from '../../src/main/redis/keys.js'
import { encodeSlot, sealGrant } from '../../src/main/security/grant.js'
import { sealingKeys } from '../../src/main/security/keys.js'
import { newKey } from '../../src/main/security/sealing.js'
import { recordNumbersOf, setOwnPrefix, takeRecordNumber } from '../../src/main/store/series.js'
import { RecordCodec } from '../../src/main/sync/record-codec.js'
import { patient } from '../../src/shared/entities/patient.js'
import { workstation } from '../../src/shared/entities/workstation.js'
import { foundClinic, joinBy, type OpenWorkstation, openAt, serverLink } from '../support/clinic-server.js'
import { redisOfFile } from '../support/redis-server.js'

const server = redisOfFile()

const register = ({ clinic: { store } }: OpenWorkstation, familyName: string) =>
  store.write({ actor: {}, act: 'patients.register' }, (tx) =>
    tx.create(patient, { familyName, givenName: 'Ada', sex: 'female', recordNumber: takeRecordNumber(store.db) }),
  )
const namesOf = ({ clinic }: OpenWorkstation) => clinic.store.db.prepare('SELECT family_name FROM patient WHERE deleted = 0 ORDER BY 1').pluck().all()
const membershipOf = ({ clinic }: OpenWorkstation) => clinic.services.membership
const remove = (by: OpenWorkstation, who: OpenWorkstation) => membershipOf(by).remove(who.id, { actor: {}, act: 'workstations.remove' })
const generationOf = ({ clinic }: OpenWorkstation) => sealingKeys(clinic.keys).current

/** A clinic of so many workstations that all hold the same. */
async function clinicOf(count: number): Promise<OpenWorkstation[]> {
  const founder = await foundClinic(server())
  const all = [founder]
  while (all.length < count) all.push(await joinBy(founder, server()))
  await meetAll(all)
  return all
}

async function reopened(workstation: OpenWorkstation): Promise<OpenWorkstation> {
  await workstation.stop()
  return openAt(workstation.place, server())
}

/** Lets workstations meet the server in turn until nothing new comes up. */
async function meetAll(all: readonly OpenWorkstation[]): Promise<void> {
  for (let round = 0; round < 3; round++) for (const each of all) await each.meet()
}

const expectEqual = (all: readonly OpenWorkstation[]) => expect(new Set(all.map(({ clinic }) => clinic.store.digest())).size).toBe(1)

/** How many of the server's records a workstation's keys open. */
async function readable({ clinic, link }: OpenWorkstation): Promise<number> {
  const codec = new RecordCodec(clinicKeyNames(clinic.keys.dataset), sealingKeys(clinic.keys))
  const { buckets } = await link.hub.snapshot()
  const names = [...(await link.hub.buckets([...buckets.keys()])).values()].flat()
  const records = await link.hub.records(names)
  expect(records.length).toBeGreaterThan(3)
  return records.filter((record) => record && typeof codec.open(record) === 'object').length
}

async function flush({ clinic, link }: OpenWorkstation): Promise<void> {
  await link.raw.del(await link.raw.keys(`medinsight:{${clinic.keys.dataset}}:*`))
}

describe('removing a workstation', () => {
  it('makes a new key that it does not get; the others go on, and nothing on the server opens for it', async () => {
    let [founder, second, removed] = (await clinicOf(3)) as [OpenWorkstation, OpenWorkstation, OpenWorkstation]
    await register(removed, 'Otterbourn')
    await meetAll([removed, founder])
    expect(await readable(removed)).toBeGreaterThan(3)
    expect(await remove(founder, removed)).toEqual({ isKeyRenewed: true })
    await register(founder, 'Umberleigh')
    await meetAll([founder, second])
    await register(second, 'Yarrow')
    await meetAll([second, founder])
    expect([namesOf(founder), namesOf(second)]).toEqual([
      ['Otterbourn', 'Umberleigh', 'Yarrow'],
      ['Otterbourn', 'Umberleigh', 'Yarrow'],
    ])
    expectEqual([founder, second])
    expect([generationOf(founder), generationOf(second)]).toEqual([2, 2])

    expect(await readable(removed)).toBe(0)
    await register(removed, 'Kept here')
    const { sessions } = removed.clinic.services
    const { token } = await sessions.open(String(removed.clinic.store.db.prepare('SELECT id FROM user').pluck().get()))
    await removed.meet()
    // It was away: another workstation's word tells it, for its record can never reach it any more.
    expect([membershipOf(removed).standing(), generationOf(removed), sessions.resolve(token)]).toEqual(['removed', 1, undefined])
    const again = await reopened(removed)
    expect(membershipOf(again).standing()).toBe('removed')
    removed = again
    expect(namesOf(removed)).toEqual(['Kept here', 'Otterbourn'])
    await meetAll([founder, second])
    expect(namesOf(founder)).not.toContain('Kept here')
  })

  it('tells it, where it is connected, and ends the sessions there', async () => {
    const [founder, removed] = (await clinicOf(2)) as [OpenWorkstation, OpenWorkstation]
    const { sessions } = removed.clinic.services
    const userId = String(removed.clinic.store.db.prepare('SELECT id FROM user').pluck().get())
    const { token } = await sessions.open(userId)
    membershipOf(founder).use(undefined)
    expect(await remove(founder, removed)).toEqual({ isKeyRenewed: false })
    await exchangeAll(founder.clinic, founder.link)
    await exchangeAll(removed.clinic, removed.link)
    expect(membershipOf(removed).standing()).toBe('removed')
    expect(sessions.resolve(token)).toBeUndefined()
    expect((await sessions.open(userId)).token).toBeDefined()
    await expect(membershipOf(removed).invite()).rejects.toMatchObject({ name: 'MembershipProblem', code: 'removed' })
    membershipOf(founder).use(founder.link.hub)
    await founder.meet()
    expect(generationOf(founder)).toBe(2)
    await removed.meet()
    expect(generationOf(removed)).toBe(1)
  })

  it('of itself, of nobody or without a line is refused or waits, and twice is once', async () => {
    const [founder, second] = (await clinicOf(2)) as [OpenWorkstation, OpenWorkstation]
    await expect(remove(founder, founder)).rejects.toMatchObject({ code: 'self' })
    await expect(membershipOf(founder).remove('0192f000-0000-7000-8000-000000000000', { actor: {}, act: 'test' })).rejects.toThrow(/no such workstation/)
    await remove(founder, second)
    const { removedAt } = founder.clinic.store.get(workstation, second.id)
    expect(await remove(founder, second)).toEqual({ isKeyRenewed: true })
    expect([founder.clinic.store.get(workstation, second.id).removedAt, generationOf(founder)]).toEqual([removedAt, 2])
    membershipOf(founder).use(undefined)
    await expect(membershipOf(founder).invite()).rejects.toMatchObject({ code: 'noServer' })
  })

  it('on two workstations at the same time leaves both out', async () => {
    const [founder, second, third, fourth] = (await clinicOf(4)) as [OpenWorkstation, OpenWorkstation, OpenWorkstation, OpenWorkstation]
    for (const each of [founder, second]) membershipOf(each).use(undefined)
    await remove(founder, third)
    await remove(second, fourth)
    for (const each of [founder, second]) membershipOf(each).use(each.link.hub)
    await meetAll([founder, second])
    expectEqual([founder, second])
    expect(generationOf(founder)).toBe(generationOf(second))
    for (const removed of [third, fourth]) {
      await removed.meet()
      expect(membershipOf(removed).standing()).not.toBe('member')
      expect(await readable(removed)).toBe(0)
    }
  })

  it('goes on after it was cut off anywhere, also by a restart', async () => {
    for (const broken of ['lease', 'putGrants', 'replaceHistory'] as const) {
      const [founder, second, removed] = (await clinicOf(3)) as [OpenWorkstation, OpenWorkstation, OpenWorkstation]
      const hub = Object.create(founder.link.hub) as typeof founder.link.hub
      hub[broken] = async () => Promise.reject(new Error('the line broke'))
      membershipOf(founder).use(hub)
      expect(await remove(founder, removed)).toEqual({ isKeyRenewed: false })
      expect(generationOf(founder)).toBe(1)
      await founder.stop()
      const again = await openAt(founder.place, server())
      await meetAll([again, second])
      expectEqual([again, second])
      expect(await readable(removed)).toBe(0)
      expect(await readable(second)).toBeGreaterThan(3)
    }
  })
})

describe('the clinic’s new key', () => {
  it('waits on the server for workstations that are away', async () => {
    const [founder, away, removed] = (await clinicOf(3)) as [OpenWorkstation, OpenWorkstation, OpenWorkstation]
    await register(away, 'Written away')
    await remove(founder, removed)
    await meetAll([founder, away])
    expectEqual([founder, away])
    expect(namesOf(founder)).toEqual(['Written away'])
  })

  it('made by a workstation that only its inviter knows of reaches the inviter, and through it those who know that one', async () => {
    const [founder, away, removed] = (await clinicOf(3)) as [OpenWorkstation, OpenWorkstation, OpenWorkstation]
    const newcomer = await joinBy(founder, server())
    await newcomer.meet()
    expect(founder.clinic.store.find(workstation, newcomer.id)).toBeUndefined()
    await remove(newcomer, removed)
    await away.meet()
    expect([membershipOf(away).standing(), generationOf(away)]).toEqual(['shutOut', 1])
    await founder.meet()
    await away.meet()
    expect(membershipOf(away).standing()).toBe('member')
    await meetAll([founder, away, newcomer])
    expectEqual([founder, away, newcomer])
  })

  it('is not taken from a workstation that was removed', async () => {
    const [founder, second, removed] = (await clinicOf(3)) as [OpenWorkstation, OpenWorkstation, OpenWorkstation]
    await remove(founder, removed)
    await meetAll([founder, second])
    const { dataset, exchangeKey } = removed.clinic.keys
    const forger = { id: removed.id, privateKey: exchangeKey! }
    const receiver = { id: second.id, publicKey: Buffer.from(founder.clinic.store.get(workstation, second.id).publicKey, 'base64') }
    const forged = new Map([...removed.clinic.keys.generations, [7, newKey()]])
    const own = sealGrant({ dataset, generation: 7 }, forger, receiver, { generations: forged, removed: new Set() })!
    const link = serverLink(server(), dataset)
    await link.hub.putGrants(7, new Map([[second.id, encodeSlot([own, { ...own, by: founder.id }])]]))
    await link.hub.replaceHistory(7, 'f'.repeat(32))
    await second.meet()
    expect([generationOf(second), membershipOf(second).standing()]).toEqual([2, 'shutOut'])
    expect(second.clinic.store.replication.backlog().waiting).toBe(0)
  })

  it('never reaches a removed workstation through one that has not heard of it, also when the server was emptied meanwhile', async () => {
    const [founder, away, removed] = (await clinicOf(3)) as [OpenWorkstation, OpenWorkstation, OpenWorkstation]
    await remove(founder, removed)
    await founder.meet()
    // The one that was away takes the key, then the server loses everything else that could have told it of the removal.
    expect(await away.settle()).toBe('renewed')
    await flush(founder)
    expect(await away.settle()).toBe('ok')
    await exchangeAll(away.clinic, away.link)
    await membershipOf(away).caughtUp()
    expect(away.clinic.store.get(workstation, removed.id).removedAt).toBeUndefined()
    expect(await away.link.hub.grant(generationOf(away), founder.id)).toBeDefined()
    await removed.meet()
    expect([generationOf(removed), membershipOf(removed).standing(), await readable(removed)]).toEqual([1, 'removed', 0])
  })

  it('comes again after an older keys.json was put back', async () => {
    const [founder, second, removed] = (await clinicOf(3)) as [OpenWorkstation, OpenWorkstation, OpenWorkstation]
    for (const each of [founder, second]) copyFileSync(join(each.place.folder, 'keys.json'), join(each.place.folder, '..', 'keys.json'))
    await remove(founder, removed)
    await meetAll([founder, second])
    for (const each of [founder, second]) {
      await each.stop()
      copyFileSync(join(each.place.folder, '..', 'keys.json'), join(each.place.folder, 'keys.json'))
      const again = await openAt(each.place, server())
      expect(generationOf(again)).toBe(1)
      await again.meet()
      expect([generationOf(again), membershipOf(again).standing()]).toEqual([2, 'member'])
    }
  })

  it('seals the history anew where the server came back from before the removal', async () => {
    const [founder, second, removed] = (await clinicOf(3)) as [OpenWorkstation, OpenWorkstation, OpenWorkstation]
    const { raw } = founder.link
    const keys = await raw.keys(`medinsight:{${founder.clinic.keys.dataset}}:*`)
    const dump = await Promise.all(keys.map(async (key) => [key, (await raw.dumpBuffer(key)) as Buffer] as const))
    await remove(founder, removed)
    await meetAll([founder, second])
    await flush(founder)
    for (const [key, value] of dump) await raw.restore(key, 0, value)
    await removed.meet()
    await meetAll([second, founder])
    await removed.meet()
    expectEqual([founder, second])
    expect([generationOf(second), generationOf(removed), await readable(removed)]).toEqual([2, 1, 0])
  })

  it('that two workstations made apart, on a server that was emptied between them, is followed by a third that leaves both out', async () => {
    const [founder, second, third, fourth] = (await clinicOf(4)) as [OpenWorkstation, OpenWorkstation, OpenWorkstation, OpenWorkstation]
    await remove(founder, third)
    await flush(founder)
    await second.meet()
    await remove(second, fourth)
    expect([generationOf(founder), generationOf(second)]).toEqual([2, 2])
    await register(founder, 'Otterbourn')
    await register(second, 'Umberleigh')
    await meetAll([founder, second])
    expectEqual([founder, second])
    expect(namesOf(second)).toEqual(['Otterbourn', 'Umberleigh'])
    expect([generationOf(founder), generationOf(second)]).toEqual([3, 3])
    for (const removed of [third, fourth]) {
      await removed.meet()
      expect(await readable(removed)).toBe(0)
    }
  })
})

describe('number prefixes', () => {
  it('that two workstations share are told apart when they meet, and numbers already given stay', async () => {
    const [, second, third] = (await clinicOf(3)) as [OpenWorkstation, OpenWorkstation, OpenWorkstation]
    await register(third, 'Otterbourn')
    await third.clinic.store.write({ actor: {}, act: 'test' }, (tx) => {
      setOwnPrefix(third.clinic.store.db, 'B')
      tx.update(workstation, third.id, { numberPrefix: 'B' })
    })
    await register(third, 'Umberleigh')
    await meetAll([third, second])
    expect(second.clinic.store.get(workstation, second.id).numberPrefix).toBe('B')
    expect(third.clinic.store.get(workstation, third.id).numberPrefix).toBe('D')
    await register(third, 'Yarrow')
    expect(['B', 'C', 'D'].map((prefix) => recordNumbersOf(third.clinic.store.db, prefix))).toEqual([['B00001'], ['C00001'], ['D00001']])
  })
})
