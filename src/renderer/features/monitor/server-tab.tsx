import { Alert, Button } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconCloudOff, IconServer, IconServerOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ServerFacts } from '../../../shared/contract/monitor-blocks.js'
import { rpc } from '../../api/client.js'
import { useSession } from '../../app/session.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { AsOf } from '../../ui/as-of.js'
import { EmptyState } from '../../ui/empty-state.js'
import { Panel } from '../../ui/page-header.js'
import { Answer } from './answer.js'
import { CapacityPanel } from './capacity-panel.js'
import classes from './monitor.module.css'
import { ServerFigures } from './server-figures.js'
import { texts } from './server-texts.js'
import { SlowCommands } from './slow-commands.js'
import { Trends } from './trends.js'

const askEveryMs = 5000

type Warning = Extract<keyof typeof texts.en, `warn.${string}`>
const isKnown = (key: string): key is Warning => key in texts.en

/** Why there is nothing to show: no server at all, or one that has not answered since the start. */
function Nothing({ isOff }: { isOff: boolean }) {
  const t = useTexts(texts)
  const navigate = useNavigate()
  const { can } = useSession()
  if (!isOff) return <EmptyState icon={<IconServerOff size={22} />} title={t('neverTold')} text={t('neverToldText')} />
  return (
    <EmptyState icon={<IconServer size={22} />} title={t('off')} text={t('offText')}>
      {can('settings.write') && (
        <Button variant="default" onClick={() => void navigate({ to: '/settings/$section', params: { section: 'server' } })}>
          {t('off.setUp')}
        </Button>
      )}
    </EmptyState>
  )
}

/** Whether these are words of now, and what in them is worth a look. */
function Judgement({ facts: { asOf, isNow, offers, warnings } }: { facts: ServerFacts }) {
  const t = useTexts(texts)
  const { dateTime } = useFormats()
  const known = warnings.map((code) => `warn.${code}`).filter(isKnown)
  return (
    <>
      {!isNow && (
        <Alert className={classes.alert} data-tone="warn" icon={<IconCloudOff size={18} />} role="status">
          <span className={classes.alertText}>{t('away', { time: asOf ? dateTime(asOf) : '' })}</span>
        </Alert>
      )}
      {offers.info === 'notOffered' && <p className={classes.text}>{t('noInfo')}</p>}
      <ul className={classes.items} aria-label={t('warnings')}>
        {known.map((warning) => (
          <li key={warning} data-tone={warning === 'warn.policy' || warning === 'warn.saveFails' ? 'bad' : 'warn'}>
            <IconAlertTriangle size={19} aria-hidden />
            <span>{t(warning)}</span>
          </li>
        ))}
        {known.length === 0 && (
          <li data-tone="ok">
            <IconCircleCheck size={19} aria-hidden />
            <span>{t('fine')}</span>
          </li>
        )}
      </ul>
    </>
  )
}

/** What the server tells of itself, judged in words; how full it is and for how long its memory lasts; its slow commands. */
export function ServerTab() {
  const t = useTexts(texts)
  const server = useQuery(rpc.monitor.server.queryOptions({ input: {}, staleTime: 0, refetchInterval: askEveryMs }))
  const state = useQuery(rpc.monitor.state.queryOptions({ input: {}, staleTime: 0, refetchInterval: askEveryMs }))
  const isOff = state.data?.connection.state === 'off'
  const hasTold = server.data?.asOf != null
  return (
    <div className={classes.stack}>
      <Panel title={t('title')} actions={server.data?.asOf && <AsOf at={server.data.asOf} />} isFlush>
        <Answer query={server}>
          {(facts) =>
            facts.asOf === null ? (
              <Nothing isOff={isOff} />
            ) : (
              <>
                <Judgement facts={facts} />
                <ServerFigures facts={facts} />
              </>
            )
          }
        </Answer>
      </Panel>
      {hasTold && <Trends names={['usedBytes', 'operationsPerSecond', 'networkBytesPerSecond', 'clients', 'evictedKeys', 'pingMs']} />}
      <CapacityPanel />
      {hasTold && <SlowCommands />}
    </div>
  )
}
