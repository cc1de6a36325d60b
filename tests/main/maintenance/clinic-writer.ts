// Opens a clinic and registers people: a number of them, or until it is killed. Prints each name once its write has resolved.
import { openClinic } from '../../../src/main/clinic.js'
import { createLog } from '../../../src/main/lib/log.js'
import { patient } from '../../../src/shared/entities/patient.js'

const [folder = '', key = '', logs = '', count = 'endless', prefix = 'child'] = process.argv.slice(2)
const clinic = await openClinic({
  folder,
  keyStore: { read: async () => Buffer.from(key, 'hex'), save: async () => undefined, remove: async () => undefined },
  keyStoreKind: 'keyFile',
  log: createLog({ folder: logs, level: 'error' }),
  version: '0.0.0-test',
  isOneShot: true,
})
const last = count === 'endless' ? Number.POSITIVE_INFINITY : Number(count)
for (let i = 0; i < last; i++) {
  const name = `${prefix} ${i}`
  await clinic.store.write({ actor: {}, act: 'patients.register' }, (tx) =>
    tx.create(patient, { familyName: name, givenName: '', sex: 'unknown', recordNumber: `${prefix}-${i}` }),
  )
  process.stdout.write(`${name}\n`)
}
process.stdout.write(`synchronous ${clinic.store.db.pragma('synchronous', { simple: true })}\n`)
await clinic.stop()
