import { describe, expect, test } from 'vitest'
import type { Transaction } from '../../../../src/main/store/transaction.js'
import { claim, explanationOfBenefit } from '../../../../src/shared/entities/billing.js'
import { allergy, condition, encounter, medicationRequest, observation } from '../../../../src/shared/entities/clinical.js'
import { practitioner } from '../../../../src/shared/entities/staff.js'
import type { TestClinic } from '../../../support/clinic.js'
import { openTestClinic } from '../../../support/clinic.js'
import { ManualClock } from '../../../support/manual-clock.js'

const register = async ({ admin }: TestClinic, fields: Partial<Parameters<TestClinic['admin']['patients']['register']>[0]> = {}) =>
  (await admin.patients.register({ familyName: 'Núñez', givenName: 'Ana', birthDate: '1980-11-21', ...fields })).id

const write = <T>({ clinic }: TestClinic, change: (tx: Transaction) => T) => clinic.store.write({ actor: {}, act: 'test.records' }, change)

describe('the overview', () => {
  test('puts the gravest allergy first and leaves out what ended or was refuted', async () => {
    const test = await openTestClinic()
    const patientId = await register(test)
    await write(test, (tx) => {
      tx.create(allergy, { patientId, code: { text: 'Pollen' }, criticality: 'low' })
      tx.create(allergy, { patientId, code: { text: 'Latex' }, reactions: [{ manifestations: [{ text: 'Rash' }], severity: 'mild' }] })
      tx.create(allergy, { patientId, code: { text: 'Penicillin' }, criticality: 'high', onset: '2001', clinicalStatus: 'active' })
      tx.create(allergy, { patientId, code: { text: 'Eggs' }, clinicalStatus: 'resolved' })
      tx.create(allergy, { patientId, code: { text: 'Nuts' }, verificationStatus: 'refuted' })
    })
    const { allergies } = await test.admin.chart.overview({ patientId })
    expect(allergies.map(({ title }) => title)).toEqual(['Penicillin', 'Latex', 'Pollen'])
    expect(allergies[1]).toMatchObject({ reactions: [{ title: 'Rash', severity: 'mild' }], categories: [] })
    expect(allergies[0]).toMatchObject({ criticality: 'high', since: '2001' })
  })

  test('shows what is being taken and what has not ended, with dosage and prescriber', async () => {
    const test = await openTestClinic()
    const patientId = await register(test)
    await write(test, (tx) => {
      const practitionerId = tx.create(practitioner, { prefix: 'Dr.', familyName: 'Silva', givenName: 'Rui', isBookable: true, isActive: true })
      tx.create(medicationRequest, {
        patientId,
        medication: { text: 'Ibuprofen 200 MG' },
        status: 'active',
        intent: 'order',
        authoredAt: '2026-01-02',
        dosage: { dose: { value: 1, unit: 'tablet' }, frequency: 2, period: 1, periodUnit: 'd' },
        practitionerId,
      })
      tx.create(medicationRequest, { patientId, medication: { text: 'Amoxicillin' }, status: 'stopped', intent: 'order' })
      tx.create(condition, { patientId, code: { text: 'Caries' }, clinicalStatus: 'active', onset: '2020-05' })
      tx.create(condition, { patientId, code: { text: 'Sinusitis' }, clinicalStatus: 'resolved' })
    })
    const { medications, problems, counts } = await test.admin.chart.overview({ patientId })
    expect(medications).toMatchObject([{ title: 'Ibuprofen 200 MG', dosage: '1 tablet, 2 × / d', prescriber: 'Dr. Rui Silva', since: '2026-01-02' }])
    expect(problems).toMatchObject([{ title: 'Caries', since: '2020-05' }])
    expect(counts).toEqual({ medicationRequest: 2, condition: 2 })
  })

  test('gives the latest vital signs with the numbers before them, a blood pressure as one', async () => {
    const test = await openTestClinic()
    const patientId = await register(test)
    const pressure = (effective: string, high: number, low: number) => ({
      patientId,
      code: { code: '85354-9', text: 'Blood Pressure' },
      status: 'final',
      category: 'vital-signs',
      effective,
      components: [
        { code: { code: '8462-4', text: 'Diastolic' }, value: { quantity: { value: low, unit: 'mm[Hg]' } } },
        { code: { code: '8480-6', text: 'Systolic' }, value: { quantity: { value: high, unit: 'mm[Hg]' } } },
      ],
    })
    await write(test, (tx) => {
      tx.create(observation, pressure('2020-01-01T09:00:00Z', 120.4, 80))
      tx.create(observation, pressure('2021-01-01T09:00:00Z', 131, 85))
      tx.create(observation, {
        patientId,
        code: { code: '4548-4', text: 'HbA1c' },
        status: 'final',
        category: 'laboratory',
        effective: '2021-02-01',
        value: { quantity: { value: 6, unit: '%' } },
      })
    })
    expect((await test.admin.chart.overview({ patientId })).vitals).toMatchObject([
      { title: 'Blood Pressure', value: '131/85 mmHg', at: '2021-01-01T09:00:00.000Z', trend: [120.4, 131] },
    ])
  })

  test('sums claims and payments per currency without erroneous ones', async () => {
    const test = await openTestClinic()
    const patientId = await register(test)
    const usd = (minor: number) => ({ minor, currency: 'USD' })
    await write(test, (tx) => {
      tx.create(claim, { patientId, status: 'active', use: 'claim', total: usd(12_345) })
      tx.create(claim, { patientId, status: 'active', use: 'claim', total: usd(1) })
      tx.create(claim, { patientId, status: 'active', use: 'claim', total: { minor: 700, currency: 'EUR' } })
      tx.create(claim, { patientId, status: 'entered-in-error', use: 'claim', total: usd(99_999) })
      tx.create(explanationOfBenefit, { patientId, status: 'active', use: 'claim', outcome: 'complete', total: usd(12_345), paid: usd(10_000) })
    })
    expect((await test.admin.chart.overview({ patientId })).balances).toEqual([
      { claimed: { minor: 700, currency: 'EUR' }, paid: { minor: 0, currency: 'EUR' }, open: { minor: 700, currency: 'EUR' }, claimCount: 1 },
      { claimed: usd(12_346), paid: usd(10_000), open: usd(2_346), claimCount: 2 },
    ])
  })

  test('knows the age in the clinic’s time zone, and the appointments around now', async () => {
    const clock = new ManualClock(Date.parse('2026-11-20T23:30:00Z'))
    const test = await openTestClinic({ now: () => clock.now(), timeZone: 'Europe/Madrid' })
    const patientId = await register(test)
    const book = (startAt: string, reason: string) => test.admin.appointments.book({ patientId, startAt, reason, overrideReason: 'test' })
    await book('2026-11-19T10:00:00Z', 'before')
    await book('2026-11-25T10:00:00Z', 'after')
    const dropped = await book('2026-11-24T10:00:00Z', 'cancelled')
    await test.admin.appointments.setStatus({ id: dropped.id, status: 'cancelled' })
    const overview = await test.admin.chart.overview({ patientId })
    // In Madrid it is already the birthday.
    expect(overview.age).toEqual({ years: 46, months: 552 })
    expect(overview.nextAppointment).toMatchObject({ reason: 'after' })
    expect(overview.lastAppointment).toMatchObject({ reason: 'before' })
  })
})

