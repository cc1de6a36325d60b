import { ActionIcon, Button, Checkbox, Popover, SegmentedControl, Switch } from '@mantine/core'
import { IconChevronLeft, IconChevronRight, IconFilter } from '@tabler/icons-react'
import { type ReactNode, useRef, useState } from 'react'
import type { ScheduleDay } from '../../../shared/contract/appointments.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { useShortcut } from '../../ui/shortcuts.js'
import { DayPicker } from './day-picker.js'
import { firstDayOf, type Place, turned, type View, views } from './place.js'
import classes from './schedule.module.css'
import { texts } from './texts.js'
import { useDayFormats } from './use-day-formats.js'

/** How the board is drawn, apart from what it shows. */
export interface BoardLook {
  isWholeDay: boolean
  groupBy: 'day' | 'resource'
  isRoomy: boolean
}

interface ToolbarProps {
  place: Place
  today: string
  go(to: Partial<Place>): void
  /** Everybody and everything that can be filtered by, from the days that are loaded. */
  people: ScheduleDay | undefined
  look: BoardLook
  onLook(look: BoardLook): void
}

/** Today, back, on, and the calendar; by keyboard too. */
export function DateNavigation({ place, today, go }: Pick<ToolbarProps, 'place' | 'today' | 'go'>) {
  const t = useTexts(texts)
  const { locale } = useFormats()
  const { title } = useDayFormats()
  const [isOpen, setIsOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const firstDay = firstDayOf(locale)
  const page = place.view === 'day' ? 'day' : place.view === 'month' ? 'month' : 'week'
  const turn = (way: 1 | -1): void => go(turned(place, way))
  useShortcut('t', t('today'), () => go({ date: today }))
  useShortcut('j', t(`next_${page}`), () => turn(1))
  useShortcut('k', t(`previous_${page}`), () => turn(-1))
  useShortcut('c', t('calendar'), () => {
    // The calendar gives the focus back to where it was.
    button.current?.focus()
    setIsOpen(true)
  })
  return (
    <div className={classes.group}>
      <Button variant="default" onClick={() => go({ date: today })}>
        {t('today')}
      </Button>
      <ActionIcon.Group>
        <ActionIcon variant="default" size={36} aria-label={t(`previous_${page}`)} onClick={() => turn(-1)}>
          <IconChevronLeft size={18} className={classes.flips} aria-hidden />
        </ActionIcon>
        <ActionIcon variant="default" size={36} aria-label={t(`next_${page}`)} onClick={() => turn(1)}>
          <IconChevronRight size={18} className={classes.flips} aria-hidden />
        </ActionIcon>
      </ActionIcon.Group>
      <DayPicker
        title={title(place, firstDay)}
        date={place.date}
        today={today}
        firstDay={firstDay}
        isOpen={isOpen}
        buttonRef={button}
        onOpen={setIsOpen}
        onPick={(date) => go({ date })}
      />
    </div>
  )
}

function FilterList({
  title,
  items,
  chosen,
  onChange,
}: {
  title: string
  items: readonly { id: string; name: string; color?: string | undefined }[]
  chosen: readonly string[]
  onChange(ids: string[]): void
}) {
  return (
    <Checkbox.Group value={[...chosen]} onChange={onChange} label={title}>
      <div className={classes.filterList}>
        {items.map(({ id, name, color }) => (
          <Checkbox
            key={id}
            value={id}
            label={
              <span className={classes.person}>
                {color && <span className={classes.dot} style={{ background: color }} />}
                <bdi>{name}</bdi>
              </span>
            }
          />
        ))}
      </div>
    </Checkbox.Group>
  )
}

function Filters({ place, go, people, look, onLook, children }: ToolbarProps & { children?: ReactNode }) {
  const t = useTexts(texts)
  const count = place.providerIds.length + place.chairIds.length
  const isBoard = place.view === 'day' || place.view === 'week'
  return (
    <Popover position="bottom-end" shadow="md" trapFocus returnFocus withRoles={false} width={300}>
      <Popover.Target>
        <Button variant={count > 0 ? 'light' : 'default'} leftSection={<IconFilter size={16} aria-hidden />} aria-haspopup="dialog">
          {count > 0 ? t('filtersOn', { count }) : t('filters')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={t('filters')} className={classes.filters}>
        {people && people.providers.length > 0 && (
          <FilterList title={t('providers')} items={people.providers} chosen={place.providerIds} onChange={(providerIds) => go({ providerIds })} />
        )}
        {people && people.chairs.length > 0 && (
          <FilterList title={t('chairs')} items={people.chairs} chosen={place.chairIds} onChange={(chairIds) => go({ chairIds })} />
        )}
        {count > 0 && (
          <Button variant="default" size="compact-sm" onClick={() => go({ providerIds: [], chairIds: [] })}>
            {t('showAll')}
          </Button>
        )}
        {isBoard && (
          <>
            <Switch label={t('wholeDay')} checked={look.isWholeDay} onChange={(event) => onLook({ ...look, isWholeDay: event.currentTarget.checked })} />
            <Switch label={t('roomy')} checked={look.isRoomy} onChange={(event) => onLook({ ...look, isRoomy: event.currentTarget.checked })} />
          </>
        )}
        {place.view === 'week' && (
          <Switch
            label={t(place.by === 'provider' ? 'groupByProvider' : 'groupByChair')}
            checked={look.groupBy === 'resource'}
            onChange={(event) => onLook({ ...look, groupBy: event.currentTarget.checked ? 'resource' : 'day' })}
          />
        )}
        {children}
      </Popover.Dropdown>
    </Popover>
  )
}

/** What is shown and how: view, columns, filters. */
export function ViewBar(props: ToolbarProps & { children?: ReactNode }) {
  const t = useTexts(texts)
  const { place, go } = props
  useShortcut('1', t('view_day'), () => go({ view: 'day' }))
  useShortcut('2', t('view_week'), () => go({ view: 'week' }))
  useShortcut('3', t('view_month'), () => go({ view: 'month' }))
  useShortcut('4', t('view_agenda'), () => go({ view: 'agenda' }))
  return (
    <div className={classes.group}>
      <SegmentedControl
        aria-label={t('view')}
        value={place.view}
        onChange={(view) => go({ view: view as View })}
        data={views.map((value) => ({ value, label: t(`view_${value}`) }))}
      />
      {(place.view === 'day' || place.view === 'week') && (
        <SegmentedControl
          aria-label={t('columns')}
          value={place.by}
          onChange={(by) => go({ by: by as Place['by'] })}
          data={[
            { value: 'provider', label: t('providers') },
            { value: 'chair', label: t('chairs') },
          ]}
        />
      )}
      <Filters {...props} />
    </div>
  )
}
