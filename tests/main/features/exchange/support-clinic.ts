import { join } from 'node:path'
import { type ExportOptions, exportAll } from '../../../../src/main/features/exchange/exporting.js'
import { type ImportOptions, importItems } from '../../../../src/main/features/exchange/import.js'
import type { ImportRequest } from '../../../../src/main/features/exchange/import-source.js'
import { type HeldRecords, readImport } from '../../../../src/main/features/exchange/reading.js'
import { importIdKey } from '../../../../src/main/store/store.js'
import type { TestClinic } from '../../../support/clinic.js'

const heldOf = ({ clinic, folder }: TestClinic): HeldRecords => ({
  file: join(folder, 'medinsight.db'),
  key: clinic.keys.databaseKey,
  idKey: importIdKey(clinic.keys.clinicKey),
})

/** Imports a path into a test's clinic as the command line does. */
export const importInto = (test: TestClinic, request: ImportRequest, options: Partial<ImportOptions> = {}) =>
  importItems(test.clinic.store, readImport(heldOf(test), request), { actor: {}, kind: request.kind, now: Date.now, ...options })

/** Exports a test's clinic as the command line does. */
export const exportFrom = (test: TestClinic, kind: 'fhir' | 'csv', to: string, options: Partial<ExportOptions> = {}) =>
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
