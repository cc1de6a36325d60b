import { z } from 'zod'
import type { workstation } from '../../shared/entities/workstation.js'
import { type ReadableDatabase, statement, type WritableDatabase } from '../store/database.js'
import type { Store } from '../store/store.js'
import type { Stored } from '../store/tables.js'
import { publicKeyOf } from './exchange-key.js'
import { addToSlot, decodeSlot, encodeSlot, type Granted, type OwnParty, openGrant, type Party, sealGrant } from './grant.js'
import type { ClinicKeys } from './keys.js'
import { identityOf, listWorkstations } from './workstation-identity.js'

/** Where grants lie on the clinic's server. */
export interface GrantBoard {
  putGrants(generation: number, grants: ReadonlyMap<string, Uint8Array>): Promise<void>
  grant(generation: number, workstationId: string): Promise<Uint8Array | undefined>
}

/** The records and keys of the workstation that gives or takes. */
export interface Holder {
  store: Store
  keys: ClinicKeys
}

/** Workstations that no key may reach: what the records say, and what came with earlier keys. */
export function removedIds({ store, keys }: Holder): Set<string> {
  const removed = listWorkstations(store).filter(({ removedAt }) => removedAt !== undefined)
  return new Set([...keys.removed, ...removed.map(({ id }) => id)])
}

/** Workstations that belong to the clinic, by the time at which they joined. */
export function listMembers(holder: Holder): Stored<typeof workstation>[] {
  const removed = removedIds(holder)
  return listWorkstations(holder.store).filter(({ id }) => !removed.has(id))
}

/**
 * Leaves a grant of a generation for every member that has none by this workstation: it may not know the one that made another. Whoever was removed gets
 * no key but word of it, because its record may never reach it any more.
 */
export async function grantToAll(holder: Holder, board: GrantBoard, generation: number, granted: Granted): Promise<void> {
  const { dataset, introduction } = holder.keys
  const own = ownParty(holder)
  const slots = new Map<string, Uint8Array>()
  const removed = removedIds(holder)
  // This workstation is among them: a restored backup of it knows only the keys of its day.
  for (const { id, publicKey } of listWorkstations(holder.store)) {
    const slot = decodeSlot(await board.grant(generation, id))
    if (slot.some(({ by }) => by === own.id)) continue
    const as = introduction?.to === id ? [own, { ...own, privateKey: introduction.key }] : [own]
    const receiver = { id, publicKey: Buffer.from(publicKey, 'base64') }
    const given = removed.has(id) ? { generations: new Map(), removed: granted.removed } : granted
    const grants = as.flatMap((granter) => sealGrant({ dataset, generation }, granter, receiver, given) ?? [])
    if (grants.length > 0) slots.set(id, encodeSlot(addToSlot(slot, grants)))
  }
  await board.putGrants(generation, slots)
}

/** What lies there for this workstation, by one that it knows as a member or has invited; the latest grant counts. */
export async function findGranted(holder: Holder, board: GrantBoard, generation: number): Promise<Granted | undefined> {
  const { dataset } = holder.keys
  const own = ownParty(holder)
  const removed = removedIds(holder)
  const known: Party[] = [
    ...listMembers(holder).map(({ id, publicKey }) => ({ id, publicKey: Buffer.from(publicKey, 'base64') })),
    ...listInvited(holder.store.db),
  ]
  known.push({ id: own.id, publicKey: publicKeyOf(own.privateKey) })
  for (const grant of decodeSlot(await board.grant(generation, own.id)).reverse())
    for (const granter of known.filter(({ id }) => id === grant.by && !removed.has(id))) {
      const opened = openGrant({ dataset, generation }, own, granter, grant)
      if (opened) return opened
    }
  return undefined
}

const Invited = z.array(z.strictObject({ id: z.uuid(), publicKey: z.base64() }))
/** Most workstations that are remembered as invited; those that came have records. */
const invitedLimit = 200

/** Workstations that this one has invited, by the key pair of their introduction. */
function listInvited(db: ReadableDatabase): Party[] {
  const text = statement<{ value: string }>(db, "SELECT value FROM meta WHERE key = 'invited'").get()?.value
  return text === undefined ? [] : Invited.parse(JSON.parse(text)).map(({ id, publicKey }) => ({ id, publicKey: Buffer.from(publicKey, 'base64') }))
}

/** Remembers a workstation that this one invites: it may come to grant a key before its record has arrived here. */
export function noteInvited(db: WritableDatabase, invited: Party): void {
  const all = [...listInvited(db), invited].slice(-invitedLimit)
  const text = JSON.stringify(all.map(({ id, publicKey }) => ({ id, publicKey: Buffer.from(publicKey).toString('base64') })) satisfies z.infer<typeof Invited>)
  statement(db, "INSERT INTO meta (key, value) VALUES ('invited', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value").run(text)
}

function ownParty({ store, keys: { exchangeKey } }: Holder): OwnParty {
  if (!exchangeKey) throw new TypeError('This workstation has no key pair yet.')
  return { id: identityOf(store.db).id, privateKey: exchangeKey }
}
