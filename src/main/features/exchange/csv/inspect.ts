import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import type { IssueCode } from '../issues.js'

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

/** What a table's cells look like in one column. */
export interface ColumnInfo {
  name: string
  filled: number
  /** Cells of digits alone, by their length: a column of five digits with some of four has lost zeros. */
  digitLengths: Record<number, number>
  dayFirst: number
  monthFirst: number
  ambiguousDates: number
  serialLike: number
}

/** What can be told of a CSV file before a row of it is read into records. */
export interface TableInfo {
  path: string
  file: string
  /** File name without ending, lower case: the name that mappings use. */
  table: string
  encoding: Encoding
  delimiter: string
  header: string[]
  rowCount: number
  /** The first rows, for the mapping screen; private data. */
  sample: string[][]
  columns: ColumnInfo[]
  /** Why the file cannot be read at all. */
  fault?: IssueCode
}

/** No column's name is longer; what is longer is no table. */
const maxNameLength = 500
const maxRecordBytes = 4 * 1024 * 1024

/** The encoding of a file by its mark, by zero bytes, or because it is or is not valid UTF-8; Windows-1252 is then what is left. */
export async function detectEncoding(path: string): Promise<Encoding> {
  const handle = await open(path)
  const head = Buffer.alloc(4096)
  const { bytesRead } = await handle.read(head, 0, head.length, 0).finally(() => handle.close())
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  let even = 0
  let odd = 0
  for (let at = 0; at < bytesRead; at++) if (head[at] === 0) at % 2 === 0 ? even++ : odd++
  if (odd > bytesRead / 4) return 'utf-16le'
  if (even > bytesRead / 4) return 'utf-16be'
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of createReadStream(path)) decoder.decode(chunk as Buffer, { stream: true })
    decoder.decode()
    return 'utf-8'
  } catch {
    return 'windows-1252'
  }
}

/** A file's text in pieces, without byte order mark. */
export async function* textOf(path: string, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  for await (const chunk of createReadStream(path)) yield decoder.decode(chunk as Buffer, { stream: true })
  yield decoder.decode()
}

/** The rows of a file with their numbers (1 is the header). Throws `CsvError` where quotes never close. */
export async function* rowsOf(info: Pick<TableInfo, 'path' | 'encoding' | 'delimiter'>): AsyncGenerator<{ row: number; cells: string[] }> {
  const parser = parse({ delimiter: info.delimiter, relax_column_count: true, relax_quotes: true, skip_empty_lines: true, max_record_size: maxRecordBytes })
  const feed = async (): Promise<void> => {
    let isFirst = true
    for await (const piece of textOf(info.path, info.encoding)) {
      const text = isFirst ? piece.replace(/^\uFEFF?(?:sep=.\r?\n)?/i, '') : piece
      isFirst &&= piece === ''
      if (text !== '' && !parser.write(text)) await new Promise<void>((resolve) => parser.once('drain', resolve))
    }
    parser.end()
  }
  const feeding = feed().catch((error: unknown) => parser.destroy(error as Error))
  let row = 0
  for await (const cells of parser as Readable) yield { row: ++row, cells: cells as string[] }
  await feeding
}

/** The delimiter that splits the first lines into most columns, outside quotes. */
function detectDelimiter(head: string): string {
  const declared = /^\uFEFF?sep=(.)\r?\n/i.exec(head)?.[1]
  if (declared) return declared
  const bare = head.replaceAll(/"[^"]*"/g, '')
  const line = bare.slice(0, bare.search(/\r?\n/) < 0 ? bare.length : bare.search(/\r?\n/))
  let best = ','
  for (const candidate of [';', '\t', '|']) if (line.split(candidate).length > line.split(best).length) best = candidate
  return best
}

async function headOf(path: string, encoding: Encoding): Promise<string> {
  for await (const piece of textOf(path, encoding)) if (piece !== '') return piece.slice(0, 8192)
  return ''
}

/** Reads a CSV file once through: encoding, delimiter, header, number of rows, and what its columns look like. */
export async function inspectCsv(path: string): Promise<TableInfo> {
  const file = basename(path)
  const info: TableInfo = {
    path,
    file,
    table: file.replace(/\.\w+$/, '').toLowerCase(),
    encoding: 'utf-8',
    delimiter: ',',
    header: [],
    rowCount: 0,
    sample: [],
    columns: [],
  }
  try {
    if ((await stat(path)).size === 0) return { ...info, fault: 'empty' }
    info.encoding = await detectEncoding(path)
  } catch {
    return { ...info, fault: 'unreadable' }
  }
  const head = await headOf(path, info.encoding)
  if (head.includes('\0')) return { ...info, fault: 'notText' }
  info.delimiter = detectDelimiter(head)
  try {
    for await (const { row, cells } of rowsOf(info)) {
      if (row === 1) {
        info.header = cells.map((cell) => cell.trim())
        info.columns = info.header.map((name) => ({ name, filled: 0, digitLengths: {}, dayFirst: 0, monthFirst: 0, ambiguousDates: 0, serialLike: 0 }))
        continue
      }
      info.rowCount++
      if (info.sample.length < 20) info.sample.push(cells)
      for (const [at, column] of info.columns.entries()) note(column, cells[at]?.trim() ?? '')
    }
  } catch (error) {
    return { ...info, fault: error instanceof CsvError && error.code === 'CSV_MAX_RECORD_SIZE' ? 'tooLarge' : 'unclosedQuote' }
  }
  if (info.header.length === 0) return { ...info, fault: 'empty' }
  if (info.header.some((name) => name.length > maxNameLength)) return { ...info, header: [], columns: [], sample: [], fault: 'notText' }
  return new Set(info.header).size < info.header.length ? { ...info, fault: 'duplicateKey' } : info
}

function note(column: ColumnInfo, cell: string): void {
  if (cell === '') return
  column.filled++
  if (/^\d{1,20}$/.test(cell)) {
    column.digitLengths[cell.length] = (column.digitLengths[cell.length] ?? 0) + 1
    const number = Number(cell)
    if (cell.length === 5 && number > 10_000 && number < 60_000) column.serialLike++
    return
  }
  const match = /^(\d{1,2})[./-](\d{1,2})[./-]\d{4}/.exec(cell)
  if (!match) return
  if (Number(match[1]) > 12) column.dayFirst++
  else if (Number(match[2]) > 12) column.monthFirst++
  else column.ambiguousDates++
}

/** Whether a column of fixed-width numbers (postal codes, telephone numbers) has lost leading zeros in some rows. */
export function hasLostZeros(column: ColumnInfo): boolean {
  const lengths = Object.keys(column.digitLengths).map(Number)
  if (lengths.length < 2) return lengths.length === 1 && lengths[0] === 4 && (column.digitLengths[4] ?? 0) >= 20
  const longest = Math.max(...lengths)
  return longest >= 5 && lengths.some((length) => length === longest - 1 || length === longest - 2)
}
