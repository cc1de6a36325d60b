/** What a spreadsheet would run as a formula when it stands first in a cell. */
const formulaStart = /^[=+\-@\t\r]/
/** Texts that begin so and are still plain: numbers, which stay numbers. */
const plainNumber = /^[+-]?(\d+([.,]\d+)?|[.,]\d+)(e[+-]?\d+)?$/i
/** What was put before a text on the way out, to be taken off on the way in. */
const neutralised = /^'(?=[=+\-@\t\r'])/

/** A cell that no spreadsheet runs: a text that begins like a formula gets an apostrophe before it. Numbers stay numbers. */
export function safeCell(text: string): string {
  if (text.startsWith("'") && neutralised.test(text)) return `'${text}`
  return formulaStart.test(text) && !plainNumber.test(text) ? `'${text}` : text
}

/** The text that `safeCell` was given. */
export const plainCell = (cell: string): string => (neutralised.test(cell) ? cell.slice(1) : cell)

const quoted = (cell: string): string => (/[",\r\n\t;]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

/** One line of CSV by RFC 4180, made safe for spreadsheets, ended by CRLF. */
export const csvLine = (cells: readonly string[]): string => `${cells.map((cell) => quoted(safeCell(cell))).join(',')}\r\n`

/** A table as CSV text: byte order mark, so that spreadsheets read UTF-8, header, rows. */
export function* writeCsv(header: readonly string[], rows: Iterable<readonly string[]>): Generator<string> {
  yield `\uFEFF${csvLine(header)}`
  for (const row of rows) yield csvLine(row)
}
