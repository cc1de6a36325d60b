import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ExportOptions, exportAll } from '../../../../src/main/features/exchange/exporting.js'
import { type ImportOptions, importItems } from '../../../../src/main/features/exchange/import.js'
import type { ImportRequest } from '../../../../src/main/features/exchange/import-source.js'
import type { JsonObject } from '../../../../src/main/features/exchange/json.js'
import { type HeldRecords, readImport } from '../../../../src/main/features/exchange/reading.js'
import { importIdKey } from '../../../../src/main/store/store.js'
import type { TestClinic } from '../../../support/clinic.js'

/** An open clinic and its folder. */
type Opened = Pick<TestClinic, 'clinic' | 'folder'>

const heldOf = ({ clinic, folder }: Opened): HeldRecords => ({
  file: join(folder, 'medinsight.db'),
  key: clinic.keys.databaseKey,
  idKey: importIdKey(clinic.keys.clinicKey),
})

/** Imports a path into a test's clinic as the command line does. */
export const importInto = (test: Opened, request: ImportRequest, options: Partial<ImportOptions> = {}) =>
  importItems(test.clinic.store, readImport(heldOf(test), request), { actor: {}, kind: request.kind, now: Date.now, ...options })

/** Exports a test's clinic as the command line does. */
export const exportFrom = (test: Opened, kind: 'fhir' | 'csv', to: string, options: Partial<ExportOptions> = {}) =>
  exportAll(test.clinic.store, {
    kind,
    to,
    actor: {},
    held: heldOf(test),
    folder: test.folder,
    filesFolder: test.clinic.services.files.folder,
    clinicKey: test.clinic.keys.clinicKey,
    now: Date.now,
    ...options,
  })

/** Every resource of the bundles below a folder, by `Type/id`. */
export function resourcesIn(folder: string): Map<string, JsonObject> {
  const found = new Map<string, JsonObject>()
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
    const bundle = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { entry: { resource: JsonObject }[] }
    for (const { resource } of bundle.entry) found.set(`${String(resource.resourceType)}/${String(resource.id)}`, resource)
  }
  return found
}
