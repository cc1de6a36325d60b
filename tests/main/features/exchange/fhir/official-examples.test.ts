import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { resourceOf } from '../../../../../src/main/features/exchange/fhir/export.js'
import { faultsOf } from '../../../../../src/main/features/exchange/fhir/validate.js'
import { isEqual, isObject, type JsonObject } from '../../../../../src/main/features/exchange/json.js'
import { hasTestData, testData } from '../../../../support/test-data.js'
import { type Imported, importFrom, storeOf } from '../support.js'
import { schemaErrors } from './validators.js'

describe.skipIf(!hasTestData)('import of the official HL7 examples', () => {
  const folder = testData('fhir/official-examples')
  let imported: Imported
  let originals: Map<string, JsonObject>

  beforeAll(async () => {
    imported = await importFrom(folder)
    originals = new Map()
    for (const file of readdirSync(folder)) {
      const whole = JSON.parse(readFileSync(join(folder, file), 'utf8')) as JsonObject
      if (whole.resourceType !== 'Bundle') originals.set(`${file}`, whole)
      else
        for (const [at, entry] of ((whole.entry ?? []) as JsonObject[]).entries())
          if (isObject(entry.resource)) originals.set(`${file} ${at + 1}`, entry.resource)
    }
  }, 60_000)

  test('takes every resource; only bundle entries without one are skipped', () => {
    expect(imported.drafts).toHaveLength(originals.size)
    expect(imported.skipped.map(({ code, place }) => ({ code, file: place.file, entry: place.entry }))).toEqual(
      [6, 7, 9, 10].map((entry) => ({ code: 'missing', file: 'Bundle-bundle-transaction.json', entry })),
    )
  })

  test('models the types that the product knows and keeps the others whole', () => {
    const kinds = new Set(imported.drafts.map((draft) => draft.kind))
    for (const kind of [
      'patient',
      'practitioner',
      'organization',
      'encounter',
      'condition',
      'allergy',
      'observation',
      'procedure',
      'medicationRequest',
      'immunization',
      'diagnosticReport',
      'carePlan',
      'goal',
      'claim',
      'explanationOfBenefit',
      'appointment',
    ]) {
      expect([kind, kinds.has(kind)]).toEqual([kind, true])
    }
    for (const draft of imported.drafts) if (draft.kind === 'otherResource') expect(draft.fields.source.rest?.resourceType).toBe(draft.resourceType)
  })

  test('exports each as it was imported, with an id where it had none', () => {
    const store = storeOf(imported.drafts)
    const different = imported.drafts.filter((draft) => {
      const original = originals.get(draft.place.entry === undefined ? draft.place.file : `${draft.place.file} ${draft.place.entry}`)
      return !isEqual(resourceOf(draft, store), { id: draft.label.slice(draft.label.indexOf('/') + 1), ...original })
    })
    expect(different.map(({ label, place }) => `${place.file} ${label}`)).toEqual([])
  })

  test('what the official schema accepts it accepts after the round trip', { timeout: 120_000 }, () => {
    const store = storeOf(imported.drafts)
    const worse = imported.drafts.filter((draft) => {
      const original = originals.get(draft.place.entry === undefined ? draft.place.file : `${draft.place.file} ${draft.place.entry}`) as JsonObject
      return schemaErrors(original).length === 0 && schemaErrors(resourceOf(draft, store)).length > 0
    })
    expect(worse.map(({ label }) => label)).toEqual([])
  })

  test('the product’s own checks find nothing wrong with official examples', () => {
    expect([...originals].flatMap(([name, resource]) => faultsOf(resource).map(({ code, path }) => `${name} ${code} ${path}`))).toEqual([])
  })
})
