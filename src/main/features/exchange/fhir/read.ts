import { hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir, readFile, stat } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import type { IssueCode, Place } from '../issues.js'
import { isObject, type Json, type JsonObject } from '../json.js'
import { draftOf, type ImportItem, type Skipped } from './draft.js'
import { rankOfType } from './lenses.js'
import { parseJson, type Survey, survey } from './parse.js'
import { type ImportStore, Known, Resolver } from './resolve.js'

export interface ReadOptions extends ImportStore {
  /** Largest single JSON document that is read, in bytes; NDJSON may be longer, a line of it may not. */
  maxBytes?: number
}

const defaultMaxBytes = 128 * 1024 * 1024
const maxLineLength = 4 * 1024 * 1024

interface SourceFile {
  path: string
  /** Name below the folder that was chosen. */
  name: string
  form: 'bundle' | 'lines' | 'single' | 'unreadable'
  rank: number
}

interface Entry {
  name: string
  resource: JsonObject
  place: Place
  seen: Survey
}

/** A folder in which there is no file of the kind that is imported. */
export class NothingToRead extends Error {
  override readonly name = 'NothingToRead'
  readonly code = 'nothingToRead'
}

/**
 * Reads a file or folder of FHIR R4 JSON: bundles, single resources and NDJSON. Yields drafts in the order in which they can be
 * written, and for everything else a reason; it does not throw on content. Holds one bundle in memory at a time.
 * Throws when `path` itself cannot be read.
 */
export async function* readFhir(path: string, options: ReadOptions): AsyncGenerator<ImportItem> {
  const known = new Known(options)
  const maxBytes = options.maxBytes ?? defaultMaxBytes
  const files = await listFiles(path)
  for (const file of files) if (file.form === 'lines' || file.form === 'single') await noteNames(file, known, maxBytes)
  files.sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1))
  for (const [index, file] of files.entries()) {
    yield { type: 'file', file: file.name, index, count: files.length }
    if (file.form === 'unreadable') yield { type: 'skipped', place: { file: file.name }, code: 'unreadable' }
    else if (file.form === 'lines') yield* readLines(file, known)
    else yield* readDocument(file, known, maxBytes)
  }
}

async function listFiles(path: string): Promise<SourceFile[]> {
  const isFolder = (await stat(path)).isDirectory()
  const paths = isFolder
    ? (await readdir(path, { withFileTypes: true, recursive: true }))
        .filter((entry) => entry.isFile() && /\.(json|ndjson|jsonl)$/i.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name))
    : [path]
  if (paths.length === 0) throw new NothingToRead()
  return Promise.all(paths.map(async (file) => ({ path: file, name: isFolder ? relative(path, file) : basename(file), ...(await peek(file)) })))
}

/** Tells from a file's beginning what it holds: bundles of organisations and people come before those of patients. */
async function peek(path: string): Promise<Pick<SourceFile, 'form' | 'rank'>> {
  const handle = await open(path).catch(() => undefined)
  if (!handle) return { form: 'unreadable', rank: rankOfType('') }
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(64 * 1024), 0, 64 * 1024, 0)
    const head = buffer.toString('utf8', 0, bytesRead).replaceAll('\0', '')
    const types = [...head.matchAll(/"resourceType"\s*:\s*"(\w+)"/g)].map((match) => match[1] as string)
    const newline = head.indexOf('\n')
    if (/\.(ndjson|jsonl)$/i.test(path) || (newline > 0 && isWhole(head.slice(0, newline)))) return { form: 'lines', rank: rankOfType(types[0] ?? '') }
    if (types[0] !== 'Bundle') return { form: 'single', rank: rankOfType(types[0] ?? '') }
    const first = rankOfType(types[1] ?? '')
    return { form: 'bundle', rank: first < rankOfType('Patient') || types[1] === 'Location' ? -1 : rankOfType('Patient') }
  } finally {
    await handle.close()
  }
}

function isWhole(line: string): boolean {
  if (!line.startsWith('{') || !line.trimEnd().endsWith('}')) return false
  try {
    return isObject(JSON.parse(line) as Json)
  } catch {
    return false
  }
}

/** Makes the names of single resources known before any is mapped, because they may refer to later files. */
async function noteNames(file: SourceFile, known: Known, maxBytes: number): Promise<void> {
  if (file.form === 'lines') {
    for await (const { entry } of linesOf(file)) if (entry) known.add(entry.name, entry.resource)
  } else if ((await stat(file.path)).size <= maxBytes) {
    const parsed = parseJson(await readFile(file.path))
    if ('value' in parsed && typeof parsed.value.resourceType === 'string') known.add(nameOf(parsed.value, undefined), parsed.value)
  }
}

async function* readLines(file: SourceFile, known: Known): AsyncGenerator<ImportItem> {
  for await (const { entry, code, place } of linesOf(file)) {
    if (entry) yield* mapEntries([entry], new Resolver(known, new Map()))
    else if (code) yield { type: 'skipped', place, code }
  }
}

async function* linesOf(file: SourceFile): AsyncGenerator<{ entry?: Entry; code?: IssueCode; place: Place }> {
  let number = 0
  const stream = createReadStream(file.path)
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    number++
    const place: Place = { file: file.name, entry: number }
    if (line.trim() === '' || line === '\uFEFF') continue
    if (line.length > maxLineLength) yield { place, code: 'tooLarge' }
    else {
      const parsed = parseJson(Buffer.from(line))
      if ('code' in parsed) yield { place, code: parsed.code }
      else yield { place, ...entryOf(parsed.value, undefined, place, parsed.keys) }
    }
  }
}

