import { beforeEach, describe, expect, test } from 'vitest'
import { allergy, condition } from '../../../../src/shared/entities/clinical.js'
import { patient } from '../../../../src/shared/entities/patient.js'
import { user } from '../../../../src/shared/entities/staff.js'
import { newId } from '../../../../src/shared/ids.js'
import type { Api } from '../../../support/api-client.js'
import { onlyQuestion, settleOnly, type TwoWorkstations, twoWorkstations } from './support.js'

let pair: TwoWorkstations
let api: Api
let ana: string

beforeEach(async () => {
  pair = await twoWorkstations()
  api = pair.api
  ana = (await api.patients.register({ familyName: 'García', givenName: 'Ana', birthDate: '1990-01-01' })).id
})

const act = { actor: {}, act: 'test' }
/** How a call is refused: its code, and what it clashes with or which fields are wrong. */
const refused = async (call: Promise<unknown>): Promise<unknown> => {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  const { code, data } = error as { code: string; data: { conflicts?: unknown; fields?: unknown } }
  return JSON.parse(JSON.stringify({ code, conflicts: data.conflicts, fields: data.fields }))
}

describe('two people who changed one field at once', () => {
  test('are shown side by side, with when, who and where as far as it is known', async () => {
    await pair.meet()
    pair.wait(60_000)
    await pair.there.write(act, (tx) => tx.update(patient, ana, { birthDate: '1990-02-01' }))
    pair.wait(60_000)
    await api.patients.edit({ id: ana, birthDate: '1990-01-02' })
    await pair.meet()
    const { items } = await api.review.list({})
    expect(items).toEqual([
      {
        id: `edit.patient.${ana}.birthDate`,
        kind: 'edit',
        at: '2026-03-16T07:02:00.000Z',
        recordKind: 'patient',
        recordId: ana,
        field: 'birthDate',
        title: 'Ana García',
        patientId: ana,
        patientName: 'Ana García',
        canResolve: true,
      },
    ])
    expect(await api.review.count({})).toEqual({ count: 1, byKind: { edit: 1 } })
    const question = await onlyQuestion(api)
    const [mine, theirs] = question.kind === 'edit' ? question.versions : []
    expect(mine).toMatchObject({
      at: '2026-03-16T07:02:00.000Z',
      by: 'Anna Admin',
      isHere: true,
      isCurrent: true,
      fields: [{ name: 'birthDate', when: '1990-01-02' }],
    })
    expect(mine?.workstation).toBeTruthy()
    expect(theirs).toMatchObject({ at: '2026-03-16T07:01:00.000Z', isHere: false, isCurrent: false, fields: [{ name: 'birthDate', when: '1990-02-01' }] })
    expect(theirs).not.toHaveProperty('by')
    expect(theirs).not.toHaveProperty('workstation')
    expect(question).toMatchObject({ isShownCombined: false, input: { type: 'day', text: '1990-01-02' } })
    expect(question.kind === 'edit' && question.before).toMatchObject({ by: 'Anna Admin', fields: [{ name: 'birthDate', when: '1990-01-01' }] })
  })

  test('names who did it elsewhere once the other workstation told', async () => {
    await pair.meet()
    pair.wait(60_000)
    const eva = await pair.there.write(act, (tx) =>
      tx.create(user, { username: 'eva', displayName: 'Eva Elsewhere', role: 'reception', passwordHash: 'x', isActive: true }),
    )
    const at = '2026-03-16T07:01:00.000Z'
    await pair.there.write({ actor: { userId: eva }, act: 'patients.edit' }, (tx) => tx.update(patient, ana, { birthDate: '1990-02-01' }))
    pair.wait(60_000)
    await api.patients.edit({ id: ana, birthDate: '1990-01-02' })
    await pair.here.receive({
      records: [],
      operations: [
        {
          site: pair.there.site,
          number: 1,
          workstationId: newId(),
          about: { at, act: 'patients.edit', userId: eva, patientId: ana, changed: { [`patient/${ana}`]: ['birthDate'] } },
        },
      ],
    })
    await pair.meet()
    const question = await onlyQuestion(api)
    expect(question.kind === 'edit' && question.versions[1]).toMatchObject({ by: 'Eva Elsewhere', isHere: false })
  })

  test('are settled by choosing theirs, on both workstations; undo asks both again', async () => {
    await pair.conflict(patient, ana, { birthDate: '1990-01-02' }, { birthDate: '1990-02-01' })
    const question = await onlyQuestion(api)
    const stamp = (question.kind === 'edit' && question.versions[1]?.stamp) || ''
    const decisionId = await settleOnly(api, { answer: 'choose', stamp })
    await pair.meet()
    for (const store of [pair.here, pair.there]) expect(store.get(patient, ana).birthDate).toBe('1990-02-01')
    expect(await api.review.list({})).toEqual({ items: [] })
    expect(await api.review.decisions({})).toMatchObject({
      items: [{ id: decisionId, question: 'edit', answer: 'chosen', by: 'Anna Admin', title: 'Ana García', field: 'birthDate', patientId: ana, canUndo: true }],
    })
    expect(await api.review.undo({ decisionIds: [decisionId] })).toEqual({ undone: 1, skipped: [] })
    await pair.meet()
    expect(pair.there.get(patient, ana).birthDate).toBe('1990-01-02')
    expect(pair.there.db.prepare('SELECT fields FROM review').pluck().all()).toEqual(['["birthDate"]'])
    expect((await onlyQuestion(api)).kind).toBe('edit')
    expect(await api.review.undo({ decisionIds: [decisionId] })).toEqual({ undone: 0, skipped: [{ id: decisionId, code: 'settled' }] })
  })

  test('are settled by another value, which is checked like any', async () => {
    await pair.conflict(patient, ana, { birthDate: '1990-01-02' }, { birthDate: '1990-02-01' })
    const { id } = await onlyQuestion(api)
    expect(await refused(api.review.resolve({ question: id, choice: { answer: 'write', value: 'yesterday' } }))).toMatchObject({
      code: 'INVALID',
      fields: [{ path: 'birthDate' }],
    })
    await settleOnly(api, { answer: 'write', value: '1990-03-03' })
    expect(pair.here.get(patient, ana).birthDate).toBe('1990-03-03')
    expect((await api.review.count({})).count).toBe(0)
  })

  test('are not settled twice, nor by somebody who did not see all versions', async () => {
    await pair.conflict(patient, ana, { birthDate: '1990-01-02' }, { birthDate: '1990-02-01' })
    const question = await onlyQuestion(api)
    const stamps = question.kind === 'edit' ? question.versions.map(({ stamp }) => stamp) : []
    const seen = await refused(api.review.resolve({ question: question.id, choice: { answer: 'choose', stamp: stamps[0] ?? '' }, seen: stamps.slice(0, 1) }))
    expect(seen).toEqual({ code: 'CONFLICT', conflicts: [{ code: 'changed', ids: [] }] })
    await api.review.resolve({ question: question.id, choice: { answer: 'choose', stamp: stamps[0] ?? '' }, seen: stamps })
    const late = await refused(api.review.resolve({ question: question.id, choice: { answer: 'choose', stamp: stamps[1] ?? '' } }))
    expect(late).toEqual({ code: 'CONFLICT', conflicts: [{ code: 'settled', ids: [] }] })
    expect(await refused(api.review.get({ question: question.id }))).toMatchObject({ code: 'NOT_FOUND' })
  })

  test('leaves what was written over a decision when it is undone', async () => {
    await pair.conflict(patient, ana, { birthDate: '1990-01-02' }, { birthDate: '1990-02-01' })
    const decisionId = await settleOnly(api, { answer: 'shown' })
    await api.patients.edit({ id: ana, birthDate: '1991-05-05' })
    expect(await api.review.undo({ decisionIds: [decisionId] })).toEqual({ undone: 0, skipped: [{ id: decisionId, code: 'changed' }] })
    expect(pair.here.get(patient, ana).birthDate).toBe('1991-05-05')
  })

  test('of a list are shown and can be kept together', async () => {
    const id = await pair.here.write(act, (tx) => tx.create(allergy, { patientId: ana, code: { text: 'Penicillin' } }))
    const reaction = (text: string) => ({ reactions: [{ manifestations: [{ text }] }] })
    await pair.conflict(allergy, id, reaction('hives'), reaction('anaphylaxis'))
    const question = await onlyQuestion(api)
    expect(question).toMatchObject({ title: 'Penicillin', isShownCombined: true, input: { type: 'none' } })
    expect(question.kind === 'edit' && question.shown.map(({ text }) => text)).toEqual(['hives', 'anaphylaxis'])
    await settleOnly(api, { answer: 'shown' })
    await pair.meet()
    expect(pair.there.get(allergy, id).reactions).toHaveLength(2)
    expect((await api.review.count({})).count).toBe(0)
  })

  test('tell what both replaced, the newest of it', async () => {
    await pair.conflict(patient, ana, { birthDate: '1990-01-02' }, { birthDate: '1990-02-01' })
    await api.review.undo({ decisionIds: [await settleOnly(api, { answer: 'shown' })] })
    await settleOnly(api, { answer: 'shown' })
    await pair.conflict(patient, ana, { birthDate: '1990-05-05' }, { birthDate: '1990-06-06' })
    const question = await onlyQuestion(api)
    expect(question.kind === 'edit' && question.before).toMatchObject({ fields: [{ name: 'birthDate', when: '1990-01-02' }] })
  })

  test('say of a password only that there are two', async () => {
    const fields = { username: 'eva', displayName: 'Eva', role: 'reception', isActive: true } as const
    const account = await pair.here.write(act, (tx) => tx.create(user, { ...fields, passwordHash: 'x' }))
    await pair.conflict(user, account, { passwordHash: 'secret one' }, { passwordHash: 'secret two' })
    const question = await onlyQuestion(api)
    expect(question.kind === 'edit' && question.versions.map(({ isHidden, fields }) => ({ isHidden, fields }))).toEqual([
      { isHidden: true, fields: [] },
      { isHidden: true, fields: [] },
    ])
    expect(JSON.stringify(question)).not.toMatch(/secret/)
    expect(question).toMatchObject({ recordKind: 'user', input: { type: 'none' } })
  })
})

