import { IconCircleCheck, IconCloudOff, IconDeviceDesktop, IconPlugConnectedX, IconRefresh } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { MonitorState } from '../../../shared/contract/monitor-blocks.js'
import { rpc } from '../../api/client.js'
import { useServerProblem } from '../../app/server-problem-texts.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { AsOf } from '../../ui/as-of.js'
import { Panel } from '../../ui/page-header.js'
import { useDuration } from '../../ui/use-duration.js'
import { Alerts } from './alerts.js'
import { Answer } from './answer.js'
import classes from './monitor.module.css'
import { Fact } from './table.js'
import { texts } from './texts.js'
import { Trends } from './trends.js'
import { useFigures } from './use-figures.js'

const askEveryMs = 5000
/** Within this two clocks count as the same. */
const sameWithinMs = 2000

const looks = {
  off: { tone: 'quiet', icon: IconDeviceDesktop },
  connecting: { tone: 'warn', icon: IconRefresh },
  ready: { tone: 'ok', icon: IconCircleCheck },
  waiting: { tone: 'warn', icon: IconCloudOff },
  refused: { tone: 'bad', icon: IconPlugConnectedX },
} as const

/** What is right or wrong, since when and what to do, in sentences. */
function Sentence({ connection: { state, since, reason, retryAt } }: Pick<MonitorState, 'connection'>) {
  const t = useTexts(texts)
  const { dateTime } = useFormats()
  const { clock } = useFigures()
  const { what, todo, isKnown } = useServerProblem()(reason ?? '')
  const { tone, icon: Sign } = looks[state]
  const isAway = state === 'waiting' || state === 'refused'
  return (
    <div className={classes.column}>
      <p className={classes.headline} data-tone={tone} role="status">
        <Sign size={21} aria-hidden />
        {t(`is.${state}`, { time: dateTime(since) })}
      </p>
      {(state === 'off' || state === 'ready') && <p className={classes.text}>{t(`is.${state}Text`)}</p>}
      {reason !== undefined && isKnown && state !== 'ready' && (
        <p className={classes.sentence}>
          {what} {todo}
        </p>
      )}
      {isAway && (
        <p className={classes.text}>
          {t('is.awayText')} {retryAt && t('retryAt', { time: clock(Date.parse(retryAt)) })}
        </p>
      )}
    </div>
  )
}

function CacheLine({ state, since, rests, reconnects }: MonitorState['cacheLine']) {
  const t = useTexts(texts)
  const { dateTime } = useFormats()
  return (
    <Fact name={t('cacheLine')} note={(rests > 0 || reconnects > 0) && t('rests', { count: rests, again: reconnects })}>
      {t(`line.${state}`, { time: dateTime(since) })}
    </Fact>
  )
}

function Clock({ offsetMs }: { offsetMs: number | undefined }) {
  const t = useTexts(texts)
  const durationOf = useDuration()
  if (offsetMs === undefined) return t('clockUnknown')
  if (Math.abs(offsetMs) < sameWithinMs) return t('clockRight')
  return t(offsetMs > 0 ? 'clockAhead' : 'clockBehind', { duration: durationOf(Math.abs(offsetMs)) })
}

function Facts({ data: { connection, cacheLine, lastContactAt, server, startedAt, status } }: { data: MonitorState }) {
  const t = useTexts(texts)
  const { dateTime, time } = useFormats()
  const { ms, bytes } = useFigures()
  const problem = useServerProblem()
  const { reconnects, lostAt, lostReason, pingP95Ms, clockOffsetMs, state } = connection
  const lost = lostAt && `${t('lost', { time: dateTime(lostAt) })}. ${lostReason && problem(lostReason).isKnown ? problem(lostReason).what : ''}`
  return (
    <dl className={classes.facts}>
      {state !== 'off' && (
        <>
          <Fact name={t('contact')}>{lastContactAt ? dateTime(lastContactAt) : t('never')}</Fact>
          <Fact name={t('answers')}>{pingP95Ms === undefined ? t('answersUnknown') : ms(pingP95Ms)}</Fact>
          <Fact name={t('reconnects')} note={lost}>
            {lostAt === undefined ? t('notOnce') : t('times', { count: reconnects })}
          </Fact>
          <CacheLine {...cacheLine} />
          <Fact name={t('clock')}>
            <Clock offsetMs={clockOffsetMs} />
          </Fact>
          <Fact name={t('waiting')}>{status.waiting === 0 ? t('waitingNone') : t('waitingSome', { count: status.waiting })}</Fact>
          <Fact name={t('server')} note={server?.keys != null && t('serverKeys', { count: server.keys, time: time(server.asOf) })}>
            {server ? t('serverSaid', { version: server.version ?? '', used: server.usedBytes === null ? '–' : bytes(server.usedBytes) }) : t('serverNever')}
          </Fact>
        </>
      )}
      <Fact name={t('started')}>{dateTime(startedAt)}</Fact>
    </dl>
  )
}

/** How this workstation and the server stand to each other in words, what is beyond its limit, and the figures over time. */
export function OverviewTab() {
  const t = useTexts(texts)
  const state = useQuery(rpc.monitor.state.queryOptions({ input: {}, staleTime: 0, refetchInterval: askEveryMs }))
  const isAlone = state.data?.connection.state === 'off'
  return (
    <div className={classes.stack}>
      <Panel title={t('state')} actions={state.data && <AsOf at={state.data.asOf} />}>
        <Answer query={state}>
          {(data) => (
            <div className={classes.column}>
              <Sentence connection={data.connection} />
              <Facts data={data} />
            </div>
          )}
        </Answer>
      </Panel>
      <Alerts />
      <Trends
        names={
          isAlone
            ? ['hitShare', 'callP95Ms', 'loopP99Ms', 'residentBytes', 'freeDiskBytes']
            : ['pingMs', 'usedBytes', 'operationsPerSecond', 'waiting', 'hitShare', 'callP95Ms', 'loopP99Ms', 'residentBytes']
        }
      />
    </div>
  )
}
