import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'
import { joinClinic } from '../../../../src/main/joining.js'
import { silentLog } from '../../../../src/main/lib/log.js'
import { placeOf } from '../../../../src/main/place.js'
import { clinicKeyNames } from '../../../../src/main/redis/keys.js'
import type { Presence } from '../../../../src/shared/contract/presence.js'
import { joinServer } from '../../../support/clinic-server.js'
import { addAccount, adminOf, arrived, following, joined, type LiveWorkstation, liveClinic, untilTrue } from '../../../support/live-clinic.js'
import { redisOfTest } from '../../../support/redis-server.js'
import { killNow, linesOf, startProcess } from '../../../support/source-process.js'
import { temporaryFolder } from '../../../support/temporary-folder.js'

const limit = 60_000

/** A window that listens, and how it says what it has open. */
async function listening(at: LiveWorkstation, userId: string) {
  const { api, close } = await at.window(userId)
  const windowId = randomUUID()
  const heard = following<Presence>(api.streams.presence({ windowId }))
  const open = (id: string, isEditing = false) => api.presence.opening({ windowId, openings: [{ kind: 'patient', id, isEditing }] })
  return { api, close, windowId, heard, open, openNothing: () => api.presence.opening({ windowId, openings: [] }) }
}

const names = (presence: Presence | undefined) => presence?.people.map(({ displayName }) => displayName)

async function twoWorkstations() {
  const server = await redisOfTest()
  const a = await liveClinic(server)
  const b = await joined(a, server)
  const rossi = (await addAccount(a, 'Rossi', 'clinician')).id
  const vega = (await addAccount(a, 'Vega', 'reception')).id
  await arrived(b, 'user', vega)
  const { id: patientId } = await (await a.as(adminOf(a))).patients.register({ familyName: 'Quimera', givenName: 'Olga' })
  await arrived(b, 'patient', patientId)
  return { server, a, b, rossi, vega, patientId }
}

it(
  'tells on another workstation who is there and who has the same chart open, and takes it back when the window is closed',
  async () => {
    const { a, b, rossi, vega, patientId } = await twoWorkstations()
    const there = await listening(a, rossi)
    const here = await listening(b, vega)
    await untilTrue(() => names(here.heard.latest)?.includes('Rossi'))
    expect(here.heard.latest).toMatchObject({
      scope: 'clinic',
      people: [
        { userId: rossi, isThisWorkstation: false, isYou: false },
        { userId: vega, isThisWorkstation: true, isYou: true },
      ],
      alsoOpen: [],
    })

    await untilTrue(async () => (await there.open(patientId)).isKept)
    // Nobody is told of charts that they do not have open themselves.
    await here.openNothing()
    await untilTrue(() => b.clinic.services.presence.others().size > 0)
    expect(here.heard.latest?.alsoOpen).toEqual([])
    await here.open(patientId, true)
    await untilTrue(() => here.heard.latest?.alsoOpen.length === 1)
    expect(here.heard.latest?.alsoOpen).toMatchObject([{ kind: 'patient', id: patientId, userId: rossi, displayName: 'Rossi', isEditing: false, isYou: false }])
    await untilTrue(() => there.heard.latest?.alsoOpen.some(({ isEditing, displayName }) => isEditing && displayName === 'Vega'))

    there.close()
    await untilTrue(() => here.heard.latest?.alsoOpen.length === 0 && !names(here.heard.latest)?.includes('Rossi'))
  },
  limit,
)

it(
  'tells of one’s own other window, and takes no word for a window that is not there or is somebody else’s',
  async () => {
    const { a, rossi, vega, patientId } = await twoWorkstations()
    const [one, other, foreign] = [await listening(a, rossi), await listening(a, rossi), await listening(a, vega)]
    await untilTrue(() => one.heard.latest && other.heard.latest && foreign.heard.latest)
    await one.open(patientId)
    await other.open(patientId)
    await untilTrue(() => one.heard.latest?.alsoOpen.length === 1)
    expect(one.heard.latest?.alsoOpen).toMatchObject([{ isYou: true, isThisWorkstation: true }])
    expect(names(one.heard.latest)).toEqual(['Rossi', 'Vega'])
    expect(await foreign.api.presence.opening({ windowId: one.windowId, openings: [] })).toEqual({ isKept: false })
    expect(await foreign.api.presence.opening({ windowId: randomUUID(), openings: [] })).toEqual({ isKept: false })
  },
  limit,
)

