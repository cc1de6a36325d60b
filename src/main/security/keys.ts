import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { writeDurably } from '../lib/durable-file.js'
import { newExchangeKey } from './exchange-key.js'
import { readRecoveryCode } from './recovery-code.js'
import { newKey, open, SealBroken, seal } from './sealing.js'
import { recoveryCost, unwrapKey, WrappedKey, wrapKey } from './wrapped-key.js'

const FILE = 'keys.json'
const FORMAT = 2
/** Without later keys and without a key pair of the workstation; written again in today's format by the next change. */
const FORMAT_BEFORE_RING = 1

const Base64 = z.base64().max(4096)

const KeysFile = z.strictObject({
  format: z.literal([FORMAT_BEFORE_RING, FORMAT]),
  dataset: z.string().min(1).max(100),
  /** Where the database key is kept on the workstation that wrote the file. */
  keyStore: z.enum(['system', 'keyFile', 'passphrase']),
  madeAt: z.iso.datetime(),
  /** The clinic's first key sealed under the database key. */
  clinicKey: Base64,
  /** The clinic's later keys and the workstation's private key (`Ring`), sealed under the database key. Absent in format 1. */
  ring: z.base64().max(1_000_000).optional(),
  /** The database key wrapped under the recovery code. */
  recovery: WrappedKey,
  /** Tells a damaged file from a wrong key or code. */
  check: z.string(),
})

/** What stands in `keys.json`: nothing in it opens anything without the database key or the recovery code. */
export type KeysFile = z.infer<typeof KeysFile>

/** What stands in the ring: keys in base64 by generation, the private key, and ids of removed workstations. */
const Ring = z.strictObject({
  generations: z.record(z.string().regex(/^[1-9][0-9]{0,4}$/), Base64),
  exchangeKey: Base64.optional(),
  removed: z.array(z.uuid()).max(10_000),
  introduction: z.strictObject({ to: z.uuid(), key: Base64 }).optional(),
})

/** Generation of the key that a clinic is made with. */
export const firstGeneration = 1
/** Greatest generation: sealed records name theirs in two bytes. */
export const lastGeneration = 65_535

/** Keys of an opened clinic, 32 bytes each. `databaseKey` and `exchangeKey` belong to this workstation, the others to all of the clinic's. */
export interface ClinicKeys {
  dataset: string
  databaseKey: Buffer
  /** The first key. Digests, derived ids and media files go by it for ever. */
  clinicKey: Buffer
  /** Every key of the clinic that was ever given to this workstation, the first one included. The greatest generation seals what goes to the server. */
  generations: Map<number, Buffer>
  /** Private half of this workstation's X25519 key pair; undefined until `ensureWorkstation` made one for a clinic of an earlier version. */
  exchangeKey: Buffer | undefined
  /** Workstations that the later keys leave out for ever. Kept beside the keys, because their records may be lost with a flushed server, and no key must reach them by that. */
  removed: Set<string>
  /** By this key the workstation that invited this one knows it, until its record has arrived there; undefined for the founding one. */
  introduction: { to: string; key: Buffer } | undefined
}

/** What is added to the keys of a clinic. */
export type AddedKeys = Partial<Pick<ClinicKeys, 'exchangeKey' | 'removed'>> & { generations?: ReadonlyMap<number, Buffer> }

/** The keys as the exchange with the server takes them: the current generation seals, all of them open. Later grants show in it at once. */
export const sealingKeys = ({
  generations,
}: Pick<ClinicKeys, 'generations'>): { readonly current: number; keyOf(generation: number): Uint8Array | undefined } => ({
  get current() {
    return Math.max(...generations.keys())
  },
  keyOf: (generation) => generations.get(generation),
})

const messages = {
  KEYS_FILE_MISSING:
    'The file keys.json is not in this clinic’s folder, so its data cannot be opened. Copy keys.json back from a backup of this clinic; nothing was changed.',
  KEYS_FILE_DAMAGED: 'The file keys.json is damaged. Nothing was changed. Copy keys.json from a backup of this clinic in its place.',
  KEYS_FILE_LATER: 'The file keys.json was written by a newer version of the program. Nothing was changed. Update this workstation.',
  WRONG_KEY: 'The database key does not belong to this clinic’s folder. Nothing was changed. Use the key of this clinic, or the recovery code.',
  KEY_MISSING:
    'This workstation has no database key for this clinic. Nothing was changed. Name the key file or passphrase file it was made with, or use the recovery code.',
  WRONG_RECOVERY_CODE:
    'The recovery code is well formed but not the one of this clinic or of this backup. Nothing was changed. Look for the sheet with the latest date.',
}

