import { Button } from '@mantine/core'
import { IconPhoto } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { rpc } from '../../api/client.js'
import { useTexts } from '../../i18n/texts.js'
import { EmptyState } from '../../ui/empty-state.js'
import { ErrorState } from '../../ui/error-state.js'
import { Page, PageHeader, Panel } from '../../ui/page-header.js'
import { type Kind, KindFilter } from './kind-filter.js'
import classes from './media.module.css'
import { MediaGrid } from './media-grid.js'
import { texts } from './texts.js'
import { MediaViewer } from './viewer.js'

/** The files added last in the whole clinic; adding one happens in a patient's chart. */
export function Screen() {
  const t = useTexts(texts)
  const navigate = useNavigate()
  const [kind, setKind] = useState<Kind>('all')
  const [openId, setOpenId] = useState<string>()
  const found = useInfiniteQuery(
    rpc.media.recent.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...(kind !== 'all' && { kind }), ...(cursor && { cursor }), limit: 60 }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: ({ nextCursor }) => nextCursor,
    }),
  )
  const items = found.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Page>
      <PageHeader title={t('title')} note={t('titleNote')}>
        <KindFilter value={kind} onChange={setKind} />
      </PageHeader>
      <Panel>
        {found.isError && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
        {found.isSuccess && items.length === 0 && (
          <EmptyState icon={<IconPhoto size={22} />} title={t(kind === 'all' ? 'emptyTitle' : 'noneOfKind')} text={t('emptyClinicText')}>
            <Button variant="default" onClick={() => void navigate({ to: '/patients' })}>
              {t('openPatients')}
            </Button>
          </EmptyState>
        )}
        {items.length > 0 && (
          <MediaGrid
            items={items}
            onOpen={({ id }) => setOpenId(id)}
            noteOf={({ patient }) => (
              <Link to="/patients/$patientId" params={{ patientId: patient.id }}>
                <bdi>{[patient.familyName, patient.givenName].filter(Boolean).join(', ')}</bdi>
              </Link>
            )}
          />
        )}
        {found.hasNextPage && (
          <div className={classes.more}>
            <Button variant="default" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
              {t('more')}
            </Button>
          </div>
        )}
      </Panel>
      {openId !== undefined && <MediaViewer items={items} openId={openId} onOpen={setOpenId} onClose={() => setOpenId(undefined)} />}
    </Page>
  )
}
