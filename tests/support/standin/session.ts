import { EventEmitter } from 'node:events'
import { app } from './app.js'

interface Privileges {
  standard?: boolean
  secure?: boolean
}
type Handler = (request: Request) => Response | Promise<Response>
type RequestDetails = { url: string; method: string; resourceType: string }
type RequestRule = (details: RequestDetails, answer: (response: { cancel?: boolean }) => void) => void
type PermissionRequest = (contents: unknown, permission: string, answer: (isGranted: boolean) => void, details: object) => void
type PermissionCheck = (contents: unknown, permission: string, origin: string, details: object) => boolean

const schemes = new Map<string, Privileges>()

/** Electron's module of that name: here the registration of schemes, which must come before `ready`. */
export const protocol = {
  registerSchemesAsPrivileged(list: { scheme: string; privileges?: Privileges }[]): void {
    if (app.isReady()) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready')
    for (const { scheme, privileges = {} } of list) schemes.set(scheme, privileges)
  },
}

/**
 * Chromium knows nothing of the application's scheme, so `app://clinic/x` is shown as `https://clinic.app.standin.test/x`
 * and answered before it reaches the network; as plain http when the scheme is not `secure`, so that a forgotten privilege
 * is felt. The main process only ever sees `app:`.
 */
export const toPageAddress = (address: string): string => {
  const match = /^([a-z][a-z0-9+-]*):\/\/([^/?#]+)(.*)$/i.exec(address)
  const privileges = match?.[1] === undefined ? undefined : schemes.get(match[1])
  if (!match || !privileges?.standard) return address
  return `${privileges.secure ? 'https' : 'http'}://${match[2]}.${match[1]}.standin.test${match[3] === '' ? '/' : match[3]}`
}

export const fromPageAddress = (address: string): string =>
  address.replace(
    /^(blob:)?https?:\/\/([^/?#]*)\.([a-z][a-z0-9+-]*)\.standin\.test(?=[/?#]|$)/i,
    (_all, blob = '', host, scheme) => `${blob}${scheme}://${host}`,
  )

/** One Electron session: what it answers, filters and permits is decided by the handlers the application sets. */
export class Session extends EventEmitter {
  readonly #handlers = new Map<string, Handler>()
  #requestRule: RequestRule | undefined
  #permissionRequest: PermissionRequest | undefined
  #permissionCheck: PermissionCheck | undefined
  /** Handlers that nothing here asks; the tests see that they were set. */
  readonly held = new Map<string, unknown>()

  readonly protocol = {
    handle: (scheme: string, handler: Handler): void => {
      if (!app.isReady()) throw new Error('protocol can only be used after app is ready')
      if (this.#handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`)
      this.#handlers.set(scheme, handler)
    },
  }
  readonly webRequest = {
    onBeforeRequest: (rule: RequestRule): void => {
      this.#requestRule = rule
    },
  }

  handlerOf(address: string): Handler | undefined {
    return this.#handlers.get(/^([^:]+):/.exec(address)?.[1] ?? '')
  }
  async isCancelled(details: RequestDetails): Promise<boolean> {
    const rule = this.#requestRule
    if (!rule) return false
    const { cancel } = await new Promise<{ cancel?: boolean }>((resolve) => rule(details, resolve))
    return cancel === true
  }
  /** Electron grants everything to a session without handlers. */
  async isPermitted(contents: unknown, permission: string, address: string): Promise<boolean> {
    const ask = this.#permissionRequest
    const isGranted = !ask || (await new Promise<boolean>((resolve) => ask(contents, permission, resolve, { requestingUrl: address, isMainFrame: true })))
    return isGranted && (this.#permissionCheck?.(contents, permission, address, {}) ?? true)
  }

  setPermissionRequestHandler(handler: PermissionRequest): void {
    this.#permissionRequest = handler
  }
  setPermissionCheckHandler(handler: PermissionCheck): void {
    this.#permissionCheck = handler
  }
  setDevicePermissionHandler(handler: unknown): void {
    this.held.set('device', handler)
  }
  setDisplayMediaRequestHandler(handler: unknown): void {
    this.held.set('displayMedia', handler)
  }
  setBluetoothPairingHandler(handler: unknown): void {
    this.held.set('bluetoothPairing', handler)
  }
  setSpellCheckerEnabled(isEnabled: boolean): void {
    this.held.set('spellChecker', isEnabled)
  }
}

const sessions = new Map<string, Session>()
const sessionOf = (partition: string): Session => {
  const known = sessions.get(partition) ?? new Session()
  sessions.set(partition, known)
  return known
}

/** Electron's module of that name. */
export const session = { defaultSession: sessionOf(''), fromPartition: sessionOf }
