import type { Issue, IssueCode } from './issues.js'

/** How many places a report names for each finding; the count goes on. */
const namedPlaces = 50

/** What an export wrote, as `medinsight export` prints it. No value of a record is in it; ids are. */
export interface ExportResult {
  kind: 'fhir' | 'csv'
  /** Written, by FHIR type or by table. */
  records: Record<string, number>
  files: number
  bytes: number
  /** Images, videos and PDFs, written beside the records. */
  mediaFiles: number
  /** What is wrong with what was written: it stands in the export all the same, because nothing is left out silently. */
  findings: { code: IssueCode; count: number; places: { record: string; path?: string }[] }[]
  /** Kinds that this form has no place for. */
  notExported: Record<string, number>
}

/** Gathers counts and findings of one export. */
export class ExportReport {
  readonly #records: Record<string, number> = {}
  readonly #findings = new Map<IssueCode, ExportResult['findings'][number]>()
  readonly notExported: Record<string, number> = {}
  mediaFiles = 0
  written = 0

  constructor(private readonly kind: 'fhir' | 'csv') {}

  count(name: string): void {
    this.#records[name] = (this.#records[name] ?? 0) + 1
    this.written++
  }

  find({ code, path }: Pick<Issue, 'code' | 'path'>, record: string): void {
    const finding = this.#findings.get(code) ?? { code, count: 0, places: [] }
    finding.count++
    if (finding.places.length < namedPlaces) finding.places.push({ record, ...(path !== undefined && { path }) })
    this.#findings.set(code, finding)
  }

  result(files: number, bytes: number): ExportResult {
    const { kind, mediaFiles, notExported } = this
    return { kind, records: this.#records, files, bytes, mediaFiles, findings: [...this.#findings.values()], notExported }
  }
}
