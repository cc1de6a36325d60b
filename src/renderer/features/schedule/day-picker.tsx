import { ActionIcon, Button, Popover } from '@mantine/core'
import { IconCalendar, IconChevronDown, IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { type Ref, useEffect, useState } from 'react'
import { useTexts } from '../../i18n/texts.js'
import { MonthGrid } from './month-grid.js'
import { addMonths } from './place.js'
import classes from './schedule.module.css'
import { texts } from './texts.js'
import { useDayFormats } from './use-day-formats.js'

interface DayPickerProps {
  /** What the button says: the days now shown. */
  title: string
  date: string
  today: string
  firstDay: number
  isOpen: boolean
  buttonRef: Ref<HTMLButtonElement>
  onOpen(isOpen: boolean): void
  onPick(date: string): void
}

/** A button with the days shown, which opens a calendar to jump to another. */
export function DayPicker({ title, date, today, firstDay, isOpen, buttonRef, onOpen, onPick }: DayPickerProps) {
  const t = useTexts(texts)
  const { full, month } = useDayFormats()
  const [active, setActive] = useState(date)
  useEffect(() => {
    if (isOpen) setActive(date)
  }, [isOpen, date])
  return (
    <Popover opened={isOpen} onChange={onOpen} position="bottom-start" shadow="md" trapFocus returnFocus withRoles={false}>
      <Popover.Target>
        <Button
          ref={buttonRef}
          variant="default"
          className={classes.dateButton}
          leftSection={<IconCalendar size={17} aria-hidden />}
          rightSection={<IconChevronDown size={15} aria-hidden />}
          aria-haspopup="dialog"
          aria-expanded={isOpen}
          aria-label={t('pickDay', { shown: title })}
          onClick={() => onOpen(!isOpen)}
        >
          {title}
        </Button>
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={t('calendar')}>
        <div className={classes.pickerHead}>
          <ActionIcon variant="subtle" color="gray" aria-label={t('previous_month')} onClick={() => setActive(addMonths(active, -1))}>
            <IconChevronLeft size={18} className={classes.flips} aria-hidden />
          </ActionIcon>
          <span aria-live="polite">{month(active)}</span>
          <ActionIcon variant="subtle" color="gray" aria-label={t('next_month')} onClick={() => setActive(addMonths(active, 1))}>
            <IconChevronRight size={18} className={classes.flips} aria-hidden />
          </ActionIcon>
        </div>
        <MonthGrid
          date={active}
          today={today}
          firstDay={firstDay}
          labelOf={full}
          onMove={setActive}
          onPick={(day) => {
            onOpen(false)
            onPick(day)
          }}
        />
      </Popover.Dropdown>
    </Popover>
  )
}
