import { randomBytes } from 'node:crypto'
import { readdir, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { syncFolder, writeDurably } from '../lib/durable-file.js'
import { CHAIN_START, decodeHead, encodeEntry, encodeHead, FILE_HEAD_BYTES, type Frame, framesOf, openEntry } from './journal-format.js'
import type { JournalEntry } from './store.js'

/** Entries that are opened or sealed in one turn of the loop. */
const atOnce = 100

interface Rewriting {
  key: Uint8Array
  number: number
  bytes: Buffer
  /** Chain at the end of the file before, where that was rewritten. */
  chain: Uint8Array | undefined
  change: (entry: JournalEntry) => JournalEntry
}

/**
 * A journal file with some entries changed, under the numbers that they have; undefined when neither it nor the file before changes. What was damaged
 * or missing stays so: behind such a place the chain begins anew, as a reader then reports.
 */
export async function rewrittenFile(rewriting: Rewriting): Promise<{ bytes: Buffer; chain: Buffer; changed: number } | undefined> {
  const { key, number, bytes, change } = rewriting
  const head = decodeHead(bytes)
  const parts: { frame: Frame | undefined; text: string | undefined }[] = []
  let changed = 0
  for (const part of framesOf(bytes)) {
    if (parts.length % atOnce === 0) await setImmediate()
    if ('hole' in part) {
      if (part.hole === 'damaged') parts.push({ frame: undefined, text: undefined })
      continue
    }
    const text = openEntry(key, part)
    const entry = text === undefined ? undefined : (JSON.parse(text) as JournalEntry)
    const next = entry && change(entry)
    if (next !== entry) changed++
    parts.push({ frame: part, text: next === entry ? text : JSON.stringify(next) })
  }
  if (rewriting.chain === undefined && changed === 0) return undefined
  const first = parts.find(({ frame }) => frame)?.frame
  let before: Uint8Array | undefined = head?.chain
  let chain: Uint8Array = rewriting.chain ?? head?.chain ?? CHAIN_START
  const written = [encodeHead(number, head?.firstSequence ?? first?.sequence ?? 1, chain)]
  for (const [i, { frame, text }] of parts.entries()) {
    if (i % atOnce === 0) await setImmediate()
    if (!frame || (before && !frame.previous.equals(before))) chain = randomBytes(CHAIN_START.length)
    if (!frame) continue
    before = frame.check
    // What does not open was sealed with another key, for the place that it has: it stays as it is.
    const made =
      text === undefined
        ? { bytes: bytes.subarray(frame.end - frame.payload.length - FILE_HEAD_BYTES, frame.end), check: frame.check }
        : encodeEntry(key, text, frame.sequence, chain)
    written.push(made.bytes)
    chain = made.check
  }
  return { bytes: Buffer.concat(written), chain: Buffer.from(chain), changed }
}

const markFile = 'rewritten'
const nextName = (path: string): string => `${path}.next`

/** Puts rewritten files in the place of those of before, all or none: each hangs on the one before it. */
export async function exchangeFiles(folder: string, files: readonly { path: string; bytes: Buffer }[]): Promise<void> {
  for (const { path, bytes } of files) await writeDurably(nextName(path), bytes)
  await writeDurably(join(folder, markFile), '')
  await finishExchange(folder)
}

/** Goes on with an exchange that was interrupted, or takes back one that had not begun. */
export async function finishExchange(folder: string): Promise<void> {
  const names = await readdir(folder)
  const waiting = names.filter((name) => name.endsWith('.mj.next'))
  for (const name of waiting) {
    if (names.includes(markFile)) await rename(join(folder, name), join(folder, name.slice(0, -'.next'.length)))
    else await unlink(join(folder, name))
  }
  if (waiting.length > 0) await syncFolder(folder)
  if (names.includes(markFile)) await unlink(join(folder, markFile))
}
