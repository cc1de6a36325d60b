import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Draft, schemaFault } from '../../../../../src/main/features/exchange/fhir/draft.js'
import { resourceOf } from '../../../../../src/main/features/exchange/fhir/export.js'
import { type Fields, type Lens, type References, takeApart } from '../../../../../src/main/features/exchange/fhir/lens.js'
import { lensOfKind } from '../../../../../src/main/features/exchange/fhir/lenses.js'
import { unnamed } from '../../../../../src/main/features/exchange/fhir/resources/people.js'
import { faultsOf } from '../../../../../src/main/features/exchange/fhir/validate.js'
import { isEqual, type JsonObject } from '../../../../../src/main/features/exchange/json.js'
import { findEntity } from '../../../../../src/shared/entities/index.js'
import { hasTestData, testData } from '../../../../support/test-data.js'
import { idFor, importFrom, storeOf } from '../support.js'
import { schemaErrors } from './validators.js'

/** Resolves every reference to a name it has heard of, as a second import would. */
const listener = (drafts: readonly Draft[], resource?: JsonObject): References => {
  const names = new Map(drafts.map(({ label, id }) => [label, id]))
  const contained = (Array.isArray(resource?.contained) ? resource.contained : []) as JsonObject[]
  return {
    idOf: (reference, types) => {
      const tail = /(?:urn:uuid:|\/)?([^/:]+)$/.exec(reference)?.[1] ?? ''
      const named = /([A-Z]\w+)\/([^/]+)(?:\/_history.*)?$/.exec(reference)
      for (const type of types)
        if (reference.startsWith('urn:') ? names.has(`${type}/${tail}`) : named?.[1] === type && names.has(`${type}/${named[2]}`))
          return names.get(`${type}/${reference.startsWith('urn:') ? tail : named?.[2]}`)
      return undefined
    },
    textOf: () => '',
    find: (reference) => contained.find(({ id }) => `#${String(id)}` === reference),
  }
}

const withoutSource = ({ source: _, ...fields }: Draft['fields']): Fields => fields

const writable = (lens: Lens): string[] => lens.parts.flatMap((part) => (part.put ? part.fields : []))

