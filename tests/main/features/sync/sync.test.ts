import { describe, expect, it } from 'vitest'
import type { Call, CallContext } from '../../../../src/main/features/handler.js'
import type { Services } from '../../../../src/main/features/services.js'
import { queueRoutes, syncHandlers } from '../../../../src/main/features/sync/index.js'
import { recordState } from '../../../../src/main/features/sync/queries.js'
import { refusalsOf } from '../../../../src/main/ipc/refusals.js'
import { commonErrors } from '../../../../src/shared/contract/procedure.js'
import type { Role } from '../../../../src/shared/permissions.js'
import { openTestClinic, type TestClinic } from '../../../support/clinic.js'

const errors = refusalsOf(commonErrors)

/** The clinic as it is with a server set up: what the engine tells is handed in, everything else is real. */
const withServer = ({ clinic: { services } }: TestClinic): Services => ({
  ...services,
  syncStatus: { current: () => ({ state: 'redis', waiting: 0, since: null }), subscribe: () => () => undefined },
  server: { ...services.server, view: () => ({ ...services.server.view(), enabled: { value: true, origin: 'screen' } }) },
})

const callAs = <Input>(role: Role | undefined, input: Input) =>
  ({ input, context: { actor: { userId: 'u', sessionId: 's', role } } as CallContext, errors, signal: new AbortController().signal }) as Call<
    Input,
    typeof commonErrors
  >

const call = <Input>(input: Input) => callAs('administrator', input)

/** Sets the state of the operation that wrote a record last, as sending and confirming it does. */
const mark = ({ clinic }: TestClinic, act: string, state: string, problem: string | null = null) =>
  clinic.store.db.prepare('UPDATE operation SET state = ?, problem = ? WHERE seq = (SELECT max(seq) FROM operation WHERE act = ?)').run(state, problem, act)

const register = (made: TestClinic, familyName: string) => made.admin.patients.register({ familyName, givenName: 'Ada' })

