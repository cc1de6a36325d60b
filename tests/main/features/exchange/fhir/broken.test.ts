import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { resourceOf } from '../../../../../src/main/features/exchange/fhir/export.js'
import { importFrom, storeOf } from '../support.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exchange-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const put = (name: string, content: string | Buffer): void => writeFileSync(join(folder, name), content)
const patient = { resourceType: 'Patient', id: 'p1', name: [{ family: 'Núñez', given: ['Ana'] }], gender: 'female' }
const about = { subject: { reference: 'Patient/p1' } }
const observation = { resourceType: 'Observation', id: 'o1', status: 'final', code: { text: 'Pulse' }, ...about }
const bundle = (...resources: unknown[]): string =>
  JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: resources.map((resource) => ({ resource })) })
const codes = async (): Promise<string[]> =>
  (await importFrom(folder)).skipped.map(({ code, place }) => [code, place.entry, place.path].filter((part) => part !== undefined).join(' '))

describe('a file that cannot be read', () => {
  test.each([
    ['notJson', '{"resourceType":"Patient",'],
    ['notJson', 'PK\u0003\u0004 not json'],
    ['empty', ''],
    ['empty', '  \n'],
    ['notFhir', '[1,2]'],
    ['notFhir', '{"a":1}'],
    ['notFhir', '{"resourceType":5,"id":"x"}'],
    ['tooDeep', `{"resourceType":"Patient","extension":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['tooDeep', '['.repeat(100_000)],
    ['duplicateKey', '{"resourceType":"Patient","id":"a","gender":"male","gender":"female"}'],
    ['notText', Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d])],
    ['invalidValue', '{"resourceType":"Patient","id":"a","__proto__":"x"}'],
    ['invalidId', '{"resourceType":"Patient","id":5}'],
  ])('is skipped as %s', async (code, content) => {
    put('a.json', content)
    expect(await codes()).toEqual([code])
  })

  test('is skipped as tooLarge without being read into memory', async () => {
    const file = openSync(join(folder, 'huge.json'), 'w')
    ftruncateSync(file, 200 * 1024 * 1024)
    closeSync(file)
    const before = process.memoryUsage().rss
    expect(await codes()).toEqual(['tooLarge'])
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024)
  })

  test('does not keep others from being read', async () => {
    put('a.json', '{')
    put('b.json', JSON.stringify(patient))
    const { drafts, skipped } = await importFrom(folder)
    expect(drafts.map(({ label }) => label)).toEqual(['Patient/p1'])
    expect(skipped).toHaveLength(1)
  })
})

describe('what is read', () => {
  test.each([
    ['a UTF-8 mark', `\uFEFF${JSON.stringify(patient)}`],
    ['UTF-16', Buffer.from(`\uFEFF${JSON.stringify(patient)}`, 'utf16le')],
  ])('may have %s', async (_, content) => {
    put('a.json', content)
    expect((await importFrom(folder)).drafts[0]?.fields).toMatchObject({ familyName: 'Núñez', givenName: 'Ana' })
  })

  test('may be NDJSON with bad lines, each told by its number', async () => {
    put('a.ndjson', `${JSON.stringify(patient)}\n{bad\n\n${JSON.stringify(observation)}\r\n`)
    const { drafts, skipped } = await importFrom(folder)
    expect(drafts.map(({ label }) => label)).toEqual(['Patient/p1', 'Observation/o1'])
    expect(skipped).toMatchObject([{ code: 'notJson', place: { file: 'a.ndjson', entry: 2 } }])
  })

  test('may lie in several files in any order and in subfolders; patients still come first', async () => {
    mkdirSync(join(folder, 'sub'))
    put('a-observation.json', JSON.stringify(observation))
    put('sub/z-patient.json', JSON.stringify(patient))
    const { drafts } = await importFrom(folder)
    expect(drafts.map(({ kind }) => kind)).toEqual(['patient', 'observation'])
    expect(drafts.flatMap(({ issues }) => issues)).toEqual([])
  })

  test('names entries by their urns where ids differ, and the export still resolves', async () => {
    const entry = [
      { fullUrl: 'urn:uuid:11111111-1111-4111-8111-111111111111', resource: patient },
      {
        fullUrl: 'urn:uuid:22222222-2222-4222-8222-222222222222',
        resource: { ...observation, subject: { reference: 'urn:uuid:11111111-1111-4111-8111-111111111111' } },
      },
    ]
    put('a.json', JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }))
    const { drafts } = await importFrom(folder)
    expect(drafts[1]?.fields.patientId).toBe(drafts[0]?.id)
    expect(drafts.map((draft) => resourceOf(draft, storeOf(drafts)).subject)[1]).toEqual({ reference: 'Patient/p1' })
  })

  test('follows conditional references to people by their identifiers', async () => {
    const doctor = { resourceType: 'Practitioner', id: 'd1', identifier: [{ system: 'urn:npi', value: '77' }], name: [{ family: 'Soto' }] }
    const visit = {
      resourceType: 'Encounter',
      id: 'e1',
      status: 'finished',
      class: { code: 'AMB' },
      ...about,
      participant: [{ individual: { reference: 'Practitioner?identifier=urn:npi|77' } }],
    }
    put('a.json', bundle(visit, doctor, patient))
    const { drafts } = await importFrom(folder)
    expect(drafts.find(({ kind }) => kind === 'encounter')?.fields.practitionerId).toBe(drafts.find(({ kind }) => kind === 'practitioner')?.id)
    expect(resourceOf(drafts.find(({ kind }) => kind === 'encounter') as (typeof drafts)[0], storeOf(drafts))).toEqual(visit)
  })
})

describe('a resource that the product cannot accept', () => {
  test.each([
    ['impossibleDate 2 effectiveDateTime', { ...observation, effectiveDateTime: '2021-02-30' }],
    ['dateWithoutZone 2 effectiveDateTime', { ...observation, effectiveDateTime: '2021-02-03T10:00:00' }],
    ['invalidDate 2 issued', { ...observation, issued: 'yesterday' }],
    ['wrongType 2 code.coding', { ...observation, code: { coding: {} } }],
    ['wrongType 2 status', { ...observation, status: 7 }],
    ['missing 2 status', { ...observation, status: undefined }],
    ['wrongType 2 component[0].code', { ...observation, component: [{ code: 'x' }] }],
    ['tooLong 2 note', { ...observation, note: [{ text: 'x'.repeat(30_000) }] }],
    ['tooLarge 2', { resourceType: 'Binary', id: 'b', contentType: 'text/plain', data: 'x'.repeat(1_000_000) }],
  ])('is skipped as %s', async (expected, resource) => {
    put('a.json', bundle(patient, resource))
    expect(await codes()).toEqual([expected])
  })

  test('takes with it what is about a patient who was skipped', async () => {
    put('a.json', bundle({ ...patient, birthDate: '1999-02-29' }, observation))
    expect(await codes()).toEqual(['impossibleDate 1 birthDate', 'patientSkipped 2'])
  })

  test('is kept whole when its patient is absent or it is not about one', async () => {
    put(
      'a.json',
      bundle({ ...observation, id: 'o2', subject: { reference: 'Patient/nobody' } }, { ...observation, id: 'o3', subject: { reference: 'Group/g' } }),
    )
    const { drafts } = await importFrom(folder)
    expect(drafts.map(({ kind, issues }) => [kind, issues.map(({ code }) => code)])).toEqual([
      ['otherResource', ['referenceAbsent', 'patientAbsent']],
      ['otherResource', ['referenceAbsent', 'notAboutPatient']],
    ])
  })

  test('leaves a reference that leads nowhere as it was, also after the target was imported', async () => {
    const withPerformer = { ...observation, performer: [{ reference: 'Practitioner/later' }] }
    put('a.json', bundle(patient, withPerformer))
    const { drafts } = await importFrom(folder)
    const later = { ...(drafts[0] as (typeof drafts)[0]), kind: 'practitioner', id: storeOf([]).idFor('Practitioner/later') }
    const store = storeOf([...drafts, { ...later, fields: { ...later.fields, source: { system: 'fhir', id: 'Practitioner/later' } } }])
    expect(resourceOf(drafts[1] as (typeof drafts)[0], store)).toEqual(withPerformer)
  })

  test('tells neither values nor names in what it reports', async () => {
    put('a.json', bundle(patient, { ...observation, effectiveDateTime: 'SECRET-VALUE' }))
    expect(JSON.stringify((await importFrom(folder)).skipped)).not.toContain('SECRET')
  })
})
