import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, rpc } from '../../api/client.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { ErrorState } from '../../ui/error-state.js'
import { Panel } from '../../ui/page-header.js'
import classes from './session.module.css'
import { SessionList, useEnding } from './session-list.js'
import { texts } from './texts.js'

/** Where somebody is signed in, on all workstations of the clinic, and signing out there. */
export function OwnSessions() {
  const t = useTexts(texts)
  const { data, error, refetch } = useQuery(rpc.sessions.list.queryOptions({ input: { of: 'me' }, staleTime: 0 }))
  const others = useEnding(() => api.sessions.endOthers({}))
  const items = data?.items ?? []
  return (
    <Panel
      title={t('whereSignedIn')}
      actions={
        items.length > 1 && (
          <Button variant="default" size="xs" loading={others.isRunning} onClick={() => void others.end()}>
            {t('endOthers')}
          </Button>
        )
      }
      isFlush
    >
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      <ErrorNotice error={others.error} />
      <SessionList sessions={items} isOwn label={t('whereSignedIn')} />
      <p className={classes.foot}>{t('ownHint')}</p>
    </Panel>
  )
}
