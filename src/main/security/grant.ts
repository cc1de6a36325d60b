import { z } from 'zod'
import { sharedSecret } from './exchange-key.js'
import { firstGeneration, lastGeneration } from './keys.js'
import { derive, open, seal } from './sealing.js'

/** A workstation as grants know it: its id and the public half of its key pair, 32 bytes. */
export interface Party {
  id: string
  publicKey: Uint8Array
}

/** A workstation's own side: its id and the private half of its key pair. */
export interface OwnParty {
  id: string
  privateKey: Uint8Array
}

/** For which clinic and which new key a grant is. */
export interface GrantFor {
  dataset: string
  generation: number
}

/** What a grant gives: keys of the clinic by generation, and the workstations that they leave out for ever. One that leaves out its receiver gives no key. */
export interface Granted {
  generations: ReadonlyMap<number, Buffer>
  removed: ReadonlySet<string>
}

const Content = z.strictObject({
  generations: z.record(z.string().regex(/^[1-9][0-9]{0,4}$/), z.base64().length(44)),
  removed: z.array(z.uuid()).max(10_000),
})

/** Most grants for one workstation that are looked at, and their bytes: what the server takes in one step. */
const slotLimit = 100
const slotBytesLimit = 65_536
/** Greatest content that is unpacked. */
const contentLimit = 1024 * 1024

/** What lies on the server for one workstation: grants of the clinic's keys, each by another workstation, because the receiver may not know every one of them yet. */
const Slot = z.array(z.strictObject({ by: z.uuid(), sealed: z.base64() })).max(slotLimit)
export type Slot = z.infer<typeof Slot>

/**
 * Seals all keys of the clinic up to a generation to one workstation. The sealing key comes from both key pairs, so that only the two can make or open
 * it: whoever was removed cannot grant in another one's name. Undefined for a public key that gives no secret, because it is damaged.
 */
export function sealGrant(grant: GrantFor, granter: OwnParty, receiver: Party, { generations, removed }: Granted): Slot[number] | undefined {
  const content: z.infer<typeof Content> = {
    generations: Object.fromEntries([...generations].filter(([n]) => n <= grant.generation).map(([n, key]) => [n, key.toString('base64')])),
    removed: [...removed],
  }
  const place = placeOf(grant, granter.id, receiver.id)
  const key = keyBetween(granter.privateKey, receiver.publicKey, place)
  if (!key) return undefined
  return { by: granter.id, sealed: seal(key, JSON.stringify(content), place).toString('base64') }
}

/** What this workstation was granted by `granter`; undefined when that one did not make it, or not for this. */
export function openGrant(grant: GrantFor, receiver: OwnParty, granter: Party, { sealed }: Slot[number]): Granted | undefined {
  try {
    const place = placeOf(grant, granter.id, receiver.id)
    const key = keyBetween(receiver.privateKey, granter.publicKey, place)
    if (!key) return undefined
    const content = Content.parse(JSON.parse(open(key, Buffer.from(sealed, 'base64'), place, contentLimit).toString('utf8')))
    const generations = new Map(Object.entries(content.generations).map(([n, each]) => [Number(n), Buffer.from(each, 'base64')]))
    const removed = new Set(content.removed)
    if (removed.has(receiver.id)) return { generations: new Map(), removed }
    const isRight =
      generations.has(grant.generation) && [...generations.keys()].every((n) => n >= firstGeneration && n <= Math.min(grant.generation, lastGeneration))
    return isRight ? { generations, removed } : undefined
  } catch {
    return undefined
  }
}

/** A slot with the grants of one more workstation; earlier ones give way, oldest first, where the server's limit asks for it. */
export function addToSlot(slot: Slot, grants: Slot): Slot {
  const all = [...slot.filter(({ by }) => !grants.some((grant) => grant.by === by)), ...grants]
  while (all.length > grants.length && (all.length > slotLimit || encodeSlot(all).length > slotBytesLimit)) all.shift()
  return all
}

/** The bytes of a slot. */
export const encodeSlot = (slot: Slot): Buffer => Buffer.from(JSON.stringify(slot))

/** What `encodeSlot` made; empty for anything else, because only what opens in it counts. */
export function decodeSlot(bytes: Uint8Array | undefined): Slot {
  if (!bytes || bytes.length > slotBytesLimit) return []
  try {
    return Slot.parse(JSON.parse(Buffer.from(bytes).toString('utf8')))
  } catch {
    return []
  }
}

function keyBetween(privateKey: Uint8Array, publicKey: Uint8Array, place: string): Buffer | undefined {
  try {
    return derive(sharedSecret(privateKey, publicKey), place)
  } catch {
    return undefined
  }
}

const placeOf = ({ dataset, generation }: GrantFor, granter: string, receiver: string): string => `grant/${dataset}/${generation}/${granter}/${receiver}`
