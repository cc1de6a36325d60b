import { Button, Drawer, Group, Modal, Stack } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { FormEvent, ReactNode } from 'react'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import classes from './patients.module.css'
import { texts } from './texts.js'

interface PatientDrawerProps {
  title: string
  error: unknown
  isDirty: boolean
  onClose(): void
  onSubmit(event: FormEvent<HTMLFormElement>): void
  footer: ReactNode
  children: ReactNode
}

/** A form over the screen. What was typed is not thrown away by a click beside it. */
export function PatientDrawer({ title, error, isDirty, onClose, onSubmit, footer, children }: PatientDrawerProps) {
  const t = useTexts(texts)
  const [isAsking, asking] = useDisclosure(false)
  return (
    <Drawer opened onClose={isDirty ? asking.open : onClose} title={title} size={540} closeButtonProps={{ 'aria-label': t('close') }}>
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          {children}
          <ErrorNotice error={error} />
          <div className={classes.footer}>{footer}</div>
        </Stack>
      </form>
      <Modal opened={isAsking} onClose={asking.close} title={t('discardTitle')} size="sm" withCloseButton={false}>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('discard')}
          </Button>
          <Button onClick={asking.close} data-autofocus>
            {t('keep')}
          </Button>
        </Group>
      </Modal>
    </Drawer>
  )
}
