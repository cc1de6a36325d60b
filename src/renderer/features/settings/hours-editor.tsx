import { ActionIcon, Button, Switch, Tooltip } from '@mantine/core'
import { IconCopy, IconPlus, IconX } from '@tabler/icons-react'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { TimeField } from '../../ui/time-field.js'
import { minutesOf, problemOf, type Span, timeText, type Week, weekdayName, weekdays, weekdaysOf, withSpan } from './hours.js'
import classes from './settings.module.css'
import { texts } from './texts.js'

const problems = { incomplete: 'hoursIncomplete', order: 'hoursOrder', overlap: 'hoursOverlap' } as const

interface DayProps {
  name: string
  spans: readonly Span[]
  onChange(spans: readonly Span[]): void
  onCopy(): void
}

function Day({ name, spans, onChange, onCopy }: DayProps) {
  const t = useTexts(texts)
  const problem = problemOf(spans)
  const set = (at: number, patch: Partial<Span>): void => onChange(spans.map((span, index) => (index === at ? { ...span, ...patch } : span)))
  return (
    <fieldset className={classes.day}>
      <legend className={classes.hidden}>{name}</legend>
      <Switch
        className={classes.dayName}
        label={name}
        checked={spans.length > 0}
        onChange={(event) => onChange(event.currentTarget.checked ? withSpan(withSpan([])) : [])}
      />
      <div className={classes.spans}>
        {spans.length === 0 && <span className={classes.quiet}>{t('closed')}</span>}
        {spans.map((span, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: times have no other name than their place in the day
          <div key={at} className={classes.span}>
            <TimeField
              size="xs"
              aria-label={t('opensAt', { day: name })}
              value={timeText(span.from)}
              error={problem !== undefined}
              onChange={(value) => set(at, { from: minutesOf(value, false) })}
            />
            <span aria-hidden>–</span>
            <TimeField
              size="xs"
              aria-label={t('closesAt', { day: name })}
              value={timeText(span.to)}
              error={problem !== undefined}
              onChange={(value) => set(at, { to: minutesOf(value, true) })}
            />
            {spans.length > 1 && (
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t('removeTime', { day: name })}
                onClick={() => onChange(spans.filter((_, index) => index !== at))}
              >
                <IconX size={15} />
              </ActionIcon>
            )}
          </div>
        ))}
      </div>
      {spans.length > 0 && (
        <div className={classes.dayActions}>
          <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => onChange(withSpan(spans))}>
            {t('addBreak')}
            <span className={classes.hidden}>: {name}</span>
          </Button>
          <Tooltip label={t('copyToOpen')}>
            <ActionIcon variant="subtle" color="gray" aria-label={t('copyDay', { day: name })} onClick={onCopy}>
              <IconCopy size={15} />
            </ActionIcon>
          </Tooltip>
        </div>
      )}
      {problem && (
        <p className={classes.dayProblem} role="alert">
          {t(problems[problem])}
        </p>
      )}
    </fieldset>
  )
}

/** Weekly times with breaks. A day's times can be copied to all other days that are open. */
export function HoursEditor({ week, onChange }: { week: Week; onChange: (week: Week) => void }) {
  const { locale } = useFormats()
  return (
    <div className={classes.week}>
      {weekdaysOf(locale).map((weekday) => {
        const spans = week[weekday] ?? []
        return (
          <Day
            key={weekday}
            name={weekdayName(weekday, locale)}
            spans={spans}
            onChange={(next) => onChange({ ...week, [weekday]: next })}
            onCopy={() => onChange(Object.fromEntries(weekdays.map((each) => [each, (week[each] ?? []).length > 0 ? [...spans] : []])))}
          />
        )
      })}
    </div>
  )
}

/** Weekly times to read. */
export function HoursList({ week }: { week: Week }) {
  const t = useTexts(texts)
  const { locale } = useFormats()
  const format = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' })
  const time = (minutes = 0): string => format.format(new Date(minutes * 60_000))
  return (
    <dl className={classes.facts}>
      {weekdaysOf(locale).map((weekday) => (
        <div key={weekday} style={{ display: 'contents' }}>
          <dt>{weekdayName(weekday, locale)}</dt>
          <dd>{(week[weekday] ?? []).map(({ from, to }) => `${time(from)} – ${time(to)}`).join(', ') || t('closed')}</dd>
        </div>
      ))}
    </dl>
  )
}
