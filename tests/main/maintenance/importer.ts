// Imports a folder into a clinic and prints the number of each operation once it is durable.
import { join } from 'node:path'
import { openClinic } from '../../../src/main/clinic.js'
import { importItems } from '../../../src/main/features/exchange/import.js'
import { readImport } from '../../../src/main/features/exchange/reading.js'
import { createLog } from '../../../src/main/lib/log.js'
import { importIdKey } from '../../../src/main/store/store.js'

const [folder = '', key = '', logs = '', path = ''] = process.argv.slice(2)
const clinic = await openClinic({
  folder,
  keyStore: { read: async () => Buffer.from(key, 'hex'), save: async () => undefined, remove: async () => undefined },
  keyStoreKind: 'keyFile',
  log: createLog({ folder: logs, level: 'error' }),
  version: '0.0.0-test',
  isOneShot: true,
})
clinic.store.subscribe(({ seq }) => process.stdout.write(`${seq}\n`))
const held = { file: join(folder, 'medinsight.db'), key: clinic.keys.databaseKey, idKey: importIdKey(clinic.keys.clinicKey) }
await importItems(clinic.store, readImport(held, { kind: 'fhir', path }), { actor: {}, kind: 'fhir', now: Date.now })
await clinic.stop()
