import { Button, Loader } from '@mantine/core'
import { IconCircleCheck, IconCircleX, IconInfoCircle, IconPlugConnected } from '@tabler/icons-react'
import { useState } from 'react'
import type { ServerChange, ServerTest } from '../../../shared/contract/server-settings.js'
import { api } from '../../api/client.js'
import { useCommand } from '../../api/use-command.js'
import { useServerProblem } from '../../app/server-problem-texts.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { Panel } from '../../ui/page-header.js'
import { texts } from './server-texts.js'
import classes from './settings.module.css'

const steps = ['settings', 'resolve', 'connect', 'encrypt', 'signIn', 'answer', 'version', 'write', 'script', 'wait', 'eviction', 'persistence'] as const

/** What is worth reading about a step: in the language of the screen where its code has words here, else the core's own English sentence. */
function useRemark(): (step: ServerTest['steps'][number]) => string | undefined {
  const t = useTexts(texts)
  const wordsOf = useServerProblem()
  return ({ step, isOk, code, sentence }) => {
    if (code === undefined) return isOk ? undefined : sentence
    if (step === 'wait' && code === 'notOffered') return t('waitNotOffered')
    const { what, todo, isKnown } = wordsOf(code)
    return isKnown ? `${what} ${todo}` : sentence
  }
}

function Step({ step }: { step: ServerTest['steps'][number] }) {
  const t = useTexts(texts)
  const remark = useRemark()(step)
  const known = steps.find((each) => each === step.step)
  const Sign = !step.isOk ? IconCircleX : remark ? IconInfoCircle : IconCircleCheck
  return (
    <li className={classes.step} data-ok={step.isOk}>
      <Sign size={19} aria-hidden />
      <div>
        <strong>{known ? t(`step.${known}`) : step.step}</strong>: {t(step.isOk ? 'worked' : 'failed')}
        {remark && <div>{remark}</div>}
      </div>
    </li>
  )
}

/** Tries the settings that stand in the form and lists what worked, what did not, and what to do. `onRefused` is told of refused fields. */
export function ServerTrial({ change, onRefused }: { change: () => ServerChange; onRefused: (error: unknown) => void }) {
  const t = useTexts(texts)
  const [result, setResult] = useState<ServerTest>()
  const trial = useCommand((input: ServerChange & { commandId: string }) =>
    api.settings.server.test(input).catch((error: unknown) => {
      onRefused(error)
      throw error
    }),
  )
  const run = async (): Promise<void> => {
    setResult(undefined)
    const answer = await trial.run(change())
    if (answer) setResult(answer)
  }
  const isGood = result?.steps.every(({ isOk }) => isOk)
  return (
    <Panel
      title={t('test')}
      actions={
        <Button variant="default" leftSection={<IconPlugConnected size={17} aria-hidden />} disabled={trial.isRunning} onClick={() => void run()}>
          {t('test')}
        </Button>
      }
    >
      <p className={classes.text}>{t('testText')}</p>
      <div role="status">
        {trial.isRunning && (
          <span className={classes.running}>
            <Loader size="xs" aria-hidden /> {t('testing')}
          </span>
        )}
        {result && (
          <>
            <p className={classes.verdict} data-ok={isGood}>
              {t(isGood ? 'testGood' : 'testBad')}
            </p>
            <ol className={classes.steps}>
              {result.steps.map((step) => (
                <Step key={step.step} step={step} />
              ))}
            </ol>
          </>
        )}
      </div>
      <ErrorNotice error={trial.error} />
    </Panel>
  )
}
