import { Button, Loader, NumberInput } from '@mantine/core'
import { IconCircleCheck, IconCircleX, IconGauge } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import type { SelfTest } from '../../../shared/contract/monitor-acts.js'
import { api } from '../../api/client.js'
import { codeOf } from '../../api/errors.js'
import { useCommand } from '../../api/use-command.js'
import { useServerProblem } from '../../app/server-problem-texts.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { AsOf } from '../../ui/as-of.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { Panel } from '../../ui/page-header.js'
import classes from './monitor.module.css'
import { Fact } from './table.js'
import { texts } from './test-texts.js'
import { useFigures } from './use-figures.js'

/** As the contract has them; the requirements ask for 1,000 operations, 50 at once. */
const usual = { operations: 1000, concurrency: 50 }
const limits = { operations: [10, 10_000], concurrency: [1, 100] } as const
type Name = keyof typeof usual

const isValid = (name: Name, value: number | string): value is number => {
  const [least, most] = limits[name]
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
}

function Result({ result }: { result: SelfTest }) {
  const t = useTexts(texts)
  const { number } = useFormats()
  const { ms } = useFigures()
  const problem = useServerProblem()
  const { isOk, done, operations, failures, seconds, perSecond, p50Ms, p95Ms, p99Ms, maxMs, asOf } = result
  return (
    <div className={classes.column}>
      <p className={classes.headline} data-tone={isOk ? 'ok' : 'bad'}>
        {isOk ? <IconCircleCheck size={21} aria-hidden /> : <IconCircleX size={21} aria-hidden />}
        {isOk ? t('selfGood', { count: done, seconds: ms(seconds * 1000) }) : t('selfBad', { count: done, total: operations })}
      </p>
      {failures.length > 0 && (
        <ul className={classes.list}>
          {failures.map(({ code, count }) => (
            <li key={code}>{t('failureIs', { what: `${problem(code).what} ${problem(code).todo}`, count })}</li>
          ))}
        </ul>
      )}
      <dl className={classes.facts}>
        <Fact name={t('perSecond')}>{number(Math.round(perSecond))}</Fact>
        <Fact name={t('median')}>{ms(p50Ms)}</Fact>
        <Fact name={t('p95')}>{ms(p95Ms)}</Fact>
        <Fact name={t('p99')}>{ms(p99Ms)}</Fact>
        <Fact name={t('most')}>{ms(maxMs)}</Fact>
      </dl>
      <AsOf at={asOf} />
    </div>
  )
}

/** How fast and reliable the server is: probes are written, read, compared and deleted, many at once. */
export function SelfTestPanel() {
  const t = useTexts(texts)
  const [values, setValues] = useState<Record<Name, number | string>>(usual)
  const [result, setResult] = useState<SelfTest>()
  const test = useCommand(api.monitor.test.self)
  const { operations, concurrency } = values
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (!isValid('operations', operations) || !isValid('concurrency', concurrency)) return
    setResult(undefined)
    const answer = await test.run({ operations, concurrency })
    if (answer) setResult(answer)
  }
  const field = (name: Name, wrong: string) => (
    <NumberInput
      className={classes.field}
      label={t(name)}
      allowDecimal={false}
      allowNegative={false}
      value={values[name]}
      onChange={(value) => setValues((before) => ({ ...before, [name]: value }))}
      error={isValid(name, values[name]) ? undefined : wrong}
    />
  )
  return (
    <Panel title={t('selfTitle')}>
      <div className={classes.column}>
        <p className={classes.text}>{t('selfText')}</p>
        <form className={`${classes.row} ${classes.ends}`} onSubmit={(event) => void submit(event)} noValidate>
          {field('operations', t('operationsWrong'))}
          {field('concurrency', t('concurrencyWrong'))}
          <Button type="submit" variant="default" leftSection={<IconGauge size={17} aria-hidden />} disabled={test.isRunning}>
            {t('runSelf')}
          </Button>
        </form>
        <div role="status">
          {test.isRunning && (
            <span className={classes.row}>
              <Loader size="xs" aria-hidden /> {t('selfRunning')}
            </span>
          )}
          {result && <Result result={result} />}
          {codeOf(test.error) === 'UNAVAILABLE' && <p>{t('cannot')}</p>}
        </div>
        {codeOf(test.error) !== 'UNAVAILABLE' && <ErrorNotice error={test.error} />}
      </div>
    </Panel>
  )
}
