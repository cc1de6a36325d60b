import { Button, Menu, Modal, TextInput } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import type { BulkAnswer, QuestionKind, ReviewItem } from '../../../shared/contract/review.js'
import { api } from '../../api/client.js'
import { useTexts } from '../../i18n/texts.js'
import { texts as uiTexts } from '../../ui/texts.js'
import { useToasts } from '../../ui/toasts.js'
import classes from './review.module.css'
import { texts } from './texts.js'
import { chunk, useUndo } from './use-resolve.js'

/** Answers that questions of a kind can get together. */
const answers: Readonly<Record<QuestionKind, readonly BulkAnswer[]>> = {
  edit: ['current', 'other', 'here', 'elsewhere'],
  deletion: ['keep', 'delete'],
  doubleBooking: ['keepBoth'],
  duplicate: ['different'],
  number: ['different'],
}

interface BulkBarProps {
  selected: readonly ReviewItem[]
  onSelectAll(): void
  onClear(): void
}

/** One answer for all that are selected, in calls of twenty; what does not fit is left and said. */
export function BulkBar({ selected, onSelectAll, onClear }: BulkBarProps) {
  const t = useTexts(texts)
  const ui = useTexts(uiTexts)
  const toasts = useToasts()
  const undo = useUndo()
  const [isRunning, setRunning] = useState(false)
  const [reason, setReason] = useState<string>()
  const kinds = new Set(selected.map(({ kind }) => kind))
  const [kind] = kinds
  const settle = async (answer: BulkAnswer, why?: string): Promise<void> => {
    setRunning(true)
    const decisionIds: string[] = []
    let skipped = 0
    try {
      for (let at = 0; at < selected.length; at += chunk) {
        const questions = selected.slice(at, at + chunk).map(({ id }) => id)
        const result = await api.review.resolveMany({ questions, answer, ...(why && { reason: why }) })
        decisionIds.push(...result.decisionIds)
        skipped += result.skipped.length
      }
      onClear()
    } catch (error) {
      toasts.failed(error)
    }
    setRunning(false)
    if (decisionIds.length > 0) toasts.done(t('settledMany', { count: decisionIds.length }), () => void undo(decisionIds))
    if (skipped > 0) toasts.info(t('skipped', { count: skipped }))
  }
  const submitReason = (event: FormEvent): void => {
    event.preventDefault()
    const why = reason?.trim()
    if (!why) return
    setReason(undefined)
    void settle('keepBoth', why)
  }
  return (
    <div className={classes.bulk}>
      <span role="status" className={classes.bulkCount}>
        {t('selected', { count: selected.length })}
      </span>
      <Button variant="subtle" size="compact-sm" onClick={selected.length > 0 ? onClear : onSelectAll}>
        {t(selected.length > 0 ? 'selectNone' : 'selectAll')}
      </Button>
      {kinds.size === 1 && kind && (
        <Menu position="bottom-end" shadow="md">
          <Menu.Target>
            <Button size="compact-sm" loading={isRunning} rightSection={<IconChevronDown size={15} aria-hidden />}>
              {t('answerAll')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {answers[kind].map((answer) => (
              <Menu.Item key={answer} onClick={() => (answer === 'keepBoth' ? setReason('') : void settle(answer))}>
                {t(`bulk.${answer}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {kinds.size > 1 && <span className={classes.sideNote}>{t('mixed')}</span>}
      <Modal opened={reason !== undefined} onClose={() => setReason(undefined)} title={t('keepBoth')} closeButtonProps={{ 'aria-label': ui('close') }}>
        <form className={classes.reasonForm} onSubmit={submitReason}>
          <TextInput
            label={t('reason')}
            description={t('reasonHint')}
            value={reason ?? ''}
            maxLength={300}
            data-autofocus
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Button type="submit" disabled={!reason?.trim()}>
            {t('bulk.keepBoth')}
          </Button>
        </form>
      </Modal>
    </div>
  )
}
