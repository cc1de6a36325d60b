import { UnstyledButton } from '@mantine/core'
import type { Dashboard } from '../../../shared/contract/dashboard.js'
import { longWaitMinutes } from '../../../shared/entities/appointment.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { minutesSince, useMinutes } from './minutes.js'
import type { Selection } from './selections.js'
import { texts } from './texts.js'
import classes from './today.module.css'

interface CardProps {
  name: string
  value: number
  note?: string | undefined
  tone?: 'warn' | 'bad' | undefined
  onClick?: () => void
}

function Card({ name, value, note, tone, onClick }: CardProps) {
  const { number } = useFormats()
  const content = (
    <>
      <span className={classes.cardName}>{name}</span>
      <span className={classes.cardValue} data-tone={tone}>
        {number(value)}
      </span>
      <span className={classes.cardNote}>{note}</span>
    </>
  )
  return (
    <li className={classes.cardItem}>
      {onClick ? (
        <UnstyledButton className={classes.card} onClick={onClick}>
          {content}
        </UnstyledButton>
      ) : (
        <div className={classes.card}>{content}</div>
      )}
    </li>
  )
}

/** The figures of the day; those that stand for visits narrow the list to them. */
export function Cards({ figures, now, onSelect }: { figures: Dashboard; now: number; onSelect: (selection: Selection) => void }) {
  const t = useTexts(texts)
  const length = useMinutes()
  const { appointments: by, visitCount, waiting, newPatientsThisWeek } = figures
  const first = waiting[0]
  const longest = first ? minutesSince(first.arrivedAt, now) : 0
  const toCome = by.booked + by.confirmed
  return (
    <ul className={classes.cards}>
      <Card name={t('visits')} value={visitCount} note={t('stillToCome', { count: toCome })} onClick={() => onSelect('all')} />
      <Card
        name={t('waiting')}
        value={waiting.length}
        note={first && t('longest', { minutes: length(longest) })}
        tone={first && (longest >= longWaitMinutes ? 'bad' : 'warn')}
        onClick={() => onSelect('here')}
      />
      <Card name={t('inChair')} value={by.inChair} onClick={() => onSelect('here')} />
      <Card name={t('finished')} value={by.done + by.left} note={t('ofVisits', { count: visitCount })} onClick={() => onSelect('over')} />
      <Card name={t('missed')} value={by.noShow} tone={by.noShow > 0 ? 'bad' : undefined} onClick={() => onSelect('over')} />
      <Card name={t('newPatients')} value={newPatientsThisWeek} />
    </ul>
  )
}
