import { Button } from '@mantine/core'
import { IconArrowsExchange, IconEqual, IconServer } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { SyncFacts } from '../../../shared/contract/sync.js'
import { api, rpc } from '../../api/client.js'
import { useCommand } from '../../api/use-command.js'
import { useSyncStatus } from '../../api/use-stream.js'
import { LimitLeft } from '../../app/limit-left.js'
import { useSession } from '../../app/session.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { AsOf } from '../../ui/as-of.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { ErrorState } from '../../ui/error-state.js'
import { Panel } from '../../ui/page-header.js'
import { useDuration } from '../../ui/use-duration.js'
import { Attention } from './attention.js'
import { isClockWrong, useClockWords } from './clock-words.js'
import { Reconciling } from './reconciling.js'
import { useStateSentence } from './state-sentence.js'
import classes from './storage.module.css'
import { texts } from './sync-texts.js'
import { useFacts } from './use-facts.js'

/** Sends and receives, or compares, on demand, and says how it went. */
function Actions() {
  const t = useTexts(texts)
  const { time } = useFormats()
  const client = useQueryClient()
  const [answer, setAnswer] = useState('')
  const run = useCommand(api.sync.run)
  const audit = useCommand(api.sync.audit)
  const finish = (text: string): void => {
    setAnswer(text)
    void client.invalidateQueries({ queryKey: rpc.sync.key() })
  }
  const onRun = async (): Promise<void> => {
    setAnswer('')
    audit.reset()
    const ran = await run.run({})
    if (ran) finish([t('ranSent', { count: ran.sent }), t('ranReceived', { count: ran.received }), t('ranFailed', { count: ran.failed })].join(' · '))
  }
  const onAudit = async (): Promise<void> => {
    setAnswer('')
    run.reset()
    const found = await audit.run({})
    if (!found) return
    const at = { time: time(found.at) }
    finish(found.isEqual ? t('auditEqual', at) : t('auditDiffers', { ...at, count: found.differingBuckets }))
  }
  return (
    <div className={classes.column}>
      <div className={classes.row}>
        <Button leftSection={<IconArrowsExchange size={17} aria-hidden />} loading={run.isRunning} onClick={() => void onRun()}>
          {t('run')}
        </Button>
        <Button variant="default" leftSection={<IconEqual size={17} aria-hidden />} loading={audit.isRunning} onClick={() => void onAudit()}>
          {t('audit')}
        </Button>
        <span role="status">{answer}</span>
        <LimitLeft procedure="sync.run" isRunning={run.isRunning} />
        <LimitLeft procedure="sync.audit" isRunning={audit.isRunning} />
      </div>
      <ErrorNotice error={run.error ?? audit.error} />
    </div>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** The figures; `now` is the moment for which they hold. */
function Facts({ facts, now }: { facts: SyncFacts; now: number }) {
  const t = useTexts(texts)
  const { dateTime, relative, number } = useFormats()
  const durationOf = useDuration()
  const clockOf = useClockWords()
  const { waiting, oldestWaitingAt, dead, parked, lastContactAt, clockOffsetMs, lastAudit, digest } = facts
  const count = { count: waiting }
  const waits = oldestWaitingAt ? t('waitingSome', { ...count, duration: durationOf(now - Date.parse(oldestWaitingAt)) }) : t('waitingUnknown', count)
  return (
    <dl className={classes.facts}>
      <Fact name={t('waitingName')}>{waiting === 0 ? t('waitingNone') : waits}</Fact>
      <Fact name={t('deadName')}>{dead === 0 ? t('none') : <strong>{number(dead)}</strong>}</Fact>
      {parked > 0 && <Fact name={t('parkedName')}>{t('parkedSome', { count: parked })}</Fact>}
      <Fact name={t('contactName')}>{lastContactAt ? `${dateTime(lastContactAt)} (${relative(lastContactAt, now)})` : t('never')}</Fact>
      <Fact name={t('clockName')}>{isClockWrong(clockOffsetMs) ? <strong>{clockOf(clockOffsetMs)}</strong> : clockOf(clockOffsetMs)}</Fact>
      <Fact name={t('auditName')}>
        {lastAudit ? t(lastAudit.isEqual ? 'auditWasEqual' : 'auditDiffered', { time: dateTime(lastAudit.at) }) : t('auditNever')}
      </Fact>
      <Fact name={t('digestName')}>
        <bdi dir="ltr" className={classes.digest}>
          {digest}
        </bdi>{' '}
        <span className={classes.note}>{t('digestHint')}</span>
      </Fact>
    </dl>
  )
}

/** What this workstation exchanges with the clinic's server: the state in words, what needs a person, the figures, and the two things to do by hand. */
export function OverviewTab() {
  const t = useTexts(texts)
  const navigate = useNavigate()
  const { can } = useSession()
  const sentenceOf = useStateSentence()
  const status = useSyncStatus()
  const { data, error, refetch } = useFacts()
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return null
  const isAlone = !data.hasServer
  return (
    <div className={classes.stack}>
      <p className={classes.sentence} role="status">
        {sentenceOf(status ?? data.status)}
      </p>
      {isAlone
        ? can('settings.write') && (
            <div>
              <Button
                variant="default"
                leftSection={<IconServer size={17} aria-hidden />}
                onClick={() => void navigate({ to: '/settings/$section', params: { section: 'server' } })}
              >
                {t('setUpServer')}
              </Button>
            </div>
          )
        : can('sync.run') && <Actions />}
      <Attention items={data.attention} />
      {data.reconciling && <Reconciling reconciling={data.reconciling} asOf={data.asOf} />}
      {!isAlone && (
        <Panel title={t('facts')} actions={<AsOf at={data.asOf} />}>
          <Facts facts={data} now={Date.parse(data.asOf)} />
        </Panel>
      )}
    </div>
  )
}
