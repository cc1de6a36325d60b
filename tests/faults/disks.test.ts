import { describe, expect, it } from 'vitest'
import { appointment } from '../../src/shared/entities/appointment.js'
import { keptVersion } from '../../src/shared/entities/kept-version.js'
import { patient } from '../../src/shared/entities/patient.js'
import { newId } from '../../src/shared/ids.js'
import { until } from '../sync/support.js'
import { DrillClinic } from './drill-clinic.js'
import type { DrillWorkstation } from './drill-workstation.js'
import { namesOn, phone, register } from './people.js'

const dayMs = 86_400_000

/** A clinic and its workstations. */
async function clinicOf(count: 2 | 3, feedEntries?: number): Promise<[DrillClinic, DrillWorkstation, DrillWorkstation, DrillWorkstation]> {
  const clinic = await DrillClinic.start({ count, ...(feedEntries !== undefined && { feedEntries }) })
  return [clinic, ...(clinic.workstations as [DrillWorkstation, DrillWorkstation, DrillWorkstation])]
}

const versionsOn = ({ store }: DrillWorkstation): unknown[] =>
  (store.db.prepare('SELECT id FROM kept_version').pluck().all() as string[]).map((id) => store.get(keptVersion, id).version.value).sort()

describe('workstations that were apart', () => {
  it('keep both values of one field, take both of different ones, and write what one person did as a whole', async () => {
    const [clinic, a, b] = await clinicOf(2)
    const id = await register(a)
    await clinic.rest()
    await Promise.all([a.leave(), b.leave()])
    const visit = newId()
    await a.write((tx) => {
      tx.update(patient, id, { phone: '111', email: 'a@example.org' })
      tx.create(appointment, { patientId: id, slot: { startAt: '2026-11-20T09:00:00Z', durationMinutes: 30 }, status: 'booked' }, visit)
    })
    await b.write((tx) => void tx.update(patient, id, { phone: '222', alert: 'Allergic' }))
    a.connect()
    await until(() => a.replica.backlog().waiting === 0)
    const [entry] = (await clinic.hub().read('0-0', { count: 10, waitMs: 0 })).filter(({ records }) => records.some((record) => record.id === visit))
    expect(entry?.records.map(({ kind }) => kind).sort()).toEqual(['appointment', 'patient'])
    b.connect()
    expect(await clinic.judged()).toEqual([])
    expect(b.store.get(patient, id)).toMatchObject({ phone: '222', email: 'a@example.org', alert: 'Allergic' })
    expect(versionsOn(a)).toEqual(['111'])
    expect(b.store.find(appointment, visit)).toBeDefined()
  })

  it('keep a record that one deletes while the other edits it unseen, and ask', async () => {
    const [clinic, a, b] = await clinicOf(2)
    const id = await register(a)
    const other = await register(a, 'Gone')
    await clinic.rest()
    await Promise.all([a.leave(), b.leave()])
    await a.write((tx) => {
      tx.remove(patient, id)
      tx.remove(patient, other)
    })
    await phone(b, id, '222')
    a.connect()
    b.connect()
    expect(await clinic.judged()).toEqual([])
    for (const { store } of [a, b]) {
      expect(store.get(patient, id).phone).toBe('222')
      expect(store.find(patient, other)).toBeUndefined()
      expect(store.db.prepare("SELECT count(*) FROM review WHERE kind = 'patient'").pluck().get()).toBe(1)
    }
  })

  it.each([2, -2])('with a clock that is %i days off lose nothing, and go by the server’s clock once they met it', async (days) => {
    const [clinic, a, b] = await clinicOf(2)
    const id = await register(a)
    await clinic.rest()
    await Promise.all([a.leave(), b.leave()])
    a.skewMs = days * dayMs
    await phone(a, id, 'wrong clock')
    await phone(b, id, 'right clock')
    a.connect()
    b.connect()
    expect(await clinic.judged()).toEqual([])
    expect([a.store.get(patient, id).phone, ...versionsOn(a)].sort()).toEqual(['right clock', 'wrong clock'])
    expect(Math.abs((a.replica.state().clock?.offsetMs ?? 0) + days * dayMs)).toBeLessThan(60_000)
    // Whoever comes last has the last word, whatever the clocks say.
    await phone(b, id, 'later')
    await clinic.rest()
    await phone(a, id, 'last')
    expect(await clinic.judged()).toEqual([])
    expect(b.store.get(patient, id).phone).toBe('last')
    const stampedAt = Number.parseInt(a.store.held('patient', id)?.cells.phone?.stamp.slice(0, 12) ?? '', 16)
    if (days < 0) expect(Math.abs(stampedAt - Date.now())).toBeLessThan(60_000)
  })
})

