import { join } from 'node:path'
import { app, type BrowserWindow, dialog, ipcMain, Menu, protocol, safeStorage, session, shell } from 'electron'
import type { SessionCarrier } from '../ipc/needs.js'
import type { KeyStore } from '../lib/key-store.js'
import { appSchemePrivileges, serveAppPages } from './app-protocol.js'
import { focusWindow, openAppWindow } from './app-window.js'
import type { AnswerBinary } from './binary-requests.js'
import { acceptConnections, type Connect } from './connection.js'
import { openSystemKeyStore } from './key-store.js'
import { applicationMenu } from './menu.js'
import { guardNavigation } from './navigation.js'
import { denyPermissions } from './permissions.js'
import { filterRequests } from './request-filter.js'
import { showOver } from './system-notifications.js'
import { pageRights } from './window-options.js'
import { openWindowSettings } from './window-settings.js'

/** What the desktop gives to the program behind the window. */
export interface Desktop {
  /** Folder of the application on this computer; the clinics lie below it. */
  applicationFolder: string
  version: string
  keyStore: KeyStore
}

/** The program behind the window, once it runs. */
export interface DesktopHost {
  connect: Connect
  /** Answers the window's requests for bytes: files of patients, in and out. */
  answerBinary?: AnswerBinary
  /** Begins to tell a window, by its session, what is to be shown through the operating system; returns how to stop. */
  tell?(session: SessionCarrier, show: (sentence: string) => void): () => void
  /** Ends everything durably; the application quits when it has resolved. */
  stop(): Promise<void>
}

export interface DesktopParts {
  /** Absolute path of the sandboxed preload, one CommonJS file. */
  preloadFile: string
  /** Absolute path of the built renderer. */
  rendererFolder: string
  /** Starts the program. What it throws is shown to the person as a sentence, and the application ends. */
  open(desktop: Desktop): Promise<DesktopHost>
}

/**
 * Runs the application as a desktop window. A second start only brings the first one's window to the front. Must be called
 * while the entry file is being evaluated, because a scheme can only be registered before Electron is ready.
 */
export const startDesktop = (parts: DesktopParts): void => {
  if (!app.requestSingleInstanceLock()) {
    app.quit()
    return
  }
  app.enableSandbox()
  protocol.registerSchemesAsPrivileged([appSchemePrivileges])
  guardNavigation(app, (address) => shell.openExternal(address))
  let window: BrowserWindow | undefined
  app.on('second-instance', () => {
    if (window && !window.isDestroyed()) focusWindow(window)
  })
  app.on('window-all-closed', () => app.quit())
  app
    .whenReady()
    .then(async () => {
      let answerBinary: (request: Request) => Promise<Response | undefined> = async () => undefined
      secureSession(parts.rendererFolder, (request) => answerBinary(request))
      Menu.setApplicationMenu(applicationMenu())
      const host = await parts.open(desktopOf())
      stopBeforeQuit(host)
      const sessionOf = acceptConnections(ipcMain, host.connect)
      const opened = openAppWindow(parts.preloadFile, openWindowSettings())
      window = opened
      const stopTelling = host.tell?.(sessionOf(opened.webContents), showOver(opened))
      if (stopTelling) opened.once('closed', stopTelling)
      // There is one window, and its session is the only one that this scheme serves.
      answerBinary = async (request) => host.answerBinary?.(request, { carrier: sessionOf(opened.webContents), address: 'port', isOnThisComputer: true })
    })
    .catch(refuseToStart)
}

const secureSession = (rendererFolder: string, answerFirst: (request: Request) => Promise<Response | undefined>): void => {
  // The default session is never shown, but a window made by mistake would use it: it gets the same handlers and no pages.
  for (const each of [session.fromPartition(pageRights.partition), session.defaultSession]) {
    denyPermissions(each)
    filterRequests(each)
    each.setSpellCheckerEnabled(false)
  }
  serveAppPages(session.fromPartition(pageRights.partition), rendererFolder, answerFirst)
}

const desktopOf = (): Desktop => {
  const applicationFolder = app.getPath('userData')
  return { applicationFolder, version: app.getVersion(), keyStore: openSystemKeyStore(safeStorage, join(applicationFolder, 'keys')) }
}

/** Quitting waits for the program: commits, the journal and the lock of the data folder end before the process does. */
const stopBeforeQuit = (host: DesktopHost): void => {
  let state: 'running' | 'stopping' | 'stopped' = 'running'
  app.on('will-quit', (event) => {
    if (state === 'stopped') return
    event.preventDefault()
    if (state === 'stopping') return
    state = 'stopping'
    const finish = (): void => {
      state = 'stopped'
      app.quit()
    }
    host.stop().then(finish, finish)
  })
}

/** Only errors made for people are shown: the text of any other may hold a path or a value. */
const refuseToStart = (error: unknown): void => {
  const isForPeople = error instanceof Error && 'isPublic' in error
  const reason = isForPeople
    ? error.message
    : `An unexpected error (${error instanceof Error ? error.name : 'unknown'}) stopped the start. Nothing was changed.`
  dialog.showErrorBox('MedInsight Hub could not start', reason)
  app.exit(1)
}
