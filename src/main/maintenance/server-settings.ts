import { type ServerChange, ServerSettings } from '../../shared/contract/server-settings.js'
import { derive, openText, seal } from '../security/sealing.js'
import type { SettingsFile } from './settings-file.js'

/** Fields that were refused: paths and codes, never values. */
export class InvalidServerSettings extends Error {
  override readonly name = 'InvalidServerSettings'
  readonly isPublic = true
  constructor(readonly fields: readonly { path: string; code: string }[]) {
    super(`Nothing was changed, because of ${fields.map(({ path, code }) => `${path} (${code})`).join(', ')}.`)
  }
}

/**
 * The settings of the server that were made on the screen, in `settings.json`. The password is sealed with a key derived from the database's, and for
 * one address only: whoever points the address elsewhere, on the screen or in the file, cannot have it sent there.
 */
export class ServerSettingsFile {
  readonly #key: Buffer

  constructor(
    private readonly settings: SettingsFile,
    databaseKey: Uint8Array,
  ) {
    this.#key = derive(databaseKey, 'server password')
  }

  /** What the screen gives. A section of the file that was damaged or edited into nonsense counts as empty: its values mean something together only. */
  get(): ServerSettings {
    const { sealedPassword, ...kept } = this.settings.get().server ?? {}
    const parsed = ServerSettings.omit({ password: true }).safeParse(kept)
    if (!parsed.success) return {}
    const password = sealedPassword === undefined ? undefined : this.#opened(sealedPassword, parsed.data)
    return { ...parsed.data, ...(password !== undefined && { password }) }
  }

  /** What the screen would give with a change; keeps nothing. Throws `InvalidServerSettings`. */
  with(change: ServerChange): ServerSettings {
    return changed(this.get(), change)
  }

  /** Keeps a change. Throws `InvalidServerSettings`; then nothing was kept. */
  set(change: ServerChange): void {
    const { password, ...kept } = this.with(change)
    const sealedPassword = password === undefined ? undefined : seal(this.#key, password, placeOf(kept)).toString('base64')
    const server = { ...kept, ...(sealedPassword !== undefined && { sealedPassword }) }
    this.settings.set({ server: Object.keys(server).length > 0 ? server : undefined })
  }

  #opened(sealedPassword: string, kept: ServerSettings): string | undefined {
    try {
      return openText(this.#key, Buffer.from(sealedPassword, 'base64'), placeOf(kept))
    } catch {
      // Another database key, another address or damage: the password has to be entered again.
      return undefined
    }
  }
}

/** What a password is for: where it is sent, and whether on an encrypted line. */
function placeOf({ url, host, port, tls, clusterNodes, sentinels, sentinelName }: ServerSettings): string {
  return `server password ${JSON.stringify([url ?? null, host ?? null, port ?? null, tls ?? false, clusterNodes ?? null, sentinels ?? null, sentinelName ?? null])}`
}

/**
 * Settings with a change: null takes a value away. A password within the address is kept as the password, so that it never stands in the file.
 * A kept password is for the kept address: with another one it has to be given again or taken away. Throws `InvalidServerSettings`.
 */
export function changed(before: ServerSettings, change: ServerChange): ServerSettings {
  const { url, password } = split(change)
  const next = { ...before, ...change, ...(url !== undefined && { url }), ...(password !== undefined && { password }) }
  const settings = Object.fromEntries(Object.entries(next).filter(([, value]) => value !== null && value !== undefined)) as ServerSettings
  const fields: { path: string; code: string }[] = []
  if (before.password !== undefined && password === undefined && placeOf(settings) !== placeOf(before)) fields.push({ path: 'password', code: 'again' })
  if (settings.sentinels && !settings.sentinelName) fields.push({ path: 'sentinelName', code: 'missing' })
  if (settings.sentinels && settings.clusterNodes) fields.push({ path: 'sentinels', code: 'exclusive' })
  if (fields.length > 0) throw new InvalidServerSettings(fields)
  return settings
}

/** The address without its password, and the password that is meant; one in its own field is stronger. */
function split({ url, password }: ServerChange): Pick<ServerChange, 'url' | 'password'> {
  if (typeof url !== 'string') return { url, password }
  const parsed = new URL(url)
  if (parsed.password === '') return { url, password }
  try {
    const within = decodeURIComponent(parsed.password)
    parsed.password = ''
    return { url: parsed.href, password: password ?? within }
  } catch {
    throw new InvalidServerSettings([{ path: 'url', code: 'invalid_format' }])
  }
}
