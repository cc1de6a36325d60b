import { demoAccount } from '../shared/contract/demo-account.js'
import type { contract } from '../shared/contract/index.js'
import type { Joining } from '../shared/contract/set-up.js'
import { newId } from '../shared/ids.js'
import { type OpenClinic, openClinic } from './clinic.js'
import type { ClinicHome, TakenPlace } from './clinic-home.js'
import { fillDemo } from './features/demo/index.js'
import type { Call, Handlers } from './features/handler.js'
import { currentUser } from './features/session/handlers.js'
import { createClinic, type NewClinic } from './founding.js'
import { addressToKeep, joinServerAt } from './join-server.js'
import { JoinRefused, joinClinic } from './joining.js'
import { requirePlace } from './maintenance/backup-care.js'
import { openSettings } from './maintenance/settings-file.js'
import { HubProblem } from './redis/hub.js'
import { resolveSettings } from './redis/settings.js'
import { InvitationProblem, readInvitationCode } from './security/invitation.js'
import { refusePassword } from './security/passwords.js'

/** A clinic that is open, and the folder that is held for it. */
export interface OpenedClinic {
  clinic: OpenClinic
  taken: TakenPlace
}

/** Which clinic is open. */
export interface Opening {
  current(): OpenedClinic | undefined
  /** Opens another one in place of it, or none; the one before is closed and its folder let go. */
  use(opened: OpenedClinic | undefined): Promise<void>
}

/** Whoever did something in the open clinic within this time works there: it is not exchanged under their hands. */
const activeMs = 2 * 60_000

/** Opens a clinic of this computer. @throws FolderHeld and what `openClinic` throws; the clinic before stays open then */
export async function openEntry(home: ClinicHome, opening: Opening, id: string): Promise<OpenedClinic> {
  return openTaken(home, opening, await home.take(id))
}

async function openTaken(home: ClinicHome, opening: Opening, taken: TakenPlace): Promise<OpenedClinic> {
  try {
    const opened = { clinic: await openClinic(taken.place), taken }
    await opening.use(opened)
    if (home.canAdd) rememberName(opened)
    return opened
  } catch (error) {
    await taken.release()
    throw error
  }
}

/** The name by which a clinic is chosen before it is opened: the name of a clinic is nothing of a patient. */
function rememberName({ clinic: { services }, taken: { place } }: OpenedClinic): void {
  const settings = openSettings(place.folder)
  const { name } = services.clinic()
  if (settings.get().clinicName !== name) settings.set({ clinicName: name })
}

type SetUp = Handlers<typeof contract.setUp>
type Errors = Parameters<SetUp['createDemo']>[0]['errors']

/** The first-run wizard and the choice among several clinics. */
export function setUpHandlers(home: ClinicHome, opening: Opening): SetUp {
  let isBusy = false
  let joining: Joining | null = null

  /** Lets one act at a time through, from this computer only, and only while nobody works in the open clinic. */
  const alone = async <T>({ context, errors }: { context: Call<unknown, never>['context']; errors: Errors }, act: () => Promise<T>): Promise<T> => {
    if (isBusy || !context.isOnThisComputer || (opening.current() && !home.canAdd))
      throw errors.FORBIDDEN({ message: 'A clinic is already set up here, or this is not the workstation itself.' })
    if (opening.current()?.clinic.services.sessions.isAnybodyActive(activeMs))
      throw errors.CONFLICT({ message: 'Somebody works in the open clinic. Sign out there first.', data: { conflicts: [{ code: 'active', ids: [] }] } })
    isBusy = true
    try {
      return await act()
    } catch (error) {
      throw error instanceof Error && 'isPublic' in error ? errors.UNAVAILABLE({ message: error.message }) : error
    } finally {
      isBusy = false
    }
  }

  const make = (call: Parameters<SetUp['createDemo']>[0], details: NewClinic, backupFolder?: string) =>
    alone(call, async () => {
      const dataset = newId()
      const taken = await home.takeNew(dataset)
      let made: Awaited<ReturnType<typeof createClinic>>
      try {
        if (backupFolder !== undefined)
          await requirePlace(backupFolder, taken.place.folder).catch((error: Error) => {
            throw call.errors.INVALID({ message: error.message, data: { fields: [{ path: 'backupFolder', code: 'unusable' }] } })
          })
        made = await createClinic(taken.place, details, dataset)
      } catch (error) {
        await taken.release()
        throw error
      }
      const { clinic } = await openTaken(home, opening, taken)
      // The clinic stands, and its recovery code is shown only now: without the second place every screen warns until there is one.
      if (backupFolder !== undefined)
        await clinic.backups.setSecondPlace(backupFolder).catch((error: unknown) => home.log.error('setUp.backupPlace', { error }))
      const { token, expiresAt, actor } = await clinic.services.sessions.open(made.userId)
      call.context.carrier.keep(token, expiresAt)
      return { recoveryCode: made.recoveryCode, token, expiresAt, user: currentUser(clinic.services, actor) }
    })

  return {
    clinics: async ({ context: { isOnThisComputer } }) => {
      const hasServer = resolveSettings(home.server ?? {}).settings !== undefined
      const openId = opening.current()?.taken.id
      const items = isOnThisComputer && home.canAdd ? await home.list() : []
      return { items: items.map((entry) => ({ ...entry, isOpen: entry.id === openId })), canAdd: isOnThisComputer && (home.canAdd || !openId), hasServer }
    },
    open: (call) =>
      alone(call, async () => {
        const { id } = call.input
        if (!(await home.list()).some((entry) => entry.id === id)) throw call.errors.NOT_FOUND({ message: 'There is no such clinic on this computer.' })
        if (opening.current()?.taken.id !== id) await openEntry(home, opening, id)
        return { isOpen: true }
      }),
    createClinic: (call) => {
      const { clinicName, timeZone, currency, country, language, adminUsername, adminDisplayName, password, backupFolder } = call.input
      const refused = refusePassword(password, adminUsername)
      if (refused) throw call.errors.INVALID({ data: { fields: [{ path: 'password', code: refused }] } })
      const details = {
        clinic: { name: clinicName, timeZone, currency, country, language },
        admin: { username: adminUsername, displayName: adminDisplayName, password },
      }
      return make(call as never, details, backupFolder?.trim() || undefined)
    },
    createDemo: (call) => make(call, demoClinic(call.input.language)),
    join: (call) =>
      alone(call, async () => {
        const tell = (progress: Joining) => (joining = progress)
        tell({ step: 'connect', received: 0, done: 0, total: 0 })
        try {
          return await joinAt(home, opening, call, tell)
        } catch (error) {
          throw refusalOf(error, call.input, call.errors)
        } finally {
          joining = null
        }
      }),
    joining: ({ context: { isOnThisComputer } }) => (isOnThisComputer ? joining : null),
  }
}

