import { ActionIcon, Button, Menu } from '@mantine/core'
import { IconDots, IconMoodSick, IconPencil, IconTrash } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { Symptom } from '../../../shared/contract/symptoms.js'
import { api, rpc } from '../../api/client.js'
import { useSession } from '../../app/session.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { EmptyState } from '../../ui/empty-state.js'
import { ErrorState } from '../../ui/error-state.js'
import { StatusPill } from '../../ui/status-pill.js'
import { useToasts } from '../../ui/toasts.js'
import classes from './symptoms.module.css'
import { texts } from './texts.js'

const tones = { mild: 'quiet', moderate: 'warn', severe: 'bad' } as const

function Entry({ entry, onEdit }: { entry: Symptom; onEdit: (entry: Symptom) => void }) {
  const t = useTexts(texts)
  const toasts = useToasts()
  const { can } = useSession()
  const { dateTime, day } = useFormats()
  const { occurredAt } = entry
  const when = occurredAt.length > 10 ? dateTime(occurredAt) : occurredAt.length === 10 ? day(occurredAt) : occurredAt
  const remove = async (): Promise<void> => {
    const { id, changedAt: _, ...fields } = entry
    try {
      await api.symptoms.remove({ id })
      toasts.done(t('removed'), () => void api.symptoms.add(fields).catch(toasts.failed))
    } catch (error) {
      toasts.failed(error)
    }
  }
  return (
    <li className={classes.entry}>
      <div className={classes.entryText}>
        <span className={classes.concern}>
          <bdi>{entry.concern}</bdi>
        </span>
        {entry.symptoms && <bdi className={classes.details}>{entry.symptoms}</bdi>}
        <span className={classes.quiet}>
          {when}
          {entry.autoSaved && ` · ${t('autoSaved')}`}
        </span>
      </div>
      <StatusPill tone={tones[entry.severity]}>{t(entry.severity)}</StatusPill>
      {can('chart.write') && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={t('moreFor', { concern: entry.concern })}>
              <IconDots size={18} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => onEdit(entry)}>
              {t('edit')}
            </Menu.Item>
            <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} onClick={() => void remove()}>
              {t('remove')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </li>
  )
}

/** What a patient has told, newest first. */
export function EntryList({ patientId, onEdit }: { patientId: string; onEdit: (entry: Symptom) => void }) {
  const t = useTexts(texts)
  const query = useInfiniteQuery(
    rpc.symptoms.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ patientId, limit: 50, ...(cursor && { cursor }) }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: ({ nextCursor }) => nextCursor,
    }),
  )
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  const entries = query.data?.pages.flatMap(({ items }) => items)
  if (entries?.length === 0) return <EmptyState icon={<IconMoodSick size={22} />} title={t('emptyTitle')} text={t('emptyText')} />
  return (
    <>
      <ul className={classes.entries} aria-label={t('list')}>
        {entries?.map((entry) => (
          <Entry key={entry.id} entry={entry} onEdit={onEdit} />
        ))}
      </ul>
      {query.hasNextPage && (
        <div className={classes.loadMore}>
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('loadMore')}
          </Button>
        </div>
      )}
    </>
  )
}
