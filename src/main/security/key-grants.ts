import type { workstation } from '../../shared/entities/workstation.js'
import type { Store } from '../store/store.js'
import type { Stored } from '../store/tables.js'
import { publicKeyOf } from './exchange-key.js'
import { addToSlot, decodeSlot, encodeSlot, type Granted, type OwnParty, openGrant, sealGrant } from './grant.js'
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

/** Leaves a grant of a generation for every member that has none by this workstation: it may not know the one that made another. */
export async function grantToAll(holder: Holder, board: GrantBoard, generation: number, granted: Granted): Promise<void> {
  const own = ownParty(holder)
  const slots = new Map<string, Uint8Array>()
  // This workstation is among them: a restored backup of it knows only the keys of its day.
  for (const { id, publicKey } of listMembers(holder)) {
    const slot = decodeSlot(await board.grant(generation, id))
    if (slot.some(({ by }) => by === own.id)) continue
    const grant = sealGrant({ dataset: holder.keys.dataset, generation }, own, { id, publicKey: Buffer.from(publicKey, 'base64') }, granted)
    if (grant) slots.set(id, encodeSlot(addToSlot(slot, grant)))
  }
  await board.putGrants(generation, slots)
}

/** What lies there for this workstation, by one that it knows as a member; the latest grant counts. */
export async function findGranted(holder: Holder, board: GrantBoard, generation: number): Promise<Granted | undefined> {
  const own = ownParty(holder)
  const publicKeys = new Map<string, Uint8Array>(listMembers(holder).map(({ id, publicKey }) => [id, Buffer.from(publicKey, 'base64')]))
  publicKeys.set(own.id, publicKeyOf(own.privateKey))
  for (const grant of decodeSlot(await board.grant(generation, own.id)).reverse()) {
    const publicKey = publicKeys.get(grant.by)
    const opened = publicKey && openGrant({ dataset: holder.keys.dataset, generation }, own, { id: grant.by, publicKey }, grant)
    if (opened) return opened
  }
  return undefined
}

function ownParty({ store, keys: { exchangeKey } }: Holder): OwnParty {
  if (!exchangeKey) throw new TypeError('This workstation has no key pair yet.')
  return { id: identityOf(store.db).id, privateKey: exchangeKey }
}
