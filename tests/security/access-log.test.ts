import { createRouterClient, type Router, traverseContractProcedures } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serveWorkstation } from '../../src/main/headless.js'
import { memoryCarrier } from '../../src/main/ipc/carriers.js'
import type { Connection } from '../../src/main/ipc/needs.js'
import type { WebHost } from '../../src/main/web/server.js'
import { contract } from '../../src/shared/contract/index.js'
import { patient } from '../../src/shared/entities/patient.js'
import { newId } from '../../src/shared/ids.js'
import type { Api } from '../support/api-client.js'
import { startTestClinic } from '../support/clinic.js'
import { rawRequest } from '../support/raw-request.js'

/** Ids of records of one made-up patient, to be named in inputs. */
interface Chart {
  patientId: string
  appointmentId: string
  symptomId: string
  mediaId: string
}

const startAt = (day: number) => new Date(Date.now() + day * 86_400_000).toISOString()
const book = ({ patientId }: Chart, day: number) => ({ patientId, startAt: startAt(day), overrideReason: 'asked for' })

/** An input for every procedure that is about one patient, by the patient's id or that of one of their records. */
const inputs: Readonly<Record<string, (chart: Chart) => object>> = {
  'patients.get': ({ patientId }) => ({ id: patientId }),
  'patients.erasure.preview': ({ patientId }) => ({ patientId }),
  'patients.erasure.erase': ({ patientId }) => ({
    patientId,
    recordNumber: made.clinic.store.get(patient, patientId).recordNumber,
    reason: 'Request under article 17',
    beforeRetention: true,
  }),
  'patients.edit': ({ patientId }) => ({ id: patientId, alert: `Changed ${newId()}` }),
  'appointments.list': ({ patientId }) => ({ patientId }),
  'appointments.get': ({ appointmentId }) => ({ id: appointmentId }),
  'appointments.book': (chart) => book(chart, 3),
  'appointments.edit': ({ appointmentId }) => ({ id: appointmentId, note: `Changed ${newId()}` }),
  'appointments.setStatus': ({ appointmentId }) => ({ id: appointmentId, status: 'confirmed' }),
  'appointments.check': (chart) => ({ patientId: chart.patientId, startAt: startAt(4), durationMinutes: 30 }),
  'appointments.freeSlots': ({ patientId }) => ({ patientId, from: startAt(4), durationMinutes: 30 }),
  'chart.overview': ({ patientId }) => ({ patientId }),
  'chart.timeline': ({ patientId }) => ({ patientId }),
  'chart.record': ({ patientId, appointmentId }) => ({ patientId, kind: 'appointment', id: appointmentId }),
  'chart.history': ({ patientId }) => ({ patientId }),
  'symptoms.list': ({ patientId }) => ({ patientId }),
  'symptoms.add': ({ patientId }) => ({ patientId, concern: 'Cough', occurredAt: startAt(0) }),
  'symptoms.edit': ({ symptomId }) => ({ id: symptomId, severity: 'severe' }),
  'symptoms.remove': ({ symptomId }) => ({ id: symptomId }),
  'symptoms.course': ({ patientId }) => ({ patientId }),
  'review.list': ({ patientId }) => ({ patientId }),
  'monitor.accessLog': ({ patientId }) => ({ patientId }),
  'media.list': ({ patientId }) => ({ patientId }),
  'media.edit': ({ mediaId }) => ({ id: mediaId, note: `Changed ${newId()}` }),
  'media.remove': ({ mediaId }) => ({ id: mediaId }),
}

/** Procedures with a patient in their input that write no row, each for a reason. */
const exceptions = [
  // Unsaved text of the caller's own, which nobody else can see; it is logged when it becomes a record.
  'drafts.save',
]

/** Features whose records belong to a patient: an `id` in their inputs names one of theirs. */
const ofPatients = ['patients', 'appointments', 'chart', 'symptoms', 'media']

/** Names of the fields of an object schema, of all its alternatives. */
function fieldsOf(schema: unknown): string[] {
  const { shape, options } = (schema ?? {}) as { shape?: object; options?: unknown[] }
  return shape ? Object.keys(shape) : (options ?? []).flatMap(fieldsOf)
}

const aboutPatients: string[] = []
traverseContractProcedures({ router: contract, path: [] }, ({ contract: { '~orpc': declared }, path }) => {
  const fields = fieldsOf(declared.inputSchema)
  if (fields.includes('patientId') || (ofPatients.includes(path[0] ?? '') && fields.includes('id'))) aboutPatients.push(path.join('.'))
})

const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

let made: Awaited<ReturnType<typeof startTestClinic>>
let host: WebHost
let userId = ''
beforeAll(async () => {
  made = await startTestClinic()
  host = await serveWorkstation(made.workstation, '0.0.0', { port: 0 })
  userId = made.clinic.services.sessions.owner(await made.tokenOf('administrator'))?.userId ?? ''
})
afterAll(async () => {
  await host.stop()
  await made.stop()
})

