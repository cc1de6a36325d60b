import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type ClinicPlace, holdsClinic } from './clinic.js'
import { isHarmless, undoInterruptedSetUp } from './founding.js'
import type { Log } from './lib/log.js'
import { openSettings } from './maintenance/settings-file.js'
import { type Held, type HolderRequest, holdFolder } from './store/lock.js'

/** A clinic of this computer before it is opened. */
export interface ClinicEntry {
  /** Name of its folder. */
  id: string
  name: string
}

/** A clinic's folder that this process holds. */
export interface TakenPlace {
  id: string
  place: ClinicPlace
  release(): Promise<void>
}

/** Where a workstation finds its clinics: one folder, or the application's with a folder for each. */
export interface ClinicHome {
  readonly log: Log
  readonly version: string
  readonly now: () => number
  /** What the environment and the command line say of the clinic's server. */
  readonly server: ClinicPlace['server']
  /** Takes back what an interruption left half made; once, before anything is opened. What a joining workstation can go on with stays. */
  tidy(): Promise<void>
  list(): Promise<ClinicEntry[]>
  /** Whether a clinic can be made or joined while another one is open. */
  readonly canAdd: boolean
  /** Takes the folder of a clinic. @throws FolderHeld */
  take(id: string): Promise<TakenPlace>
  /** Takes the folder of a clinic that is made now. */
  takeNew(dataset: string): Promise<TakenPlace>
  /** Takes a folder for joining a clinic whose dataset is not known yet, and gives it the clinic's name when it has joined. */
  takeJoining(): Promise<TakenPlace & { settle(dataset: string): Promise<TakenPlace> }>
}

/** One folder, named when the program was started; whoever started it holds the folder. */
export function oneClinic(place: ClinicPlace): ClinicHome {
  const taken: TakenPlace = { id: 'clinic', place, release: async () => undefined }
  return {
    log: place.log,
    version: place.version,
    now: place.now ?? Date.now,
    server: place.server,
    canAdd: false,
    tidy: () => undoInterruptedSetUp(place, true),
    list: async () => ((await holdsClinic(place.folder)) ? [{ id: taken.id, name: '' }] : []),
    take: async () => taken,
    takeNew: async () => taken,
    takeJoining: async () => ({ ...taken, settle: async () => taken }),
  }
}

/** What the application's folder is made of. */
export interface HomeParts {
  /** Folder `clinics` of the application. */
  folder: string
  /** How a clinic in a folder is kept. */
  placeAt: (folder: string) => ClinicPlace
  log: Log
  version: string
  server: ClinicPlace['server']
  /** Answers other processes about a folder that this one holds. */
  answer: (request: HolderRequest) => Promise<unknown>
}

/** Folder in which a clinic is joined before its dataset is known; what is interrupted there can go on. */
const joiningId = 'joining'
const idForm = /^[A-Za-z0-9-]{1,100}$/

/** The application's folder with a folder for each clinic, named by its dataset. */
export function clinicsIn({ folder, placeAt, log, version, server, answer }: HomeParts): ClinicHome {
  const take = async (id: string): Promise<TakenPlace> => {
    const held = await holdFolder(join(folder, id), answer)
    return taken(id, placeAt(join(folder, id)), held)
  }
  const names = async (): Promise<string[]> => (await readdir(folder).catch(() => [] as string[])).filter((name) => idForm.test(name))
  return {
    log,
    version,
    now: Date.now,
    server,
    canAdd: true,
    tidy: async () => {
      for (const id of await names()) {
        if (await holdsClinic(join(folder, id))) continue
        // Another process may be making one there.
        const left = await take(id).catch(() => undefined)
        if (!left) continue
        await undoInterruptedSetUp(left.place, true)
        await left.release()
      }
    },
    list: async () => {
      const found: ClinicEntry[] = []
      for (const id of await names()) if (await holdsClinic(join(folder, id))) found.push({ id, name: openSettings(join(folder, id)).get().clinicName ?? '' })
      return found.sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1))
    },
    take,
    takeNew: take,
    takeJoining: async () => {
      const joining = await take(joiningId)
      const settle = async (dataset: string): Promise<TakenPlace> => {
        await joining.release()
        await rename(join(folder, joiningId), join(folder, dataset))
        return take(dataset)
      }
      // A log of its own would hold a file open while the folder is renamed.
      return { ...joining, place: { ...joining.place, log }, settle }
    },
  }
}

function taken(id: string, place: ClinicPlace, held: Held): TakenPlace {
  let isHeld = true
  return {
    id,
    place,
    release: async () => {
      if (!isHeld) return
      isHeld = false
      await held.release()
      // What was made for a clinic that never came to be is not left behind.
      const names = await readdir(place.folder).catch(() => [] as string[])
      if (names.every(isHarmless)) await rm(place.folder, { recursive: true, force: true })
    },
  }
}
