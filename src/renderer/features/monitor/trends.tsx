import { SegmentedControl } from '@mantine/core'
import { IconChartLine } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Sample, Thresholds } from '../../../shared/contract/monitor-acts.js'
import { rpc } from '../../api/client.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { AsOf } from '../../ui/as-of.js'
import { EmptyState } from '../../ui/empty-state.js'
import { Panel } from '../../ui/page-header.js'
import { Answer } from './answer.js'
import classes from './charts.module.css'
import { LineChart } from './line-chart.js'
import page from './monitor.module.css'
import { type Series, type SeriesName, series } from './series.js'
import { Table } from './table.js'
import { texts } from './trend-texts.js'
import { useFigures } from './use-figures.js'
import { type Range, ranges, useHistory } from './use-history.js'

/** Rows of the table, so that it can be read: each stands for some samples. */
const mostRows = 25

interface Shown {
  names: readonly SeriesName[]
  samples: readonly Sample[]
  range: Range
}

function Charts({ names, samples, range, asOf }: Shown & { asOf: string }) {
  const t = useTexts(texts)
  const { time } = useFormats()
  const figures = useFigures()
  const { data: limits } = useQuery(rpc.monitor.thresholds.get.queryOptions({ input: {} }))
  const { lengthMs, gapMs } = ranges[range]
  const to = Date.parse(asOf)
  const timeOf = range === 'minutes' ? figures.clock : (at: number): string => time(new Date(at).toISOString())
  const latest = samples.at(-1)
  const limitOf = ({ limitOf: of }: Series, thresholds: Thresholds | undefined): number | undefined =>
    of && thresholds && latest ? of(thresholds, latest) : undefined
  return (
    <div className={classes.charts}>
      {names.map((name) => {
        const one: Series = series[name]
        const points = samples.map((sample) => ({ at: Date.parse(sample.at), value: one.valueOf(sample) }))
        const write = figures[one.kind]
        return (
          <LineChart
            key={name}
            name={t(name)}
            points={points}
            from={to - lengthMs}
            to={to}
            gapMs={gapMs}
            write={write}
            timeOf={timeOf}
            limit={limitOf(one, limits?.thresholds)}
          />
        )
      })}
    </div>
  )
}

/** The same figures for those who would rather read them, the newest first. */
function Figures({ names, samples, range }: Shown) {
  const t = useTexts(texts)
  const { shortDateTime } = useFormats()
  const figures = useFigures()
  const step = Math.max(1, Math.ceil(samples.length / mostRows))
  const rows = samples.filter((_, index) => (samples.length - 1 - index) % step === 0).toReversed()
  const written = (name: SeriesName, sample: Sample): string => {
    const one: Series = series[name]
    const value = one.valueOf(sample)
    return value === null ? t('unknown') : figures[one.kind](value)
  }
  return (
    <Table label={t('title')} columns={[t('time'), ...names.map((name) => ({ title: t(name), isNumber: true }))]}>
      {rows.map((sample) => (
        <tr key={sample.at}>
          <th scope="row" className={page.fit}>
            {range === 'minutes' ? figures.clock(Date.parse(sample.at)) : shortDateTime(sample.at)}
          </th>
          {names.map((name) => (
            <td key={name} className={page.number}>
              {written(name, sample)}
            </td>
          ))}
        </tr>
      ))}
    </Table>
  )
}

/** Some figures over the last minutes or the last day, as charts or as a table. They are this workstation's own notes: there with the server away, and over a restart. */
export function Trends({ names }: { names: readonly SeriesName[] }) {
  const t = useTexts(texts)
  const [range, setRange] = useState<Range>('minutes')
  const [isTable, setIsTable] = useState(false)
  const history = useHistory(range)
  const actions = (
    <div className={page.row}>
      {history.data && <AsOf at={history.data.asOf} />}
      <SegmentedControl
        size="xs"
        aria-label={t('range')}
        value={range}
        onChange={(value) => setRange(value === 'day' ? 'day' : 'minutes')}
        data={[
          { value: 'minutes', label: t('minutes') },
          { value: 'day', label: t('day') },
        ]}
      />
      <SegmentedControl
        size="xs"
        aria-label={t('view')}
        value={isTable ? 'table' : 'charts'}
        onChange={(value) => setIsTable(value === 'table')}
        data={[
          { value: 'charts', label: t('asCharts') },
          { value: 'table', label: t('asTable') },
        ]}
      />
    </div>
  )
  return (
    <Panel title={t('title')} actions={actions} isFlush={isTable}>
      <Answer query={history}>
        {({ asOf, samples }) =>
          samples.length === 0 ? (
            <EmptyState icon={<IconChartLine size={22} />} title={t('noSamples')} text={t('noSamplesText')} />
          ) : isTable ? (
            <Figures names={names} samples={samples} range={range} />
          ) : (
            <Charts names={names} samples={samples} range={range} asOf={asOf} />
          )
        }
      </Answer>
    </Panel>
  )
}