describe.skipIf(!hasTestData)('an edit after an import', () => {
  let drafts: Draft[]
  let byKind: Map<string, Draft[]>

  beforeAll(async () => {
    const synthea = await importFrom(testData('fhir/synthea-r4'))
    const official = await importFrom(testData('fhir/official-examples'))
    drafts = [...synthea.drafts, ...official.drafts].filter((draft) => lensOfKind(draft.kind))
    byKind = Map.groupBy(drafts, (draft) => draft.kind)
  }, 120_000)

  /** Takes one field of a record from another record of its kind, or clears it. */
  const edits = (): fc.Arbitrary<{ draft: Draft; field: string; fields: Draft['fields'] }> =>
    fc.record({ kind: fc.constantFrom(...byKind.keys()), a: fc.nat(), b: fc.nat(), at: fc.nat() }).map(({ kind, a, b, at }) => {
      const all = byKind.get(kind) as Draft[]
      const draft = all[a % all.length] as Draft
      const names = writable(lensOfKind(kind) as Lens)
      const field = names[at % names.length] as string
      const fields = { ...draft.fields }
      const value = (all[b % all.length] as Draft).fields[field]
      if (value === undefined) delete fields[field]
      else fields[field] = value
      return { draft, field, fields }
    })

  test('is what a second import reads, and all else stays', { timeout: 60_000 }, () => {
    const store = storeOf(drafts)
    fc.assert(
      fc.property(edits(), ({ draft, field, fields }) => {
        if (schemaFault(draft.kind, withoutSource(fields), lensOfKind(draft.kind)?.defaults)) return
        // Somebody with one name alone has it as family name when read again.
        if (fields.familyName === unnamed && fields.givenName !== '') return
        const lens = lensOfKind(draft.kind) as Lens
        const resource = resourceOf({ kind: draft.kind, id: draft.id, fields }, store)
        const { fields: read } = takeApart(lens, resource, listener(drafts, resource))
        for (const name of writable(lens)) {
          // Of several telephones the next one is read when the first was taken away.
          if (name === field && fields[field] === undefined) continue
          expect([draft.label, field, name, read[name]]).toEqual([draft.label, field, name, fields[name]])
        }
        const original = resourceOf({ kind: draft.kind, id: draft.id, fields: draft.fields }, store)
        const touched = new Set(lens.parts.find((part) => part.fields.includes(field))?.elements)
        for (const name in original) if (!touched.has(name)) expect(isEqual(resource[name], original[name])).toBe(true)
      }),
      { numRuns: 1500 },
    )
  })

  test('leaves a resource valid that was valid, unless it takes away what FHIR demands', { timeout: 120_000 }, () => {
    const store = storeOf(drafts)
    fc.assert(
      fc.property(edits(), ({ draft, field, fields }) => {
        if (fields[field] === undefined) return
        const before = resourceOf({ kind: draft.kind, id: draft.id, fields: draft.fields }, store)
        const after = resourceOf({ kind: draft.kind, id: draft.id, fields }, store)
        if (schemaErrors(before).length === 0) expect([draft.label, field, schemaErrors(after)]).toEqual([draft.label, field, []])
        expect(faultsOf(after).filter(({ code }) => code !== 'endBeforeStart')).toEqual([])
      }),
      { numRuns: 800 },
    )
  })

  test('of a name keeps prefix, use and former names', () => {
    const store = storeOf(drafts)
    const draft = (byKind.get('patient') as Draft[]).find(({ fields }) =>
      (fields.source.rest?.name as JsonObject[] | undefined)?.some(({ use }) => use === 'maiden'),
    ) as Draft
    const before = ((draft.fields.source.rest?.name ?? []) as JsonObject[]).map((name) => ({ ...name }))
    const { name } = resourceOf({ ...draft, fields: { ...draft.fields, familyName: 'Nueva' } }, store) as { name: JsonObject[] } & JsonObject
    expect(name).toEqual(before.map((old) => (old.use === 'official' ? { ...old, family: 'Nueva' } : old)))
  })

  test('of a choice of types drops the form that was there', () => {
    const store = storeOf(drafts)
    const draft = (byKind.get('observation') as Draft[]).find(({ fields }) => (fields.value as Fields | undefined)?.quantity) as Draft
    const resource = resourceOf({ ...draft, fields: { ...draft.fields, value: { text: 'not measurable' } } }, store)
    expect(resource).toMatchObject({ valueString: 'not measurable' })
    expect(resource).not.toHaveProperty('valueQuantity')
  })

  test('of a reference drops the words for the old target and names the new one as the source would', () => {
    const store = storeOf(drafts)
    const draft = (byKind.get('procedure') as Draft[]).find(
      ({ fields }) => fields.source.rest?.reasonReference !== undefined && fields.conditionId !== undefined,
    ) as Draft
    const other = (byKind.get('condition') as Draft[]).find(({ id }) => id !== draft.fields.conditionId) as Draft
    const { reasonReference } = resourceOf({ ...draft, fields: { ...draft.fields, conditionId: other.id } }, store)
    expect((reasonReference as JsonObject[])[0]).toEqual({ reference: `urn:uuid:${other.label.slice('Condition/'.length)}` })
  })
})