describe('while nobody has decided', () => {
  test('the chart names every substance, medicine and alert, and links to the questions', async () => {
    const id = await pair.here.write(act, (tx) => tx.create(allergy, { patientId: ana, code: { text: 'Amoxicillin' } }))
    await pair.conflict(allergy, id, { code: { text: 'Latex' } }, { code: { text: 'Penicillin' } })
    await pair.conflict(patient, ana, { alert: 'Pacemaker' }, { alert: 'Needs an interpreter' })
    const overview = await api.chart.overview({ patientId: ana })
    expect(overview.allergies).toMatchObject([{ title: 'Latex', also: ['Penicillin'] }])
    expect([overview.patient.alert, overview.alsoAlerts]).toEqual(['Pacemaker', ['Needs an interpreter']])
    expect(overview.questions).toEqual([
      { id: `edit.patient.${ana}.alert`, recordKind: 'patient', recordId: ana, field: 'alert' },
      { id: `edit.allergy.${id}.code`, recordKind: 'allergy', recordId: id, field: 'code' },
    ])
    const record = await api.chart.record({ patientId: ana, kind: 'allergy', id })
    expect(record).toMatchObject({ keptCount: 1, questions: [{ field: 'code' }] })
    expect((await api.chart.timeline({ patientId: ana, kinds: ['allergy'] })).items).toMatchObject([{ isUndecided: true }])
    for (const { id: question } of overview.questions) await api.review.resolve({ question, choice: { answer: 'shown' } })
    const settled = await api.chart.overview({ patientId: ana })
    expect(settled).toMatchObject({ questions: [], alsoAlerts: [] })
    expect(settled.allergies[0]).not.toHaveProperty('also')
    expect((await api.chart.timeline({ patientId: ana, kinds: ['allergy'] })).items[0]).not.toHaveProperty('isUndecided')
  })

  test('the panel and the badge count the questions', async () => {
    const reviews = async () => (await api.sync.facts({})).attention.find(({ code }) => code === 'reviews')?.count ?? 0
    await pair.conflict(patient, ana, { birthDate: '1990-01-02' }, { birthDate: '1990-02-01' })
    await expect.poll(reviews, { timeout: 20_000 }).toBe(1)
    expect(await api.sync.status({})).toMatchObject({ state: 'attention' })
    await settleOnly(api, { answer: 'shown' })
    await expect.poll(reviews, { timeout: 20_000 }).toBe(0)
  })
})

