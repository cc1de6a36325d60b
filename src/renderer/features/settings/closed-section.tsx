import { Button, Select, Switch, TextInput } from '@mantine/core'
import { IconCalendarOff, IconPlus } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ClosedTime } from '../../../shared/contract/staff.js'
import { api, rpc } from '../../api/client.js'
import { useCommand } from '../../api/use-command.js'
import { useSession } from '../../app/session.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { DayField } from '../../ui/day-field.js'
import { EmptyState } from '../../ui/empty-state.js'
import { ErrorState } from '../../ui/error-state.js'
import { FormDrawer } from '../../ui/form-drawer.js'
import { Panel } from '../../ui/page-header.js'
import { TimeField } from '../../ui/time-field.js'
import { useToasts } from '../../ui/toasts.js'
import { type ClosedForm, instantsOf, wholeDaysOf } from './closed-times.js'
import classes from './settings.module.css'
import { texts } from './texts.js'

const everybody = 'clinic'

/** For whom a time can be closed: the clinic, a bookable provider, a chair. */
function useSubjects() {
  const t = useTexts(texts)
  const providers = useQuery(rpc.staff.practitioners.list.queryOptions({ input: { isBookable: true, limit: 200 } }))
  const chairs = useQuery(rpc.staff.chairs.list.queryOptions({ input: {} }))
  const people = (providers.data?.items ?? []).map(({ id, prefix, givenName, familyName }) => ({
    value: `provider ${id}`,
    label: [prefix, givenName, familyName].filter(Boolean).join(' '),
  }))
  const rooms = (chairs.data?.items ?? []).map(({ id, name }) => ({ value: `chair ${id}`, label: name }))
  const labels = new Map([...people, ...rooms].map(({ value, label }) => [value, label]))
  return {
    data: [
      { value: everybody, label: t('wholeClinic') },
      ...(people.length > 0 ? [{ group: t('providers'), items: people }] : []),
      ...(rooms.length > 0 ? [{ group: t('chairs'), items: rooms }] : []),
    ],
    nameOf: ({ practitionerId, chairId }: ClosedTime): string =>
      practitionerId
        ? (labels.get(`provider ${practitionerId}`) ?? t('aProvider'))
        : chairId
          ? (labels.get(`chair ${chairId}`) ?? t('aChair'))
          : t('wholeClinic'),
  }
}

function ClosedDrawer({ onClose }: { onClose: () => void }) {
  const t = useTexts(texts)
  const toasts = useToasts()
  const subjects = useSubjects()
  const { clinic } = useSession()
  const [form, setForm] = useState<ClosedForm>({ fromDate: undefined, toDate: undefined, isWholeDays: true, fromTime: '12:00', toTime: '14:00' })
  const [subject, setSubject] = useState(everybody)
  const [reason, setReason] = useState('')
  const [isTried, setIsTried] = useState(false)
  const add = useCommand(api.staff.closedTimes.add)
  const instants = instantsOf(form, clinic.timeZone)
  const set = (patch: Partial<ClosedForm>): void => setForm({ ...form, ...patch })
  const save = async (): Promise<void> => {
    setIsTried(true)
    if (!instants) return
    const [kind, id] = subject.split(' ')
    const done = await add.run({
      ...instants,
      ...(kind === 'provider' && id && { practitionerId: id }),
      ...(kind === 'chair' && id && { chairId: id }),
      ...(reason.trim() && { reason: reason.trim() }),
    })
    if (!done) return
    toasts.done(t('saved'), () => void api.staff.closedTimes.remove({ id: done.id }).catch(toasts.failed))
    onClose()
  }
  return (
    <FormDrawer
      title={t('addClosed')}
      error={add.error}
      isDirty={form.fromDate !== undefined || reason !== ''}
      submit={{ text: t('add'), isRunning: add.isRunning }}
      onClose={onClose}
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <Select
        label={t('forWhom')}
        searchable
        allowDeselect={false}
        data={subjects.data}
        value={subject}
        onChange={(value) => setSubject(String(value ?? everybody))}
      />
      <Switch label={t('wholeDays')} checked={form.isWholeDays} onChange={(event) => set({ isWholeDays: event.currentTarget.checked })} />
      <div className={classes.fields}>
        <DayField
          label={t('firstDay')}
          withAsterisk
          value={form.fromDate}
          onChange={(fromDate) => set({ fromDate })}
          error={isTried && !form.fromDate ? t('missing') : undefined}
        />
        <DayField label={t('lastDay')} value={form.toDate} onChange={(toDate) => set({ toDate })} />
        {!form.isWholeDays && (
          <>
            <TimeField label={t('fromTime')} value={form.fromTime} onChange={(fromTime) => set({ fromTime })} />
            <TimeField label={t('toTime')} value={form.toTime} onChange={(toTime) => set({ toTime })} />
          </>
        )}
      </div>
      {isTried && form.fromDate && !instants && (
        <p className={classes.dayProblem} role="alert">
          {t('endBeforeStart')}
        </p>
      )}
      <TextInput
        label={t('reason')}
        placeholder={t('reasonExample')}
        maxLength={200}
        autoComplete="off"
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <p className={classes.text}>{t('closedHint')}</p>
    </FormDrawer>
  )
}

