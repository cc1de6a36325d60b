import classes from './chart.module.css'

const width = 64
const height = 20

/** A small line of numbers, oldest first. Decoration: the latest value stands beside it in words. Time runs with the writing. */
export function Sparkline({ values }: { values: readonly number[] }) {
  if (values.length < 2) return null
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const x = (index: number): number => 2 + (index * (width - 4)) / (values.length - 1)
  const y = (value: number): number => (most === least ? height / 2 : height - 3 - ((value - least) * (height - 6)) / (most - least))
  const points = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ')
  return (
    <svg className={classes.spark} width={width} height={height} aria-hidden="true" focusable="false">
      <polyline points={points} fill="none" stroke="currentColor" strokeWidth={1.5} strokeLinejoin="round" strokeLinecap="round" />
      <circle cx={x(values.length - 1)} cy={y(values.at(-1) ?? 0)} r={2.25} fill="currentColor" />
    </svg>
  )
}
