import { expect, test } from 'vitest'
import { joinClinic } from '../../../../src/main/joining.js'
import { recordSchema } from '../../../../src/shared/entities/index.js'
import { clinic as clinicEntity } from '../../../../src/shared/entities/staff.js'
import type { TestClinic } from '../../../support/clinic.js'
import { openTestClinic } from '../../../support/clinic.js'
import { joinServer, newPlace, openAt, serverLink } from '../../../support/clinic-server.js'
import { redisOfFile } from '../../../support/redis-server.js'

const server = redisOfFile()

/** A clinic with a line to the server, as the product's settings screen makes it. */
async function connectedClinic(): Promise<TestClinic> {
  const made = await openTestClinic()
  await made.admin.settings.server.set({ enabled: true, url: `redis://127.0.0.1:${server().port}` })
  await expect.poll(() => made.clinic.services.syncStatus.current().state, { timeout: 20_000 }).toBe('redis')
  return made
}

const auditOf = ({ clinic }: TestClinic) => {
  clinic.store.flushReads()
  return clinic.store.db
    .prepare<[], { act: string; user_id: string | null; detail: string | null }>("SELECT act, user_id, detail FROM audit WHERE act LIKE 'workstations.%'")
    .all()
}

test('without a line to the server nobody can be invited, and the refusal says why', async () => {
  const { admin } = await openTestClinic()
  await expect(admin.workstations.invite({})).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('not connected') })
})

test('inviting, naming and removing leave rows in the access log that tell who and which, and neither code nor name', async () => {
  const made = await connectedClinic()
  const { admin, clinic } = made
  const { code } = await admin.workstations.invite({})
  const place = newPlace()
  const { workstationId } = await joinClinic(place, { code, server: joinServer(server()) })
  await admin.sync.run({})
  await admin.workstations.rename({ id: workstationId, name: 'Zephyrine’s desk' })
  expect((await admin.sync.workstations({})).items.map(({ name }) => name)).toContain('Zephyrine’s desk')
  await expect(admin.workstations.rename({ id: workstationId, name: ' ' })).rejects.toMatchObject({ code: 'INVALID' })
  expect(await admin.workstations.remove({ id: workstationId })).toEqual({ isKeyRenewed: true })
  const rows = auditOf(made)
  expect(rows.map(({ act }) => act)).toEqual(
    expect.arrayContaining(['workstations.invite', 'workstations.rename', 'workstations.remove', 'workstations.renewKey']),
  )
  const own = rows.filter(({ act }) => ['workstations.invite', 'workstations.rename', 'workstations.remove'].includes(act))
  expect(own.every(({ user_id }) => typeof user_id === 'string')).toBe(true)
  const text = JSON.stringify(rows)
  expect(text).toContain(workstationId)
  for (const secret of [code, code.replaceAll('-', ''), 'Zephyrine']) expect(text).not.toContain(secret)
  // The code stands nowhere in the database either: not as the answer of a command.
  expect(JSON.stringify(clinic.store.db.prepare('SELECT answer FROM command').all())).not.toContain(code)
})

test('the workstation somebody sits at is not removed, nor one that is not there', async () => {
  const { admin, clinic } = await openTestClinic()
  const id = String(clinic.store.db.prepare("SELECT value FROM meta WHERE key = 'workstationId'").pluck().get())
  await expect(admin.workstations.remove({ id })).rejects.toMatchObject({ code: 'INVALID', data: { fields: [{ path: 'id', code: 'self' }] } })
  await expect(admin.workstations.remove({ id: '0192f000-0000-7000-8000-000000000000' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('a removed workstation that comes back is told so, and its screens read on', async () => {
  const made = await connectedClinic()
  const { code } = await made.admin.workstations.invite({})
  const place = newPlace()
  const { workstationId } = await joinClinic(place, {
    code,
    server: joinServer(server()),
    settings: { enabled: true, url: `redis://127.0.0.1:${server().port}` },
  })
  await made.admin.sync.run({})
  await made.admin.workstations.remove({ id: workstationId })
  const removed = await openAt(place, server())
  await expect.poll(() => removed.clinic.services.syncStatus.current().state, { timeout: 20_000 }).toBe('attention')
  expect(removed.clinic.services.sync.facts().attention.map(({ code: each }) => each)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^(key|removed)$/)]),
  )
  expect(removed.clinic.services.clinic().name).toBe('Test clinic')
})

test('this version is required of every workstation, also by a server that was emptied since; an older program keeps everything and says what to do', async () => {
  const made = await connectedClinic()
  const { admin, clinic } = made
  const { dataset } = clinic.keys
  const { raw } = serverLink(server(), dataset)
  const atServer = async () => Number(await raw.hget(`medinsight:{${dataset}}:meta`, 'schema'))
  expect(await admin.sync.workstations({})).toMatchObject({ schema: recordSchema, leastSchema: 0, items: [{ schema: recordSchema }] })
  expect(await admin.workstations.requireVersion({})).toEqual({ leastSchema: recordSchema })
  await expect.poll(atServer, { timeout: 20_000 }).toBe(recordSchema)
  expect(await admin.sync.workstations({})).toMatchObject({ leastSchema: recordSchema })
  expect(auditOf(made).map(({ act }) => act)).toContain('workstations.requireVersion')
  await raw.flushall()
  await expect.poll(atServer, { timeout: 20_000 }).toBe(recordSchema)

  // As if an administrator with a later version had required it.
  await clinic.store.write({ actor: {}, act: 'test' }, (tx) => tx.update(clinicEntity, dataset, { leastSchema: recordSchema + 1 }))
  await expect.poll(atServer, { timeout: 20_000 }).toBe(recordSchema + 1)
  const status = clinic.services.syncStatus
  await expect.poll(() => status.current().state, { timeout: 20_000 }).toBe('attention')
  await admin.patients.register({ familyName: 'Okafor', givenName: 'Ada', sex: 'female' })
  const facts = await admin.sync.facts({})
  expect(facts.attention).toContainEqual({ code: 'schema', count: 1 })
  expect(facts.waiting).toBeGreaterThan(0)
})
