import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createClinic } from '../../src/main/founding.js'
import { JoinRefused, joinClinic } from '../../src/main/joining.js'
import { openSettings } from '../../src/main/maintenance/settings-file.js'
import { makeInvitationCode } from '../../src/main/security/invitation.js'
import { openKeysByRecoveryCode, readKeysFile } from '../../src/main/security/keys.js'
import { takeRecordNumber } from '../../src/main/store/series.js'
import { patient } from '../../src/shared/entities/patient.js'
import { workstation } from '../../src/shared/entities/workstation.js'
import { foundClinic, joinBy, joinServer, newPlace, type OpenWorkstation, openAt, serverLink } from '../support/clinic-server.js'
import { redisOfFile } from '../support/redis-server.js'

const server = redisOfFile()

const left = (folder: string) => readdirSync(folder).sort()
const register = ({ clinic: { store } }: OpenWorkstation, familyName: string) =>
  store.write({ actor: {}, act: 'patients.register' }, (tx) => {
    const recordNumber = takeRecordNumber(store.db)
    tx.create(patient, { familyName, givenName: 'Ada', sex: 'female', recordNumber })
    return recordNumber
  })
const namesOf = ({ clinic }: OpenWorkstation) => clinic.store.db.prepare('SELECT family_name FROM patient WHERE deleted = 0 ORDER BY 1').pluck().all()

describe('joining a clinic', () => {
  it('brings every record, a key and a number prefix of its own, and tells the others', async () => {
    const founder = await foundClinic(server())
    expect(await register(founder, 'Otterbourn')).toBe('A00001')
    await founder.meet()
    const { code, expiresAt } = await founder.clinic.services.membership.invite()
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(15 * 60_000)
    const place = newPlace()
    const progress: number[] = []
    const joined = await joinClinic(place, {
      code: code.toLowerCase().replaceAll('-', ' '),
      server: joinServer(server()),
      settings: { url: 'redis://127.0.0.1:6379', password: 'a secret' },
      onProgress: ({ received }) => progress.push(received),
    })
    expect(joined).toMatchObject({ clinicId: founder.clinic.keys.dataset, clinicName: 'Riverside', numberPrefix: 'B' })
    expect(progress.at(-1)).toBeGreaterThan(0)
    expect(left(place.folder)).toEqual(['journal', 'keys.json', 'medinsight.db', 'settings.json'])
    expect(openSettings(place.folder).get().server).toMatchObject({ url: 'redis://127.0.0.1:6379' })
    expect(readFileSync(join(place.folder, 'settings.json'), 'utf8')).not.toContain('a secret')
    const second = await openAt(place, server())
    expect(namesOf(second)).toEqual(['Otterbourn'])
    expect(second.clinic.keys.databaseKey).not.toEqual(founder.clinic.keys.databaseKey)
    expect((await openKeysByRecoveryCode(await readKeysFile(place.folder), joined.recoveryCode)).databaseKey).toEqual(second.clinic.keys.databaseKey)
    expect(await register(second, 'Umberleigh')).toBe('B00001')
    expect(await register(founder, 'Yarrow')).toBe('A00002')
    await second.meet()
    await founder.meet()
    await second.meet()
    expect(namesOf(founder)).toEqual(['Otterbourn', 'Umberleigh', 'Yarrow'])
    expect(second.clinic.store.digest()).toBe(founder.clinic.store.digest())
    expect(founder.clinic.store.get(workstation, second.id)).toMatchObject({ numberPrefix: 'B', publicKey: expect.any(String) })
  })

  it('lets every workstation have another prefix, whoever invites', async () => {
    const founder = await foundClinic(server())
    const second = await joinBy(founder, server())
    const third = await joinBy(second, server())
    const fourth = await joinBy(founder, server())
    const prefixes = [founder, second, third, fourth].map(({ clinic, id }) => clinic.store.get(workstation, id).numberPrefix)
    expect(prefixes).toEqual(['A', 'B', 'C', 'D'])
  })

  it('with a code that was used, is unknown or is mistyped makes nothing', async () => {
    const founder = await foundClinic(server())
    const { code } = await founder.clinic.services.membership.invite()
    await joinClinic(newPlace(), { code, server: joinServer(server()) })
    for (const [typed, problem] of [
      [code, 'unknown'],
      [makeInvitationCode(), 'unknown'],
      [code.slice(1), 'mistyped'],
    ] as const) {
      const place = newPlace()
      await expect(joinClinic(place, { code: typed, server: joinServer(server()) })).rejects.toMatchObject({ name: 'InvitationProblem', code: problem })
      expect(() => left(place.folder)).toThrow()
    }
  })

  it('after fifteen minutes finds no invitation, and the server holds nothing readable of it', async () => {
    const founder = await foundClinic(server())
    const { raw } = serverLink(server(), founder.clinic.keys.dataset)
    await founder.clinic.services.membership.invite()
    const [key = ''] = await raw.keys('medinsight:invite:*')
    expect(await raw.pttl(key)).toBeGreaterThan(14 * 60_000)
    const lying = await raw.getBuffer(key)
    for (const secret of [founder.clinic.keys.clinicKey, 'Riverside', founder.clinic.keys.dataset]) expect(lying?.includes(secret)).toBe(false)
    const { code } = await founder.clinic.services.membership.invite()
    for (const each of await raw.keys('medinsight:invite:*')) await raw.pexpire(each, 0)
    await expect(joinClinic(newPlace(), { code, server: joinServer(server()) })).rejects.toMatchObject({ code: 'unknown' })
  })

  it('leaves a folder alone that something lies in, and the invitation can be used elsewhere', async () => {
    const founder = await foundClinic(server())
    const { code } = await founder.clinic.services.membership.invite()
    await expect(joinClinic(founder.place, { code, server: joinServer(server()) })).rejects.toThrow(/not empty/)
    await expect(joinClinic(newPlace(), { code, server: joinServer(server()) })).resolves.toMatchObject({ numberPrefix: 'B' })
  })
})