it(
  'ends with the session, also while nothing happens',
  async () => {
    const { a, b, rossi, vega } = await twoWorkstations()
    await listening(a, rossi)
    const here = await listening(b, vega)
    await untilTrue(() => names(here.heard.latest)?.includes('Rossi'))
    await a.clinic.services.sessions.endAllOf(rossi, {}, 'test')
    await untilTrue(() => !names(here.heard.latest)?.includes('Rossi'))
  },
  limit,
)

it(
  'knows of this workstation only while the server is away, says so, and of all again when it is back',
  async () => {
    const { server, a, b, rossi, vega } = await twoWorkstations()
    await listening(a, rossi)
    const here = await listening(b, vega)
    await untilTrue(() => names(here.heard.latest)?.includes('Rossi'))
    await server.kill()
    await untilTrue(() => here.heard.latest?.scope === 'workstation')
    expect(names(here.heard.latest)).toEqual(['Vega'])
    await server.restart()
    await untilTrue(() => here.heard.latest?.scope === 'clinic' && names(here.heard.latest)?.includes('Rossi'))
  },
  limit,
)

it(
  'shows long work of other workstations until it has ended',
  async () => {
    const { a, b, vega } = await twoWorkstations()
    const here = await listening(b, vega)
    const done = Promise.withResolvers<undefined>()
    a.clinic.services.tasks.start('import.run', async (task) => {
      task.report(43, 100)
      return done.promise
    })
    await untilTrue(() => here.heard.latest?.jobs.length === 1)
    expect(here.heard.latest?.jobs).toMatchObject([{ task: 'import.run', done: 43, total: 100 }])
    done.resolve(undefined)
    await untilTrue(() => here.heard.latest?.jobs.length === 0)
  },
  limit,
)

it(
  'leaves nothing on the server that tells who is there, and nothing at all once everybody has gone',
  async () => {
    const { server, a, rossi, patientId } = await twoWorkstations()
    const redis = new Redis({ host: '127.0.0.1', port: server.port })
    onTestFinished(() => redis.disconnect())
    const key = clinicKeyNames(a.clinic.keys.dataset).line(a.clinic.services.presence.workstationId)
    const there = await listening(a, rossi)
    await untilTrue(async () => (await there.open(patientId, true)).isKept)
    await untilTrue(async () => (await redis.exists(key)) === 1)
    const value = (await redis.getBuffer(key)) as Buffer
    for (const secret of [rossi, patientId, there.windowId, 'Rossi', 'patient']) {
      expect(value.includes(secret)).toBe(false)
      expect(key).not.toContain(secret)
    }
    expect(await redis.pttl(key)).toBeGreaterThan(0)
    there.close()
    await untilTrue(async () => (await redis.exists(key)) === 0)
  },
  limit,
)

it(
  'a workstation that is killed vanishes from the others by itself',
  async () => {
    const server = await redisOfTest()
    const b = await liveClinic(server)
    const { id: patientId } = await (await b.as(adminOf(b))).patients.register({ familyName: 'Quimera', givenName: 'Olga' })
    const home = temporaryFolder()
    const [folder, keyFile] = [join(home, 'clinic'), join(home, 'keys', 'clinic.key')]
    await untilTrue(() => b.clinic.services.syncStatus.current().state === 'redis')
    const { code } = await b.clinic.services.membership.invite()
    await joinClinic(placeOf(folder, { env: { MEDINSIGHT_KEY_FILE: keyFile }, log: silentLog }), { code, server: joinServer(server) })

    const here = await listening(b, adminOf(b))
    await untilTrue(async () => (await here.open(patientId)).isKept)
    const program = new URL('./workstation-program.ts', import.meta.url)
    const child = startProcess(program, [folder, keyFile, `redis://127.0.0.1:${server.port}`, patientId])
    for await (const line of linesOf(child)) if (line === 'open') break
    await untilTrue(() => here.heard.latest?.alsoOpen.some(({ isThisWorkstation }) => !isThisWorkstation))
    await killNow(child)
    await untilTrue(() => here.heard.latest?.alsoOpen.length === 0 && here.heard.latest.people.every(({ isThisWorkstation }) => isThisWorkstation))
    expect(here.heard.latest?.scope).toBe('clinic')
  },
  2 * limit,
)