async function* readDocument(file: SourceFile, known: Known, maxBytes: number): AsyncGenerator<ImportItem> {
  const skip = (code: IssueCode, entry?: number, path?: string): Skipped => ({
    type: 'skipped',
    place: { file: file.name, ...(entry === undefined ? {} : { entry }), ...(path === undefined ? {} : { path }) },
    code,
  })
  if ((await stat(file.path)).size > maxBytes) return yield skip('tooLarge')
  const parsed = parseJson(await readFile(file.path))
  if ('code' in parsed) return yield skip(parsed.code)
  const { value, keys } = parsed
  if (value.resourceType !== 'Bundle') {
    const { entry, code } = entryOf(value, undefined, { file: file.name }, keys)
    return entry ? yield* mapEntries([entry], new Resolver(known, new Map())) : yield skip(code ?? 'notFhir')
  }
  const { entries, skipped, counted } = entriesOf(value, file.name)
  if (counted !== keys) return yield skip('duplicateKey')
  yield* skipped
  for (const { name, resource } of entries) known.add(name, resource)
  yield* mapEntries(entries, new Resolver(known, localNames(entries)))
}

/** The entries of a bundle, those that hold no resource with a reason, and the number of keys in all. */
function entriesOf(bundle: JsonObject, file: string): { entries: (Entry & { fullUrl?: string })[]; skipped: Skipped[]; counted: number } {
  const { entry: list, ...envelope } = bundle
  const entries: (Entry & { fullUrl?: string })[] = []
  const skipped: Skipped[] = []
  let counted = survey(envelope).keys + (list === undefined ? 0 : 1)
  if (!Array.isArray(list))
    return {
      entries,
      skipped: list === undefined ? [] : [{ type: 'skipped', place: { file, path: 'entry' }, code: 'wrongType' }],
      counted: counted + survey(list ?? null).keys,
    }
  for (const [at, item] of list.entries()) {
    const place: Place = { file, entry: at + 1 }
    const { resource, ...around } = isObject(item) ? item : {}
    counted += survey(around as JsonObject).keys + (resource === undefined ? 0 : 1)
    if (!isObject(resource)) {
      if (resource !== undefined) counted += survey(resource).keys
      skipped.push({ type: 'skipped', place, code: 'missing' })
      continue
    }
    const fullUrl = typeof around.fullUrl === 'string' ? around.fullUrl : undefined
    const { entry, code, keys } = entryOf(resource, fullUrl, place)
    counted += keys
    if (entry) entries.push(fullUrl === undefined ? entry : { ...entry, fullUrl })
    else skipped.push({ type: 'skipped', place, code: code ?? 'notFhir' })
  }
  return { entries, skipped, counted }
}

function entryOf(resource: JsonObject, fullUrl: string | undefined, place: Place, written?: number): { entry?: Entry; code?: IssueCode; keys: number } {
  const seen = survey(resource)
  const { keys } = seen
  if (written !== undefined && written !== keys) return { code: 'duplicateKey', keys }
  if (typeof resource.resourceType !== 'string' || !/^[A-Z][A-Za-z]{1,63}$/.test(resource.resourceType)) return { code: 'notFhir', keys }
  if (seen.hasForbiddenKey) return { code: 'invalidValue', keys }
  if (resource.id !== undefined && (typeof resource.id !== 'string' || resource.id === '' || resource.id.length > 200)) return { code: 'invalidId', keys }
  const name = nameOf(resource, fullUrl)
  return { entry: { name, resource: resource.id === undefined ? { ...resource, id: name.slice(name.indexOf('/') + 1) } : resource, place, seen }, keys }
}

/** `Type/id`; a resource without an id is named by its full address, else by its content, so that importing again meets it. */
function nameOf(resource: JsonObject, fullUrl: string | undefined): string {
  const type = resource.resourceType as string
  if (typeof resource.id === 'string') return `${type}/${resource.id}`
  const tail = fullUrl && /([A-Za-z0-9\-.]{1,64})$/.exec(fullUrl)?.[1]
  return `${type}/${tail ?? hash('sha256', JSON.stringify(resource), 'hex').slice(0, 32)}`
}

function localNames(entries: readonly (Entry & { fullUrl?: string })[]): Map<string, { name: string; resource: JsonObject }> {
  const local = new Map<string, { name: string; resource: JsonObject }>()
  for (const entry of entries) {
    local.set(entry.name, entry)
    if (entry.fullUrl) local.set(entry.fullUrl, entry)
  }
  return local
}

function* mapEntries(entries: Entry[], resolver: Resolver): Generator<ImportItem> {
  const renamed = renamedUrns(resolver.local)
  entries.sort((a, b) => rankOfType(a.resource.resourceType as string) - rankOfType(b.resource.resourceType as string))
  for (const { name, resource, place, seen } of entries) {
    const item = draftOf(renamed.size > 0 ? (rename(resource, renamed) as JsonObject) : resource, name, place, seen, resolver)
    if (item.type === 'skipped') resolver.known.refused.add(name)
    yield item
  }
}

/** Urns of a bundle that differ from their resource's id: an export could not give them back, so references take the id. */
function renamedUrns(local: Resolver['local']): Map<string, string> {
  const renamed = new Map<string, string>()
  for (const [text, { name }] of local) if (text.startsWith('urn:') && !text.endsWith(name.slice(name.indexOf('/') + 1))) renamed.set(text, name)
  return renamed
}

function rename(value: Json, names: ReadonlyMap<string, string>): Json {
  if (Array.isArray(value)) return value.map((item) => rename(item, names))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, key === 'reference' && typeof child === 'string' ? (names.get(child) ?? child) : rename(child, names)]),
  )
}
