import { type PointerEvent, useState } from 'react'
import { directionOf } from '../../i18n/languages.js'
import { useLanguage, useTexts } from '../../i18n/texts.js'
import { linesOf, nearest, type Point, roundUp, spanOf } from './chart-shape.js'
import classes from './charts.module.css'
import { texts } from './trend-texts.js'

/** Size of the drawing in its own units; the screen stretches it. */
const width = 400
const height = 100

interface LineChartProps {
  name: string
  points: readonly Point[]
  /** The time that is shown, in milliseconds of the epoch, and after how long without a point the line is broken. */
  from: number
  to: number
  gapMs: number
  write(value: number): string
  timeOf(at: number): string
  /** From where on it is an alert: a dashed line, when the figures come near it. */
  limit?: number | undefined
}

/** Whether a limit is worth a line: figures far below it would lie flat on the floor. */
const isNear = (limit: number | undefined, most: number): limit is number => limit !== undefined && limit > 0 && limit <= most * 4

function Plot({
  lines,
  limit,
  top,
  from,
  to,
  pointed,
}: Pick<LineChartProps, 'from' | 'to' | 'limit'> & { lines: Point[][]; top: number; pointed?: number | undefined }) {
  const x = (at: number): string => ((width * (at - from)) / (to - from)).toFixed(1)
  const y = (value: number): string => (height - (height * Math.min(value, top)) / top).toFixed(1)
  const path = (line: Point[]): string => line.map(({ at, value }, index) => `${index === 0 ? 'M' : 'L'}${x(at)} ${y(value ?? 0)}`).join('')
  return (
    <svg className={classes.svg} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <line className={classes.grid} x1={0} x2={width} y1={height / 2} y2={height / 2} />
      {lines.map((line) => (
        <g key={line[0]?.at}>
          <path className={classes.area} d={`${path(line)}V${height}H${x(line[0]?.at ?? from)}Z`} />
          <path className={classes.line} d={path(line.length === 1 ? [...line, ...line] : line)} />
        </g>
      ))}
      {limit !== undefined && <line className={classes.limit} x1={0} x2={width} y1={y(limit)} y2={y(limit)} />}
      {pointed !== undefined && <line className={classes.pointed} x1={x(pointed)} x2={x(pointed)} y1={0} y2={height} />}
    </svg>
  )
}

/**
 * One figure over time. What is drawn is said in words too: the latest value beside the name, least and greatest for those who cannot see it, and every figure in the table that
 * stands in the place of the charts on demand. Nothing moves by itself.
 */
export function LineChart({ name, points, from, to, gapMs, write, timeOf, limit }: LineChartProps) {
  const t = useTexts(texts)
  const isRtl = directionOf(useLanguage()) === 'rtl'
  const [pointedAt, setPointedAt] = useState<number>()
  const span = spanOf(points)
  if (!span) {
    return (
      <figure className={classes.chart}>
        <figcaption className={classes.caption}>
          <span className={classes.name}>{name}</span>
          <span className={classes.value} aria-hidden>
            –
          </span>
        </figcaption>
        <p className={classes.nothing}>{t('nothingKnown')}</p>
      </figure>
    )
  }
  const shownLimit = isNear(limit, span.most) ? limit : undefined
  const top = roundUp(Math.max(span.most, shownLimit ?? 0))
  const pointed = pointedAt === undefined ? undefined : nearest(points, pointedAt)
  const point = ({ currentTarget, clientX }: PointerEvent): void => {
    const { left, width: seen } = currentTarget.getBoundingClientRect()
    const share = (clientX - left) / seen
    setPointedAt(from + (to - from) * (isRtl ? 1 - share : share))
  }
  const label = t('chartLabel', { name, latest: write(span.latest.value), least: write(span.least), most: write(span.most), time: timeOf(span.latest.at) })
  return (
    <figure className={classes.chart}>
      <figcaption className={classes.caption}>
        <span className={classes.name}>{name}</span>
        <span className={classes.value}>{write((pointed ?? span.latest).value)}</span>
        {pointed && <span className={classes.when}>{timeOf(pointed.at)}</span>}
      </figcaption>
      <div className={classes.plot} role="img" aria-label={shownLimit === undefined ? label : `${label} ${t('limitLabel', { limit: write(shownLimit) })}`}>
        <span className={classes.top} aria-hidden>
          {write(top)}
        </span>
        <div className={classes.canvas} onPointerMove={point} onPointerLeave={() => setPointedAt(undefined)}>
          <Plot lines={linesOf(points, from, to, gapMs)} limit={shownLimit} top={top} from={from} to={to} pointed={pointed?.at} />
        </div>
        <span className={classes.times} aria-hidden>
          <span>{timeOf(from)}</span>
          {shownLimit !== undefined && <span className={classes.limitText}>{t('limitIs', { limit: write(shownLimit) })}</span>}
          <span>{timeOf(to)}</span>
        </span>
      </div>
    </figure>
  )
}
