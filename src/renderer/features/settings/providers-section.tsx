import { Button, Switch, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch, IconStethoscope, IconUserPlus } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Practitioner } from '../../../shared/contract/staff.js'
import { keepPrevious, rpc } from '../../api/client.js'
import { useSession } from '../../app/session.js'
import { useTexts } from '../../i18n/texts.js'
import { EmptyState } from '../../ui/empty-state.js'
import { ErrorState } from '../../ui/error-state.js'
import { Panel } from '../../ui/page-header.js'
import { StatusPill } from '../../ui/status-pill.js'
import { ProviderDrawer } from './provider-drawer.js'
import classes from './settings.module.css'
import { texts } from './texts.js'

const nameOf = ({ prefix, givenName, familyName }: Practitioner): string => [prefix, givenName, familyName].filter(Boolean).join(' ')

function Row({ provider, onEdit }: { provider: Practitioner; onEdit: (() => void) | undefined }) {
  const t = useTexts(texts)
  return (
    <li className={classes.item}>
      <span className={classes.swatch} style={{ background: provider.color }} data-none={!provider.color || undefined} aria-hidden />
      <div className={classes.itemText}>
        <span className={classes.name}>
          <bdi>{nameOf(provider)}</bdi>
        </span>
        <span className={classes.quiet}>{[provider.specialty, provider.identifier?.value].filter(Boolean).join(' · ')}</span>
      </div>
      <div className={classes.pills}>
        {!provider.isActive && <StatusPill tone="quiet">{t('hasEnded')}</StatusPill>}
        {provider.isActive && provider.isBookable && <StatusPill tone="ok">{t('bookable')}</StatusPill>}
        {provider.isActive && !provider.isBookable && <StatusPill tone="quiet">{t('notBookable')}</StatusPill>}
        {provider.hours && <StatusPill tone="info">{t('withOwnHours')}</StatusPill>}
      </div>
      {onEdit && (
        <Button variant="default" size="xs" onClick={onEdit} aria-label={t('editNamed', { name: nameOf(provider) })}>
          {t('edit')}
        </Button>
      )}
    </li>
  )
}

/** Everybody who treats patients, imported ones included, found by name. */
export function ProvidersSection() {
  const t = useTexts(texts)
  const mayEdit = useSession().can('staff.write')
  const [query, setQuery] = useState('')
  const [asked] = useDebouncedValue(query.trim(), 120)
  const [isBookable, setIsBookable] = useState(false)
  const [withEnded, setWithEnded] = useState(false)
  const [open, setOpen] = useState<Practitioner | 'new'>()
  const clinic = useQuery(rpc.settings.clinic.get.queryOptions({ input: {} }))
  const found = useInfiniteQuery(
    rpc.staff.practitioners.list.infiniteOptions({
      input: (cursor: string | undefined) => ({
        ...(asked && { query: asked }),
        ...(isBookable && { isBookable }),
        ...(withEnded && { withEnded }),
        ...(cursor && { cursor }),
        limit: 50,
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: ({ nextCursor }) => nextCursor,
      placeholderData: keepPrevious,
    }),
  )
  const items = found.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <>
      <Panel
        title={t('providers')}
        actions={
          mayEdit && (
            <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => setOpen('new')}>
              {t('addProvider')}
            </Button>
          )
        }
        isFlush
      >
        <div className={classes.filters}>
          <TextInput
            className={classes.search}
            type="search"
            aria-label={t('findProvider')}
            placeholder={t('findProvider')}
            leftSection={<IconSearch size={16} aria-hidden />}
            value={query}
            onChange={(event) => setQuery(event.currentTarget.value)}
          />
          <Switch label={t('onlyBookable')} checked={isBookable} onChange={(event) => setIsBookable(event.currentTarget.checked)} />
          <Switch label={t('showEnded')} checked={withEnded} onChange={(event) => setWithEnded(event.currentTarget.checked)} />
        </div>
        {found.isError && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
        {found.isSuccess && items.length === 0 && (
          <EmptyState icon={<IconStethoscope size={22} />} title={t(asked ? 'nobodyFound' : 'noProviders')} text={asked ? undefined : t('noProvidersText')} />
        )}
        <ul className={classes.list} aria-label={t('providers')}>
          {items.map((provider) => (
            <Row key={provider.id} provider={provider} onEdit={mayEdit ? () => setOpen(provider) : undefined} />
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
      {open && clinic.data && (
        <ProviderDrawer provider={open === 'new' ? undefined : open} clinicHours={clinic.data.hours} onClose={() => setOpen(undefined)} />
      )}
    </>
  )
}