describe('many questions', () => {
  test('get one answer, where it fits, in one operation that can be taken back', async () => {
    const omar = (await api.patients.register({ familyName: 'Haddad', givenName: 'Omar' })).id
    await pair.conflict(patient, ana, { birthDate: '1990-01-02' }, { birthDate: '1990-02-01' })
    await pair.conflict(patient, omar, { familyName: 'Hadad' }, { familyName: 'Haddád' })
    const { items } = await api.review.list({})
    expect(items.map(({ recordId }) => recordId)).toEqual([omar, ana])
    const result = await api.review.resolveMany({ questions: [...items.map(({ id }) => id), 'edit.patient.nobody.sex'], answer: 'elsewhere' })
    expect(result.decisionIds).toHaveLength(2)
    expect(result.skipped).toEqual([{ question: 'edit.patient.nobody.sex', code: 'settled' }])
    expect([pair.here.get(patient, ana).birthDate, pair.here.get(patient, omar).familyName]).toEqual(['1990-02-01', 'Haddád'])
    expect(await api.review.undo({ decisionIds: result.decisionIds })).toEqual({ undone: 2, skipped: [] })
    expect((await api.review.count({})).count).toBe(2)
    expect((await api.review.resolveMany({ questions: [items[0]?.id ?? ''], answer: 'keepBoth', reason: 'x' })).skipped).toMatchObject([{ code: 'notThis' }])
  })

  test('come in pages, of some kinds or one patient', async () => {
    await pair.conflict(patient, ana, { birthDate: '1990-01-02', sex: 'male', familyName: 'A' }, { birthDate: '1990-02-01', sex: 'female', familyName: 'B' })
    const first = await api.review.list({ limit: 2 })
    const second = await api.review.list({ limit: 2, ...(first.nextCursor && { cursor: first.nextCursor }) })
    expect([...first.items, ...second.items].map(({ field }) => field).sort()).toEqual(['birthDate', 'familyName', 'sex'])
    expect(await api.review.list({ kinds: ['deletion'] })).toEqual({ items: [] })
    expect((await api.review.list({ patientId: ana })).items).toHaveLength(3)
    expect(await api.review.list({ patientId: newId() })).toEqual({ items: [] })
  })
})

