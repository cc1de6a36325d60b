import { createHmac, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { makePrivateFolder, writeDurably } from '../lib/durable-file.js'
import type { ClinicKeys } from '../security/keys.js'
import { derive } from '../security/sealing.js'
import type { ErasedEntry } from '../store/erased-table.js'
import type { Store } from '../store/store.js'

/** Records whose marks are written in one transaction. */
const atOnce = 20

const List = z.strictObject({
  format: z.literal(1),
  entries: z.array(z.tuple([z.string().max(60), z.string().max(60), z.string().max(60), z.string().max(40)])),
  check: z.string(),
})

type ListKeys = Pick<ClinicKeys, 'dataset' | 'databaseKey'>

const fileIn = (place: string, { dataset }: ListKeys): string => join(place, `erased-${dataset}.json`)

/** Whoever can write into the place of backups must not be able to erase records by it. */
const checkOf = (entries: unknown, { databaseKey }: ListKeys): Buffer =>
  createHmac('sha256', derive(databaseKey, 'erased records')).update(JSON.stringify(entries)).digest()

/** Keeps the list of erased records beside the backups of a place: ids and times, no content. A backup that is restored there is erased again by it. */
export async function saveErasedList(place: string, entries: readonly ErasedEntry[], keys: ListKeys): Promise<void> {
  await makePrivateFolder(place)
  const listed = entries.map(({ kind, id, owner, at }) => [kind, id, owner, at])
  await writeDurably(fileIn(place, keys), JSON.stringify({ format: 1, entries: listed, check: checkOf(listed, keys).toString('base64') }))
}

/** The list of a place; empty where there is none, or where it was not written under this workstation's key. */
export async function readErasedList(place: string, keys: ListKeys): Promise<ErasedEntry[]> {
  const content = await readFile(fileIn(place, keys), 'utf8').catch(() => undefined)
  const parsed = content === undefined ? undefined : List.safeParse(parse(content))
  if (!parsed?.success) return []
  const { entries, check } = parsed.data
  const [given, expected] = [Buffer.from(check, 'base64'), checkOf(entries, keys)]
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return []
  return entries.map(([kind, id, owner, at]) => ({ kind, id, owner, at }))
}

/** Adds the list of one place to that of another, before a backup from there is restored here. */
export async function carryErasedList(from: string, to: string, keys: ListKeys): Promise<void> {
  const [theirs, ours] = await Promise.all([readErasedList(from, keys), readErasedList(to, keys)])
  const all = new Map([...theirs, ...ours].map((entry) => [`${entry.kind}/${entry.id}`, entry]))
  if (all.size > ours.length) await saveErasedList(to, [...all.values()], keys)
}

/** Erases again what the list of a place names and an older database does not know to be erased. Answers how many records that were. */
export async function applyErasedList(store: Store, place: string, keys: ListKeys): Promise<number> {
  const missing = (await readErasedList(place, keys)).filter(({ kind, id }) => !store.erased.has(kind, id))
  for (let i = 0; i < missing.length; i += atOnce) await store.erase({ actor: {}, act: 'erasure.apply' }, missing.slice(i, i + atOnce))
  store.erased.keepTimes(missing)
  return missing.length
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
