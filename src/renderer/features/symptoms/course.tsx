import '@mantine/charts/styles.layer.css'
import { LineChart } from '@mantine/charts'
import { Select } from '@mantine/core'
import { useState } from 'react'
import type { SeverityPoint } from '../../../shared/contract/symptoms.js'
import { useFormats } from '../../i18n/formats.js'
import { directionOf } from '../../i18n/languages.js'
import { useLanguage, useTexts } from '../../i18n/texts.js'
import classes from './symptoms.module.css'
import { texts } from './texts.js'

const levels = ['mild', 'moderate', 'severe'] as const
const levelOf = (severity: SeverityPoint['severity']): number => levels.indexOf(severity) + 1

/** How severe one concern was over time; the concern told last is shown first. The list beside it says the same in words. */
export function Course({ concerns }: { concerns: readonly { concern: string; points: readonly SeverityPoint[] }[] }) {
  const t = useTexts(texts)
  const { dayOf, day } = useFormats()
  const isRtl = directionOf(useLanguage()) === 'rtl'
  const [chosen, setChosen] = useState<string | null>(null)
  const shown = concerns.find(({ concern }) => concern === chosen) ?? concerns[0]
  if (!shown) return null
  const nameOf = (at: string): string => (at.length > 10 ? dayOf(at) : day(at))
  const data = shown.points.filter(({ at }) => at).map(({ at, severity }) => ({ at: Date.parse(at), severity: levelOf(severity) }))
  const last = shown.points.at(-1)
  const levelName = (level: number): string => {
    const name = levels[level - 1]
    return name ? t(name) : ''
  }
  return (
    <div className={classes.course}>
      {concerns.length > 1 && (
        <Select
          size="xs"
          aria-label={t('courseOf')}
          allowDeselect={false}
          value={shown.concern}
          onChange={setChosen}
          data={concerns.map(({ concern }) => concern)}
        />
      )}
      <div
        role="img"
        dir="ltr"
        aria-label={t('courseLabel', { concern: shown.concern, count: shown.points.length, last: last ? `${t(last.severity)}, ${nameOf(last.at)}` : '' })}
      >
        <LineChart
          h={170}
          data={data}
          dataKey="at"
          series={[{ name: 'severity', label: t('severity'), color: 'clinic.6' }]}
          curveType="linear"
          gridAxis="none"
          referenceLines={[1, 2, 3].map((y) => ({ y }))}
          strokeWidth={2}
          withTooltip
          valueFormatter={levelName}
          yAxisProps={{ domain: [0.5, 3.5], ticks: [1, 2, 3], width: 84, orientation: isRtl ? 'right' : 'left', tickFormatter: levelName }}
          xAxisProps={{
            type: 'number',
            scale: 'time',
            domain: ['dataMin', 'dataMax'],
            reversed: isRtl,
            tickFormatter: (at: number) => dayOf(new Date(at).toISOString()),
            minTickGap: 40,
            padding: { left: 24, right: 24 },
          }}
          tooltipProps={{ labelFormatter: (at) => (typeof at === 'number' ? dayOf(new Date(at).toISOString()) : '') }}
        />
      </div>
    </div>
  )
}
