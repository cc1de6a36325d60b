import { Checkbox, Switch } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { notificationKinds } from '../../shared/entities/notification-kinds.js'
import { api, rpc } from '../api/client.js'
import { useCommand } from '../api/use-command.js'
import { useTexts } from '../i18n/texts.js'
import { ErrorNotice } from '../ui/error-notice.js'
import classes from './live.module.css'
import { texts } from './live-texts.js'
import { mayShow, useNotificationPreferences } from './system-notifications.js'

/** Which kinds somebody wants to be told, everywhere; and whether this computer's system shows them over other windows. */
export function NotificationWishes() {
  const t = useTexts(texts)
  const client = useQueryClient()
  const { data } = useNotificationPreferences()
  const [isRefused, setIsRefused] = useState(false)
  const set = useCommand(api.notifications.setPreferences)
  if (!data) return null
  const save = async (change: { off?: typeof data.off; isSystemOn?: boolean }): Promise<void> => {
    const after = await set.run(change)
    if (!after) return
    client.setQueryData(rpc.notifications.preferences.queryKey({ input: {} }), after)
    void client.invalidateQueries({ queryKey: rpc.notifications.list.key() })
  }
  const setSystem = async (isOn: boolean): Promise<void> => {
    const isAllowed = !isOn || (await mayShow())
    setIsRefused(!isAllowed)
    if (isAllowed) await save({ isSystemOn: isOn })
  }
  return (
    <div className={classes.wishes}>
      <Switch
        label={t('system')}
        description={t('systemHint')}
        error={isRefused && t('systemRefused')}
        checked={data.isSystemOn}
        onChange={(event) => void setSystem(event.currentTarget.checked)}
      />
      <Checkbox.Group
        label={t('kinds')}
        value={notificationKinds.filter((kind) => !data.off.includes(kind))}
        onChange={(wanted) => void save({ off: notificationKinds.filter((kind) => !wanted.includes(kind)) })}
      >
        <div className={classes.kinds}>
          {notificationKinds.map((kind) => (
            <Checkbox key={kind} value={kind} label={t(`kind.${kind}`)} />
          ))}
        </div>
      </Checkbox.Group>
      <ErrorNotice error={set.error} />
    </div>
  )
}
