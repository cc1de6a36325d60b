import { EventEmitter } from 'node:events'
import { app, stoppable } from './app.js'
import { type PageOptions, WebContents } from './web-contents.js'

interface Bounds {
  x: number
  y: number
  width: number
  height: number
}
type WindowOptions = Partial<Bounds> & { show?: boolean; title?: string; webPreferences?: PageOptions }

/** A window without a frame around it: Chromium's page, and what the application said about the window. */
export class BrowserWindow extends EventEmitter {
  readonly id: number
  readonly webContents: WebContents
  /** What the window was made with; absent on real Electron. */
  readonly standInOptions: WindowOptions
  #bounds: Bounds
  #title: string
  #isVisible: boolean
  #isMaximized = false
  #isFocused = false
  #isMinimized = false
  #isDestroyed = false

  constructor(options: WindowOptions = {}) {
    super()
    this.standInOptions = options
    this.#bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width ?? 800, height: options.height ?? 600 }
    this.#title = options.title ?? app.getName()
    this.#isVisible = options.show !== false
    this.webContents = new WebContents(options.webPreferences ?? {})
    this.id = this.webContents.id
    this.webContents.once('ready-to-show', () => this.emit('ready-to-show'))
    this.webContents.on('stand-in-title', (title: string) => this.#pageTitle(title))
    this.webContents.once('destroyed', () => this.#gone())
    app.windows.add(this)
    app.emit('web-contents-created', {}, this.webContents)
    app.emit('browser-window-created', {}, this)
  }
  static getAllWindows(): BrowserWindow[] {
    return [...app.windows].filter((window) => window instanceof BrowserWindow)
  }
  /** Playwright finds a page's window with this. */
  static fromWebContents(contents: WebContents | undefined): BrowserWindow | null {
    return BrowserWindow.getAllWindows().find((window) => window.webContents === contents) ?? null
  }

  loadURL(address: string): Promise<void> {
    return this.webContents.loadURL(address)
  }
  show(): void {
    this.#isVisible = true
    this.emit('show')
  }
  isVisible(): boolean {
    return this.#isVisible
  }
  focus(): void {
    this.#isFocused = true
    this.emit('focus')
  }
  blur(): void {
    this.#isFocused = false
    this.emit('blur')
  }
  isFocused(): boolean {
    return this.#isFocused
  }
  minimize(): void {
    this.#isMinimized = true
  }
  isMinimized(): boolean {
    return this.#isMinimized
  }
  restore(): void {
    this.#isMinimized = false
  }
  maximize(): void {
    this.#isMaximized = true
  }
  isMaximized(): boolean {
    return this.#isMaximized
  }
  setBounds(bounds: Partial<Bounds>): void {
    Object.assign(this.#bounds, bounds)
  }
  getBounds(): Bounds {
    return { ...this.#bounds }
  }
  getNormalBounds(): Bounds {
    return this.getBounds()
  }
  getTitle(): string {
    return this.#title
  }
  isDestroyed(): boolean {
    return this.#isDestroyed
  }
  close(): void {
    const event = stoppable({})
    this.emit('close', event)
    if (!event.isStopped()) this.webContents.destroy()
  }

  #pageTitle(title: string): void {
    const event = stoppable({})
    this.emit('page-title-updated', event, title, true)
    if (!event.isStopped()) this.#title = title
  }
  #gone(): void {
    if (this.#isDestroyed) return
    this.#isDestroyed = true
    this.emit('closed')
    app.windowGone(this)
  }
}

/** Electron's module of that name, as far as Playwright asks it. */
export const webContents = {
  fromDevToolsTargetId: (targetId: string): WebContents | undefined =>
    BrowserWindow.getAllWindows().find((window) => window.webContents.targetId === targetId)?.webContents,
}