describe('where the changes of a record are', () => {
  const stateOf = async (made: TestClinic, id: string) => (await syncHandlers(withServer(made)).recordState(call({ kind: 'patient', id }))).state

  it('is here, and nowhere else to go, with no server set up', async () => {
    const made = await openTestClinic()
    const { id } = await register(made, 'One')
    expect(await made.admin.sync.recordState({ kind: 'patient', id })).toEqual({ state: 'local' })
  })

  it('waits until it is confirmed, and waits again with the next change', async () => {
    const made = await openTestClinic()
    const { id } = await register(made, 'One')
    expect(await stateOf(made, id)).toBe('waiting')
    mark(made, 'patients.register', 'sent')
    expect(await stateOf(made, id)).toBe('sent')
    await made.admin.patients.edit({ id, alert: 'Stairs' })
    expect(await stateOf(made, id)).toBe('waiting')
  })

  it('waits while an earlier change does, whatever arrived from elsewhere since', async () => {
    const made = await openTestClinic()
    const { id } = await register(made, 'One')
    const { store } = made.clinic
    await store.receive({ records: [{ kind: 'patient', id, cells: { note: { stamp: 'f'.repeat(32), ancestors: [], value: 'x' } } as never }] })
    expect(await stateOf(made, id)).toBe('waiting')
    mark(made, 'patients.register', 'sent')
    expect(await stateOf(made, id)).toBe('sent')
  })

  it('needs a person as long as one change is refused, also when later ones wait', async () => {
    const made = await openTestClinic()
    const { id } = await register(made, 'One')
    const other = await register(made, 'Two')
    made.clinic.store.db.prepare("UPDATE operation SET state = 'dead' WHERE records LIKE ?").run(`%${id}%`)
    await made.admin.patients.edit({ id, alert: 'Stairs' })
    expect(await stateOf(made, id)).toBe('dead')
    expect(await stateOf(made, other.id)).toBe('waiting')
  })

  it('is not known of a record that is not here, and of a kind that is none', async () => {
    const made = await openTestClinic()
    const { id } = await register(made, 'One')
    for (const input of [
      { kind: 'appointment', id },
      { kind: 'nothing', id },
      { kind: 'constructor', id },
    ])
      await expect(made.admin.sync.recordState(input)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('is found by the indexes, without reading through records or operations', async () => {
    const { clinic, admin } = await openTestClinic()
    const { id } = await admin.patients.register({ familyName: 'One', givenName: 'Ada' })
    const { db } = clinic.store
    const asked: string[] = []
    const watched = new Proxy(db, {
      get: (target, name) => (name === 'prepare' ? (sql: string) => asked.push(sql) && target.prepare(sql) : Reflect.get(target, name)),
    })
    recordState.run(watched, { kind: 'patient', id })
    const plans = asked.flatMap((sql) =>
      db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...Array(sql.split('?').length - 1).fill('')),
    )
    expect(plans.length).toBeGreaterThan(2)
    expect(plans.map(({ detail }) => detail).filter((detail) => !/^SEARCH \w+ USING (COVERING )?INDEX/.test(detail))).toEqual([])
  })
})

describe('the queue', () => {
  it('tells whose chart an operation concerns, by name only to those who may read patients', async () => {
    const made = await openTestClinic()
    const { id } = await register(made, 'Lovelace')
    const { items } = await syncHandlers(withServer(made)).queue(call({ limit: 1 }))
    expect(items).toMatchObject([{ patientId: id, patientName: 'Lovelace, Ada', state: 'waiting' }])
    const [hidden] = (await syncHandlers(withServer(made)).queue(callAs(undefined, { limit: 1 }))).items
    expect(hidden).not.toHaveProperty('patientName')
  })

  it('can be filtered by each state', async () => {
    const made = await openTestClinic()
    await register(made, 'One')
    mark(made, 'patients.register', 'dead', 'record')
    await register(made, 'Two')
    mark(made, 'patients.register', 'sent')
    await register(made, 'Three')
    const acts = async (state: 'waiting' | 'sent' | 'dead') =>
      (await syncHandlers(withServer(made)).queue(call({ state, limit: 50 }))).items
        .filter(({ act }) => act === 'patients.register')
        .map((item) => item.patientName)
    expect(await acts('dead')).toEqual(['One, Ada'])
    expect(await acts('sent')).toEqual(['Two, Ada'])
    expect(await acts('waiting')).toEqual(['Three, Ada'])
  })
})

describe('the exported queue', () => {
  const text = async (services: Services, query = '') => {
    const [route] = queueRoutes(() => services)
    const reply = await route!.handle({
      actor: { userId: 'u', username: 'u', displayName: 'U', role: 'administrator', sessionId: 's' },
      params: {},
      query: new URLSearchParams(query),
      contentType: undefined,
      body: (async function* () {})(),
      errors,
      signal: new AbortController().signal,
    })
    if (!('open' in reply)) throw new Error('no file')
    let all = ''
    for await (const part of reply.open({ start: 0, end: reply.size - 1 })) all += Buffer.from(part).toString()
    return all
  }

  it('holds what was done and how sending went, and nothing of a person', async () => {
    const made = await openTestClinic()
    const { id } = await register(made, 'Lovelace')
    mark(made, 'patients.register', 'dead', 'ERR value of Lovelace refused')
    const file = await text(withServer(made))
    expect(file.split('\r\n')[0]).toBe('number,at,act,records,state,tries,problem')
    expect(file).toMatch(/^\d+,\S+Z,patients\.register,patient:1,dead,0,other\r$/m)
    for (const trace of ['Lovelace', 'Ada', 'Anna', id]) expect(file).not.toContain(trace)
  })

  it('can hold one state only, and refuses one that there is not', async () => {
    const made = await openTestClinic()
    await register(made, 'One')
    mark(made, 'patients.register', 'dead', 'record')
    expect((await text(withServer(made), 'state=dead')).trim().split('\r\n').slice(1)).toEqual([expect.stringMatching(/dead,0,record$/)])
    await expect(text(withServer(made), 'state=old')).rejects.toMatchObject({ code: 'INVALID' })
  })

  it('says local, and knows no other state, with no server set up', async () => {
    const made = await openTestClinic()
    await register(made, 'One')
    const { services } = made.clinic
    expect(await text(services)).toMatch(/patients\.register,patient:1,local,/)
    expect(await text(services, 'state=waiting')).toBe('number,at,act,records,state,tries,problem\r\n')
  })
})

it('the facts say when they were asked for, and how many records are here also without a server', async () => {
  const made = await openTestClinic({ now: () => Date.parse('2026-11-20T09:00:00Z') })
  await register(made, 'One')
  expect(await made.admin.sync.facts({})).toMatchObject({ asOf: '2026-11-20T09:00:00.000Z', records: 5, status: { state: 'localOnly' } })
  const { id } = await register(made, 'Two')
  await made.admin.patients.edit({ id, phone: '+34600111222' })
  expect(await made.admin.sync.facts({})).toMatchObject({ records: 6 })
})
