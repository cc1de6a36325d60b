import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconAlertTriangle, IconCheck, IconInfoCircle } from '@tabler/icons-react'
import { useMemo } from 'react'
import { useExplain } from '../api/errors.js'
import { useTexts } from '../i18n/texts.js'
import { texts } from './texts.js'
import classes from './toasts.module.css'

/** Short messages that go by themselves. They never carry what only they tell, and no more of a patient than the screen behind shows. */
export interface Toasts {
  /** Says that something was done; with `undo` it stays longer and offers to take it back. */
  done(message: string, undo?: () => void): void
  info(message: string): void
  failed(error: unknown): void
}

/** Toasts in the language now shown. */
export function useToasts(): Toasts {
  const t = useTexts(texts)
  const explain = useExplain()
  return useMemo(
    () => ({
      done(message, undo) {
        const id = notifications.show({
          icon: <IconCheck size={18} />,
          classNames: { root: classes.done, icon: classes.icon },
          autoClose: undo ? 12_000 : 5000,
          closeButtonProps: { 'aria-label': t('close') },
          message: undo ? (
            <span className={classes.row}>
              {message}
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => {
                  notifications.hide(id)
                  undo()
                }}
              >
                {t('undo')}
              </Button>
            </span>
          ) : (
            message
          ),
        })
      },
      info(message) {
        notifications.show({
          icon: <IconInfoCircle size={18} />,
          classNames: { root: classes.info, icon: classes.icon },
          message,
          closeButtonProps: { 'aria-label': t('close') },
        })
      },
      failed(error) {
        const { title, message } = explain(error)
        notifications.show({
          icon: <IconAlertTriangle size={18} />,
          classNames: { root: classes.failed, icon: classes.icon },
          title,
          message,
          autoClose: 15_000,
          closeButtonProps: { 'aria-label': t('close') },
        })
      },
    }),
    [t, explain],
  )
}