/** A clinic's keys that are missing, wrong or damaged. The message says what to do and holds no secret. */
export class KeyProblem extends Error {
  override readonly name = 'KeyProblem'
  readonly isPublic = true
  constructor(
    readonly code: keyof typeof messages,
    options?: ErrorOptions,
  ) {
    super(messages[code], options)
  }
}

/** Makes the content of `keys.json` for keys and a recovery code as printed; write it with `saveKeysFile`. */
export async function makeKeysFile(keys: ClinicKeys, options: { recoveryCode: string; keyStore: KeysFile['keyStore']; madeAt: string }): Promise<KeysFile> {
  return withCheck({
    dataset: keys.dataset,
    keyStore: options.keyStore,
    madeAt: options.madeAt,
    ...sealKeys(keys),
    recovery: await wrapKey(keys.databaseKey, readRecoveryCode(options.recoveryCode), recoveryPurpose(keys.dataset), recoveryCost),
  })
}

/** What a workstation that joins was given by the clinic. */
export type GivenKeys = Partial<Pick<ClinicKeys, 'introduction'>> & { generations: ReadonlyMap<number, Buffer>; removed: ReadonlySet<string> }

const founding = (): GivenKeys => ({ generations: new Map([[firstGeneration, newKey()]]), removed: new Set() })

/** New random keys for a new clinic, or for a workstation that joins one. @throws KeyProblem when the clinic's first key is not among those given */
export function newClinicKeys(dataset: string, { generations, removed, introduction }: GivenKeys = founding()): ClinicKeys {
  const clinicKey = generations.get(firstGeneration)
  if (!clinicKey) throw new KeyProblem('KEYS_FILE_DAMAGED')
  return {
    dataset,
    databaseKey: newKey(),
    clinicKey,
    generations: new Map(generations),
    exchangeKey: newExchangeKey(),
    removed: new Set(removed),
    introduction,
  }
}

/** Writes keys that are added to the clinic's durably to `keys.json` and not yet to `keys`: a crash takes none with it. Calls for one folder must not overlap. */
export async function keepKeys(folder: string, keys: ClinicKeys, { generations = new Map(), exchangeKey, removed = new Set() }: AddedKeys): Promise<void> {
  const file = await readKeysFile(folder)
  // What was kept before and is not in use yet stays.
  const kept = openKeys(file, keys.databaseKey)
  const next = {
    ...keys,
    generations: new Map([...kept.generations, ...keys.generations, ...generations]),
    exchangeKey: exchangeKey ?? keys.exchangeKey,
    removed: new Set([...kept.removed, ...keys.removed, ...removed]),
  }
  await saveKeysFile(folder, withCheck({ ...file, ...sealKeys(next) }))
}

/** Adds keys to the clinic's, first durably, so that nothing is ever sealed with a key that a crash can take. Calls for one folder must not overlap. */
export async function addKeys(folder: string, keys: ClinicKeys, added: AddedKeys): Promise<void> {
  await keepKeys(folder, keys, added)
  for (const [generation, key] of added.generations ?? []) keys.generations.set(generation, key)
  for (const id of added.removed ?? []) keys.removed.add(id)
  keys.exchangeKey = added.exchangeKey ?? keys.exchangeKey
}

/** Writes `keys.json` durably into a clinic's folder. */
export const saveKeysFile = (folder: string, file: KeysFile): Promise<void> => writeDurably(join(folder, FILE), `${JSON.stringify(file, null, 2)}\n`)

/** Reads `keys.json` of a clinic's or a backup's folder. Throws `KeyProblem` when it is missing, damaged or from a later version. */
export async function readKeysFile(folder: string): Promise<KeysFile> {
  let text: string
  try {
    text = await readFile(join(folder, FILE), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new KeyProblem('KEYS_FILE_MISSING')
    throw error
  }
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    throw new KeyProblem('KEYS_FILE_DAMAGED')
  }
  const format = (content as { format?: unknown } | null)?.format
  if (typeof format === 'number' && format > FORMAT) throw new KeyProblem('KEYS_FILE_LATER')
  const parsed = KeysFile.safeParse(content)
  if (!parsed.success || parsed.data.check !== withCheck(parsed.data).check) throw new KeyProblem('KEYS_FILE_DAMAGED')
  return parsed.data
}

