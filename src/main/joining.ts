import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { ServerChange } from '../shared/contract/server-settings.js'
import { clinic as clinicEntity } from '../shared/entities/staff.js'
import { type ClinicPlace, ClinicProblem, type OpenClinic, openClinic, openParts } from './clinic.js'
import { joiningFile, makingPrefix, moveInto, requireEmptyFolder, undoInterruptedSetUp } from './founding.js'
import { makePrivateFolder, writeDurably } from './lib/durable-file.js'
import { ServerSettingsFile } from './maintenance/server-settings.js'
import { openSettings } from './maintenance/settings-file.js'
import { type Invitation, InvitationProblem, invitationIdOf, openInvitation } from './security/invitation.js'
import { makeKeysFile, newClinicKeys, readKeysFile, rewrapKeysFile, saveKeysFile } from './security/keys.js'
import { makeRecoveryCode } from './security/recovery-code.js'
import { computerName, ensureWorkstation, identityOf, setIdentity } from './security/workstation-identity.js'
import { startCheckpoints } from './store/checkpoints.js'
import { gatherTimeline } from './store/gathered-timeline.js'
import { recordTotal } from './store/replication.js'

/** How far a first fill is. */
export interface FillProgress {
  /** Records that arrived so far. */
  received: number
  /** Parts of the comparison with the server that are through, and all of them; both 0 before it begins. */
  done: number
  total: number
}

/** The clinic's server as a workstation that joins uses it. */
export interface JoinServer {
  /** The sealed invitation, once. */
  takeInvitation(id: string): Promise<Uint8Array | undefined>
  /** Sends and receives until this workstation holds what the server holds and nothing waits to be sent. */
  exchange(clinic: OpenClinic, onProgress: (progress: FillProgress) => void): Promise<void>
}

/** What joining needs. */
export interface JoinRequest {
  /** As it was typed. */
  code: string
  server: JoinServer
  /** The server's address and password, for the settings of this workstation; undefined where the environment gives them. */
  settings?: ServerChange | undefined
  /** Looks at the clinic that the invitation is for before anything is made; throws to refuse it. */
  refuse?: (dataset: string) => Promise<void>
  /** Looks at the filled clinic before anything of it is in place; throws to take it all back. */
  check?: (clinic: OpenClinic) => Promise<void>
  onProgress?: (progress: FillProgress) => void
}

/** A workstation that has joined. The recovery code opens its own backups and is kept nowhere. */
export interface Joined {
  recoveryCode: string
  clinicId: string
  clinicName: string
  workstationId: string
  numberPrefix: string
  /** Records that it holds now. */
  records: number
}

/** Why joining was refused at its end; everything of it was taken back. */
export class JoinRefused extends Error {
  override readonly name = 'JoinRefused'
  readonly isPublic = true
}

const Marker = z.strictObject({ format: z.literal(1), invitation: z.string().length(32) })

/**
 * Makes this folder a further workstation of a clinic: takes the invitation, makes keys and an empty database apart, fills it from the server, and moves
 * it into place when everything is here. What was interrupted goes on where it stopped when it is called again with the same code; with another one it is
 * taken back first. The caller holds the folder's lock.
 * @throws InvitationProblem, ClinicProblem, JoinRefused, HubProblem, KeyStoreError: each a sentence that says what to do
 */
