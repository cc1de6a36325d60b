import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** The parts of a text's base64 that are the same whatever stands before and after it. */
function base64Parts(bytes: Buffer): string[] {
  return [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    // The first characters carry bits of what stands before, the last of what follows.
    return text.slice(shift === 0 ? 0 : shift + 1, -2)
  })
}

/** Fewer bytes than this stand in any large encrypted file by chance. */
const fewestBytes = 7

/** Forms in which a text may stand somewhere: as bytes of two encodings, lower and upper case, base64, hex, percent-encoded. */
function formsOf(text: string): Buffer[] {
  const plain = [text, text.toLowerCase(), text.toUpperCase(), encodeURIComponent(text)]
  const utf8 = Buffer.from(text)
  if (utf8.length < fewestBytes) throw new TypeError(`${text} is too short to be looked for.`)
  const utf16 = Buffer.from(text, 'utf16le')
  return [
    ...plain.flatMap((one) => [Buffer.from(one), Buffer.from(one, 'utf16le')]),
    ...[utf8, utf16]
      .flatMap((bytes) => base64Parts(bytes).flatMap((part) => [part, part.replaceAll('+', '-').replaceAll('/', '_')]))
      .map((part) => Buffer.from(part))
      .filter((part) => part.length >= fewestBytes),
    Buffer.from(utf8.toString('hex')),
  ]
}

/** Which of the named texts stand in some bytes, in any form. */
export function findTraces(bytes: Buffer | string, texts: Readonly<Record<string, string>>): string[] {
  const searched = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
  return Object.entries(texts).flatMap(([name, text]) => (formsOf(text).some((form) => searched.includes(form)) ? [name] : []))
}

/** All files below a folder. Sockets and the like are left out. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

/** `file: name` for every text that stands in a file below a folder, or in a file's or folder's name. */
export function findTracesBelow(folder: string, texts: Readonly<Record<string, string>>, except: readonly string[] = []): string[] {
  const names = readdirSync(folder, { recursive: true }).map(String)
  return [
    ...findTraces(names.join('\n'), texts).map((name) => `a file's name: ${name}`),
    ...filesBelow(folder)
      .filter((file) => !except.includes(file))
      .flatMap((file) => findTraces(readFileSync(file), texts).map((name) => `${relative(folder, file)}: ${name}`)),
  ]
}
