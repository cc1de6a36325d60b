import { Button, SegmentedControl, Select } from '@mantine/core'
import { IconCalendarOff, IconFilter } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { Appointment } from '../../../shared/contract/appointments.js'
import { keepPrevious, rpc } from '../../api/client.js'
import { todayIn, useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { AsOf } from '../../ui/as-of.js'
import { EmptyState } from '../../ui/empty-state.js'
import { ErrorState } from '../../ui/error-state.js'
import { Page, PageHeader, Panel } from '../../ui/page-header.js'
import { useNow } from '../../ui/use-now.js'
import { Beside } from './beside.js'
import { Cards } from './cards.js'
import { type Selection, selections, statusesOf } from './selections.js'
import { texts } from './texts.js'
import classes from './today.module.css'
import { VisitList } from './visit-list.js'

/** How often waiting minutes are renewed. */
const tickMs = 15_000
const noProvider = 'none'

/** The clinic's day: figures, everybody who comes, and the next step of each visit by one click. */
export function Screen() {
  const t = useTexts(texts)
  const navigate = useNavigate()
  const { timeZone, locale } = useFormats()
  const tick = useNow(tickMs)
  const date = todayIn(timeZone, new Date(tick))
  const [selection, setSelection] = useState<Selection>('open')
  const [provider, setProvider] = useState<string | null>(null)
  const day = useQuery(rpc.appointments.day.queryOptions({ input: { date }, placeholderData: keepPrevious }))
  const figures = useQuery(rpc.dashboard.today.queryOptions({ input: {} }))
  // Forms keep drafts without a record changing, so whoever comes back here asks again.
  const drafts = useQuery(rpc.drafts.list.queryOptions({ input: {}, staleTime: 0 }))
  const { refetch } = figures
  // What has just been read is never newer than the minutes that are counted from it.
  const now = Math.max(tick, day.dataUpdatedAt, figures.dataUpdatedAt)
  // Nothing is written at midnight, so nothing else tells that the figures are yesterday's.
  useEffect(() => {
    if (date) void refetch()
  }, [date, refetch])

  const heading = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' }).format(new Date(date))
  const isShown = (visit: Appointment): boolean =>
    (statusesOf[selection]?.includes(visit.status) ?? true) && (provider === null || (visit.providerId ?? noProvider) === provider)
  const visits = day.data?.appointments ?? []
  const shown = visits.filter(isShown)
  const failed = day.error ?? figures.error

  return (
    <Page>
      <PageHeader title={t('title')} note={heading}>
        <AsOf at={figures.data?.asOf ?? 0} freshness={figures.data?.freshness} />
      </PageHeader>
      {failed && !day.data && <ErrorState error={failed} onRetry={() => void Promise.all([day.refetch(), figures.refetch()])} />}
      {figures.data && <Cards figures={figures.data} now={now} onSelect={setSelection} />}
      <div className={classes.columns}>
        {day.data && (
          <Panel
            title={t('list')}
            isFlush
            actions={
              visits.length > 0 && (
                <div className={classes.filters}>
                  <SegmentedControl
                    size="xs"
                    aria-label={t('show')}
                    value={selection}
                    onChange={(value) => setSelection(value as Selection)}
                    data={selections.map((value) => ({ value, label: t(value) }))}
                  />
                  {day.data.providers.length > 1 && (
                    <Select
                      size="xs"
                      clearable
                      aria-label={t('provider')}
                      placeholder={t('everyProvider')}
                      value={provider}
                      onChange={setProvider}
                      clearButtonProps={{ 'aria-label': t('everyProvider') }}
                      data={[...day.data.providers.map(({ id, name }) => ({ value: id, label: name })), { value: noProvider, label: t('noProvider') }]}
                    />
                  )}
                </div>
              )
            }
          >
            {shown.length > 0 && <VisitList visits={shown} day={day.data} now={now} />}
            {visits.length > 0 && shown.length === 0 && <EmptyState icon={<IconFilter size={22} />} title={t('noneTitle')} text={t('noneText')} />}
            {visits.length === 0 && (
              <EmptyState icon={<IconCalendarOff size={22} />} title={t(day.data.open.length === 0 ? 'closedDay' : 'emptyTitle')} text={t('emptyText')}>
                <Button variant="default" onClick={() => void navigate({ to: '/patients' })}>
                  {t('findPatient')}
                </Button>
              </EmptyState>
            )}
          </Panel>
        )}
        {figures.data && <Beside figures={figures.data} drafts={drafts.data?.items ?? []} now={now} />}
      </div>
    </Page>
  )
}
