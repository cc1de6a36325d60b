import { findEntity } from '../../../shared/entities/index.js'
import type { ReadableDatabase } from '../../store/database.js'
import { ownHeader, ownKinds, ownRow } from './csv/own.js'
import { csvLine } from './csv/write.js'
import type { ExportFolder } from './export-folder.js'
import { countOf, recordsOf } from './export-records.js'
import type { ExportReport } from './export-report.js'
import type { ExportRecord } from './fhir/export.js'

export interface CsvExport {
  db: ReadableDatabase
  folder: ExportFolder
  report: ExportReport
  onRecord: () => void
  /** Told of every image, video and document, whose file goes beside the tables. */
  onMedia: (record: ExportRecord) => void
}

/** Writes one table for each kind that has records. Spreadsheets run nothing in them: what begins like a formula has an apostrophe before it. */
export function exportCsv({ db, folder, report, onRecord, onMedia }: CsvExport): void {
  for (const kind of ownKinds) {
    const entity = findEntity(kind)
    if (!entity || countOf(db, entity) === 0) continue
    const file = folder.file(`${kind}.csv`)
    // The byte order mark tells spreadsheets that the file is UTF-8.
    file.write(`\uFEFF${csvLine(ownHeader(kind))}`)
    for (const record of recordsOf(db, entity)) {
      file.write(csvLine(ownRow(record)))
      report.count(kind)
      onRecord()
      if (kind === 'media') onMedia(record)
    }
    file.close()
  }
  for (const kind of ['user', 'clinic']) {
    const entity = findEntity(kind)
    if (entity) report.notExported[kind] = countOf(db, entity)
  }
}
