import { Button, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { CallFacts } from '../../../shared/contract/monitor-blocks.js'
import { rpc } from '../../api/client.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { AsOf } from '../../ui/as-of.js'
import { Panel } from '../../ui/page-header.js'
import table from '../../ui/table.module.css'
import { useDuration } from '../../ui/use-duration.js'
import { Answer } from './answer.js'
import { CallName, Stages, useOutcome } from './call-parts.js'
import { texts } from './call-texts.js'
import classes from './monitor.module.css'
import { Fact, Table } from './table.js'
import { Trends } from './trends.js'
import { useFigures } from './use-figures.js'

const askEveryMs = 10_000
const shownAtFirst = 12

type Line = CallFacts['procedures'][number]
const orders = {
  slowest: (a: Line, b: Line) => b.p95Ms - a.p95Ms,
  frequent: (a: Line, b: Line) => b.count - a.count,
  failing: (a: Line, b: Line) => b.errors - a.errors || b.refusals - a.refusals,
} as const
type Order = keyof typeof orders

function ProcessFacts({ facts: { count, since, errorRate, loop, process } }: { facts: CallFacts }) {
  const t = useTexts(texts)
  const { number, dateTime } = useFormats()
  const { ms, bytes, share } = useFigures()
  const durationOf = useDuration()
  return (
    <div className={classes.column}>
      <p className={classes.text}>{t('intro')}</p>
      <dl className={classes.facts}>
        <Fact name={t('calls')} note={t('since', { time: dateTime(since) })}>
          {number(count)}
        </Fact>
        <Fact name={t('errorRate')}>{share(errorRate)}</Fact>
        <Fact name={t('loop')} note={t('loopIs', { half: ms(loop.p50Ms), most: ms(loop.maxMs) })}>
          {ms(loop.p99Ms)}
        </Fact>
        <Fact name={t('memory')} note={t('memoryNote', { heap: bytes(process.heapBytes), external: bytes(process.externalBytes) })}>
          {bytes(process.residentBytes)}
        </Fact>
        <Fact name={t('uptime')}>{durationOf(process.uptimeSeconds * 1000)}</Fact>
      </dl>
    </div>
  )
}

function Procedures({ lines }: { lines: readonly Line[] }) {
  const t = useTexts(texts)
  const { number } = useFormats()
  const { ms } = useFigures()
  const [order, setOrder] = useState<Order>('slowest')
  const [isWhole, setIsWhole] = useState(false)
  const sorted = lines.toSorted(orders[order])
  const shown = isWhole ? sorted : sorted.slice(0, shownAtFirst)
  const sort = (
    <Select
      size="xs"
      aria-label={t('sort')}
      allowDeselect={false}
      value={order}
      onChange={(value) => setOrder((Object.keys(orders) as Order[]).find((each) => each === value) ?? 'slowest')}
      data={(Object.keys(orders) as Order[]).map((value) => ({ value, label: t(value) }))}
    />
  )
  const numbers = (['count', 'median', 'p95', 'p99', 'most', 'errors', 'refusals'] as const).map((name) => ({ title: t(name), isNumber: true }))
  return (
    <Panel title={t('byCall')} actions={sort} isFlush>
      <Table label={t('byCall')} columns={[t('call'), ...numbers, t('where')]}>
        {shown.map((line) => (
          <tr key={line.procedure}>
            <th scope="row" className={classes.call}>
              <CallName procedure={line.procedure} />
            </th>
            <td className={table.number}>{number(line.count)}</td>
            {(['p50Ms', 'p95Ms', 'p99Ms', 'maxMs'] as const).map((name) => (
              <td key={name} className={table.number}>
                {ms(line[name])}
              </td>
            ))}
            <td className={table.number}>{line.errors > 0 ? <strong>{number(line.errors)}</strong> : number(line.errors)}</td>
            <td className={table.number}>{number(line.refusals)}</td>
            <td className={classes.wide}>
              <Stages stages={line.stages} />
            </td>
          </tr>
        ))}
      </Table>
      <p className={`${classes.note} ${classes.padded}`}>{lines.length === 0 ? t('none') : t('refusalsText')}</p>
      {shown.length < sorted.length && (
        <div className={classes.foot}>
          <Button variant="default" size="xs" onClick={() => setIsWhole(true)}>
            {t('more', { count: sorted.length })}
          </Button>
        </div>
      )}
    </Panel>
  )
}

function Slow({ calls }: { calls: CallFacts['slow'] }) {
  const t = useTexts(texts)
  const { clock, ms: write } = useFigures()
  const outcomeOf = useOutcome()
  return (
    <Panel title={t('slowTitle')} isFlush>
      <p className={`${classes.text} ${classes.padded}`}>{t(calls.length === 0 ? 'slowNone' : 'slowText')}</p>
      {calls.length > 0 && (
        <Table label={t('slowTitle')} columns={[t('time'), t('call'), { title: t('took'), isNumber: true }, t('outcome'), t('where')]}>
          {calls.map(({ at, procedure, ms, outcome, stages }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: calls have no ids, and two of one moment may be alike
            <tr key={index}>
              <th scope="row" className={table.fit}>
                {clock(Date.parse(at))}
              </th>
              <td className={classes.call}>
                <CallName procedure={procedure} />
              </td>
              <td className={table.number}>{write(ms)}</td>
              <td>{outcomeOf(outcome)}</td>
              <td className={classes.wide}>
                <Stages stages={stages} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  )
}

function Failing({ calls }: { calls: CallFacts['failing'] }) {
  const t = useTexts(texts)
  const { dateTime } = useFormats()
  const { ms: write } = useFigures()
  const outcomeOf = useOutcome()
  return (
    <Panel title={t('failTitle')} isFlush>
      <p className={`${classes.text} ${classes.padded}`}>{t(calls.length === 0 ? 'failNone' : 'failText')}</p>
      {calls.length > 0 && (
        <Table label={t('failTitle')} columns={[t('time'), t('call'), t('outcome'), { title: t('took'), isNumber: true }, t('reference')]}>
          {calls.map(({ at, procedure, code, ms, ref }) => (
            <tr key={ref}>
              <th scope="row" className={table.fit}>
                {dateTime(at)}
              </th>
              <td className={classes.call}>
                <CallName procedure={procedure} />
              </td>
              <td>{outcomeOf(code)}</td>
              <td className={table.number}>{write(ms)}</td>
              <td>
                <bdi dir="ltr" className={classes.code}>
                  {ref}
                </bdi>
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  )
}

/** What calls take and where their time goes, the slow and the failing ones, and how the program does. */
export function CallsTab() {
  const t = useTexts(texts)
  const calls = useQuery(rpc.monitor.calls.queryOptions({ input: {}, staleTime: 0, refetchInterval: askEveryMs }))
  return (
    <div className={classes.stack}>
      <Panel title={t('process')} actions={calls.data && <AsOf at={calls.data.asOf} />}>
        <Answer query={calls}>{(facts) => <ProcessFacts facts={facts} />}</Answer>
      </Panel>
      <Trends names={['callP95Ms', 'calls', 'errors', 'loopP99Ms', 'residentBytes']} />
      {calls.data && (
        <>
          <Failing calls={calls.data.failing} />
          <Slow calls={calls.data.slow} />
          <Procedures lines={calls.data.procedures} />
        </>
      )}
    </div>
  )
}