describe('the timeline', () => {
  test('pages newest first without losing or repeating a record, those without a time last', async () => {
    const test = await openTestClinic()
    const patientId = await register(test)
    const days = Array.from({ length: 45 }, (_, i) => `2020-01-${String((i % 28) + 1).padStart(2, '0')}`)
    await write(test, (tx) => {
      for (const day of days) tx.create(condition, { patientId, code: { text: `On ${day}` }, onset: day })
    })
    await write(test, (tx) => tx.create(allergy, { patientId, code: { text: 'Undated' } }))
    const seen: { id: string; at?: string | undefined }[] = []
    let cursor: string | undefined
    do {
      const page = await test.admin.chart.timeline({ patientId, limit: 10, ...(cursor && { cursor }) })
      seen.push(...page.items)
      cursor = page.nextCursor
    } while (cursor)
    expect(new Set(seen.map(({ id }) => id)).size).toBe(46)
    expect(seen.slice(0, -1).map(({ at }) => at)).toEqual(days.sort().reverse())
    expect(seen.at(-1)).toMatchObject({ title: 'Undated' })
    expect(seen.at(-1)).not.toHaveProperty('at')
  })

  test('is filtered by kind and by words, accents and case aside, in title, detail, code and note', async () => {
    const test = await openTestClinic()
    const patientId = await register(test)
    await write(test, (tx) => {
      tx.create(condition, { patientId, code: { text: 'Hipertensión arterial', code: '38341003', system: 'http://snomed.info/sct' }, onset: '2020-01-01' })
      tx.create(condition, { patientId, code: { text: 'Gingivitis' }, onset: '2020-01-02', note: 'Bleeds since the spring' })
      tx.create(medicationRequest, {
        patientId,
        medication: { text: 'Enalapril' },
        reason: { text: 'Hipertensión' },
        status: 'active',
        intent: 'order',
        authoredAt: '2020-01-03',
      })
    })
    const titles = async (filter: Partial<Parameters<TestClinic['admin']['chart']['timeline']>[0]>) =>
      (await test.admin.chart.timeline({ patientId, ...filter })).items.map(({ title }) => title)
    expect(await titles({ text: 'HIPERTENSION' })).toEqual(['Enalapril', 'Hipertensión arterial'])
    expect(await titles({ text: 'hipertension', kinds: ['condition'] })).toEqual(['Hipertensión arterial'])
    expect(await titles({ text: '38341003' })).toEqual(['Hipertensión arterial'])
    expect(await titles({ text: 'spring bleeds' })).toEqual(['Gingivitis'])
    expect(await titles({ text: 'nothing like it' })).toEqual([])
    expect(await titles({ kinds: ['medicationRequest', 'allergy'] })).toEqual(['Enalapril'])
  })

  test('shows what belongs to one visit, the visit itself too', async () => {
    const test = await openTestClinic()
    const patientId = await register(test)
    const encounterId = await write(test, (tx) => {
      const id = tx.create(encounter, { patientId, status: 'finished', type: { text: 'Check-up' }, period: { start: '2020-01-01T09:00:00Z' } })
      tx.create(condition, { patientId, encounterId: id, code: { text: 'Caries' }, onset: '2020-01-01' })
      tx.create(condition, { patientId, code: { text: 'Other' }, onset: '2020-01-01' })
      return id
    })
    const { items } = await test.admin.chart.timeline({ patientId, encounterId })
    expect(items.map(({ title }) => title)).toEqual(['Check-up', 'Caries'])
  })
})