describe('a record that was made here', () => {
  const patientId = idFor('own patient')
  const store = { idFor, nameOf: (id: string) => (id === patientId ? `Patient/${id}` : undefined) }
  const id = idFor('own record')
  const common = { patientId, status: 'final' }
  const records: { kind: string; fields: Fields }[] = [
    {
      kind: 'patient',
      fields: {
        recordNumber: 'A-17',
        familyName: 'Ñandú',
        givenName: 'Zoë',
        sex: 'unknown',
        birthDate: '1990-02-28',
        phone: '+34 600 000 000',
        address: { line: 'Calle 1', postalCode: '08001' },
        language: 'es',
        insuranceNumber: 'X-1',
      },
    },
    { kind: 'practitioner', fields: { familyName: 'Ruiz', givenName: '', isBookable: true, isActive: true, specialty: 'Orthodontics', prefix: 'Dr.' } },
    { kind: 'organization', fields: { name: 'Lab', isActive: true } },
    { kind: 'appointment', fields: { patientId, status: 'confirmed', slot: { startAt: '2026-11-20T09:00:00Z', durationMinutes: 30 }, reason: 'Check-up' } },
    {
      kind: 'encounter',
      fields: {
        patientId,
        status: 'finished',
        period: { start: '2026-11-20T09:00:00Z', end: '2026-11-20T09:30:00Z' },
        cost: { minor: 12_345, currency: 'EUR' },
      },
    },
    { kind: 'condition', fields: { patientId, code: { text: 'Caries' }, clinicalStatus: 'active', verificationStatus: 'confirmed', onset: '2020' } },
    {
      kind: 'allergy',
      fields: {
        patientId,
        code: { text: 'Latex' },
        clinicalStatus: 'active',
        verificationStatus: 'confirmed',
        categories: ['environment'],
        reactions: [{ manifestations: [{ text: 'Rash' }], severity: 'mild' }],
      },
    },
    {
      kind: 'medicationRequest',
      fields: {
        patientId,
        status: 'active',
        intent: 'order',
        medication: { text: 'Ibuprofen 400 mg' },
        dosage: { text: '1 every 8 h', dose: { value: 1, unit: 'tablet' }, frequency: 1, period: 8, periodUnit: 'h', isAsNeeded: true },
      },
    },
    {
      kind: 'procedure',
      fields: { patientId, status: 'completed', code: { text: 'Filling' }, performed: '2026-11-20', cost: { minor: 9000, currency: 'EUR' } },
    },
    { kind: 'immunization', fields: { patientId, status: 'completed', vaccine: { text: 'Influenza' }, occurrence: '2026-10-01' } },
    {
      kind: 'observation',
      fields: {
        ...common,
        code: { text: 'Pulse' },
        category: 'vital-signs',
        effective: '2026-11-20T09:00:00Z',
        value: { quantity: { value: 60, unit: '/min', code: '/min' } },
      },
    },
    { kind: 'diagnosticReport', fields: { ...common, code: { text: 'Panel' }, category: 'LAB', effective: '2026-11-20' } },
    {
      kind: 'imagingStudy',
      fields: { patientId, status: 'available', startedAt: '2026-11-20', modality: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'DX' } },
    },
    {
      kind: 'carePlan',
      fields: {
        patientId,
        status: 'active',
        intent: 'plan',
        title: 'Plan',
        activities: [{ code: { text: 'Cleaning' }, status: 'not-started' }],
        reason: { text: 'Caries' },
      },
    },
    { kind: 'goal', fields: { patientId, status: 'active', description: { text: 'No bleeding' }, startDate: '2026-11-20' } },
    {
      kind: 'claim',
      fields: { patientId, status: 'active', use: 'claim', type: 'professional', createdAt: '2026-11-20', total: { minor: 10_050, currency: 'EUR' } },
    },
    {
      kind: 'explanationOfBenefit',
      fields: {
        patientId,
        status: 'active',
        use: 'claim',
        type: 'professional',
        outcome: 'complete',
        createdAt: '2026-11-20',
        total: { minor: 10_050, currency: 'EUR' },
        paid: { minor: 1, currency: 'EUR' },
      },
    },
    {
      kind: 'symptom',
      fields: { patientId, concern: 'Toothache', symptoms: 'throbbing, cold', severity: 'moderate', occurredAt: '2026-11-20T08:00:00Z', autoSaved: false },
    },
    { kind: 'media', fields: { patientId, kind: 'image', contentHash: 'a'.repeat(64), mimeType: 'image/png', bytes: 10, takenAt: '2026-11-20' } },
  ]

  test.skipIf(!hasTestData).each(records)('exports a valid $kind', ({ kind, fields }) => {
    expect(findEntity(kind)?.schema.safeParse(fields).success).toBe(true)
    const resource = resourceOf({ kind, id, fields }, store)
    expect(schemaErrors(resource)).toEqual([])
    expect(faultsOf(resource)).toEqual([])
  })

  test.each(records.filter(({ kind }) => lensOfKind(kind) && kind !== 'appointment' && kind !== 'imagingStudy'))(
    'reads $kind again as it was',
    ({ kind, fields }) => {
      const lens = lensOfKind(kind) as Lens
      const resource = JSON.parse(JSON.stringify(resourceOf({ kind, id, fields }, store))) as JsonObject
      const heard: References = {
        idOf: (reference) => (reference === `Patient/${patientId}` ? patientId : undefined),
        textOf: (name, types) => `${types[0]}/${name}`,
      }
      const { recordNumber: _, isBookable: __, ...shared } = fields
      expect(takeApart(lens, resource, heard).fields).toMatchObject(shared)
    },
  )
})
