/**
 * What `import … from 'electron'` gives on the stand-in: the part of Electron that the application, electron-store and
 * Playwright use. A name that is missing here stops the start, so nothing is used unnoticed.
 */
import { app } from './app.js'
import { BrowserWindow, webContents } from './browser-window.js'
import { ipcMain } from './ports.js'
import { protocol, session } from './session.js'
import { dialog, Menu, Notification, nativeTheme, safeStorage, screen, shell } from './system.js'

export { app, BrowserWindow, dialog, ipcMain, Menu, Notification, nativeTheme, protocol, safeStorage, screen, session, shell, webContents }
// biome-ignore lint/style/noDefaultExport: electron-store and Playwright ask for the whole module.
export default { app, BrowserWindow, dialog, ipcMain, Menu, Notification, nativeTheme, protocol, safeStorage, screen, session, shell, webContents }
