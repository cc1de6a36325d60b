import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { stoppable } from './app.js'
import { devTools } from './chromium.js'
import { createCodec } from './codec.js'
import type { Channel } from './dev-tools.js'
import { answerRequest, type PausedRequest, permissionNames } from './page-requests.js'
import { type PageMessage, refuseWindows, startIsolatedWorld } from './page-world.js'
import { ipcMain, MessagePortMain } from './ports.js'
import { fromPageAddress, type Session, session, toPageAddress } from './session.js'
import { nativeTheme } from './system.js'

export interface PageOptions {
  preload?: string
  partition?: string
  sandbox?: boolean
  contextIsolation?: boolean
  nodeIntegration?: boolean
  webSecurity?: boolean
}

const isolatedWorld = 'Electron Isolated Context'
const { decode } = createCodec()
let lastId = 0

/** The page of a window: a real Chromium page, with the preload in a real isolated world. */
export class WebContents extends EventEmitter {
  readonly id = ++lastId
  readonly session: Session
  readonly mainFrame: { readonly url: string; readonly parent: null }
  targetId = ''
  #options: PageOptions
  #opened: Promise<Channel>
  #binding = `standIn${randomUUID().replaceAll('-', '')}`
  #context: string | undefined
  #address = ''
  /** The address `loadURL` is about to open: the one navigation that the page itself has not asked for. */
  #loading: string | undefined
  #isDestroyed = false
  #openHandler: ((details: { url: string }) => { action: string }) | undefined

  constructor(options: PageOptions) {
    super()
    this.setMaxListeners(0)
    // Pages here are always sandboxed, isolated and bound by the same-origin rule; pretending otherwise would hide a mistake.
    if (options.sandbox !== true || options.contextIsolation === false || options.nodeIntegration === true || options.webSecurity === false)
      throw new Error('The stand-in opens only sandboxed, isolated, secure windows.')
    this.#options = options
    this.session = options.partition ? session.fromPartition(options.partition) : session.defaultSession
    const address = () => this.getURL()
    this.mainFrame = {
      get url() {
        return address()
      },
      parent: null,
    }
    this.#opened = this.#open()
  }