async function joinAt(home: ClinicHome, opening: Opening, { input, errors }: Parameters<SetUp['join']>[0], tell: (progress: Joining) => void) {
  const { code, address, serverPassword } = input
  // Before a server is asked, which takes time.
  readInvitationCode(code)
  const url = address?.trim() ? addressToKeep(address.trim()) : undefined
  const screen = { ...(url && { url }), ...(serverPassword && { password: serverPassword }) }
  const { settings, problem } = resolveSettings({ ...home.server, screen })
  if (problem || !settings || (address?.trim() && !url))
    throw errors.INVALID({ data: { fields: [{ path: 'address', code: address?.trim() ? 'unusable' : 'missing' }] } })
  const server = await joinServerAt(settings, home.log)
  const joiningPlace = await home.takeJoining()
  let taken: TakenPlace = joiningPlace
  try {
    const joined = await joinClinic(joiningPlace.place, {
      code,
      server,
      ...(Object.keys(screen).length > 0 && { settings: screen }),
      refuse: async (dataset) => {
        if ((await home.list()).some(({ id }) => id === dataset))
          throw new JoinRefused('This computer has joined this clinic before. Open it, and use the invitation elsewhere.')
      },
      onProgress: (progress) => tell({ step: 'fill', ...progress }),
    })
    taken = await joiningPlace.settle(joined.clinicId)
    await openTaken(home, opening, taken)
    return { recoveryCode: joined.recoveryCode, clinicName: joined.clinicName }
  } catch (error) {
    await taken.release()
    throw error
  }
}

/** A refusal that names the field it is about. */
function refusalOf(error: unknown, { serverPassword }: { serverPassword?: string | undefined }, errors: Errors): unknown {
  const at = (path: string, code: string, message?: string) => errors.INVALID({ ...(message && { message }), data: { fields: [{ path, code }] } })
  if (error instanceof InvitationProblem) return at('code', error.code, error.message)
  if (!(error instanceof HubProblem)) return error
  if (error.code === 'auth') return at('serverPassword', serverPassword ? 'wrong' : 'asked', error.message)
  return at('address', error.code, error.message)
}

/** The clinic for trying the product out, full of made-up records. */
export const demoClinic = (language: 'en' | 'es' | 'ar'): NewClinic => ({
  clinic: {
    name: { en: 'Riverside Demo Clinic', es: 'Clínica de demostración Ribera', ar: 'عيادة النهر التجريبية' }[language],
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    currency: 'EUR',
    country: 'ES',
    language,
    isDemo: true,
  },
  admin: { username: demoAccount.username, displayName: { en: 'Demo', es: 'Demostración', ar: 'تجربة' }[language], password: demoAccount.password },
  fill: fillDemo,
})