describe('joining that stops in the middle', () => {
  /** A server whose exchange breaks after so many calls. */
  const breaking = (after: number) => {
    const whole = joinServer(server())
    let calls = 0
    return {
      ...whole,
      exchange: async (...args: Parameters<typeof whole.exchange>) => {
        if (calls++ >= after) throw new Error('the line broke')
        await whole.exchange(...args)
      },
    }
  }

  it.each([0, 1])('goes on with the same code where it stopped (after %i exchanges)', async (after) => {
    const founder = await foundClinic(server())
    await register(founder, 'Otterbourn')
    await founder.meet()
    const { code } = await founder.clinic.services.membership.invite()
    const place = newPlace()
    await expect(joinClinic(place, { code, server: breaking(after) })).rejects.toThrow('the line broke')
    expect(left(place.folder)).toEqual([`.making-${founder.clinic.keys.dataset}`])
    await expect(joinClinic(place, { code, server: joinServer(server()) })).resolves.toMatchObject({ numberPrefix: 'B' })
    expect(left(place.folder)).toEqual(['journal', 'keys.json', 'medinsight.db'])
    const second = await openAt(place, server())
    expect(namesOf(second)).toEqual(['Otterbourn'])
    await founder.meet()
    expect(founder.clinic.store.db.prepare('SELECT count(*) FROM workstation').pluck().get()).toBe(2)
  })

  it('is taken back, with its key, when another clinic is made or another code is used', async () => {
    const founder = await foundClinic(server())
    const { code } = await founder.clinic.services.membership.invite()
    const place = newPlace()
    await expect(joinClinic(place, { code, server: breaking(0) })).rejects.toThrow('the line broke')
    expect(await place.keyStore.read(founder.clinic.keys.dataset)).toBeDefined()
    const { code: another } = await founder.clinic.services.membership.invite()
    await expect(joinClinic(place, { code: another, server: breaking(0) })).rejects.toThrow('the line broke')
    await createClinic(place, {
      clinic: { name: 'Other', timeZone: 'UTC', currency: 'EUR', country: 'ES', language: 'en' },
      admin: { username: 'anna', displayName: 'Anna', password: 'a long enough password' },
    })
    expect(left(place.folder)).toEqual(['journal', 'keys.json', 'medinsight.db'])
    expect(await place.keyStore.read(founder.clinic.keys.dataset)).toBeUndefined()
  })

  it('is taken back when it is refused at its end', async () => {
    const founder = await foundClinic(server())
    const { code } = await founder.clinic.services.membership.invite()
    const place = newPlace()
    const check = async () => {
      throw new JoinRefused('The password is not that of an administrator.')
    }
    await expect(joinClinic(place, { code, server: joinServer(server()), check })).rejects.toThrow(JoinRefused)
    expect(left(place.folder)).toEqual([])
    expect(await place.keyStore.read(founder.clinic.keys.dataset)).toBeUndefined()
    await founder.meet()
    expect(founder.clinic.store.db.prepare('SELECT count(*) FROM workstation').pluck().get()).toBe(1)
  })

  it('says so when the server was emptied meanwhile, and goes on when a workstation has filled it again', async () => {
    const founder = await foundClinic(server())
    const { code } = await founder.clinic.services.membership.invite()
    const { raw, hub } = serverLink(server(), founder.clinic.keys.dataset)
    const names = await raw.keys(`medinsight:{${founder.clinic.keys.dataset}}:*`)
    await raw.del(names)
    const place = newPlace()
    await expect(joinClinic(place, { code, server: joinServer(server()) })).rejects.toThrow(/does not hold this clinic’s records/)
    await founder.meet()
    expect((await hub.snapshot()).buckets.size).toBeGreaterThan(0)
    await expect(joinClinic(place, { code, server: joinServer(server()) })).resolves.toMatchObject({ clinicName: 'Riverside' })
  })

  it('never leaves a joining folder to be taken for a clinic', async () => {
    const founder = await foundClinic(server())
    const { code } = await founder.clinic.services.membership.invite()
    const place = newPlace()
    await expect(joinClinic(place, { code, server: breaking(0) })).rejects.toThrow('the line broke')
    expect(left(join(place.folder, `.making-${founder.clinic.keys.dataset}`))).toContain('joining.json')
    await expect(openAt(place, server())).rejects.toThrow(/no clinic in this folder/)
  })
})
