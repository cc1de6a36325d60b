import type { WebPreferences } from 'electron'

/**
 * What the page of the application window may do: nothing that a page in a strict browser could not. This is the only
 * such literal; `app-window.ts` adds the preload file to it and nothing else may make a window.
 */
export const pageRights = Object.freeze({
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  webviewTag: false,
  plugins: false,
  experimentalFeatures: false,
  enableBlinkFeatures: '',
  navigateOnDragDrop: false,
  // The spelling checker downloads its dictionaries, and looks at what is typed about patients.
  spellcheck: false,
  // Without "persist:" the session lives in memory: drafts, pictures and blobs never reach the disk unencrypted.
  partition: 'clinic',
} satisfies WebPreferences)
