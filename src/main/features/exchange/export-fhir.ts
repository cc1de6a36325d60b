import { findEntity, keptEntities } from '../../../shared/entities/index.js'
import { patient } from '../../../shared/entities/patient.js'
import type { ReadableDatabase } from '../../store/database.js'
import type { ExportFolder } from './export-folder.js'
import { chartOf, countOf, findRecord, recordsOf } from './export-records.js'
import type { ExportReport } from './export-report.js'
import { exportStoreOf } from './export-store.js'
import { bundleOf, type ExportRecord, exportName, isExported, resourceOf } from './fhir/export.js'
import { rankOfType } from './fhir/lenses.js'
import { NameSet } from './fhir/name-set.js'
import { DanglingReferences, faultsOf } from './fhir/validate.js'
import type { JsonObject } from './json.js'

/** Resources of one shared bundle: what many programs still open without trouble. */
const sharedSize = 2000

export interface FhirExport {
  db: ReadableDatabase
  folder: ExportFolder
  report: ExportReport
  /** The function of names that the import uses. */
  idFor: (name: string) => string
  /** Instant of the export, for the bundles. */
  at: string
  onRecord: () => void
  /** Told of every image, video and document, whose file goes beside the bundles. */
  onMedia: (record: ExportRecord) => void
}

/**
 * Writes all records as FHIR R4: what belongs to nobody in numbered bundles that read first, then one bundle for each patient, then what belongs
 * to a patient who is not here any more. One chart is in memory at a time. Every resource is checked, and what is found stands in the report.
 */
export function exportFhir(work: FhirExport): void {
  const { db, folder, report } = work
  const store = exportStoreOf(db, work.idFor)
  const dangling = new DanglingReferences()
  const written = new NameSet()
  const resourceFor = (record: ExportRecord): JsonObject | undefined => {
    const key = `${record.kind}/${record.id}`
    if (written.has(key)) return undefined
    written.add(key)
    if (!isExported(record)) {
      report.notExported[record.kind] = (report.notExported[record.kind] ?? 0) + 1
      return undefined
    }
    store.remember(record.id, exportName(record.kind, record.id, record.fields.source))
    const resource = resourceOf(record, store)
    const type = String(resource.resourceType)
    report.count(type)
    for (const fault of faultsOf(resource)) report.find(fault, `${type}/${String(resource.id)}`)
    dangling.add(resource)
    if (record.kind === 'media') work.onMedia(record)
    work.onRecord()
    return resource
  }
  const write = (name: string, resources: JsonObject[]) => {
    const file = folder.file(name)
    resources.sort((a, b) => rankOfType(String(a.resourceType)) - rankOfType(String(b.resourceType)))
    file.write(JSON.stringify(bundleOf(resources, work.at)))
    file.close()
  }
  const writeAll = (prefix: string, records: Iterable<ExportRecord>) => {
    let number = 0
    let waiting: JsonObject[] = []
    const flush = () => {
      if (waiting.length > 0) write(`${prefix}-${String(++number).padStart(4, '0')}.json`, waiting)
      waiting = []
    }
    for (const record of records) {
      const resource = resourceFor(record)
      if (resource) waiting.push(resource)
      if (waiting.length >= sharedSize) flush()
    }
    flush()
  }
  writeAll('0-shared', sharedRecords(db))
  for (const person of recordsOf(db, patient)) {
    const resources = [person, ...chartRecords(db, person.id)].map(resourceFor).filter((resource) => resource !== undefined)
    write(`patient-${person.id}.json`, resources)
  }
  writeAll('rest', everyRecord(db))
  for (const { from, path, code } of dangling.found()) report.find({ code, path }, from)
  for (const kind of ['user', 'clinic']) {
    const entity = findEntity(kind)
    if (entity) report.notExported[kind] = countOf(db, entity)
  }
}

/** Records of no patient. Other kinds of them, such as places, may be referred to by every chart. */
function* sharedRecords(db: ReadableDatabase): Generator<ExportRecord> {
  for (const entity of exportable) {
    if (!entity.patient) yield* recordsOf(db, entity)
    else if (entity.kind === 'otherResource') yield* recordsOf(db, entity, 'patient_id IS NULL')
  }
}

function* chartRecords(db: ReadableDatabase, patientId: string): Generator<ExportRecord> {
  for (const { kind, id } of chartOf(db, patientId)) {
    const entity = findEntity(kind)
    const record = entity && findRecord(db, entity, id)
    if (record) yield record
  }
}

function* everyRecord(db: ReadableDatabase): Generator<ExportRecord> {
  for (const entity of exportable) yield* recordsOf(db, entity)
}

const exportable = keptEntities.filter(({ kind }) => kind !== 'user' && kind !== 'clinic')
