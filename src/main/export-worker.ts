import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { exportCsv } from './features/exchange/export-csv.js'
import { exportFhir } from './features/exchange/export-fhir.js'
import { ExportFolder } from './features/exchange/export-folder.js'
import { ExportReport } from './features/exchange/export-report.js'
import type { ExportWorkerData, ExportWorkerMessage } from './features/exchange/exporting.js'
import type { ExportRecord } from './features/exchange/fhir/export.js'
import { fhirNames } from './features/exchange/held-names.js'
import { derivedId } from './records/derived-id.js'
import { openDatabase } from './store/database.js'
import { FileProblem, SealedFiles } from './store/files.js'

// Entry of the worker thread that writes an export: one read transaction, so that what is written belongs together.
const data = workerData as ExportWorkerData
const port = parentPort
if (!port) throw new Error('The export worker is a worker thread.')
const tell = (message: ExportWorkerMessage) => port.postMessage(message)
const progressEvery = 500

async function run(): Promise<void> {
  const db = openDatabase(data.file, data.key, { readonly: true })
  const folder = ExportFolder.of(data.temporary)
  const report = new ExportReport(data.kind)
  const media = new Map<string, { record: string; mimeType: string }>()
  const onMedia = ({ id, fields }: ExportRecord) => media.set(String(fields.contentHash), { record: `media/${id}`, mimeType: String(fields.mimeType) })
  const onRecord = () => {
    if (report.written % progressEvery === 0) tell({ type: 'progress', written: report.written })
  }
  db.exec('BEGIN')
  if (data.kind === 'csv') exportCsv({ db, folder, report, onRecord, onMedia })
  else {
    const { idFor } = fhirNames(db, (system, name) => derivedId(data.idKey, system, name))
    exportFhir({ db, folder, report, idFor, at: data.at, onRecord, onMedia })
  }
  db.exec('COMMIT')
  await writeFiles(folder, report, media)
  db.close()
  tell({ type: 'done', result: report.result(folder.fileCount, folder.bytes) })
}

/** The files of the media, opened from their seal and named by their hash, as the records name them. */
async function writeFiles(folder: ExportFolder, report: ExportReport, media: ReadonlyMap<string, { record: string; mimeType: string }>): Promise<void> {
  const files = new SealedFiles(data.filesFolder, data.clinicKey)
  for (const [hash, { record, mimeType }] of media) {
    const ending = /^\w+\/([a-z0-9]{2,5})$/.exec(mimeType)?.[1] ?? 'bin'
    const file = folder.file(join('files', `${hash}.${ending}`))
    try {
      for await (const part of files.read(hash, { start: 0, end: Number.MAX_SAFE_INTEGER })) file.writeBytes(part)
      report.mediaFiles++
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error
      report.find({ code: 'unreadable' }, record)
    }
    file.close()
  }
}

run().catch((error: NodeJS.ErrnoException) => tell({ type: 'failed', code: error.code ?? error.name }))
