import { ipcMain } from 'electron'
import Store from 'electron-store'
import { z } from 'zod'

const WindowBounds = z.object({ x: z.int(), y: z.int(), width: z.int().min(200).max(20_000), height: z.int().min(200).max(20_000), isMaximized: z.boolean() })
type WindowBounds = z.infer<typeof WindowBounds>

/** Where the window stood when it was closed, in device-independent pixels. */
export interface WindowSettings {
  read(): WindowBounds | undefined
  save(bounds: WindowBounds): void
}

/** Opens `settings.json` in the application's folder. Nothing secret and nothing of a clinic stands in it. */
export const openWindowSettings = (): WindowSettings => {
  const store = new Store<{ window?: unknown }>({ name: 'settings', clearInvalidConfig: true })
  // electron-store answers every page with the path of the application's folder; no page of ours asks.
  ipcMain.removeAllListeners('electron-store-get-data')
  return {
    // A file edited by hand must not keep the application from starting.
    read: () => WindowBounds.safeParse(store.get('window')).data,
    save: (bounds) => store.set('window', WindowBounds.parse(bounds)),
  }
}
