import { describe, expect, test } from 'vitest'
import { DanglingReferences, endsBefore, faultsOf } from '../../../../../src/main/features/exchange/fhir/validate.js'
import { whenFault } from '../../../../../src/main/features/exchange/fhir/when.js'
import type { JsonObject } from '../../../../../src/main/features/exchange/json.js'
import { hasTestData } from '../../../../support/test-data.js'
import { medplumErrors, schemaErrors } from './validators.js'

const base = { resourceType: 'Condition', id: 'c', subject: { reference: 'Patient/p' } }
const faults = (more: JsonObject): string[] => faultsOf({ ...base, ...more }).map(({ code, path }) => `${code} ${path}`)

describe('own checks', () => {
  test.each<[string, JsonObject]>([
    ['impossibleDate onsetDateTime', { onsetDateTime: '2021-02-30' }],
    ['impossibleDate recordedDate', { recordedDate: '2021-13-01' }],
    ['dateWithoutZone onsetDateTime', { onsetDateTime: '2021-02-03T10:00:00' }],
    ['emptyValue category', { category: [] }],
    ['emptyValue code', { code: {} }],
    ['emptyValue code.text', { code: { text: '' } }],
    ['emptyValue category', { category: [null] }],
    ['whitespace code.text', { code: { text: '  ' } }],
    ['whitespace code.coding[0].code', { code: { coding: [{ code: ' 1' }] } }],
    ['whitespace code.coding[0].code', { code: { coding: [{ code: 'a  b' }] } }],
    ['endBeforeStart onsetPeriod.end', { onsetPeriod: { start: '2021-02-03', end: '2021-02-02' } }],
    ['endBeforeStart abatementDateTime', { onsetDateTime: '2021', abatementDateTime: '2020-12' }],
    ['invalidId id', { id: 'a b' }],
    ['emptyValue _onsetDateTime', { _onsetDateTime: {} }],
  ])('find %s', (expected, more) => {
    expect(faults(more)).toContain(expected)
  })

  test('compare times only as precisely as both are given', () => {
    expect(endsBefore('2021-02-03T10:00:00Z', '2021-02-03')).toBe(false)
    expect(endsBefore('2021-02-03', '2021-02')).toBe(false)
    expect(endsBefore('2021-02-03T10:00:00+02:00', '2021-02-03T08:30:00Z')).toBe(false)
    expect(endsBefore('2021-02-03T10:00:00Z', '2021-02-03T10:00:00+01:00')).toBe(true)
  })

  test('accept leap days only in leap years', () => {
    expect(['2000-02-29', '1900-02-29', '2024-02-29', '2023-02-29'].map(whenFault)).toEqual([undefined, 'impossibleDate', undefined, 'impossibleDate'])
  })

  test('find references that lead nowhere, and only those', () => {
    const set = new DanglingReferences()
    set.add({
      ...base,
      contained: [{ resourceType: 'Organization', id: 'in' }],
      asserter: { reference: '#in' },
      recorder: { reference: '#out' },
      encounter: { reference: 'urn:uuid:77' },
      evidence: [{ detail: [{ reference: 'https://elsewhere/Observation/1' }] }],
    })
    set.add({ resourceType: 'Patient', id: 'p' })
    set.add({ resourceType: 'Encounter', id: '77' })
    expect(set.found()).toEqual([{ from: 'Condition/c', path: 'recorder', code: 'referenceAbsent' }])
  })
})

describe.skipIf(!hasTestData)('the validators of the tests', () => {
  const good = { resourceType: 'Observation', id: 'o', status: 'final', code: { text: 'x' } }
  test('accept what is valid and refuse what is not', () => {
    expect([schemaErrors(good), medplumErrors(good)]).toEqual([[], []])
    const bad = { ...good, status: 7, colour: 'red' }
    expect(schemaErrors(bad)).not.toEqual([])
    expect(medplumErrors(bad)).not.toEqual([])
  })
})
