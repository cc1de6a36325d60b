import { Button, Drawer, Stack } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import { useTexts } from '../i18n/texts.js'
import { ErrorNotice } from './error-notice.js'
import classes from './form-drawer.module.css'
import { useReturnFocus } from './return-focus.js'
import { texts } from './texts.js'

interface FormDrawerProps {
  title: string
  error: unknown
  isDirty: boolean
  onClose(): void
  onSubmit(event: FormEvent<HTMLFormElement>): void
  /** The button that saves, quieter while something else is the better choice; absent for those who may only read. */
  submit?: { text: string; isRunning: boolean; isSecondary?: boolean } | undefined
  /** Another form lies over this one: Escape, clicks and the focus are that form's. */
  isCovered?: boolean
  /** Beside the buttons, e.g. what ends the thing that is edited. */
  aside?: ReactNode
  /** Width in pixels. */
  size?: number
  children: ReactNode
}

/** A form over the screen. What was typed is not thrown away by Escape or a click beside it: the footer asks first. */
export function FormDrawer({ title, error, isDirty, onClose, onSubmit, submit, isCovered = false, aside, size = 540, children }: FormDrawerProps) {
  const t = useTexts(texts)
  const [isAsking, setIsAsking] = useState(false)
  useReturnFocus()
  return (
    <Drawer
      opened
      onClose={() => (isDirty ? setIsAsking(!isAsking) : onClose())}
      closeOnEscape={!isCovered}
      closeOnClickOutside={!isCovered}
      trapFocus={!isCovered}
      title={title}
      size={size}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          {children}
          <ErrorNotice error={error} />
          {isAsking ? (
            <fieldset className={classes.footer}>
              <legend className={classes.question}>{t('discardTitle')}</legend>
              <Button variant="default" onClick={onClose}>
                {t('discard')}
              </Button>
              <Button autoFocus onClick={() => setIsAsking(false)}>
                {t('keep')}
              </Button>
            </fieldset>
          ) : (
            <div className={classes.footer}>
              {aside && <div className={classes.aside}>{aside}</div>}
              <Button variant="default" onClick={onClose}>
                {t(submit ? 'cancel' : 'close')}
              </Button>
              {submit && (
                <Button type="submit" variant={submit.isSecondary ? 'default' : 'filled'} loading={submit.isRunning}>
                  {submit.text}
                </Button>
              )}
            </div>
          )}
        </Stack>
      </form>
    </Drawer>
  )
}
