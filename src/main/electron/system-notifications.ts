import { type BrowserWindow, Notification } from 'electron'
import { focusWindow } from './app-window.js'

/**
 * Shows sentences through the operating system while a window is not looked at; a click brings it to the front. Whoever calls it makes sure that no
 * sentence holds anything private: it may stand on a lock screen.
 */
export function showOver(window: BrowserWindow): (sentence: string) => void {
  // Electron forgets a notification, and its click, that nobody holds.
  const shown = new Set<Notification>()
  return (sentence) => {
    if (window.isDestroyed() || window.isFocused() || !Notification.isSupported()) return
    const notification = new Notification({ title: 'MedInsight Hub', body: sentence })
    const forget = () => void shown.delete(notification)
    notification.on('click', () => {
      forget()
      if (!window.isDestroyed()) focusWindow(window)
    })
    notification.on('close', forget)
    notification.on('failed', forget)
    shown.add(notification)
    notification.show()
  }
}
