import type { Alert, Sample, Thresholds } from '../../../shared/contract/monitor-acts.js'
import type { ServerFacts } from '../../../shared/contract/monitor-blocks.js'
import { fewestRequests } from './cache-effect.js'

/** What alerts are judged by. Instants are milliseconds since 1970. */
export interface AlertFacts {
  server: ServerFacts
  hasServer: boolean
  /** Since when the server is away; undefined while it is there. */
  awaySince: number | undefined
  clockOffsetMs: number | undefined
  waiting: number
  oldestWaitingAt: number | undefined
  disk: { free: number; total: number } | undefined
  /** Samples of the last hour, one a minute, oldest first. */
  hour: readonly Sample[]
  now: number
}

/** Away for less than this is a restart, and no alert. */
const awayMs = 60_000
/** Fewer calls than this say nothing of a rate. */
const fewestCalls = 20
const tenMinutes = 10

type Judged = Omit<Alert, 'since'>
type Rule = (facts: AlertFacts, thresholds: Thresholds) => Judged | undefined

const sum = (samples: readonly Sample[], name: 'requests' | 'hits' | 'calls' | 'errors'): number => samples.reduce((all, sample) => all + sample[name], 0)

const above = (code: Alert['code'], value: number | null | undefined, threshold: number, severity: Alert['severity'] = 'warning'): Judged | undefined =>
  value !== null && value !== undefined && value >= threshold ? { code, severity, value, threshold } : undefined

const below = (code: Alert['code'], value: number | undefined, threshold: number, severity: Alert['severity'] = 'warning'): Judged | undefined =>
  value !== undefined && value < threshold ? { code, severity, value, threshold } : undefined

const is = (holds: boolean, code: Alert['code'], severity: Alert['severity']): Judged | undefined =>
  holds ? { code, severity, value: null, threshold: null } : undefined

/** Rules of which each makes at most one alert. What the server tells counts only while it is there: of one that is away nobody knows. */
const rules: readonly Rule[] = [
  ({ awaySince, now }) => is(awaySince !== undefined && now - awaySince >= awayMs, 'away', 'warning'),
  ({ server: { isNow, memory } }, { memoryPercent }) => {
    const percent = isNow && memory?.maxBytes ? (100 * memory.usedBytes) / memory.maxBytes : undefined
    return above('memory', percent, memoryPercent, (percent ?? 0) >= 95 ? 'alarm' : 'warning')
  },
  ({ server }) => is(server.policy.verdict === 'alarm', 'policy', 'alarm'),
  ({ hour }) => {
    const known = hour.flatMap(({ evictedKeys }) => (evictedKeys === null ? [] : [evictedKeys]))
    const evicted = Math.max(0, (known.at(-1) ?? 0) - (known[0] ?? 0))
    return evicted > 0 ? { code: 'evictions', severity: 'warning', value: evicted, threshold: 0 } : undefined
  },
  ({ server }) => is(server.isNow && server.warnings.includes('saveFails'), 'persistence', 'alarm'),
  ({ server }) => is(server.isNow && server.warnings.includes('replicaAway'), 'replication', 'warning'),
  ({ server }) => is(server.security.password === 'none', 'password', 'alarm'),
  ({ server: { isNow, memory } }, { fragmentation }) => above('fragmentation', isNow ? memory?.fragmentation : undefined, fragmentation),
  ({ hour }, { hitRatioPercent }) => {
    const requests = sum(hour, 'requests')
    return below('hitRatio', requests < fewestRequests ? undefined : (100 * sum(hour, 'hits')) / requests, hitRatioPercent)
  },
  ({ hour }, { errorPercent }) => {
    const calls = sum(hour.slice(-tenMinutes), 'calls')
    const errors = sum(hour.slice(-tenMinutes), 'errors')
    return errors === 0 ? undefined : above('errors', calls < fewestCalls ? undefined : (100 * errors) / calls, errorPercent)
  },
  ({ hour }, { latencyMs }) => above('latency', hour.at(-1)?.callP95Ms, latencyMs),
  ({ hour }, { loopDelayMs }) => above('loopDelay', hour.at(-1)?.loopP99Ms, loopDelayMs),
  ({ hasServer, waiting }, { waitingCount }) => above('waiting', hasServer ? waiting : undefined, waitingCount),
  ({ hasServer, oldestWaitingAt, now }, { waitingHours }) =>
    above('waitingLong', hasServer && oldestWaitingAt !== undefined ? (now - oldestWaitingAt) / 3_600_000 : undefined, waitingHours),
  ({ disk }, { freeDiskPercent }) => below('disk', disk && disk.total > 0 ? (100 * disk.free) / disk.total : undefined, freeDiskPercent, 'alarm'),
  ({ clockOffsetMs }, { clockSeconds }) => above('clock', clockOffsetMs === undefined ? undefined : Math.abs(clockOffsetMs) / 1000, clockSeconds),
]

/** Every alert that holds, without since when. */
export const judgedAlerts = (facts: AlertFacts, thresholds: Thresholds): Judged[] => rules.flatMap((rule) => rule(facts, thresholds) ?? [])

/** Remembers since when alerts stand, from one look to the next. */
export class AlertBook {
  readonly #since = new Map<Alert['code'], number>()

  /** The alerts that stand now, alarms first. */
  judge(facts: AlertFacts, thresholds: Thresholds): Alert[] {
    const found = judgedAlerts(facts, thresholds)
    for (const code of this.#since.keys()) if (!found.some((alert) => alert.code === code)) this.#since.delete(code)
    for (const { code } of found) if (!this.#since.has(code)) this.#since.set(code, facts.now)
    return found
      .map((alert) => ({ ...alert, since: new Date(this.#since.get(alert.code) ?? facts.now).toISOString() }))
      .sort((a, b) => Number(b.severity === 'alarm') - Number(a.severity === 'alarm'))
  }
}
