import { Checkbox, UnstyledButton } from '@mantine/core'
import { type KeyboardEvent, useRef } from 'react'
import type { ReviewItem } from '../../../shared/contract/review.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { useNow } from '../../ui/use-now.js'
import classes from './review.module.css'
import { texts } from './texts.js'
import { questionIcons, useQuestionWords } from './words.js'

interface QuestionListProps {
  items: readonly ReviewItem[]
  open: string | undefined
  selected: ReadonlySet<string>
  onOpen(id: string): void
  onSelect(id: string, isSelected: boolean): void
}

/** The questions, newest first; arrow keys go from one to the next. */
export function QuestionList({ items, open, selected, onOpen, onSelect }: QuestionListProps) {
  const t = useTexts(texts)
  const { ask, about } = useQuestionWords()
  const { relative } = useFormats()
  const now = useNow(60_000)
  const list = useRef<HTMLUListElement>(null)
  const step = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (by === 0) return
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>('[data-question]') ?? [])]
    const at = buttons.findIndex((button) => button.parentElement?.contains(document.activeElement))
    const next = buttons[at + by]
    if (!next) return
    event.preventDefault()
    next.focus()
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveElementInteractions: the keys only move the focus among the list's own buttons
    <ul ref={list} className={classes.list} aria-label={t('list')} onKeyDown={step}>
      {items.map((item) => {
        const Sign = questionIcons[item.kind]
        const what = ask(item)
        return (
          <li key={item.id} className={classes.item} data-open={item.id === open || undefined}>
            {item.canResolve && (
              <Checkbox
                size="xs"
                className={classes.check}
                aria-label={t('select', { what: [what, item.patientName].filter(Boolean).join(', ') })}
                checked={selected.has(item.id)}
                onChange={(event) => onSelect(item.id, event.currentTarget.checked)}
              />
            )}
            <UnstyledButton data-question className={classes.itemButton} aria-current={item.id === open || undefined} onClick={() => onOpen(item.id)}>
              <Sign size={18} stroke={1.75} aria-hidden />
              <span className={classes.itemText}>
                <bdi className={classes.itemTitle}>{what}</bdi>
                <span className={classes.itemNote}>
                  <bdi>{about(item)}</bdi>
                  <span>{relative(item.at, now)}</span>
                </span>
              </span>
            </UnstyledButton>
          </li>
        )
      })}
    </ul>
  )
}