describe('one record', () => {
  test('is shown in full with what it refers to and what its source says beyond', async () => {
    const test = await openTestClinic()
    const patientId = await register(test)
    const [conditionId, id] = await write(test, (tx) => {
      const reason = tx.create(condition, { patientId, code: { text: 'Caries' } })
      const medication = tx.create(medicationRequest, {
        patientId,
        medication: { text: 'Ibuprofen', code: '310965', display: 'ibuprofen 200 MG' },
        status: 'active',
        intent: 'order',
        authoredAt: '2020-01-03T10:00:00Z',
        dosage: { text: 'One with food', dose: { value: 1.25, unit: 'mg' }, isAsNeeded: true },
        conditionId: reason,
        cost: { minor: 1299, currency: 'EUR' },
        source: { system: 'fhir', id: 'MedicationRequest/1', rest: { meta: { profile: ['p'] }, extension: [{ url: 'a' }, { url: 'b' }] } },
      })
      return [reason, medication] as const
    })
    const record = await test.admin.chart.record({ patientId, kind: 'medicationRequest', id })
    expect(record.fields).toEqual([
      { name: 'medication', text: 'Ibuprofen (ibuprofen 200 MG, 310965)' },
      { name: 'status', text: 'active' },
      { name: 'intent', text: 'order' },
      { name: 'dosage.text', text: 'One with food' },
      { name: 'dosage.dose', text: '1.25 mg' },
      { name: 'dosage.isAsNeeded', flag: true },
      { name: 'authoredAt', when: '2020-01-03T10:00:00Z' },
      { name: 'conditionId', record: { kind: 'condition', id: conditionId, title: 'Caries' } },
      { name: 'cost', money: { minor: 1299, currency: 'EUR' } },
    ])
    expect(record.source).toEqual({
      system: 'fhir',
      id: 'MedicationRequest/1',
      also: [
        { path: 'meta.profile', value: 'p' },
        { path: 'extension[1].url', value: 'a' },
        { path: 'extension[2].url', value: 'b' },
      ],
      isCut: false,
    })
  })

  test('of another patient is not found in this chart', async () => {
    const test = await openTestClinic()
    const [mine, other] = [await register(test), await register(test, { familyName: 'Other' })]
    const id = await write(test, (tx) => tx.create(condition, { patientId: other, code: { text: 'Caries' } }))
    await expect(test.admin.chart.record({ patientId: mine, kind: 'condition', id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(test.admin.chart.overview({ patientId: id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('the history', () => {
  test('says who changed which fields, and counts an opened chart once however often it reloads', async () => {
    const test = await openTestClinic()
    const patientId = await register(test)
    const clinician = await test.as('clinician')
    await test.admin.patients.edit({ id: patientId, phone: '+34600111222' })
    for (let i = 0; i < 3; i++) await clinician.chart.overview({ patientId })
    await clinician.chart.timeline({ patientId })
    test.clinic.store.flushReads()
    const { items } = await test.admin.chart.history({ patientId })
    expect(items.map(({ act, type }) => [act, type])).toEqual([
      ['chart.overview', 'read'],
      ['patients.edit', 'change'],
      ['patients.register', 'change'],
    ])
    expect(items[0]?.userName).toMatch(/^clinician/)
    expect(items[1]).toMatchObject({ userName: 'Anna Admin', records: [{ kind: 'patient', id: patientId, fields: ['phone'] }] })
    expect(items[2]?.records).toEqual([{ kind: 'patient', id: patientId }])
    expect(JSON.stringify(items)).not.toContain('600111222')
  })

  test('goes on where the page before ended', async () => {
    const test = await openTestClinic()
    const patientId = await register(test)
    for (const alert of ['a', 'b', 'c']) await test.admin.patients.edit({ id: patientId, alert })
    const first = await test.admin.chart.history({ patientId, limit: 2 })
    const second = await test.admin.chart.history({ patientId, limit: 10, ...(first.nextCursor && { cursor: first.nextCursor }) })
    expect([...first.items, ...second.items].map(({ act }) => act)).toEqual(['patients.edit', 'patients.edit', 'patients.edit', 'patients.register'])
    expect(second.nextCursor).toBeUndefined()
  })
})

test('reception does not read charts', async () => {
  const test = await openTestClinic()
  const patientId = await register(test)
  const reception = await test.as('reception')
  await expect(reception.chart.overview({ patientId })).rejects.toMatchObject({ code: 'FORBIDDEN' })
})
