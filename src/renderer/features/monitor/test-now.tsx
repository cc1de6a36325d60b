import { Button, Loader } from '@mantine/core'
import { IconCircleCheck, IconCircleX, IconInfoCircle, IconPlugConnected } from '@tabler/icons-react'
import { useState } from 'react'
import type { ServerTrial } from '../../../shared/contract/monitor-acts.js'
import { api } from '../../api/client.js'
import { useCommand } from '../../api/use-command.js'
import { useServerProblem } from '../../app/server-problem-texts.js'
import { useTexts } from '../../i18n/texts.js'
import { AsOf } from '../../ui/as-of.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { Panel } from '../../ui/page-header.js'
import classes from './monitor.module.css'
import { texts } from './test-texts.js'
import { useFigures } from './use-figures.js'

/** One thing that was tried, and what to do where it failed. */
function Step({ step: { step, isOk, ms, code } }: { step: ServerTrial['steps'][number] }) {
  const t = useTexts(texts)
  const { ms: write } = useFigures()
  const { what, todo } = useServerProblem()(code ?? '')
  const isWithout = isOk && code === 'notOffered'
  const Sign = !isOk ? IconCircleX : isWithout ? IconInfoCircle : IconCircleCheck
  return (
    <li data-tone={isOk ? 'ok' : 'bad'}>
      <Sign size={19} aria-hidden />
      <span className={classes.itemText}>
        <span>
          <strong>{t(`step.${step}`)}</strong>: {isWithout ? t('without') : isOk ? t('worked', { time: write(ms) }) : t('failed')}
        </span>
        {!isOk && <span>{code === 'off' ? t('off') : `${what} ${todo}`}</span>}
      </span>
    </li>
  )
}

/** Asks the server on demand and lists what worked, what did not, and what to do. */
export function TestNow() {
  const t = useTexts(texts)
  const [trial, setTrial] = useState<ServerTrial>()
  const test = useCommand(api.monitor.test.now)
  const run = async (): Promise<void> => {
    setTrial(undefined)
    const answer = await test.run({})
    if (answer) setTrial(answer)
  }
  const button = (
    <div className={classes.row}>
      {trial && <AsOf at={trial.asOf} />}
      <Button variant="default" leftSection={<IconPlugConnected size={17} aria-hidden />} disabled={test.isRunning} onClick={() => void run()}>
        {t('run')}
      </Button>
    </div>
  )
  return (
    <Panel title={t('nowTitle')} actions={button}>
      <div className={classes.column}>
        <p className={classes.text}>{t('nowText')}</p>
        <div role="status">
          {test.isRunning && (
            <span className={classes.row}>
              <Loader size="xs" aria-hidden /> {t('running')}
            </span>
          )}
          {trial && (
            <>
              <p className={classes.headline} data-tone={trial.isOk ? 'ok' : 'bad'}>
                {trial.isOk ? <IconCircleCheck size={21} aria-hidden /> : <IconCircleX size={21} aria-hidden />}
                {t(trial.isOk ? 'good' : 'bad')}
              </p>
              <ol className={classes.items}>
                {trial.steps.map((step) => (
                  <Step key={step.step} step={step} />
                ))}
              </ol>
            </>
          )}
        </div>
        <ErrorNotice error={test.error} />
      </div>
    </Panel>
  )
}
