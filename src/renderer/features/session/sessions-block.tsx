import { useQuery } from '@tanstack/react-query'
import { rpc } from '../../api/client.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorState } from '../../ui/error-state.js'
import { Panel } from '../../ui/page-header.js'
import classes from './session.module.css'
import { SessionList } from './session-list.js'
import { texts } from './texts.js'

/** Use on other workstations is told by no event. */
const askEveryMs = 30_000

/** Everybody who is signed in, on all workstations of the clinic, and signing them out. For who may manage staff. */
export function SessionsBlock() {
  const t = useTexts(texts)
  const { data, error, refetch } = useQuery(rpc.sessions.list.queryOptions({ input: { of: 'everybody' }, staleTime: 0, refetchInterval: askEveryMs }))
  return (
    <Panel title={t('signedInNow')} isFlush>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      <SessionList sessions={data?.items ?? []} isOwn={false} label={t('signedInNow')} />
      <p className={classes.foot}>{t('allHint')}</p>
    </Panel>
  )
}
