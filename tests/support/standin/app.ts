import { EventEmitter } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/** An event that a listener can stop. */
export const stoppable = <Details extends object>(details: Details): Details & { preventDefault(): void; isStopped(): boolean } => {
  let stopped = false
  return Object.assign(details, {
    preventDefault: () => {
      stopped = true
    },
    isStopped: () => stopped,
  })
}

interface Closable {
  close(): void
  isDestroyed(): boolean
}

class CommandLine {
  readonly switches = new Map<string, string>()
  appendSwitch(name: string, value = ''): void {
    this.switches.set(name, value)
  }
  hasSwitch(name: string): boolean {
    return this.switches.has(name)
  }
  getSwitchValue(name: string): string {
    return this.switches.get(name) ?? ''
  }
}

class App extends EventEmitter {
  readonly commandLine = new CommandLine()
  readonly isPackaged = false
  readonly windows = new Set<Closable>()
  #paths = new Map<string, string>()
  #folder = process.cwd()
  #manifest: { name?: string; productName?: string; version?: string } = {}
  #isQuitting = false
  #isExiting = false
  #ready = Promise.withResolvers<object>()
  #isReady = false
  #endings: (() => Promise<void>)[] = []
  #lock: string | undefined

  /** Called by the boot file: the application's folder and the command line. */
  take(folder: string, args: readonly string[]): void {
    this.#folder = folder
    for (const arg of args) {
      const match = /^--([^=]+)=?(.*)$/.exec(arg)
      if (match?.[1]) this.commandLine.appendSwitch(match[1], match[2])
    }
    try {
      this.#manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    } catch {
      // A single file without a manifest beside it is fine.
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => this.quit())
  }

  /** Called by the boot file once the application's own code is loaded. Playwright replaces `emit`, `isReady` and `whenReady`. */
  becomeReady(): void {
    this.#isReady = true
    this.emit('ready', {}, {})
    this.#ready.resolve({})
  }
  isReady(): boolean {
    return this.#isReady
  }
  whenReady(): Promise<object> {
    return this.#ready.promise
  }

  getName(): string {
    return this.#manifest.productName ?? this.#manifest.name ?? 'application'
  }
  getVersion(): string {
    return this.#manifest.version ?? '0.0.0'
  }
  getAppPath(): string {
    return this.#folder
  }
  getLocale(): string {
    return 'en-US'
  }
  setPath(name: string, path: string): void {
    this.#paths.set(name, path)
  }
  getPath(name: string): string {
    const path = this.#paths.get(name) ?? this.#defaultPath(name)
    mkdirSync(path, { recursive: true })
    return path
  }
  #defaultPath(name: string): string {
    const asked = this.commandLine.getSwitchValue('user-data-dir')
    if (name === 'userData' || name === 'sessionData') return asked === '' ? join(homedir(), '.config', this.getName()) : asked
    if (name === 'temp') return tmpdir()
    if (name === 'home') return homedir()
    if (name === 'logs' || name === 'crashDumps') return join(this.getPath('userData'), name)
    return join(homedir(), name)
  }

  enableSandbox(): void {
    // Takes effect on real Electron only; the windows here are sandboxed pages in any case.
    if (this.isReady()) throw new Error('app.enableSandbox() can only be called before app is ready')
  }

  /** A file that names the first process. The second one wakes it with a signal, so nothing needs to be asked and awaited. */
  requestSingleInstanceLock(): boolean {
    const lock = join(this.getPath('userData'), 'stand-in-lock')
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
    } catch {
      const owner = Number(readFileSync(lock, 'utf8'))
      if (owner !== process.pid && isAlive(owner)) {
        process.kill(owner, 'SIGUSR2')
        return false
      }
      writeFileSync(lock, String(process.pid))
    }
    this.#lock = lock
    process.on('SIGUSR2', () => this.emit('second-instance', {}, [], '', undefined))
    return true
  }

  onExit(ending: () => Promise<void>): void {
    this.#endings.push(ending)
  }
  quit(): void {
    if (this.#isQuitting || this.#isExiting) return
    this.#isQuitting = true
    this.#isQuitting = this.#tryToQuit()
  }
  #tryToQuit(): boolean {
    const before = stoppable({})
    this.emit('before-quit', before)
    if (before.isStopped()) return false
    for (const window of [...this.windows]) {
      window.close()
      if (!window.isDestroyed()) return false
    }
    const will = stoppable({})
    this.emit('will-quit', will)
    if (will.isStopped()) return false
    this.exit(0)
    return true
  }
  exit(code = 0): void {
    if (this.#isExiting) return
    this.#isExiting = true
    this.emit('quit', {}, code)
    if (this.#lock) rmSync(this.#lock, { force: true })
    Promise.allSettled(this.#endings.map((ending) => ending())).then(() => process.exit(code))
  }
  /** Called when a window is gone. Without a listener the last one ends the application. */
  windowGone(window: Closable): void {
    this.windows.delete(window)
    if (this.windows.size === 0 && !this.#isQuitting && !this.emit('window-all-closed')) this.quit()
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

export const app = new App()
