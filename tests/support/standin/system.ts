import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { app } from './app.js'

/** Opens nothing; a test puts its own function in place, here as on real Electron. */
export const shell = { openExternal: async (): Promise<void> => undefined }

export const dialog = {
  /** Printed, as Electron does where there is no screen. */
  showErrorBox(title: string, content: string): void {
    process.stderr.write(`${title}\n${content}\n`)
  },
}

/** Shows nothing: there is no desktop. A test puts its own `show` in place, here as on real Electron, and clicks by emitting `click`. */
export class Notification extends EventEmitter {
  readonly title: string
  readonly body: string
  static isSupported(): boolean {
    return true
  }
  constructor({ title = '', body = '' }: { title?: string; body?: string } = {}) {
    super()
    this.title = title
    this.body = body
  }
  show(): void {
    this.emit('show')
  }
}

interface MenuEntry {
  role?: string
  label?: string
  submenu?: MenuEntry[] | Menu
}

/** Keeps the menu's entries; there is no menu bar. */
export class Menu {
  static #application: Menu | null = null
  readonly items: MenuEntry[]
  constructor(items: MenuEntry[] = []) {
    this.items = items
  }
  static buildFromTemplate(template: MenuEntry[]): Menu {
    return new Menu(template.map((entry) => (Array.isArray(entry.submenu) ? { ...entry, submenu: Menu.buildFromTemplate(entry.submenu) } : entry)))
  }
  static setApplicationMenu(menu: Menu | null): void {
    Menu.#application = menu
  }
  static getApplicationMenu(): Menu | null {
    return Menu.#application
  }
}

class NativeTheme extends EventEmitter {
  #source = 'system'
  get themeSource(): string {
    return this.#source
  }
  set themeSource(source: string) {
    this.#source = source
    this.emit('updated')
  }
  get shouldUseDarkColors(): boolean {
    return this.#source === 'dark'
  }
}
export const nativeTheme = new NativeTheme().setMaxListeners(0)

const display = { workArea: { x: 0, y: 0, width: 1280, height: 800 } }
export const screen = { getPrimaryDisplay: () => display, getAllDisplays: () => [display], getDisplayMatching: () => display }

/** A key ring made of one file. Which back end it claims to be is set by STANDIN_KEY_RING, e.g. `basic_text`. */
const keyRing = (): Buffer => {
  const file = join(app.getPath('userData'), 'stand-in-key-ring')
  if (!existsSync(file)) writeFileSync(file, randomBytes(32), { mode: 0o600 })
  return readFileSync(file)
}

export const safeStorage = {
  getSelectedStorageBackend: (): string => (app.isReady() ? (process.env.STANDIN_KEY_RING ?? 'gnome_libsecret') : 'unknown'),
  isAsyncEncryptionAvailable: async (): Promise<boolean> => app.isReady(),
  async encryptStringAsync(text: string): Promise<Buffer> {
    const start = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', keyRing(), start)
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([start, cipher.getAuthTag(), sealed])
  },
  async decryptStringAsync(sealed: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> {
    const decipher = createDecipheriv('aes-256-gcm', keyRing(), sealed.subarray(0, 12)).setAuthTag(sealed.subarray(12, 28))
    return { result: Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8'), shouldReEncrypt: false }
  },
}