describe('a workstation whose disk is lost', () => {
  it('after its writes were sent takes nothing with it', async () => {
    const [clinic, a, b] = await clinicOf(2)
    await register(a, 'Sent')
    await until(() => a.replica.backlog().waiting === 0)
    await clinic.lose(a)
    const c = await clinic.add()
    expect(await clinic.judged()).toEqual([])
    expect([namesOn(b), namesOn(c)]).toEqual([['Sent'], ['Sent']])
  })

  it('brings what was not sent yet back from its journal', async () => {
    const [clinic, a, b] = await clinicOf(2)
    const id = await register(b, 'Before')
    await clinic.rest()
    await a.backUp()
    await a.leave()
    await register(a, 'Unsent')
    await phone(a, id, '111')
    await clinic.replaceDisk(() => a.loseDatabase(a.backups[0]))
    a.connect()
    expect(await clinic.judged()).toEqual([])
    expect(namesOn(b)).toEqual(['Before', 'Unsent'])
    expect(b.store.get(patient, id).phone).toBe('111')
  })

  it('finds its losing value kept, although the server has overwritten it and cut its feed', async () => {
    const [clinic, a, b, c] = await clinicOf(3, 3)
    const id = await register(a)
    await clinic.rest()
    await b.backUp()
    await Promise.all([a.leave(), c.leave()])
    await phone(b, id, 'loses')
    await until(() => b.replica.backlog().waiting === 0)
    await b.leave()
    await phone(a, id, 'wins')
    a.connect()
    for (let n = 0; n < 6; n++) await register(a, `Later ${n}`)
    await until(() => a.replica.backlog().waiting === 0)
    await clinic.replaceDisk(() => b.restore(b.backups[0] ?? expect.fail()))
    b.connect()
    c.connect()
    expect(await clinic.judged()).toEqual([])
    for (const workstation of [a, b, c]) expect([workstation.store.get(patient, id).phone, ...versionsOn(workstation)].sort()).toEqual(['loses', 'wins'])
  })
})

describe('a folder of an earlier day', () => {
  it('does not bring back what was deleted since', async () => {
    const [clinic, a, b] = await clinicOf(2)
    const id = await register(a, 'Deleted')
    await register(a, 'Stays')
    await clinic.rest()
    await a.backUp()
    await b.write((tx) => tx.remove(patient, id))
    await clinic.rest()
    await clinic.replaceDisk(() => a.restore(a.backups[0] ?? expect.fail()))
    expect(await clinic.judged()).toEqual([])
    expect([namesOn(a), namesOn(b)]).toEqual([['Stays'], ['Stays']])
  })

  it('takes up everything that was written since, here and elsewhere, and gives no operation twice', async () => {
    const [clinic, a, b] = await clinicOf(2)
    const id = await register(a, 'First')
    await a.backUp()
    await register(a, 'Second')
    await phone(b, await arrived(b, id), '222')
    await clinic.rest()
    await clinic.replaceDisk(() => a.restore(a.backups[0] ?? expect.fail()))
    await register(a, 'Third')
    expect(await clinic.judged()).toEqual([])
    expect(namesOn(a)).toEqual(['First', 'Second', 'Third'])
    expect(a.store.get(patient, id).phone).toBe('222')
  })

  it('copied to another computer, both running at once, still loses and doubles nothing', async () => {
    const [clinic, a, b] = await clinicOf(2)
    const id = await register(a, 'Before')
    await a.leave()
    await register(a, 'Waiting in both')
    await clinic.replaceDisk(() => b.become(a))
    a.connect()
    for (let n = 0; n < 10; n++) {
      await phone(a, id, `A ${n}`)
      await register(b, `From the copy ${n}`)
    }
    expect(await clinic.judged()).toEqual([])
    expect(namesOn(a)).toHaveLength(12)
    expect(namesOn(b)).toEqual(namesOn(a))
  })
})

describe('a workstation whose disk is full', () => {
  it('takes nothing in half, and everything when there is room', async () => {
    const [clinic, a, b] = await clinicOf(2)
    await clinic.rest()
    const pages = b.store.db.pragma('page_count', { simple: true })
    b.store.db.pragma(`max_page_count = ${pages}`)
    const before = b.replica.state().cursor
    for (let n = 0; n < 300; n++)
      await a.write((tx) => void tx.create(patient, { recordNumber: 'A1', familyName: `${n} `.repeat(40), givenName: '', sex: 'unknown' }))
    await until(() => b.exchange?.state.isLive === false)
    expect(b.verify()).toEqual([])
    await until(() => a.replica.backlog().waiting === 0)
    b.store.db.pragma('max_page_count = 1000000')
    expect(await clinic.judged()).toEqual([])
    expect(b.replica.state().cursor).not.toEqual(before)
  })
})

async function arrived({ store }: DrillWorkstation, id: string): Promise<string> {
  await until(() => store.find(patient, id) !== undefined)
  return id
}
