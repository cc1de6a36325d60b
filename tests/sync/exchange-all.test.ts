import { expect, it } from 'vitest'
import { statusReport } from '../../src/main/status.js'
import { patient } from '../../src/shared/entities/patient.js'
import { foundClinic, joinBy, type OpenWorkstation } from '../support/clinic-server.js'
import { redisOfFile } from '../support/redis-server.js'

const server = redisOfFile()

const phone = ({ clinic }: OpenWorkstation, id: string, value: string) =>
  clinic.store.write({ actor: {}, act: 'patients.edit' }, (tx) => tx.update(patient, id, { phone: value }))

it('exchanging until nothing is left also sends the version that it keeps itself of what it receives', async () => {
  const a = await foundClinic(server())
  const id = await a.clinic.store.write({ actor: {}, act: 'patients.register' }, (tx) =>
    tx.create(patient, { recordNumber: 'A1', familyName: 'Doe', givenName: '', sex: 'unknown' }),
  )
  await a.meet()
  const b = await joinBy(a, server())
  await a.meet()
  await phone(a, id, 'loses')
  await a.meet()
  await phone(b, id, 'wins')
  await b.meet()
  // Its own value loses by what it follows, which leaves it with an operation to send.
  await a.meet()
  expect(statusReport(a.clinic).waiting).toBe(0)
  expect(statusReport(a.clinic).digest).toBe(statusReport(b.clinic).digest)
  for (const { clinic } of [a, b]) expect(clinic.store.db.prepare('SELECT count(*) FROM kept_version').pluck().get()).toBe(1)
}, 20_000)
