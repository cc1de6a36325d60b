import { performance } from 'node:perf_hooks'

/** One measured figure beside its budget. */
export interface Row {
  what: string
  measured: string
  budget: string
  /** Undefined where the budget names no figure of its own. */
  isMet?: boolean | undefined
  note?: string
}

/** Prints a row for the collecting process, one JSON line each. */
export const report = (row: Row): void => void process.stdout.write(`${JSON.stringify(row)}\n`)

/** Says on standard error what is going on. */
export const tell = (line: string): void => void process.stderr.write(`  ${line}\n`)

/** The value below which this part of all values lies. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** Milliseconds that each of `count` runs took, one after the other. */
export async function timesOf(count: number, run: (at: number) => unknown): Promise<number[]> {
  const times: number[] = []
  for (let at = 0; at < count; at++) {
    const started = performance.now()
    await run(at)
    times.push(performance.now() - started)
  }
  return times
}

/** The usual three figures of some times. */
export const spread = (times: readonly number[]): string => `p50 ${ms(median(times))}, p95 ${ms(quantile(times, 0.95))}, max ${ms(quantile(times, 1))}`

export const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : Math.round(value)} ms`
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`
export const perSecond = (count: number, milliseconds: number): string => `${Math.round((count * 1000) / milliseconds).toLocaleString('en')}/s`
