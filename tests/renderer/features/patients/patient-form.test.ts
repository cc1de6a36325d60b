import { describe, expect, test } from 'vitest'
import { fieldsOf, patchOf, valuesFromSearch, valuesOf } from '../../../../src/renderer/features/patients/patient-form.js'
import type { Patient } from '../../../../src/shared/contract/patients.js'

const patient: Patient = {
  id: '0198a7d0-0000-7000-8000-000000000001',
  recordNumber: 'A-1',
  familyName: 'Silva',
  givenName: 'Ana',
  sex: 'female',
  phone: '+12125550100',
  address: { city: 'Springfield' },
  changedAt: '2026-11-20T09:00:00.000Z',
}

describe('the form of a patient', () => {
  test('what was typed into the search begins the name', () => {
    const name = (typed: string) => {
      const { familyName, givenName } = valuesFromSearch(typed)
      return [familyName, givenName]
    }
    expect(name('silva, ana maria')).toEqual(['Silva', 'Ana Maria'])
    expect(name('ana silva')).toEqual(['Silva', 'Ana'])
    expect(name("o'brien")).toEqual(["O'Brien", ''])
    expect(name('McDonald')).toEqual(['McDonald', ''])
    expect(name('555 0100')).toEqual(['', ''])
  })
  test('empty fields are left out of a new record', () => {
    expect(fieldsOf(valuesFromSearch('silva, ana'))).toEqual({ familyName: 'Silva', givenName: 'Ana', sex: 'unknown' })
  })
  test('an edit names only what changed, and null for what was emptied', () => {
    expect(patchOf(patient, valuesOf(patient))).toBeUndefined()
    expect(patchOf(patient, { ...valuesOf(patient), phone: ' ', email: 'ana@example.org' })).toEqual({ phone: null, email: 'ana@example.org' })
    expect(patchOf(patient, { ...valuesOf(patient), city: '' })).toEqual({ address: null })
    expect(patchOf(patient, { ...valuesOf(patient), line: '1 Elm Street' })).toEqual({ address: { line: '1 Elm Street', city: 'Springfield' } })
  })
})
