import { Button, Modal, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { dayOf } from '../../../shared/time.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { texts as uiTexts } from '../../ui/texts.js'
import { ConflictList } from './conflict-list.js'
import classes from './schedule.module.css'
import { texts } from './texts.js'
import type { Question } from './use-moves.js'

/** Asks what to do with a drop that clashes: give a reason, or put it back. Closing puts it back. */
export function ConflictDialog({ question, timeZone }: { question: Question; timeZone: string }) {
  const t = useTexts(texts)
  const ui = useTexts(uiTexts)
  const { dateTime } = useFormats()
  const [reason, setReason] = useState('')
  const [isMissing, setIsMissing] = useState(false)
  const { appointment, change, conflicts, answer } = question
  const startAt = change.startAt ?? appointment.startAt
  return (
    <Modal opened onClose={() => answer(undefined)} title={t('clashTitle')} closeButtonProps={{ 'aria-label': ui('close') }}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (reason.trim()) answer(reason.trim())
          else setIsMissing(true)
        }}
      >
        <Stack gap="md">
          <p className={classes.clashText} dir="auto">
            {t('clashText', { name: appointment.patientName || t('unnamed'), when: dateTime(startAt) })}
          </p>
          <ConflictList conflicts={conflicts} date={dayOf(startAt, timeZone)} />
          <TextInput
            label={t('overrideReason')}
            description={t('overrideHint')}
            data-autofocus
            autoComplete="off"
            maxLength={300}
            value={reason}
            error={isMissing && !reason.trim() ? t('overrideMissing') : undefined}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <div className={classes.dialogFooter}>
            <Button variant="default" onClick={() => answer(undefined)}>
              {t('putItBack')}
            </Button>
            <Button type="submit">{t('bookAnyway')}</Button>
          </div>
        </Stack>
      </form>
    </Modal>
  )
}
