/** A figure at a moment, in milliseconds of the epoch; null where nothing is known. */
export interface Point {
  at: number
  value: number | null
}

/** More columns than this are not told apart on the screen. */
const mostColumns = 160

/** The next round number from which on a scale ends well: 1, 2, 2.5 or 5 times a power of ten. Never 0. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const step = [1, 2, 2.5, 5, 10].find((each) => each * power >= value * 0.999_999) ?? 10
  return step * power
}

/**
 * The lines of a chart: runs of known points without a gap longer than `gapMs`. Of each column the least and the greatest figure are kept, so
 * that a peak of one moment in a whole day is still seen.
 */
export function linesOf(points: readonly Point[], from: number, to: number, gapMs: number): Point[][] {
  const width = Math.max(1, (to - from) / mostColumns)
  const lines: Point[][] = []
  let column: Point[] = []
  let line: Point[] = []
  const endColumn = (): void => {
    line.push(...extremes(column))
    column = []
  }
  let before: Point | undefined
  for (const point of points) {
    if (point.at < from || point.at > to) continue
    if (before && (point.value === null || point.at - before.at > gapMs)) {
      endColumn()
      if (line.length > 0) lines.push(line)
      line = []
      before = undefined
    }
    if (point.value === null) continue
    if (before && Math.floor((point.at - from) / width) !== Math.floor((before.at - from) / width)) endColumn()
    column.push(point)
    before = point
  }
  endColumn()
  if (line.length > 0) lines.push(line)
  return lines
}

/** The least and the greatest of some points, in the order of time. */
function extremes(points: readonly Point[]): Point[] {
  const [first, ...rest] = points
  if (!first) return []
  const least = rest.reduce((best, point) => ((point.value ?? 0) < (best.value ?? 0) ? point : best), first)
  const most = rest.reduce((best, point) => ((point.value ?? 0) > (best.value ?? 0) ? point : best), first)
  if (least === most) return [least]
  return least.at < most.at ? [least, most] : [most, least]
}

/** The latest, least and greatest known figure; undefined when none is known. */
export function spanOf(points: readonly Point[]): { latest: Point & { value: number }; least: number; most: number } | undefined {
  const known = points.filter((point): point is Point & { value: number } => point.value !== null)
  const latest = known.at(-1)
  if (!latest) return undefined
  const values = known.map(({ value }) => value)
  return { latest, least: values.reduce((a, b) => Math.min(a, b)), most: values.reduce((a, b) => Math.max(a, b)) }
}

/** The known point that lies next to a moment. */
export function nearest(points: readonly Point[], at: number): (Point & { value: number }) | undefined {
  let best: (Point & { value: number }) | undefined
  for (const { at: each, value } of points) {
    if (value !== null && (!best || Math.abs(each - at) < Math.abs(best.at - at))) best = { at: each, value }
  }
  return best
}
