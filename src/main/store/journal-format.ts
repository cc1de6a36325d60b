import { createHash } from 'node:crypto'
import { open, SealBroken, seal } from '../security/sealing.js'

/**
 * Format of the emergency journal's files, big-endian. File: `MJF1`, number (4), first sequence (8), chain so far (16), check (16), then
 * entries. Entry: `MJE1`, payload length (4), sequence (8), check of the entry before it (16), own check (16), sealed payload.
 * A check is half a SHA-256 over everything before and after it, so that each entry proves itself and names its predecessor:
 * damage in the middle costs only the entries that it hit, and missing or exchanged entries show.
 */
const FILE_MAGIC = Buffer.from('MJF1')
const ENTRY_MAGIC = Buffer.from('MJE1')
const CHECK_BYTES = 16
const HEAD_BYTES = 48
const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024

/** Bytes at the beginning of a journal file, before its first entry. */
export const FILE_HEAD_BYTES = HEAD_BYTES

/** Check of the entry before the first one ever. */
export const CHAIN_START = Buffer.alloc(CHECK_BYTES)

/** A journal entry as it stands in its file. `check` is what the next one names. */
export interface Frame {
  sequence: number
  previous: Buffer
  check: Buffer
  payload: Buffer
  /** Offset of the first byte after it. */
  end: number
}

/** Bytes that a new file begins with. */
export function encodeHead(number: number, firstSequence: number, chain: Uint8Array): Buffer {
  const head = Buffer.alloc(HEAD_BYTES)
  FILE_MAGIC.copy(head)
  head.writeUInt32BE(number, 4)
  head.writeBigUInt64BE(BigInt(firstSequence), 8)
  head.set(chain, 16)
  checkOf(head.subarray(0, 32)).copy(head, 32)
  return head
}

/** First sequence and chain of a file; undefined when its head is torn or damaged. */
export function decodeHead(bytes: Buffer): { firstSequence: number; chain: Buffer } | undefined {
  if (bytes.length < HEAD_BYTES || !bytes.subarray(0, 4).equals(FILE_MAGIC)) return undefined
  if (!checkOf(bytes.subarray(0, 32)).equals(bytes.subarray(32, 48))) return undefined
  return { firstSequence: Number(bytes.readBigUInt64BE(8)), chain: bytes.subarray(16, 32) }
}

/** One sealed entry and the check that the next one has to name. */
export function encodeEntry(key: Uint8Array, text: string, sequence: number, previous: Uint8Array): { bytes: Buffer; check: Buffer } {
  const payload = seal(key, text, place(sequence, previous))
  const head = Buffer.alloc(HEAD_BYTES)
  ENTRY_MAGIC.copy(head)
  head.writeUInt32BE(payload.length, 4)
  head.writeBigUInt64BE(BigInt(sequence), 8)
  head.set(previous, 16)
  const check = checkOf(head.subarray(0, 32), payload)
  check.copy(head, 32)
  return { bytes: Buffer.concat([head, payload]), check }
}

/** The text of an entry; undefined when it was sealed with another key or for another place. */
export function openEntry(key: Uint8Array, frame: Frame): string | undefined {
  try {
    return open(key, frame.payload, place(frame.sequence, frame.previous)).toString('utf8')
  } catch (error) {
    if (error instanceof SealBroken) return undefined
    throw error
  }
}

/** Bytes of a file that are no whole entry: `torn` at its end, where a write was interrupted, `damaged` before other whole entries. */
export interface Hole {
  hole: 'torn' | 'damaged'
  offset: number
  byteCount: number
}

/** The whole entries of a file in order, and the holes between and after them. */
export function* framesOf(bytes: Buffer): Generator<Frame | Hole> {
  let offset = decodeHead(bytes) ? HEAD_BYTES : 0
  if (offset === 0 && bytes.length > 0) {
    offset = nextFrame(bytes, 0) ?? bytes.length
    yield { hole: offset < bytes.length || bytes.length > HEAD_BYTES ? 'damaged' : 'torn', offset: 0, byteCount: offset }
  }
  while (offset < bytes.length) {
    const frame = frameAt(bytes, offset)
    if (frame) {
      yield frame
      offset = frame.end
      continue
    }
    const next = nextFrame(bytes, offset + 1)
    yield { hole: next === undefined ? 'torn' : 'damaged', offset, byteCount: (next ?? bytes.length) - offset }
    if (next === undefined) return
    offset = next
  }
}

function frameAt(bytes: Buffer, offset: number): Frame | undefined {
  const start = offset + HEAD_BYTES
  if (start > bytes.length || !bytes.subarray(offset, offset + 4).equals(ENTRY_MAGIC)) return undefined
  const length = bytes.readUInt32BE(offset + 4)
  const end = start + length
  if (length > MAX_PAYLOAD_BYTES || end > bytes.length) return undefined
  const check = bytes.subarray(offset + 32, start)
  const payload = bytes.subarray(start, end)
  if (!checkOf(bytes.subarray(offset, offset + 32), payload).equals(check)) return undefined
  return { sequence: Number(bytes.readBigUInt64BE(offset + 8)), previous: bytes.subarray(offset + 16, offset + 32), check, payload, end }
}

function nextFrame(bytes: Buffer, from: number): number | undefined {
  for (let offset = bytes.indexOf(ENTRY_MAGIC, from); offset !== -1; offset = bytes.indexOf(ENTRY_MAGIC, offset + 1)) {
    if (frameAt(bytes, offset)) return offset
  }
  return undefined
}

function checkOf(...parts: Uint8Array[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest().subarray(0, CHECK_BYTES)
}

const place = (sequence: number, previous: Uint8Array): string => `journal/${sequence}/${Buffer.from(previous).toString('hex')}`
