import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'

const VERSION = 1
const PLAIN = 0
const DEFLATED = 1
const HEADER_BYTES = 2
const NONCE_BYTES = 12
const TAG_BYTES = 16
const COMPRESS_FROM_BYTES = 1024
const SMALL_BYTES = 4096

/** Bytes that `seal` adds to a payload that it does not compress. */
export const SEAL_OVERHEAD_BYTES = HEADER_BYTES + NONCE_BYTES + TAG_BYTES

/** Sealed bytes that do not open: wrong key, changed bytes, another place than they were sealed for, or a later version. Nothing of the content is given out. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken'
  readonly code = 'SEAL_BROKEN'
  constructor(readonly reason: 'short' | 'version' | 'refused' | 'tooLarge') {
    super(
      reason === 'version'
        ? 'The sealed data was made by a later version of the program.'
        : 'The sealed data does not open: it was changed, or sealed with another key.',
    )
  }
}

/**
 * Compresses (from 1 KB) and encrypts with AES-256-GCM under a 32-byte key. `associated` names what the bytes are and
 * where they stand; they open only with the same text, so that sealed values cannot be exchanged for one another.
 */
export function seal(key: Uint8Array, plaintext: Uint8Array | string, associated: string): Buffer {
  requireKey(key)
  const bytes = typeof plaintext === 'string' ? Buffer.from(plaintext, 'utf8') : plaintext
  let body: Uint8Array = bytes
  let form = PLAIN
  if (bytes.length >= COMPRESS_FROM_BYTES) {
    const deflated = deflateRawSync(bytes, { level: constants.Z_BEST_SPEED })
    if (deflated.length < bytes.length) [body, form] = [deflated, DEFLATED]
  }
  const header = Buffer.from([VERSION, form])
  const nonce = newNonce()
  const cipher = createCipheriv('aes-256-gcm', keyObject(key), nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(additional(header, associated))
  return Buffer.concat([header, nonce, cipher.update(body), cipher.final(), cipher.getAuthTag()])
}

/** Opens what `seal` made with the same key and `associated`; throws `SealBroken` for anything else. `maxBytes` bounds what is unpacked. */
export function open(key: Uint8Array, sealed: Uint8Array, associated: string, maxBytes = 256 * 1024 * 1024): Buffer {
  requireKey(key)
  if (sealed.length < SEAL_OVERHEAD_BYTES) throw new SealBroken('short')
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  const header = bytes.subarray(0, HEADER_BYTES)
  if (header[0] !== VERSION || (header[1] !== PLAIN && header[1] !== DEFLATED)) throw new SealBroken('version')
  const nonce = bytes.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', keyObject(key), nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(additional(header, associated))
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES))
  let body: Buffer
  try {
    body = Buffer.concat([decipher.update(bytes.subarray(HEADER_BYTES + NONCE_BYTES, bytes.length - TAG_BYTES)), decipher.final()])
  } catch {
    throw new SealBroken('refused')
  }
  if (header[1] === PLAIN) return body
  try {
    // Most values are small: a buffer as large as Node's own costs more than unpacking them.
    return inflateRawSync(body, { maxOutputLength: maxBytes, chunkSize: body.length < SMALL_BYTES ? SMALL_BYTES : undefined })
  } catch {
    throw new SealBroken('tooLarge')
  }
}

/** `open` for text. */
export const openText = (key: Uint8Array, sealed: Uint8Array, associated: string): string => open(key, sealed, associated).toString('utf8')

/** A 32-byte key for one purpose from another key (HKDF-SHA-256): keys of different purposes tell nothing about each other. */
export function derive(key: Uint8Array, purpose: string): Buffer {
  requireKey(key)
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `medinsight/1/${purpose}`, 32))
}

/** A new random 32-byte key. */
export const newKey = (): Buffer => randomBytes(32)

let random = Buffer.alloc(0)

/**
 * 96 random bits: the chance of a repeated nonce stays below 2^-32 for 2^32 values under one key. Drawn for many at once, because asking the
 * system costs more than encrypting a record; each is given out once.
 */
function newNonce(): Buffer {
  if (random.length < NONCE_BYTES) random = randomBytes(NONCE_BYTES * 256)
  const nonce = random.subarray(0, NONCE_BYTES)
  random = random.subarray(NONCE_BYTES)
  return nonce
}

const keyObjects = new WeakMap<Uint8Array, KeyObject>()

/** A key as a key object, made once: with plain bytes Node first finds out, at the cost of several seals, that they are none. The bytes must not be changed afterwards. */
function keyObject(key: Uint8Array): KeyObject {
  let known = keyObjects.get(key)
  if (!known) keyObjects.set(key, (known = createSecretKey(key)))
  return known
}

function additional(header: Uint8Array, associated: string): Buffer {
  return Buffer.concat([header, Buffer.from(associated, 'utf8')])
}

function requireKey(key: Uint8Array): void {
  if (key.length !== 32) throw new TypeError('A sealing key has 32 bytes.')
}