/** The clinic's keys by the workstation's database key; undefined is a key store that holds none. Throws `KeyProblem`. */
export function openKeys(file: KeysFile, databaseKey: Buffer | undefined): ClinicKeys {
  if (!databaseKey) throw new KeyProblem('KEY_MISSING')
  try {
    const clinicKey = open(databaseKey, Buffer.from(file.clinicKey, 'base64'), clinicKeyPurpose(file.dataset))
    return { dataset: file.dataset, databaseKey, clinicKey, ...openRing(file, databaseKey, clinicKey) }
  } catch (error) {
    if (error instanceof SealBroken) throw new KeyProblem('WRONG_KEY', { cause: error })
    throw error
  }
}

/** The clinic's keys by the recovery code as somebody typed it. Throws `RecoveryCodeMistyped` or `KeyProblem`. */
export async function openKeysByRecoveryCode(file: KeysFile, typed: string): Promise<ClinicKeys> {
  const secret = readRecoveryCode(typed)
  try {
    return openKeys(file, await unwrapKey(file.recovery, secret, recoveryPurpose(file.dataset)))
  } catch (error) {
    if (error instanceof SealBroken) throw new KeyProblem('WRONG_RECOVERY_CODE', { cause: error })
    throw error
  }
}

/** Changes the recovery code or the kind of key store; the file before stays valid with its own code, so old backups keep theirs. */
export async function rewrapKeysFile(
  file: KeysFile,
  keys: ClinicKeys,
  change: { recoveryCode?: string; keyStore?: KeysFile['keyStore']; madeAt?: string },
): Promise<KeysFile> {
  if (keys.dataset !== file.dataset) throw new KeyProblem('WRONG_KEY')
  const { recoveryCode, ...rest } = change
  const recovery =
    recoveryCode === undefined ? file.recovery : await wrapKey(keys.databaseKey, readRecoveryCode(recoveryCode), recoveryPurpose(file.dataset), recoveryCost)
  return withCheck({
    ...file,
    ...rest,
    ...sealKeys(keys),
    recovery,
  })
}

function sealKeys({
  dataset,
  databaseKey,
  clinicKey,
  generations,
  exchangeKey,
  removed,
  introduction,
}: ClinicKeys): Pick<KeysFile, 'format' | 'clinicKey' | 'ring'> {
  const later = [...generations].filter(([generation]) => generation !== firstGeneration).map(([generation, key]) => [generation, key.toString('base64')])
  const ring: z.infer<typeof Ring> = {
    generations: Object.fromEntries(later),
    ...(exchangeKey && { exchangeKey: exchangeKey.toString('base64') }),
    removed: [...removed],
    ...(introduction && { introduction: { to: introduction.to, key: introduction.key.toString('base64') } }),
  }
  return {
    format: FORMAT,
    clinicKey: seal(databaseKey, clinicKey, clinicKeyPurpose(dataset)).toString('base64'),
    ring: seal(databaseKey, JSON.stringify(ring), ringPurpose(dataset)).toString('base64'),
  }
}

function openRing({ dataset, ring }: KeysFile, databaseKey: Buffer, clinicKey: Buffer): Omit<ClinicKeys, 'dataset' | 'databaseKey' | 'clinicKey'> {
  const generations = new Map([[firstGeneration, clinicKey]])
  if (ring === undefined) return { generations, exchangeKey: undefined, removed: new Set(), introduction: undefined }
  const content = Ring.parse(JSON.parse(open(databaseKey, Buffer.from(ring, 'base64'), ringPurpose(dataset)).toString('utf8')))
  for (const [generation, key] of Object.entries(content.generations)) generations.set(Number(generation), Buffer.from(key, 'base64'))
  const { exchangeKey, removed, introduction } = content
  return {
    generations,
    exchangeKey: exchangeKey === undefined ? undefined : Buffer.from(exchangeKey, 'base64'),
    removed: new Set(removed),
    introduction: introduction && { to: introduction.to, key: Buffer.from(introduction.key, 'base64') },
  }
}

function withCheck(file: Omit<KeysFile, 'check'>): KeysFile {
  const { format, dataset, keyStore, madeAt, clinicKey, ring, recovery } = file
  const { cost, salt, sealed } = recovery
  const facts = [format, dataset, keyStore, madeAt, clinicKey, recovery.kdf, cost.memoryKib, cost.passes, cost.lanes, salt, sealed]
  const check = createHash('sha256').update(JSON.stringify(ring === undefined ? facts : [...facts, ring]))
  return { format, dataset, keyStore, madeAt, clinicKey, ...(ring !== undefined && { ring }), recovery, check: check.digest('base64') }
}

const clinicKeyPurpose = (dataset: string): string => `keys.json/clinic key/${dataset}`
const ringPurpose = (dataset: string): string => `keys.json/ring/${dataset}`
const recoveryPurpose = (dataset: string): string => `keys.json/database key/${dataset}`
