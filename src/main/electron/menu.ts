import { Menu, type MenuItemConstructorOptions } from 'electron'

/**
 * The application menu: editing, size of the text, the window, the end. Electron's default menu would offer reloading and
 * developer tools. Roles bring their accelerators and the platform's own words.
 */
export const applicationMenu = (): Menu => {
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' as const }] : [{ role: 'fileMenu' as const }]),
    { role: 'editMenu' },
    { label: 'View', submenu: [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { type: 'separator' }, { role: 'togglefullscreen' }] },
    { role: 'windowMenu' },
  ]
  return Menu.buildFromTemplate(template)
}
