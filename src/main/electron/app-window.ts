import { BrowserWindow, nativeTheme, screen } from 'electron'
import { appPage } from './app-page.js'
import { pageRights } from './window-options.js'
import type { WindowSettings } from './window-settings.js'

const minimumSize = { minWidth: 720, minHeight: 540 }

/** How long after a crash of the page a second one counts as persistent and the window gives up reloading. */
const crashPauseMs = 10_000

/** Makes the application window where it last stood, and shows it once its first frame is painted. */
export const openAppWindow = (preloadFile: string, settings: WindowSettings): BrowserWindow => {
  const window = new BrowserWindow({
    ...minimumSize,
    ...visibleBounds(settings),
    title: 'MedInsight Hub',
    show: false,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#1a1b1e' : '#ffffff',
    webPreferences: { ...pageRights, preload: preloadFile },
  })
  // Titles stand in task bars, window lists and screenshots: a page must not be able to put a patient's name there.
  window.on('page-title-updated', (event) => event.preventDefault())
  window.webContents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
  if (settings.read()?.isMaximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () => settings.save({ ...window.getNormalBounds(), isMaximized: window.isMaximized() }))
  reloadAfterCrash(window)
  loadPage(window)
  return window
}

/** Brings the window to the front, wherever it is hidden. */
export const focusWindow = (window: BrowserWindow): void => {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

/** The kept bounds, unless the screen they were on is no longer there. */
const visibleBounds = (settings: WindowSettings): Partial<Electron.Rectangle> => {
  const kept = settings.read()
  if (!kept) return { width: 1280, height: 800 }
  const area = screen.getDisplayMatching(kept).workArea
  const isVisible = kept.x < area.x + area.width && kept.x + kept.width > area.x && kept.y < area.y + area.height && kept.y + kept.height > area.y
  return isVisible ? { x: kept.x, y: kept.y, width: kept.width, height: kept.height } : { width: kept.width, height: kept.height }
}

const reloadAfterCrash = (window: BrowserWindow): void => {
  let lastCrashAt = 0
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason === 'clean-exit' || window.isDestroyed()) return
    const isPersistent = Date.now() - lastCrashAt < crashPauseMs
    lastCrashAt = Date.now()
    if (!isPersistent) loadPage(window)
  })
}

const loadPage = (window: BrowserWindow): void => {
  // A window closed while it loads rejects the promise; there is nothing left to tell anybody.
  window.loadURL(appPage).catch(() => undefined)
}
