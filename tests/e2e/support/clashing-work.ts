// Run as a process on a clinic's folder: writes what two workstations did at once, as if the other one's part had just arrived.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openClinic } from '../../../src/main/clinic.js'
import { placeOf } from '../../../src/main/place.js'
import { openDatabase } from '../../../src/main/store/database.js'
import { migrate } from '../../../src/main/store/migrations/index.js'
import { Store } from '../../../src/main/store/store.js'
import { appointment } from '../../../src/shared/entities/appointment.js'
import { allergy, condition } from '../../../src/shared/entities/clinical.js'
import type { Entity } from '../../../src/shared/entities/entity.js'
import { patient } from '../../../src/shared/entities/patient.js'
import { clinic as clinicEntity, practitioner, user } from '../../../src/shared/entities/staff.js'
import { workstation } from '../../../src/shared/entities/workstation.js'
import { newId } from '../../../src/shared/ids.js'
import { exchange } from '../../support/exchange.js'

const [folder = ''] = process.argv.slice(2)
const opened = await openClinic(placeOf(folder, { isOneShot: true }))
const here = opened.store
const elsewhere = mkdtempSync(join(tmpdir(), 'medinsight-elsewhere-'))
const db = openDatabase(join(elsewhere, 'medinsight.db'), Buffer.alloc(32, 7), { create: true })
await migrate(db, async () => undefined)
const there = new Store({
  db,
  clinicKey: opened.services.clinicKey,
  journal: { append: async () => undefined },
  search: { put: () => undefined, remove: () => undefined },
  now: Date.now,
  onJournal: () => undefined,
})

const adminId = here.db.prepare('SELECT id FROM user').pluck().get() as string
const admin = { actor: { userId: adminId }, act: 'patients.edit' }
const [ana, omar, ruiz, penicillin, caries] = [newId(), newId(), newId(), newId(), newId()]
const allDay = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: 0, to: 24 * 60 }))
await here.write({ ...admin, act: 'test.begin' }, (tx) => {
  tx.update(clinicEntity, opened.services.clinic().id, { hours: allDay })
  tx.create(practitioner, { familyName: 'Ruiz', givenName: 'Elena', prefix: 'Dr.', isBookable: true, isActive: true }, ruiz)
  tx.create(patient, { recordNumber: 'A00001', familyName: 'García', givenName: 'Ana', birthDate: '1990-01-01', sex: 'female', phone: '+34600111222' }, ana)
  tx.create(patient, { recordNumber: 'A00002', familyName: 'Haddad', givenName: 'Omar', sex: 'male' }, omar)
  tx.create(allergy, { patientId: ana, code: { text: 'Penicillin' } }, penicillin)
  tx.create(condition, { patientId: omar, code: { text: 'Caries' }, clinicalStatus: 'active' }, caries)
})
const eva = await there.write({ actor: {}, act: 'test.begin' }, (tx) => {
  const front = { name: 'Front desk', publicKey: Buffer.alloc(32).toString('base64'), numberPrefix: 'B', joinedAt: new Date().toISOString() }
  tx.create(workstation, front, frontDesk())
  return tx.create(user, { username: 'eva', displayName: 'Eva Ortiz', role: 'reception', passwordHash: 'none', isActive: true })
})
await exchange(here, there)

function frontDesk(): string {
  return '0198a7d0-0000-7000-8000-00000000f00d'
}

/** Both change a record at once; the other one's access log says who it was there. */
async function both(entity: Entity, id: string, mine: object, theirs: object, patientId: string): Promise<void> {
  const at = new Date().toISOString()
  await there.write({ actor: { userId: eva }, act: 'patients.edit', patientId }, (tx) => tx.update(entity, id, theirs as never))
  await here.write({ ...admin, patientId }, (tx) => tx.update(entity, id, mine as never))
  const changed = { [`${entity.kind}/${id}`]: Object.keys(theirs) }
  const about = { at, act: 'patients.edit', userId: eva, patientId, changed }
  await here.receive({ records: [], operations: [{ site: there.site, number: there.lastNumber, workstationId: frontDesk(), about }] })
  await exchange(here, there)
}

await both(patient, ana, { birthDate: '1990-01-02', phone: '+34600111333' }, { birthDate: '1990-02-01', phone: '+34600111444' }, ana)
await both(patient, omar, { familyName: 'Hadad' }, { familyName: 'Haddád' }, omar)
await both(allergy, penicillin, { criticality: 'low' }, { criticality: 'high' }, ana)

await there.write({ actor: { userId: eva }, act: 'test.edit' }, (tx) => tx.update(condition, caries, { note: 'Lower left' }))
await here.write({ ...admin, act: 'test.remove' }, (tx) => tx.remove(condition, caries))
await exchange(here, there)

const tomorrow = (hour: number, minute: number) => new Date(new Date().setUTCHours(24 + hour, minute, 0, 0)).toISOString()
const book = (store: Store, patientId: string, startAt: string, reason: string) =>
  store.write({ ...(store === here ? admin : { actor: { userId: eva } }), act: 'appointments.book' }, (tx) =>
    tx.create(appointment, { patientId, slot: { startAt, durationMinutes: 45, providerId: ruiz }, status: 'booked', reason }),
  )
await book(here, ana, tomorrow(10, 0), 'Crown')
await book(there, omar, tomorrow(10, 15), 'Check-up')
const twin = { familyName: 'Garcia', givenName: 'Ana María', birthDate: '1990-01-02', phone: '+34600111333', sex: 'female' as const }
await there.write({ actor: { userId: eva }, act: 'patients.register' }, (tx) => {
  tx.create(patient, { ...twin, recordNumber: 'B00001' })
  tx.create(patient, { recordNumber: 'A00002', familyName: 'Okonkwo', givenName: 'Chidi', sex: 'male', birthDate: '1975-07-07' })
})
await exchange(here, there)
there.close()
await opened.stop()
rmSync(elsewhere, { recursive: true, force: true })
