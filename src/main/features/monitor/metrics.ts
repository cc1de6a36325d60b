import type { Alert } from '../../../shared/contract/monitor-acts.js'
import type { ServerFacts } from '../../../shared/contract/monitor-blocks.js'
import type { Cache } from '../../cache/cache.js'
import type { CallStatistics } from '../../lib/call-statistics.js'
import type { ServerWatch } from '../../redis/server-watch.js'
import { servedOf } from './cache-effect.js'

/** What the figures are made from. */
export interface Measured {
  watch: ServerWatch
  cache: Pick<Cache, 'statistics'>
  calls: CallStatistics
  server: ServerFacts
  alerts: readonly Alert[]
  waiting: number
  /** By how much 99 of 100 turns of the main loop were late at most, in milliseconds. */
  loopP99Ms: number
}

type Labels = Readonly<Record<string, string>>
type Value = [labels: Labels, value: number]

/** Labels are names of the program's own: procedures, categories, codes. */
const labelled = (labels: Labels): string => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, '_')}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const family = (name: string, type: 'counter' | 'gauge' | 'summary', help: string, values: readonly Value[]): string =>
  values.length === 0
    ? ''
    : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${values.map(([labels, value]) => `${name}${labelled(labels)} ${value}\n`).join('')}`

const one = (value: number | null | undefined): Value[] => (value === null || value === undefined ? [] : [[{}, value]])

/** What a collector is told, in Prometheus' text format: counts, sizes and times by names of the program's own; nothing of a patient, a user or a value. */
export function metricsText(measured: Measured, version: string): string {
  const { watch, waiting, alerts } = measured
  const exchange = watch.exchange.facts()
  return [
    family('medinsight_build_info', 'gauge', 'Version of the program.', [[{ version }, 1]]),
    family('medinsight_exchange_up', 'gauge', 'Whether the exchange has a connection to the server.', one(exchange.state === 'ready' ? 1 : 0)),
    family('medinsight_exchange_reconnects_total', 'counter', 'Connections to the server after one was lost.', one(exchange.reconnects)),
    family('medinsight_operations_waiting', 'gauge', 'Operations that wait to be sent.', one(waiting)),
    ...cacheFamilies(measured),
    ...callFamilies(measured),
    ...serverFamilies(measured),
    family(
      'medinsight_alert',
      'gauge',
      'Alerts that stand.',
      alerts.map(({ code, severity }) => [{ code, severity }, 1]),
    ),
  ].join('')
}

function cacheFamilies({ cache }: Measured): string[] {
  const used = cache.statistics().filter(({ requests }) => requests > 0)
  return [
    family(
      'medinsight_cache_requests_total',
      'counter',
      'Requests to the cache.',
      used.map(({ category, requests }) => [{ category }, requests]),
    ),
    family(
      'medinsight_cache_served_total',
      'counter',
      'Requests that were given a kept value, or one that was on its way.',
      used.map((counts) => [{ category: counts.category }, servedOf(counts)]),
    ),
    family(
      'medinsight_cache_misses_total',
      'counter',
      'Misses by their one reason.',
      used.flatMap(({ category, misses }) => Object.entries(misses).map(([reason, count]): Value => [{ category, reason }, count])),
    ),
  ]
}

function callFamilies({ calls, loopP99Ms }: Measured): string[] {
  const procedures = calls.procedures()
  return [
    family(
      'medinsight_calls_total',
      'counter',
      'Calls by procedure.',
      procedures.map(({ procedure, count }) => [{ procedure }, count]),
    ),
    family(
      'medinsight_call_failures_total',
      'counter',
      'Calls that failed unforeseen.',
      procedures.map(({ procedure, errors }) => [{ procedure }, errors]),
    ),
    family(
      'medinsight_call_duration_seconds',
      'gauge',
      'Time of calls since the start, by quantile.',
      procedures.flatMap(({ procedure, p50Ms, p95Ms, p99Ms }): Value[] => [
        [{ procedure, quantile: '0.5' }, p50Ms / 1000],
        [{ procedure, quantile: '0.95' }, p95Ms / 1000],
        [{ procedure, quantile: '0.99' }, p99Ms / 1000],
      ]),
    ),
    family('medinsight_main_loop_late_seconds', 'gauge', 'By how much 99 of 100 turns of the main loop were late at most.', one(loopP99Ms / 1000)),
    family('process_resident_memory_bytes', 'gauge', 'Resident memory of the process.', one(process.memoryUsage.rss())),
  ]
}

function serverFamilies({ server }: Measured): string[] {
  const { isNow, memory, clients, stats } = server
  if (!isNow) return []
  return [
    family('medinsight_redis_memory_used_bytes', 'gauge', 'Memory that the server uses.', one(memory?.usedBytes)),
    family('medinsight_redis_memory_max_bytes', 'gauge', 'Memory that the server may use.', one(memory?.maxBytes)),
    family('medinsight_redis_connected_clients', 'gauge', 'Clients of the server.', one(clients?.connected)),
    family('medinsight_redis_operations_per_second', 'gauge', 'Commands that the server carries out.', one(stats?.operationsPerSecond)),
    family('medinsight_redis_evicted_keys_total', 'counter', 'Keys that the server evicted.', one(stats?.evictedKeys)),
  ]
}