describe('a deletion that met an edit', () => {
  test.each(['keep', 'delete'] as const)('asks, and %s holds everywhere and can be undone', async (answer) => {
    const id = await pair.here.write(act, (tx) => tx.create(condition, { patientId: ana, code: { text: 'Caries' }, clinicalStatus: 'active' }))
    await pair.meet()
    pair.wait(60_000)
    await pair.there.write(act, (tx) => tx.update(condition, id, { note: 'lower left' }))
    pair.wait(60_000)
    await pair.here.write(act, (tx) => tx.remove(condition, id))
    await pair.meet()
    const question = await onlyQuestion(api)
    expect(question).toMatchObject({
      id: `deletion.condition.${id}`,
      kind: 'deletion',
      title: 'Caries',
      deletions: [{ isHere: true, isTakenBack: false, at: '2026-03-16T07:02:00.000Z' }],
      edits: [{ field: 'note', isHere: false, fields: [{ text: 'lower left' }] }],
    })
    const decisionId = await settleOnly(api, { answer })
    await pair.meet()
    for (const store of [pair.here, pair.there]) expect(store.find(condition, id) === undefined).toBe(answer === 'delete')
    expect((await api.review.count({})).count).toBe(0)
    await api.review.undo({ decisionIds: [decisionId] })
    await pair.meet()
    expect(pair.there.get(condition, id).note).toBe('lower left')
    expect((await onlyQuestion(api)).kind).toBe('deletion')
  })
})

