import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { NotificationEvent } from '../../shared/contract/notifications.js'
import { notificationSentences } from '../../shared/notification-sentences.js'
import { rpc } from '../api/client.js'
import { isDesktop } from '../api/transports.js'
import { useLanguage } from '../i18n/texts.js'

/** What the signed-in person wants to be told, and where. */
export const useNotificationPreferences = () => useQuery(rpc.notifications.preferences.queryOptions({ input: {} }))

/**
 * Asks the browser whether notifications may be shown over other windows; call it from a click. The desktop shell shows them itself and asks nobody.
 * False where the browser refuses.
 */
export const mayShow = async (): Promise<boolean> => isDesktop || ('Notification' in window && (await Notification.requestPermission()) === 'granted')

/** Shows what came in while nobody looks at this window, for those who turned it on: a sentence without names. In the desktop shell the shell does it. */
export function useSystemNotifications(): (event: NotificationEvent) => void {
  const language = useLanguage()
  const isOn = useNotificationPreferences().data?.isSystemOn === true
  return useCallback(
    ({ news }) => {
      if (!isOn || isDesktop || document.hasFocus() || !('Notification' in window) || Notification.permission !== 'granted') return
      // The same words of several windows are shown once: the tag replaces.
      for (const kind of news) {
        const shown = new Notification('MedInsight Hub', { body: notificationSentences[language][kind], tag: kind, lang: language })
        shown.onclick = () => window.focus()
      }
    },
    [isOn, language],
  )
}
