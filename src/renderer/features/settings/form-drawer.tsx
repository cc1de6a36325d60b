import { Button, Drawer, Stack } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { useReturnFocus } from '../../ui/return-focus.js'
import classes from './settings.module.css'
import { texts } from './texts.js'

interface FormDrawerProps {
  title: string
  error: unknown
  isDirty: boolean
  isRunning: boolean
  submit: string
  onClose(): void
  onSubmit(event: FormEvent<HTMLFormElement>): void
  /** Beside the buttons, e.g. what ends the thing that is edited. */
  aside?: ReactNode
  children: ReactNode
}

/** A form over the screen. Escape and a click beside it ask before they throw away what was typed. */
export function FormDrawer({ title, error, isDirty, isRunning, submit, onClose, onSubmit, aside, children }: FormDrawerProps) {
  const t = useTexts(texts)
  const [isAsking, setIsAsking] = useState(false)
  useReturnFocus()
  return (
    <Drawer opened onClose={() => (isDirty ? setIsAsking(!isAsking) : onClose())} title={title} size={560} closeButtonProps={{ 'aria-label': t('close') }}>
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
                {t('cancel')}
              </Button>
              <Button type="submit" loading={isRunning}>
                {submit}
              </Button>
            </div>
          )}
        </Stack>
      </form>
    </Drawer>
  )
}