describe('earlier values', () => {
  test('of a plain field stand in the record’s history and are put back with one call, which can be undone', async () => {
    await pair.conflict(patient, ana, { phone: '+34600111222' }, { phone: '+34600333444' })
    expect((await api.review.count({})).count).toBe(0)
    const history = await api.review.history({ kind: 'patient', id: ana })
    expect(history).toMatchObject({
      patientId: ana,
      items: [{ field: 'phone', isHere: false, isQuestion: false, canRestore: true, fields: [{ text: '+34600333444' }] }],
    })
    const stamp = history.items[0]?.stamp ?? ''
    const { decisionId } = await api.review.restore({ kind: 'patient', id: ana, field: 'phone', stamp })
    await pair.meet()
    expect(pair.there.get(patient, ana).phone).toBe('+34600333444')
    expect((await api.review.history({ kind: 'patient', id: ana })).items[0]).toMatchObject({ canRestore: false })
    await api.review.undo({ decisionIds: [decisionId] })
    expect(pair.here.get(patient, ana).phone).toBe('+34600111222')
    expect(await refused(api.review.restore({ kind: 'patient', id: ana, field: 'email', stamp }))).toMatchObject({ code: 'CONFLICT' })
  })
})

describe('roles', () => {
  test('see and settle the questions about records that they may see and change', async () => {
    const id = await pair.here.write(act, (tx) => tx.create(allergy, { patientId: ana, code: { text: 'Penicillin' } }))
    await pair.conflict(allergy, id, { criticality: 'low' }, { criticality: 'high' })
    await pair.conflict(patient, ana, { birthDate: '1990-01-02' }, { birthDate: '1990-02-01' })
    const shown = async (client: Api) => (await client.review.list({})).items.map(({ recordKind, canResolve }) => `${recordKind} ${canResolve}`).sort()
    const [clinician, reception, readOnly] = [await pair.clinic.as('clinician'), await pair.clinic.as('reception'), await pair.clinic.as('readOnly')]
    expect(await shown(clinician)).toEqual(['allergy true', 'patient true'])
    expect(await shown(reception)).toEqual(['patient true'])
    expect(await shown(readOnly)).toEqual(['allergy false', 'patient false'])
    expect((await reception.review.count({})).byKind).toEqual({ edit: 1 })
    const question = `edit.allergy.${id}.criticality`
    expect(await refused(reception.review.get({ question }))).toMatchObject({ code: 'NOT_FOUND' })
    expect(await refused(reception.review.history({ kind: 'allergy', id }))).toMatchObject({ code: 'NOT_FOUND' })
    for (const client of [reception, readOnly])
      expect(await refused(client.review.resolve({ question, choice: { answer: 'shown' } }))).toMatchObject({ code: 'FORBIDDEN' })
    expect((await readOnly.review.resolveMany({ questions: [question], answer: 'current' })).skipped).toEqual([{ question, code: 'forbidden' }])
    const { decisionId } = await clinician.review.resolve({ question, choice: { answer: 'shown' } })
    expect((await reception.review.decisions({})).items).toEqual([])
    expect((await reception.review.undo({ decisionIds: [decisionId] })).skipped).toEqual([{ id: decisionId, code: 'forbidden' }])
    expect((await readOnly.review.decisions({})).items).toMatchObject([{ id: decisionId, canUndo: false }])
  })
})
