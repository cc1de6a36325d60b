import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { CsvMapping } from '../../../shared/csv-mapping.js'
import { clinic } from '../../../shared/entities/staff.js'
import { type ReadableDatabase, statement } from '../../store/database.js'
import { type MappingProposal, proposeMapping } from './csv/guess.js'
import type { TableInfo } from './csv/inspect.js'
import { isOwnTable } from './csv/own.js'
import { columnIssues, inspectAll, readCsv } from './csv/read.js'
import type { ImportItem } from './fhir/draft.js'
import { NothingToRead, readFhir } from './fhir/read.js'
import { csvNames, type DeriveId, fhirNames } from './held-names.js'
import type { Issue } from './issues.js'

/** What is to be imported, and how. */
export interface ImportRequest {
  kind: 'fhir' | 'csv'
  path: string
  /** A mapping file for CSV. */
  mapFile?: string
  /** A mapping that somebody has looked over on the mapping screen; wins over the file. */
  mapping?: CsvMapping
  /** Takes a guessed mapping as it is: for dry runs only, because nothing is written by a guess alone. */
  isGuessEnough?: boolean
}

/** Codes of what keeps an import from beginning at all. */
export class ImportFault extends Error {
  override readonly name = 'ImportFault'
  constructor(
    readonly code: 'mapNotJson' | 'mapInvalid' | 'needsMapping',
    /** Path in the mapping file where it is wrong. */
    readonly path?: string,
  ) {
    super(code)
  }
}

/** Reads and maps what is to be imported. @throws ImportFault, NothingToRead, errors of the file system */
export async function* readSource(db: ReadableDatabase, derive: DeriveId, request: ImportRequest): AsyncGenerator<ImportItem> {
  if (request.kind === 'fhir') {
    const names = fhirNames(db, derive)
    for await (const item of readFhir(request.path, names)) {
      const own = item.type === 'record' ? names.ownState(item) : undefined
      yield own ? ({ ...item, own } as ImportItem) : item
    }
    return
  }
  const tables = await inspectAll(request.path)
  const mapping = await mappingFor(tables, request)
  yield* readCsv(request.path, { ...csvNames(db, derive, mapping), mapping, tables, currency: currencyOf(db) })
}

async function mappingFor(tables: readonly TableInfo[], { mapFile, mapping, isGuessEnough }: ImportRequest): Promise<CsvMapping> {
  if (mapping) return mapping
  if (mapFile !== undefined) return readMapping(mapFile)
  const proposal = proposalFor(tables)
  if (!proposal.isKnown && !isGuessEnough) throw new ImportFault('needsMapping')
  return proposal.mapping
}

const proposalFor = (tables: readonly TableInfo[]): MappingProposal => proposeMapping(tables.filter((table) => !table.fault))

/** Reads a mapping file. @throws ImportFault, errors of the file system */
export async function readMapping(path: string): Promise<CsvMapping> {
  const text = await readFile(path, 'utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new ImportFault('mapNotJson')
  }
  const checked = CsvMapping.safeParse(value)
  if (!checked.success) throw new ImportFault('mapInvalid', checked.error.issues[0]?.path.join('.') ?? '')
  return checked.data
}

const currencyOf = (db: ReadableDatabase): string => {
  const row = statement<{ data: string }>(db, `SELECT data FROM ${clinic.table} LIMIT 1`).get()
  return row ? String((JSON.parse(row.data) as { currency: string }).currency) : 'EUR'
}

/** What can be told of files before anything is read into records. The samples are private data. */
export interface Inspection {
  kind: 'fhir' | 'csv' | 'unknown'
  fileCount: number
  bytes: number
  tables: { file: string; table: string; header: string[]; rowCount: number; sample: string[][]; isOwn: boolean; fault?: string }[]
  proposal?: MappingProposal
  issues: Issue[]
}

const sampleRows = 3
const sampleCell = 80

/** Tells what lies at a path: which kind of files, and for CSV their columns with a proposed mapping. @throws NothingToRead */
export async function inspectSource(path: string, kind?: 'fhir' | 'csv'): Promise<Inspection> {
  const names = (await stat(path)).isDirectory()
    ? (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    : [path]
  const sizes = await Promise.all(names.map(async (name) => (await stat(name)).size))
  const isFhir = names.some((name) => /\.(json|ndjson|jsonl)$/i.test(name))
  const isCsv = names.some((name) => /\.(csv|tsv|txt)$/i.test(name) && !relative(path, name).includes('/'))
  const found: Inspection = {
    kind: kind ?? (isFhir ? 'fhir' : isCsv ? 'csv' : 'unknown'),
    fileCount: names.length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    tables: [],
    issues: [],
  }
  if (names.length === 0) throw new NothingToRead()
  if (found.kind !== 'csv') return found
  const tables = await inspectAll(path)
  const proposal = proposalFor(tables)
  return {
    ...found,
    proposal,
    tables: tables.map((info) => ({
      file: info.file,
      table: info.table,
      header: info.header,
      rowCount: info.rowCount,
      sample: info.sample.slice(0, sampleRows).map((row) => row.map((cell) => cell.slice(0, sampleCell))),
      isOwn: !info.fault && isOwnTable(info),
      ...(info.fault && { fault: info.fault }),
    })),
    issues: tables.flatMap((info) => {
      const mapping = proposal.mapping.tables[info.table]
      return mapping && !info.fault ? columnIssues(info, mapping) : []
    }),
  }
}