/** Holidays and other times in which nothing is booked. */
export function ClosedSection() {
  const t = useTexts(texts)
  const toasts = useToasts()
  const { day, dateTime, time, dayOf } = useFormats()
  const { can, clinic } = useSession()
  const mayEdit = can('appointments.write')
  const subjects = useSubjects()
  const [isPast, setIsPast] = useState(false)
  const [isOpen, setIsOpen] = useState(false)
  // The start of the running minute would make every render another question.
  const [now] = useState(() => new Date().toISOString())
  const found = useInfiniteQuery(
    rpc.staff.closedTimes.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...(!isPast && { from: now }), ...(cursor && { cursor }), limit: 100 }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: ({ nextCursor }) => nextCursor,
    }),
  )
  const items = found.data?.pages.flatMap((page) => page.items) ?? []
  const remove = async ({ id, startAt, endAt, practitionerId, chairId, reason }: ClosedTime): Promise<void> => {
    try {
      await api.staff.closedTimes.remove({ id })
      const again = { startAt, endAt, ...(practitionerId && { practitionerId }), ...(chairId && { chairId }), ...(reason && { reason }) }
      toasts.done(t('closedRemoved'), () => void api.staff.closedTimes.add(again).catch(toasts.failed))
    } catch (error) {
      toasts.failed(error)
    }
  }
  const when = (item: ClosedTime): string => {
    const whole = wholeDaysOf(item, clinic.timeZone)
    if (whole) return whole.first === whole.last ? day(whole.first) : `${day(whole.first)} – ${day(whole.last)}`
    return `${dateTime(item.startAt)} – ${dayOf(item.startAt) === dayOf(item.endAt) ? time(item.endAt) : dateTime(item.endAt)}`
  }
  return (
    <>
      <Panel
        title={t('closedTimes')}
        actions={
          mayEdit && (
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setIsOpen(true)}>
              {t('addClosed')}
            </Button>
          )
        }
        isFlush
      >
        <div className={classes.filters}>
          <span className={classes.quiet}>{t('closedListHint')}</span>
          <Switch label={t('showPast')} checked={isPast} onChange={(event) => setIsPast(event.currentTarget.checked)} />
        </div>
        {found.isError && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
        {found.isSuccess && items.length === 0 && <EmptyState icon={<IconCalendarOff size={22} />} title={t('noClosed')} text={t('noClosedText')} />}
        <ul className={classes.list} aria-label={t('closedTimes')}>
          {items.map((item) => (
            <li key={item.id} className={classes.item}>
              <div className={classes.itemText}>
                <span className={classes.name}>{when(item)}</span>
                <span className={classes.quiet}>
                  <bdi>{subjects.nameOf(item)}</bdi>
                  {item.reason && (
                    <>
                      {' · '}
                      <bdi>{item.reason}</bdi>
                    </>
                  )}
                </span>
              </div>
              {mayEdit && (
                <Button variant="default" size="xs" onClick={() => void remove(item)} aria-label={t('removeNamed', { name: when(item) })}>
                  {t('remove')}
                </Button>
              )}
            </li>
          ))}
        </ul>
        {found.hasNextPage && (
          <div className={classes.more}>
            <Button variant="default" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
              {t('showMore')}
            </Button>
          </div>
        )}
      </Panel>
      {isOpen && <ClosedDrawer onClose={() => setIsOpen(false)} />}
    </>
  )
}
