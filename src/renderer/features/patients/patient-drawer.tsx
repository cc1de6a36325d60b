import { Button, Drawer, Stack } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { useReturnFocus } from '../../ui/return-focus.js'
import classes from './patients.module.css'
import { texts } from './texts.js'

interface PatientDrawerProps {
  title: string
  error: unknown
  isDirty: boolean
  onClose(): void
  onSubmit(event: FormEvent<HTMLFormElement>): void
  /** Text of the button that saves, quieter while something else is the better choice. */
  submit: { text: string; isRunning: boolean; isSecondary?: boolean }
  children: ReactNode
}

/** A form over the screen. What was typed is not thrown away by Escape or a click beside it: the footer asks first. */
export function PatientDrawer({ title, error, isDirty, onClose, onSubmit, submit, children }: PatientDrawerProps) {
  const t = useTexts(texts)
  const [isAsking, setIsAsking] = useState(false)
  useReturnFocus()
  const close = (): void => (isDirty ? setIsAsking(!isAsking) : onClose())
  return (
    <Drawer opened onClose={close} title={title} size={540} closeButtonProps={{ 'aria-label': t('close') }}>
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
              <Button variant="default" onClick={onClose}>
                {t('cancel')}
              </Button>
              <Button type="submit" variant={submit.isSecondary ? 'default' : 'filled'} loading={submit.isRunning}>
                {submit.text}
              </Button>
            </div>
          )}
        </Stack>
      </form>
    </Drawer>
  )
}