  async #open(): Promise<Channel> {
    const { browser } = devTools()
    this.targetId = (await browser.send('Target.createTarget', { url: 'about:blank' })).targetId
    const { sessionId } = await browser.send('Target.attachToTarget', { targetId: this.targetId, flatten: true })
    const page = devTools().page(sessionId)
    this.#follow(page, browser)
    await Promise.all([
      page.send('Page.enable'),
      page.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }),
      page.send('Runtime.addBinding', { name: this.#binding, executionContextName: isolatedWorld }),
      page.send('Page.addScriptToEvaluateOnNewDocument', { source: `if (window === top) (${refuseWindows})(${JSON.stringify(this.#binding)})` }),
      page.send('Page.addScriptToEvaluateOnNewDocument', { worldName: isolatedWorld, source: this.#preloadScript() }),
    ])
    await page.send('Runtime.enable')
    const showTheme = () =>
      page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: nativeTheme.shouldUseDarkColors ? 'dark' : 'light' }] })
    nativeTheme.on('updated', () => void showTheme().catch(() => undefined))
    await showTheme()
    return page
  }

  /** The preload as a function literal: the page's content policy forbids to make one from text. */
  #preloadScript(): string {
    const preload = this.#options.preload === undefined ? '' : readFileSync(this.#options.preload, 'utf8')
    if (/^\s*(import|export)\s/m.test(preload)) throw new Error('Cannot use import statement outside a module: a sandboxed preload must be CommonJS.')
    const start = `(${startIsolatedWorld})(${JSON.stringify(this.#binding)}, ${createCodec}, function (require, module, exports, process) {${preload}\n})`
    return `if (window === top && location.href !== 'about:blank') ${start}`
  }

  #follow(page: Channel, browser: Channel): void {
    page.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === this.#binding) this.#fromPage(JSON.parse(payload))
    })
    page.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name === isolatedWorld && context.auxData?.frameId === this.targetId) this.#context = context.uniqueId
    })
    page.on('Runtime.executionContextDestroyed', ({ executionContextUniqueId }) => {
      if (executionContextUniqueId === this.#context) this.#documentGone()
    })
    // Said instead of the above when the whole document is replaced.
    page.on('Runtime.executionContextsCleared', () => this.#documentGone())
    page.on('Page.frameNavigated', ({ frame }) => {
      if (!frame.parentId) this.#address = frame.url
    })
    page.on('Page.navigatedWithinDocument', ({ url }) => {
      this.#address = url
    })
    page.on('Page.loadEventFired', () => {
      this.emit('did-finish-load')
      this.emit('ready-to-show')
    })
    page.on('Page.windowOpen', ({ url }) => this.#openHandler?.({ url: fromPageAddress(url) }))
    page.on('Inspector.targetCrashed', () => this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 }))
    page.on('Fetch.requestPaused', (request) => void answerRequest(this, page, request).catch(() => undefined))
    browser.on('Target.targetInfoChanged', ({ targetInfo }) => {
      if (targetInfo.targetId === this.targetId) this.emit('stand-in-title', targetInfo.title)
    })
    // A link that asks for a new window: Electron never makes it, Chromium cannot be told so beforehand.
    browser.on('Target.targetCreated', ({ targetInfo }) => {
      if (targetInfo.openerId === this.targetId) browser.send('Target.closeTarget', { targetId: targetInfo.targetId }).catch(() => undefined)
    })
    browser.on('Target.targetDestroyed', ({ targetId }) => {
      if (targetId === this.targetId) this.destroy()
    })
  }

  #documentGone(): void {
    this.#context = undefined
    MessagePortMain.closeAll(this)
  }

  #fromPage(message: PageMessage): void {
    if (message.type === 'preloadError') process.stderr.write(`Unable to load preload script: ${message.message}\n`)
    else if (message.type === 'post') {
      const ports = message.ports.map((id) => new MessagePortMain(id, this))
      ipcMain.emit(message.channel, { sender: this, senderFrame: this.mainFrame, ports }, decode(message.value))
    } else if (message.type === 'open') this.#openHandler?.({ url: fromPageAddress(message.address) })
    else MessagePortMain.receive(message)
  }

  toPage(message: PageMessage): void {
    if (this.#isDestroyed || !this.#context) return
    const where = { expression: `standInReceive(${JSON.stringify(message)})`, uniqueContextId: this.#context }
    this.#opened.then((page) => page.send('Runtime.evaluate', where)).catch(() => undefined)
  }

  /** Whether the page may go where it wants to; asked for each document it requests. */
  mayNavigate(request: PausedRequest): boolean {
    const isMainFrame = request.frameId === this.targetId
    if (isMainFrame && this.#loading === request.request.url) return true
    const url = fromPageAddress(request.request.url)
    const frameEvent = stoppable({ url, isMainFrame })
    this.emit('will-frame-navigate', frameEvent)
    if (!isMainFrame) return !frameEvent.isStopped()
    const event = stoppable({ url, isMainFrame })
    this.emit('will-navigate', event, url)
    return !event.isStopped() && !frameEvent.isStopped()
  }

  async loadURL(address: string): Promise<void> {
    const page = await this.#opened
    this.#loading = toPageAddress(address)
    const { origin } = new URL(this.#loading)
    for (const [permission, name] of permissionNames) {
      const setting = (await this.session.isPermitted(this, permission, address)) ? 'granted' : 'denied'
      await devTools().browser.send('Browser.setPermission', { permission: { name }, setting, origin })
    }
    const loaded = new Promise((resolve) => this.once('did-finish-load', resolve))
    const { errorText } = await page.send('Page.navigate', { url: this.#loading })
    if (errorText) throw new Error(`${errorText} loading '${address}'`)
    // On load, not on commit: a message posted as soon as this resolves must find the page listening.
    await loaded
    this.#loading = undefined
  }

  getURL(): string {
    return fromPageAddress(this.#address)
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.#openHandler = handler
  }
  setWebRTCIPHandlingPolicy(): void {
    // No page here has a network.
  }
  isDestroyed(): boolean {
    return this.#isDestroyed
  }
  destroy(): void {
    if (this.#isDestroyed) return
    this.#isDestroyed = true
    MessagePortMain.closeAll(this)
    devTools()
      .browser.send('Target.closeTarget', { targetId: this.targetId })
      .catch(() => undefined)
    this.emit('destroyed')
  }
}
