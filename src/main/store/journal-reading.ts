import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { derive } from '../security/sealing.js'
import { decodeHead, framesOf, openEntry } from './journal-format.js'
import type { JournalEntry } from './store.js'

const FILE_NAME = /^(\d{4,})\.mj$/

/** What reading a journal meets: entries in order, and what is wrong with it. */
export type JournalPart =
  | { type: 'entry'; sequence: number; entry: JournalEntry }
  /** `torn`: an interrupted write at the end of a file. `damaged`: changed bytes. `missing`: entries taken out, cut off or exchanged. `sealed`: made with another key. */
  | { type: 'problem'; problem: 'torn' | 'damaged' | 'missing' | 'sealed'; file: string; afterSequence: number }

/**
 * Reads a journal without opening it for writing, oldest entry first. A torn or damaged place is reported and reading goes on behind it.
 * `expected` is the last sequence known from elsewhere: a journal that ends before it is reported as `missing`.
 */
export async function* readJournal(options: { folder: string; databaseKey: Uint8Array; expected?: number }): AsyncGenerator<JournalPart> {
  yield* readJournalParts(options.folder, derive(options.databaseKey, 'journal'), options.expected ?? 0, undefined)
}

/** The operations of a journal without those whose commit failed: what recovery applies. Problems go to `onProblem`. */
export async function* survivingOperations(
  read: () => AsyncIterable<JournalPart>,
  onProblem: (part: Extract<JournalPart, { type: 'problem' }>) => void,
): AsyncGenerator<Extract<JournalEntry, { type: 'operation' }>> {
  const aborted = new Set<string>()
  for await (const part of read()) {
    if (part.type === 'problem') onProblem(part)
    else if (part.entry.type === 'abort') aborted.add(`${part.entry.site}/${part.entry.number}`)
  }
  for await (const part of read()) {
    if (part.type === 'entry' && part.entry.type === 'operation' && !aborted.has(`${part.entry.site}/${part.entry.number}`)) yield part.entry
  }
}

/** `readJournal` with the journal's own key; of the file that is in use only its durable `size` is read. */
export async function* readJournalParts(
  folder: string,
  key: Uint8Array,
  expected: number,
  inUse: { number: number; size: number } | undefined,
): AsyncGenerator<JournalPart> {
  let sequence = 0
  // Undefined where the predecessor cannot be known: at the beginning and behind damage, which was reported.
  let chain: Uint8Array | undefined
  let checks = new Set<string>()
  for (const number of await journalNumbers(folder)) {
    const file = fileName(number)
    const problem = (kind: 'torn' | 'damaged' | 'missing' | 'sealed'): JournalPart => ({ type: 'problem', problem: kind, file, afterSequence: sequence })
    const content = await readFile(journalPath(folder, number)).catch(ignoreMissing)
    if (!content) continue
    const bytes = inUse?.number === number ? content.subarray(0, inUse.size) : content
    const head = decodeHead(bytes)
    if (head) {
      // A file that was left after a failed write may end with entries that were never acknowledged: the next one follows on what was.
      if (chain && !head.chain.equals(chain) && !checks.has(hex(head.chain))) yield problem('missing')
      chain = head.chain
      sequence = Math.max(sequence, head.firstSequence - 1)
    }
    checks = new Set()
    for (const part of framesOf(bytes)) {
      if ('hole' in part) {
        yield problem(part.hole)
        if (part.hole === 'damaged') chain = undefined
        continue
      }
      if (chain && !part.previous.equals(chain)) yield problem('missing')
      const text = openEntry(key, part)
      if (text === undefined) yield problem('sealed')
      else yield { type: 'entry', sequence: part.sequence, entry: JSON.parse(text) as JournalEntry }
      chain = part.check
      checks.add(hex(part.check))
      sequence = part.sequence
    }
  }
  if (sequence < expected) yield { type: 'problem', problem: 'missing', file: '', afterSequence: sequence }
}

/** Numbers of the files in a journal's folder, ascending; none when there is no folder. */
export async function journalNumbers(folder: string): Promise<number[]> {
  const names = (await readdir(folder).catch(ignoreMissing)) ?? []
  return names
    .flatMap((name) => FILE_NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
}

const fileName = (number: number): string => `${String(number).padStart(4, '0')}.mj`
/** Path of a journal file. */
export const journalPath = (folder: string, number: number): string => join(folder, fileName(number))

/** For `catch`: undefined when a file or folder is not there, otherwise the error. */
export function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
  return undefined
}

const hex = (bytes: Buffer): string => bytes.toString('hex')
