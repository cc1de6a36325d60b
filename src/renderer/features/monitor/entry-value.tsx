import { Button, Group, Modal, Stack } from '@mantine/core'
import { useState } from 'react'
import type { EntryLine, OpenedEntry } from '../../../shared/contract/monitor-acts.js'
import { api } from '../../api/client.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { AsOf } from '../../ui/as-of.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { useReturnFocus } from '../../ui/return-focus.js'
import { useEntryName } from './entry-row.js'
import { texts } from './entry-texts.js'
import classes from './monitor.module.css'

function Opened({ opened }: { opened: OpenedEntry }) {
  const t = useTexts(texts)
  const { dateTime } = useFormats()
  const { state, json, isCut, computedAt, expiresAt, asOf } = opened
  if (state !== 'value') return <p role="status">{t(`state.${state}`)}</p>
  return (
    <>
      <p className={classes.note} role="status">
        {[computedAt && t('computedAt', { time: dateTime(computedAt) }), expiresAt && t('expiresAt', { time: dateTime(expiresAt) })].filter(Boolean).join(', ')}{' '}
        <AsOf at={asOf} />
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reached by keyboard */}
      <section className={classes.value} dir="ltr" tabIndex={0} aria-label={t('value')}>
        {json}
      </section>
      {isCut && <p className={classes.note}>{t('cut')}</p>}
      <p className={classes.note}>{t('noted')}</p>
    </>
  )
}

/** One value. It is hidden until somebody says so, because opening it stands in the access log; and it is asked for once, never again by itself. */
export function EntryValue({ entry, onClose }: { entry: EntryLine; onClose: () => void }) {
  const t = useTexts(texts)
  const nameOf = useEntryName()
  const [opened, setOpened] = useState<OpenedEntry>()
  const [error, setError] = useState<unknown>()
  const [isRunning, setIsRunning] = useState(false)
  useReturnFocus()
  const open = (): void => {
    setIsRunning(true)
    setError(undefined)
    api.monitor.entries
      .open({ key: entry.key })
      .then(setOpened, setError)
      .finally(() => setIsRunning(false))
  }
  return (
    <Modal opened onClose={onClose} title={opened ? nameOf(entry) : t('openTitle')} size="lg" closeButtonProps={{ 'aria-label': t('close') }}>
      <Stack gap="md">
        <bdi dir="ltr" className={classes.code}>
          {entry.key}
        </bdi>
        {opened ? <Opened opened={opened} /> : <p className={classes.sentence}>{t('openText')}</p>}
        <ErrorNotice error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t(opened ? 'close' : 'cancel')}
          </Button>
          {!opened && (
            <Button data-autofocus loading={isRunning} onClick={open}>
              {t('openIt')}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  )
}
