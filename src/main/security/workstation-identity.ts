import { hostname } from 'node:os'
import type { FieldsOf } from '../../shared/entities/entity.js'
import { workstation } from '../../shared/entities/workstation.js'
import { newId } from '../../shared/ids.js'
import { type ReadableDatabase, statement, type WritableDatabase } from '../store/database.js'
import { ownPrefix, setOwnPrefix } from '../store/series.js'
import type { Store } from '../store/store.js'
import type { Stored } from '../store/tables.js'
import { newExchangeKey, publicKeyOf } from './exchange-key.js'
import { addKeys, type ClinicKeys } from './keys.js'

/** What a workstation is called until somebody gives it another name. */
export const computerName = (): string => hostname().trim().slice(0, 60) || 'Workstation'

/** Which workstation of the clinic this is. */
export interface Identity {
  id: string
  name: string
  /** Begins the numbers that it gives by itself. */
  numberPrefix: string
}

/** Which workstation an open database belongs to. */
export function identityOf(db: ReadableDatabase): Identity {
  const row = statement<{ id: string | null; name: string | null }>(
    db,
    `SELECT value AS id, coalesce((SELECT json_extract(data, '$.name') FROM workstation WHERE id = value), (SELECT value FROM meta WHERE key = 'workstationName')) AS name
     FROM meta WHERE key = 'workstationId'`,
  ).get()
  return { id: row?.id ?? '', name: row?.name ?? '', numberPrefix: ownPrefix(db) }
}

/** Writes which workstation a database belongs to. Call it inside a transaction. */
export function setIdentity(db: WritableDatabase, { id, name, numberPrefix }: Identity): void {
  const put = statement(db, 'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
  put.run('workstationId', id)
  put.run('workstationName', name)
  setOwnPrefix(db, numberPrefix)
}

/** The record by which the others know a workstation. */
export const workstationFields = ({ name, numberPrefix }: Identity, keys: ClinicKeys, joinedAt: string): FieldsOf<typeof workstation> => ({
  name,
  publicKey: publicKeyText(keys),
  numberPrefix,
  joinedAt,
})

const publicKeyText = ({ exchangeKey }: ClinicKeys): string => {
  if (!exchangeKey) throw new TypeError('This workstation has no key pair yet.')
  return publicKeyOf(exchangeKey).toString('base64')
}

/** All workstations of the clinic that this one knows, also removed ones, by the time at which they joined. */
export const listWorkstations = (store: Store): Stored<typeof workstation>[] =>
  statement<{ id: string }>(store.db, "SELECT id FROM workstation WHERE deleted = 0 ORDER BY json_extract(data, '$.joinedAt'), id LIMIT 1000")
    .all()
    .flatMap(({ id }) => store.find(workstation, id) ?? [])

/**
 * Sees to it that this workstation has a key pair and a record. A clinic of an earlier version gets both. After a recovery the database may have
 * forgotten which workstation it belongs to: the key pair tells, and with it the prefix of its numbers.
 */
export async function ensureWorkstation(store: Store, keys: ClinicKeys, folder: string, now: number): Promise<void> {
  if (!keys.exchangeKey) await addKeys(folder, keys, { exchangeKey: newExchangeKey() })
  const publicKey = publicKeyText(keys)
  const own = identityOf(store.db)
  const known = listWorkstations(store).find((each) => each.publicKey === publicKey) ?? (own.id ? store.find(workstation, own.id) : undefined)
  if (known?.id === own.id && known.publicKey === publicKey && known.numberPrefix === own.numberPrefix) return
  const identity = known ?? { ...own, id: own.id || newId() }
  await store.write({ actor: {}, act: 'workstations.register' }, (tx) => {
    setIdentity(store.db, identity)
    if (!known) tx.create(workstation, workstationFields(identity, keys, new Date(now).toISOString()), identity.id)
    // keys.json was replaced by one from before this workstation had its key pair.
    else if (known.publicKey !== publicKey) tx.update(workstation, known.id, { publicKey })
  })
}
