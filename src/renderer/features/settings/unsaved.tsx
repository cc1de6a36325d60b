import { Button, Modal } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import { useTexts } from '../../i18n/texts.js'
import classes from './settings.module.css'
import { texts } from './texts.js'

/** Asks before unsaved changes are left behind: by another screen, by closing the window. */
export function UnsavedGuard({ isDirty }: { isDirty: boolean }) {
  const t = useTexts(texts)
  const { status, proceed, reset } = useBlocker({ shouldBlockFn: () => isDirty, enableBeforeUnload: () => isDirty, withResolver: true })
  if (status !== 'blocked') return null
  return (
    <Modal opened onClose={reset} title={t('leaveTitle')} closeButtonProps={{ 'aria-label': t('close') }}>
      <p className={classes.text}>{t('leaveText')}</p>
      <div className={classes.footer}>
        <Button variant="default" onClick={proceed}>
          {t('leave')}
        </Button>
        <Button data-autofocus onClick={reset}>
          {t('keep')}
        </Button>
      </div>
    </Modal>
  )
}
