import { Button, Loader, Select } from '@mantine/core'
import { IconCircleCheck, IconCircleX, IconInfoCircle, IconPlugConnectedX } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Rehearsal } from '../../../shared/contract/monitor-acts.js'
import { api, rpc } from '../../api/client.js'
import { codeOf } from '../../api/errors.js'
import { useCommand } from '../../api/use-command.js'
import { actName } from '../../app/records/act-names.js'
import { useFormats } from '../../i18n/formats.js'
import { useLanguage, useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { Panel } from '../../ui/page-header.js'
import { Answer } from './answer.js'
import { CallName, useOutcome } from './call-parts.js'
import classes from './monitor.module.css'
import { Fact } from './table.js'
import { texts } from './test-texts.js'
import { useFigures } from './use-figures.js'

const lengths = [5, 10, 20, 30] as const
const usualSeconds = 10
const runningEveryMs = 1000

/** What the rehearsal means in a sentence. */
function Verdict({ report: { errors, calls, hadServer } }: { report: Rehearsal }) {
  const t = useTexts(texts)
  const isBad = errors.length > 0
  const isQuiet = calls === 0 || !hadServer
  const Sign = isBad ? IconCircleX : isQuiet ? IconInfoCircle : IconCircleCheck
  return (
    <>
      <p className={classes.headline} data-tone={isBad ? 'bad' : isQuiet ? 'quiet' : 'ok'}>
        <Sign size={21} aria-hidden />
        {t(isBad ? 'verdictBad' : calls === 0 ? 'verdictQuiet' : 'verdictGood')}
      </p>
      {!hadServer && <p className={classes.sentence}>{t('noServer')}</p>}
    </>
  )
}

function Report({ report }: { report: Rehearsal }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const { number } = useFormats()
  const { ms, clock } = useFigures()
  const outcomeOf = useOutcome()
  const { startedAt, seconds, calls, slowest, waitingMost, recoveredMs, views, errors, hadServer } = report
  const failed = errors.map(({ procedure, code, count }) => t('counted', { name: `${actName(procedure, language)}, ${outcomeOf(code)}`, count }))
  return (
    <div className={classes.column}>
      <h3 className={classes.group}>{t('report', { time: startedAt ? clock(Date.parse(startedAt)) : '', seconds })}</h3>
      <Verdict report={report} />
      <dl className={classes.facts}>
        <Fact name={t('calls')}>{number(calls)}</Fact>
        <Fact name={t('slowest')} note={slowest && <CallName procedure={slowest.procedure} />}>
          {slowest ? ms(slowest.ms) : t('none')}
        </Fact>
        <Fact name={t('failedCalls')}>{failed.length === 0 ? t('none') : failed.join(' · ')}</Fact>
        <Fact name={t('views')}>
          {views.length === 0 ? t('none') : views.map(({ procedure, count }) => t('counted', { name: actName(procedure, language), count })).join(' · ')}
        </Fact>
        <Fact name={t('waitingMost')}>{waitingMost === 0 ? t('none') : t('waitingMostIs', { count: waitingMost })}</Fact>
        {hadServer && <Fact name={t('recovered')}>{recoveredMs === null ? t('notRecovered') : ms(recoveredMs)}</Fact>}
      </dl>
    </div>
  )
}

function Running({ report: { endsAt, calls } }: { report: Rehearsal }) {
  const t = useTexts(texts)
  const { clock } = useFigures()
  const isOver = endsAt !== null && Date.parse(endsAt) < Date.now()
  return (
    <span className={classes.row}>
      <Loader size="xs" aria-hidden />
      {isOver ? t('recovering') : t('rehearsing', { time: endsAt ? clock(Date.parse(endsAt)) : '' })} · {t('soFar', { count: calls })}
    </span>
  )
}

/** For how long, and the button that asks once more. */
function Begin({ onStarted }: { onStarted: (report: Rehearsal) => void }) {
  const t = useTexts(texts)
  const [seconds, setSeconds] = useState<number>(usualSeconds)
  const [isAsking, setIsAsking] = useState(false)
  const start = useCommand(api.monitor.rehearsal.start)
  const run = async (): Promise<void> => {
    if (!isAsking) return setIsAsking(true)
    setIsAsking(false)
    const report = await start.run({ seconds })
    if (report) onStarted(report)
  }
  return (
    <>
      <div className={`${classes.row} ${classes.ends}`}>
        <Select
          className={classes.field}
          label={t('seconds')}
          allowDeselect={false}
          value={String(seconds)}
          onChange={(value) => setSeconds(lengths.find((each) => String(each) === value) ?? usualSeconds)}
          data={lengths.map((each) => ({ value: String(each), label: t('secondsOf', { count: each }) }))}
        />
        <Button variant="default" leftSection={<IconPlugConnectedX size={17} aria-hidden />} loading={start.isRunning} onClick={() => void run()}>
          {t(isAsking ? 'reallyBegin' : 'begin')}
        </Button>
        {isAsking && (
          <Button variant="subtle" onClick={() => setIsAsking(false)}>
            {t('cancel')}
          </Button>
        )}
      </div>
      {codeOf(start.error) === 'CONFLICT' ? <p role="alert">{t('busy')}</p> : <ErrorNotice error={start.error} />}
    </>
  )
}

/** Rehearses that the server is away: what it will do first, then how it goes, then what staff would have noticed. */
export function RehearsalPanel() {
  const t = useTexts(texts)
  const client = useQueryClient()
  const rehearsal = useQuery(
    rpc.monitor.rehearsal.get.queryOptions({
      input: {},
      staleTime: 0,
      refetchInterval: ({ state: { data } }) => (data?.state === 'running' ? runningEveryMs : false),
    }),
  )
  return (
    <Panel title={t('rehearseTitle')}>
      <div className={classes.column}>
        <p className={classes.sentence}>{t('rehearseText')}</p>
        <ul className={classes.list}>
          {(['rehearse1', 'rehearse2', 'rehearse3'] as const).map((key) => (
            <li key={key}>{t(key)}</li>
          ))}
        </ul>
        <Answer query={rehearsal}>
          {(report) => (
            <>
              {report.state !== 'running' && <Begin onStarted={(started) => client.setQueryData(rpc.monitor.rehearsal.get.queryKey({ input: {} }), started)} />}
              <div role="status">
                {report.state === 'running' && <Running report={report} />}
                {report.state === 'done' && <Report report={report} />}
              </div>
            </>
          )}
        </Answer>
      </div>
    </Panel>
  )
}
