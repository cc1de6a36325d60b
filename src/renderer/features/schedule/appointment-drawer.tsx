import { Button, Drawer, Stack } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import { usePanel } from '../../app/panels.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { useReturnFocus } from '../../ui/return-focus.js'
import { texts as uiTexts } from '../../ui/texts.js'
import classes from './schedule.module.css'
import { texts } from './texts.js'

interface AppointmentDrawerProps {
  title: string
  error: unknown
  isDirty: boolean
  onClose(): void
  onSubmit(): void
  /** Absent for those who may only read. */
  submit?: { text: string; isRunning: boolean } | undefined
  children: ReactNode
}

/** A form over the schedule. What was typed is not thrown away by Escape or a click beside it: the footer asks first. */
export function AppointmentDrawer({ title, error, isDirty, onClose, onSubmit, submit, children }: AppointmentDrawerProps) {
  const t = useTexts(texts)
  const ui = useTexts(uiTexts)
  const [isAsking, setIsAsking] = useState(false)
  useReturnFocus()
  // While a patient is being registered over this form, Escape and clicks are that form's.
  const isCovered = usePanel() !== undefined
  const close = (): void => (isDirty ? setIsAsking(!isAsking) : onClose())
  return (
    <Drawer
      opened
      onClose={close}
      closeOnEscape={!isCovered}
      closeOnClickOutside={!isCovered}
      trapFocus={!isCovered}
      title={title}
      size={520}
      closeButtonProps={{ 'aria-label': ui('close') }}
    >
      <form
        noValidate
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          onSubmit()
        }}
      >
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
                {ui(submit ? 'cancel' : 'close')}
              </Button>
              {submit && (
                <Button type="submit" loading={submit.isRunning}>
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
