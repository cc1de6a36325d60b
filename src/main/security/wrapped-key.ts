import { randomBytes } from 'node:crypto'
import { hashRaw } from '@node-rs/argon2'
import { z } from 'zod'
import { open, seal } from './sealing.js'

const Base64 = z.base64().max(4096)

/** Cost of turning a secret into a key with argon2id; stored beside what it wraps, so that it may be raised later. */
export const KdfCost = z.strictObject({
  memoryKib: z.int().min(8).max(1_048_576),
  passes: z.int().min(1).max(20),
  lanes: z.int().min(1).max(8),
})
export type KdfCost = z.infer<typeof KdfCost>

/** A key sealed under a key that argon2id makes of a secret. */
export const WrappedKey = z.strictObject({ kdf: z.literal('argon2id'), cost: KdfCost, salt: Base64, sealed: Base64 })
export type WrappedKey = z.infer<typeof WrappedKey>

/** Cost for the recovery code, whose 135 random bits need no stretching (OWASP's least parameters for argon2id). */
export const recoveryCost: KdfCost = { memoryKib: 19_456, passes: 2, lanes: 1 }

/** Wraps a key under a secret; runs off the main thread. `purpose` keeps the wrapping from being used for anything else. */
export async function wrapKey(key: Uint8Array, secret: string, purpose: string, cost: KdfCost): Promise<WrappedKey> {
  const salt = randomBytes(16)
  const wrapping = await stretch(secret, salt, cost)
  return { kdf: 'argon2id', cost, salt: salt.toString('base64'), sealed: seal(wrapping, key, purpose).toString('base64') }
}

/** Unwraps what `wrapKey` made; throws `SealBroken` when the secret is another one. */
export async function unwrapKey(wrapped: WrappedKey, secret: string, purpose: string): Promise<Buffer> {
  return open(await stretch(secret, Buffer.from(wrapped.salt, 'base64'), wrapped.cost), Buffer.from(wrapped.sealed, 'base64'), purpose)
}

function stretch(secret: string, salt: Uint8Array, cost: KdfCost): Promise<Buffer> {
  return hashRaw(secret, { memoryCost: cost.memoryKib, timeCost: cost.passes, parallelism: cost.lanes, outputLen: 32, salt })
}