export async function joinClinic(place: ClinicPlace, request: JoinRequest): Promise<Joined> {
  const { code, server, settings, check, onProgress = () => undefined } = request
  const making = (await findUnfinished(place, invitationIdOf(code))) ?? (await begin(place, request))
  let joined: Joined
  try {
    const clinic = await openClinic({ ...place, folder: making, isOneShot: true })
    const checkpoints = startCheckpoints(clinic.store.db, { file: join(making, 'medinsight.db'), key: clinic.keys.databaseKey }, 0)
    try {
      await fill(clinic, server, onProgress)
      await check?.(clinic)
      const now = place.now ?? Date.now
      await ensureWorkstation(clinic.store, clinic.keys, making, now())
      // Tells the others of this workstation.
      await server.exchange(clinic, () => undefined)
      if (settings) new ServerSettingsFile(openSettings(making), clinic.keys.databaseKey).set(settings)
      const recoveryCode = makeRecoveryCode()
      const madeAt = new Date(now()).toISOString()
      await saveKeysFile(making, await rewrapKeysFile(await readKeysFile(making), clinic.keys, { recoveryCode, madeAt }))
      const { id: clinicId, name: clinicName } = clinic.services.clinic()
      const { id: workstationId, numberPrefix } = identityOf(clinic.store.db)
      joined = { recoveryCode, clinicId, clinicName, workstationId, numberPrefix, records: await clinic.services.read(recordTotal, {}) }
    } finally {
      await checkpoints.stop()
      await clinic.stop()
    }
  } catch (error) {
    // Only what cannot get better by going on is taken back: a line that broke is taken up again with the same code.
    if (error instanceof JoinRefused) await undoInterruptedSetUp(place)
    throw error
  }
  await rm(join(making, joiningFile))
  await moveInto(making, place.folder)
  return joined
}

async function fill(clinic: OpenClinic, server: JoinServer, onProgress: (progress: FillProgress) => void): Promise<void> {
  await server.exchange(clinic, onProgress)
  if (!clinic.store.find(clinicEntity, clinic.keys.dataset))
    throw new ClinicProblem(
      'The server does not hold this clinic’s records at the moment. Let a workstation of the clinic connect, then join again with the same code: it goes on where it stopped.',
    )
}

/** A join that was interrupted and began with this invitation. */
async function findUnfinished({ folder, keyStore }: ClinicPlace, invitation: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => [] as string[])
  if (names.includes('medinsight.db')) return undefined
  for (const name of names.filter((one) => one.startsWith(makingPrefix))) {
    const text = await readFile(join(folder, name, joiningFile), 'utf8').catch(() => 'null')
    const marker = Marker.safeParse(parseJson(text))
    const key = await keyStore.read(name.slice(makingPrefix.length)).catch(() => undefined)
    if (marker.success && marker.data.invitation === invitation && key) return join(folder, name)
  }
  return undefined
}

/** Takes the invitation and makes what can be filled. Everything that can be refused here is refused before the invitation is used up. */
async function begin(place: ClinicPlace, { code, server, refuse }: JoinRequest): Promise<string> {
  const invitationId = invitationIdOf(code)
  await undoInterruptedSetUp(place)
  await requireEmptyFolder(place.folder)
  const sealed = await server.takeInvitation(invitationId)
  if (!sealed) throw new InvitationProblem('unknown')
  try {
    const invitation = openInvitation(code, sealed)
    await refuse?.(invitation.dataset)
    return await makeEmptyClinic(place, invitation, invitationId)
  } catch (error) {
    await undoInterruptedSetUp(place)
    throw error
  }
}

async function makeEmptyClinic(place: ClinicPlace, invitation: Invitation, invitationId: string): Promise<string> {
  const { dataset, workstationId, numberPrefix, invitedBy, introductionKey } = invitation
  const keys = newClinicKeys(dataset, { ...invitation, introduction: { to: invitedBy, key: introductionKey } })
  const making = join(place.folder, makingPrefix + keys.dataset)
  await makePrivateFolder(making)
  // Replaced by the one that is shown when everything is here.
  const recoveryCode = makeRecoveryCode()
  await saveKeysFile(
    making,
    await makeKeysFile(keys, { recoveryCode, keyStore: place.keyStoreKind, madeAt: new Date((place.now ?? Date.now)()).toISOString() }),
  )
  const { store, close } = await openParts({ ...place, folder: making, isOneShot: true }, keys, { isNew: true })
  try {
    store.db
      .transaction(() => {
        store.db.prepare("INSERT INTO meta (key, value) VALUES ('dataset', ?)").run(keys.dataset)
        setIdentity(store.db, { id: workstationId, name: computerName(), numberPrefix })
        store.replication.setState({ reconcile: 'join' })
        gatherTimeline(store.db)
      })
      .immediate()
  } finally {
    await close()
  }
  await place.keyStore.save(keys.dataset, keys.databaseKey)
  await writeDurably(join(making, joiningFile), JSON.stringify({ format: 1, invitation: invitationId } satisfies z.infer<typeof Marker>))
  return making
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