/** A session of its own, because what one session opens again within ten minutes is one row. */
const newSession = () => made.clinic.services.sessions.open(userId)

/** The administrator's client in a new session. */
const client = async (): Promise<Api> =>
  createRouterClient(made.workstation.ipc.router as Router<typeof contract, Connection>, {
    context: { carrier: memoryCarrier((await newSession()).token), address: 'test', isOnThisComputer: true },
  }) as unknown as Api

const upload = (patientId: string, token: string) =>
  rawRequest(`${host.url}/api/v1/patients/${patientId}/media`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'image/png', 'content-length': picture.length },
    body: picture,
  })

async function newChart(): Promise<Chart> {
  const api = await client()
  const { id: patientId } = await api.patients.register({ familyName: 'Thistledown' })
  const chart = { patientId, appointmentId: '', symptomId: '', mediaId: '' }
  chart.appointmentId = (await api.appointments.book(book(chart, 2))).id
  chart.symptomId = (await api.symptoms.add({ patientId, concern: 'Headache', occurredAt: startAt(0) })).id
  chart.mediaId = (await upload(patientId, (await newSession()).token)).json().id as string
  return chart
}

interface Row {
  act: string
  user_id: string | null
  session_id: string | null
  patient_id: string | null
  detail: string | null
}

/** Rows of the access log that a piece of work adds, apart from those of the sessions opened for it. */
async function rowsOf(work: () => Promise<unknown>): Promise<Row[]> {
  const { store } = made.clinic
  store.flushReads()
  const last = store.db.prepare<[], { seq: number }>('SELECT coalesce(max(seq), 0) AS seq FROM audit').get()?.seq ?? 0
  await work()
  store.flushReads()
  return store.db.prepare<[number], Row>("SELECT act, user_id, session_id, patient_id, detail FROM audit WHERE seq > ? AND act <> 'session.signIn'").all(last)
}

test('every procedure that is about one patient is tried here', () => {
  expect(aboutPatients.length).toBeGreaterThan(15)
  expect([...Object.keys(inputs), ...exceptions].sort()).toEqual(aboutPatients.sort())
})

describe.each(Object.keys(inputs))('%s', (name) => {
  test('leaves a row that tells who, whose and what, and no value', async () => {
    const chart = await newChart()
    const rows = await rowsOf(async () => {
      let call: unknown = await client()
      for (const part of name.split('.')) call = (call as Record<string, unknown>)[part]
      await (call as (input: object) => Promise<unknown>)(inputs[name]?.(chart) ?? {})
    })
    const about = rows.filter(({ patient_id }) => patient_id === chart.patientId)
    expect(about).toHaveLength(1)
    expect(about[0]).toMatchObject({ user_id: userId, session_id: expect.any(String) })
    expect(about[0]?.act.split('.')[0]).toBe(name.split('.')[0])
    expect(JSON.stringify(about)).not.toMatch(/Thistledown|Headache|Cough|Changed|asked for/)
  })
})

test('uploading, opening and describing a picture leave rows too', async () => {
  const { patientId, mediaId } = await newChart()
  const added = await rowsOf(async () => {
    const other = (await (await client()).patients.register({ familyName: 'Umberleigh' })).id
    expect((await upload(other, (await newSession()).token)).status).toBe(201)
  })
  expect(added.map(({ act }) => act)).toEqual(['patients.register', 'media.add'])
  const opened = await rowsOf(async () => {
    const { token } = await newSession()
    expect((await rawRequest(`${host.url}/api/v1/media/${mediaId}/content`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200)
  })
  expect(opened).toMatchObject([{ act: 'media.content', user_id: userId, patient_id: patientId }])
})

test('a search leaves one row with the ids that were shown and never what was typed', async () => {
  const { patientId } = await newChart()
  const rows = await rowsOf(async () => {
    const api = await client()
    await api.patients.list({ query: 'Thistl' })
    await api.patients.list({ query: 'Thistledown' })
    await api.patients.get({ id: patientId })
  })
  expect(rows.map(({ act }) => act).sort()).toEqual(['patients.get', 'patients.search'])
  const search = rows.find(({ act }) => act === 'patients.search')
  expect(JSON.parse(search?.detail ?? '{}')).toMatchObject({ ids: expect.arrayContaining([patientId]) })
  expect(search?.detail).not.toMatch(/thistl/i)
})

test('refused sign-ins leave a row without the name that was tried', async () => {
  const api = await client()
  const rows = await rowsOf(() => api.session.signIn({ username: 'somebody else', password: 'whatever it is' }).catch(() => undefined))
  expect(rows).toMatchObject([{ act: 'session.signInRefused', user_id: null }])
  expect(JSON.stringify(rows)).not.toMatch(/somebody|whatever/)
})
