import Conf from 'conf'
import type { CacheCategory } from '../../shared/cache-categories.js'
import type { Thresholds } from '../../shared/contract/monitor-acts.js'
import type { ServerSettings } from '../../shared/contract/server-settings.js'

/** What this workstation keeps in `settings.json`: nothing of a patient, and nothing secret but sealed. */
export interface WorkstationSettings {
  /** Absolute path of the second place for backups. */
  backupFolder?: string
  /** The connection to the clinic's server as the screen set it; the password in it is sealed. */
  server?: KeptServerSettings
  /** The clinic's name as it was last seen, for choosing among several clinics before one is opened. */
  clinicName?: string
  /** How long cached values are given out, in seconds by category, as the screen set it. */
  cacheTimes?: Partial<Record<CacheCategory, number>>
  /** From which values on the monitor tells of an alert, as the screen set them. */
  thresholds?: Partial<Thresholds>
}

/** The server's settings as the file keeps them: the password is sealed (`ServerSettingsFile`). */
export type KeptServerSettings = Omit<ServerSettings, 'password'> & { sealedPassword?: string }

/** Reads and changes `settings.json` of a clinic's folder. */
export interface SettingsFile {
  get(): WorkstationSettings
  /** Changes the given settings; undefined takes one away. */
  set(change: { [Name in keyof WorkstationSettings]: WorkstationSettings[Name] | undefined }): void
}

/** Opens `settings.json` of a clinic's folder; a damaged one counts as empty, because nothing in it is needed to open the clinic. */
export function openSettings(folder: string): SettingsFile {
  const file = new Conf<WorkstationSettings>({
    cwd: folder,
    configName: 'settings',
    clearInvalidConfig: true,
    accessPropertiesByDotNotation: false,
    configFileMode: 0o600,
  })
  return {
    get: () => ({ ...file.store }),
    set: (change) => {
      file.store = Object.fromEntries(Object.entries({ ...file.store, ...change }).filter(([, value]) => value !== undefined))
    },
  }
}

/** A section of the settings file, for whoever owns it. */
export function partOf<Name extends keyof WorkstationSettings>(settings: SettingsFile, name: Name) {
  type Value = WorkstationSettings[Name]
  return { get: (): Value => settings.get()[name], set: (value: Value | undefined): void => settings.set({ [name]: value }) }
}
