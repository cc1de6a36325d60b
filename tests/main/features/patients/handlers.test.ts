import { describe, expect, it } from 'vitest'
import { newId } from '../../../../src/shared/ids.js'
import { openTestClinic } from '../../../support/clinic.js'

const ana = { familyName: 'García', givenName: 'Ana', sex: 'female' as const, birthDate: '1980-02-29', phone: '600 111 222' }

describe('patients', () => {
  it('are registered with a number of their own and a phone number in E.164', async () => {
    const { admin } = await openTestClinic()
    const first = await admin.patients.register(ana)
    const second = await admin.patients.register({ ...ana, phone: 'ask her sister' })
    expect(first).toMatchObject({ recordNumber: 'A00001', phone: '+34600111222' })
    expect(second).toMatchObject({ recordNumber: 'A00002', phone: 'ask her sister' })
  })

  it('are made once however often the same command arrives', async () => {
    const { admin, clinic } = await openTestClinic()
    const command = { ...ana, commandId: newId() }
    const answers = await Promise.all([admin.patients.register(command), admin.patients.register(command)])
    expect(answers[0]).toEqual(answers[1])
    expect(await admin.patients.register(command)).toEqual(answers[0])
    expect(clinic.store.db.prepare('SELECT count(*) FROM patient').pluck().get()).toBe(1)
  })

  it('are found at once after being registered or renamed, and page by name', async () => {
    const { admin } = await openTestClinic()
    const { id } = await admin.patients.register(ana)
    for (const familyName of ['Álvarez', 'Zapata', 'Müller']) await admin.patients.register({ ...ana, familyName, phone: undefined })
    expect((await admin.patients.list({ query: 'garsia' })).items.map((hit) => hit.id)).toEqual([id])
    await admin.patients.edit({ id, familyName: 'Otero' })
    expect((await admin.patients.list({ query: 'otero' })).items.map((hit) => hit.id)).toEqual([id])
    const names: string[] = []
    let cursor: string | undefined
    do {
      const page = await admin.patients.list({ limit: 2, cursor })
      names.push(...page.items.map(({ familyName }) => familyName))
      cursor = page.nextCursor
    } while (cursor)
    expect([...names].sort()).toEqual(['Müller', 'Otero', 'Zapata', 'Álvarez'].sort())
  })

  it('keep what an edit does not name, and lose what it sets to null', async () => {
    const { admin } = await openTestClinic()
    const { id, changedAt: _, ...before } = await admin.patients.register({ ...ana, email: 'ana@example.org' })
    await admin.patients.edit({ id, phone: null })
    const { phone: __, ...rest } = before
    const { changedAt: ___, ...after } = await admin.patients.get({ id })
    expect(after).toEqual({ id, ...rest })
  })

  it('leave one row in the access log for a search, with the ids shown and nothing that was typed', async () => {
    const { admin, clinic } = await openTestClinic()
    const { id } = await admin.patients.register(ana)
    for (const query of ['g', 'gar', 'garcia']) await admin.patients.list({ query })
    await admin.patients.get({ id })
    clinic.store.flushReads()
    const rows = clinic.store.db.prepare("SELECT act, patient_id, detail FROM audit WHERE act IN ('patients.search', 'patients.get')").all()
    expect(rows).toEqual([
      { act: 'patients.search', patient_id: null, detail: JSON.stringify({ count: 1, ids: [id] }) },
      { act: 'patients.get', patient_id: id, detail: null },
    ])
    expect(JSON.stringify(clinic.store.db.prepare('SELECT * FROM audit').all())).not.toContain('gar')
  })

  it('suggests who may be the same person while the form is half filled in', async () => {
    const { admin } = await openTestClinic()
    const { id } = await admin.patients.register({ ...ana, birthDate: '1980-04-03' })
    const { items } = await admin.patients.duplicates({ familyName: 'Garcia', givenName: 'Ana', birthDate: '1980-03-04' })
    expect(items).toMatchObject([{ id, reasons: expect.arrayContaining(['name', 'birthDateSwapped']) }])
  })
})
