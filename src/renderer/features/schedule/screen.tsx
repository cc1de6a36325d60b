import { Button, Modal } from '@mantine/core'
import { IconArmchair, IconCalendarPlus, IconStethoscope, IconUsers } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { ScheduleDay } from '../../../shared/contract/appointments.js'
import { dayOf } from '../../../shared/time.js'
import { rpc } from '../../api/client.js'
import { useSession } from '../../app/session.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { AsOf } from '../../ui/as-of.js'
import { EmptyState } from '../../ui/empty-state.js'
import { ErrorState } from '../../ui/error-state.js'
import { Page, PageHeader, Panel } from '../../ui/page-header.js'
import { useShortcut } from '../../ui/shortcuts.js'
import { texts as uiTexts } from '../../ui/texts.js'
import { AgendaView } from './agenda-view.js'
import type { Beginning } from './appointment-form.js'
import type { Proposal } from './board/types.js'
import { BoardView } from './board-view.js'
import { BookDrawer } from './book-drawer.js'
import { coloured, withoutClosed } from './days.js'
import { EditDrawer } from './edit-drawer.js'
import { MonthView } from './month-view.js'
import { firstDayOf, type Place, weekStart } from './place.js'
import classes from './schedule.module.css'
import { ChairAdder, ProviderChooser } from './staff-set-up.js'
import { texts } from './texts.js'
import { type BoardLook, DateNavigation, ViewBar } from './toolbar.js'
import { useDayFormats } from './use-day-formats.js'
import { usePlace } from './use-place.js'

/** The days that a place shows, none for a month. */
function useDays({ view, date }: Place, firstDay: number) {
  const isDay = view === 'day'
  const day = useQuery(rpc.appointments.day.queryOptions({ input: { date }, enabled: isDay || view === 'month' }))
  const week = useQuery(
    rpc.appointments.week.queryOptions({ input: { date: view === 'week' ? weekStart(date, firstDay) : date }, enabled: view === 'week' || view === 'agenda' }),
  )
  const dayData = day.data
  const weekData = week.data
  const days = useMemo<ScheduleDay[] | undefined>(() => {
    if (isDay || view === 'month') return dayData && coloured([dayData])
    const all = weekData && coloured(weekData.days)
    return all && view === 'week' ? withoutClosed(all) : all
  }, [isDay, view, dayData, weekData])
  const query = isDay || view === 'month' ? day : week
  return { days, error: query.error, retry: () => void query.refetch(), updatedAt: query.dataUpdatedAt }
}

/** `?book=new` or a patient's id in the address opens the form, as the command palette and charts do it. */
function useBookingLink(begin: (beginning: Beginning) => void): void {
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false })
  const navigate = useNavigate()
  const { can } = useSession()
  const asked = typeof search.book === 'string' ? search.book : undefined
  const isPatient = asked !== undefined && asked !== 'new' && can('patients.read')
  const { data } = useQuery(rpc.patients.get.queryOptions({ input: { id: asked ?? '' }, enabled: isPatient }))
  useEffect(() => {
    if (!asked || (isPatient && !data)) return
    begin(data ? { patient: { id: data.id, name: [data.givenName, data.familyName].filter(Boolean).join(' ') } } : {})
    const { book: _, ...rest } = search
    void navigate({ to: '/schedule', search: rest, replace: true })
  }, [asked, isPatient, data, begin, navigate, search])
}

/** What stands in place of a board that has no columns, with the way to get some. */
function NothingToBook({ by, mayEdit }: { by: Place['by']; mayEdit: boolean }) {
  const t = useTexts(texts)
  const icon = by === 'provider' ? <IconStethoscope size={22} /> : <IconArmchair size={22} />
  return (
    <Panel>
      <EmptyState
        icon={icon}
        title={t(by === 'provider' ? 'noProvidersTitle' : 'noChairsTitle')}
        text={t(mayEdit ? (by === 'provider' ? 'noProvidersText' : 'noChairsText') : 'askAdministrator')}
      />
      {mayEdit && (by === 'provider' ? <ProviderChooser /> : <ChairAdder />)}
    </Panel>
  )
}

