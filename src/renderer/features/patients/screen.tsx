import { Button, CloseButton, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch, IconUserPlus, IconUsers } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useCallback, useMemo, useRef, useState } from 'react'
import type { PatientHit } from '../../../shared/contract/patients.js'
import { keepPrevious, rpc } from '../../api/client.js'
import { openPanel } from '../../app/panels.js'
import { useSession } from '../../app/session.js'
import { useTexts } from '../../i18n/texts.js'
import { AsOf } from '../../ui/as-of.js'
import { EmptyState } from '../../ui/empty-state.js'
import { ErrorState } from '../../ui/error-state.js'
import { Page, PageHeader, Panel } from '../../ui/page-header.js'
import { VirtualList, type VirtualListHandle } from '../../ui/virtual-list.js'
import { PatientRow, PatientRowHeader, rowHeight } from './patient-row.js'
import classes from './patients.module.css'
import { texts } from './texts.js'

/** How many hits the first answer has; more follow while scrolling. */
const firstHits = 20

function useHits(query: string) {
  const [asked] = useDebouncedValue(query.trim(), 50)
  const hits = useInfiniteQuery(
    rpc.patients.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...(asked && { query: asked }), ...(cursor && { cursor }), limit: cursor ? 100 : firstHits }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: ({ nextCursor }) => nextCursor,
      placeholderData: keepPrevious,
    }),
  )
  const items = useMemo(() => hits.data?.pages.flatMap(({ items }) => items) ?? [], [hits.data])
  return { hits, items, asked }
}

/** Find a patient by anything, then open the chart; registering is the second step. */
export function Screen() {
  const t = useTexts(texts)
  const navigate = useNavigate()
  const { can } = useSession()
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const list = useRef<VirtualListHandle>(null)
  const { hits, items, asked } = useHits(query)
  const open = (hit: PatientHit): void => void navigate({ to: '/patients/$patientId', params: { patientId: hit.id } })
  const register = (typed: string): void => openPanel('registerPatient', { typed })
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = hits
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])

  const move = (to: number): void => {
    const next = Math.max(0, Math.min(items.length - 1, to))
    setActive(next)
    list.current?.show(next)
  }
  const press = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key]
    const hit = items[active]
    if (step) move(active + step)
    else if (event.key === 'Enter' && hit) open(hit)
    else if (event.key === 'Escape' && query) setQuery('')
    else return
    event.preventDefault()
  }
  const activeHit = items[active]

  return (
    <Page>
      <PageHeader title={t('title')} note={items.length > 0 && (hasNextPage ? t('shownMore', { count: items.length }) : t('shown', { count: items.length }))}>
        <AsOf at={0} freshness={hits.data?.pages[0]?.freshness} />
        {can('patients.write') && (
          <Button leftSection={<IconUserPlus size={17} aria-hidden />} onClick={() => register(query)}>
            {t('register')}
          </Button>
        )}
      </PageHeader>
      <TextInput
        className={classes.search}
        size="md"
        role="combobox"
        aria-label={t('search')}
        aria-controls="patient-hits"
        aria-expanded={items.length > 0}
        aria-activedescendant={activeHit && `hit-${activeHit.id}`}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        autoFocus
        placeholder={t('searchHint')}
        leftSection={<IconSearch size={18} aria-hidden />}
        rightSection={query && <CloseButton size="sm" aria-label={t('cancel')} onClick={() => setQuery('')} />}
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value)
          setActive(0)
        }}
        onKeyDown={press}
      />
      <Panel isFlush>
        {hits.isError && <ErrorState error={hits.error} onRetry={() => void hits.refetch()} />}
        {items.length > 0 && <PatientRowHeader />}
        {items.length > 0 && (
          <VirtualList
            ref={list}
            id="patient-hits"
            role="listbox"
            label={t('results')}
            isBusy={hits.isFetching}
            className={classes.list}
            items={items}
            rowHeight={rowHeight}
            keyOf={({ id }) => id}
            onEnd={more}
          >
            {(hit, index) => <PatientRow hit={hit} isActive={index === active} onOpen={open} />}
          </VirtualList>
        )}
        {items.length === 0 && hits.isSuccess && !hits.isPlaceholderData && (
          <EmptyState icon={<IconUsers size={22} />} title={t(asked ? 'noneTitle' : 'emptyTitle')} text={t(asked ? 'noneText' : 'emptyText')}>
            {can('patients.write') && (
              <Button variant="default" leftSection={<IconUserPlus size={17} aria-hidden />} onClick={() => register(query)}>
                {asked ? t('registerTyped', { typed: asked }) : t('register')}
              </Button>
            )}
          </EmptyState>
        )}
      </Panel>
    </Page>
  )
}