/** Who is on the schedule and which chairs there are, to be changed without leaving it. */
function StaffDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts(texts)
  const ui = useTexts(uiTexts)
  return (
    <Modal opened onClose={onClose} title={t('staffTitle')} size="lg" closeButtonProps={{ 'aria-label': ui('close') }}>
      <ProviderChooser />
      <ChairAdder />
    </Modal>
  )
}

/** The one id of a filter that lets a single one through. */
const only = (ids: readonly string[]): string | undefined => (ids.length === 1 ? ids[0] : undefined)

type Opened = { kind: 'book'; beginning: Beginning } | { kind: 'edit'; id: string } | { kind: 'staff' }

/** The clinic's schedule: day and week on the board, month and agenda, and the forms of a visit. */
export function Screen() {
  const t = useTexts(texts)
  const { can, clinic } = useSession()
  const { locale } = useFormats()
  const { title } = useDayFormats()
  const { place, today, go } = usePlace()
  const firstDay = firstDayOf(locale)
  const { days, error, retry, updatedAt } = useDays(place, firstDay)
  const [look, setLook] = useState<BoardLook>({ isWholeDay: false, groupBy: 'day', isRoomy: false })
  const [opened, setOpened] = useState<Opened>()
  const close = useCallback(() => setOpened(undefined), [])
  const book = useCallback((beginning: Beginning) => setOpened({ kind: 'book', beginning }), [])
  const edit = useCallback((id: string) => setOpened({ kind: 'edit', id }), [])
  const isReadOnly = !can('appointments.write')
  const mayEdit = can('staff.write')
  const { view, by } = place
  const bookHere = (): void => book({ date: place.date < today ? today : place.date, providerId: only(place.providerIds), chairId: only(place.chairIds) })
  useBookingLink(book)
  useShortcut('b', t('bookVisit'), () => !isReadOnly && bookHere())

  const create = useCallback(
    ({ resourceId, startAt, durationMinutes }: Proposal) =>
      book({ startAt, durationMinutes, ...(by === 'provider' ? { providerId: resourceId } : { chairId: resourceId }) }),
    [book, by],
  )
  const isBoard = view === 'day' || view === 'week'
  const first = days?.[0]
  const isEmpty = isBoard && first !== undefined && (by === 'provider' ? first.providers : first.chairs).length === 0
  const hasVisits = days?.some(({ appointments }) => appointments.length > 0) === true
  return (
    <Page>
      <PageHeader title={t('title')} note={view !== 'month' && <AsOf at={updatedAt} />}>
        <DateNavigation place={place} today={today} go={go} />
        {!isReadOnly && (
          <Button leftSection={<IconCalendarPlus size={17} aria-hidden />} onClick={bookHere}>
            {t('bookVisit')}
          </Button>
        )}
      </PageHeader>
      <div className={classes.bar}>
        <ViewBar place={place} today={today} go={go} people={first} look={look} onLook={setLook} />
        {mayEdit && (
          <Button variant="subtle" leftSection={<IconUsers size={16} aria-hidden />} onClick={() => setOpened({ kind: 'staff' })}>
            {t('staffTitle')}
          </Button>
        )}
      </div>
      {error && !days && <ErrorState error={error} onRetry={retry} />}
      {isEmpty && <NothingToBook by={by} mayEdit={mayEdit} />}
      {isBoard && days && (!isEmpty || hasVisits) && (
        <BoardView label={title(place, firstDay)} days={days} place={place} today={today} look={look} isReadOnly={isReadOnly} onOpen={edit} onCreate={create} />
      )}
      {view === 'month' && <MonthView place={place} today={today} go={go} />}
      {view === 'agenda' && days && (
        <AgendaView days={days} place={place} today={today} isReadOnly={isReadOnly} onOpen={edit} onBook={(date) => book({ date })} />
      )}
      {opened?.kind === 'book' && (
        <BookDrawer
          beginning={opened.beginning}
          timeZone={clinic.timeZone}
          onClose={close}
          onBooked={(_, startAt) => {
            close()
            const date = dayOf(startAt, clinic.timeZone)
            if (view === 'day' && date !== place.date) go({ date })
          }}
        />
      )}
      {opened?.kind === 'edit' && <EditDrawer key={opened.id} id={opened.id} timeZone={clinic.timeZone} onClose={close} />}
      {opened?.kind === 'staff' && <StaffDialog onClose={close} />}
    </Page>
  )
}
