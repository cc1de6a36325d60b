import type { Sample, Thresholds } from '../../../shared/contract/monitor-acts.js'
import type { FigureKind } from './use-figures.js'

/** One figure of the samples that is drawn over time. */
export interface Series {
  kind: FigureKind
  valueOf(sample: Sample): number | null
  /** From where on it is an alert, in the unit of the figure. */
  limitOf?(thresholds: Thresholds, latest: Sample): number | undefined
}

/** The figures that are drawn; their names stand in trend-texts.ts. */
export const series = {
  pingMs: { kind: 'ms', valueOf: ({ pingMs }) => pingMs },
  usedBytes: {
    kind: 'bytes',
    valueOf: ({ usedBytes }) => usedBytes,
    limitOf: ({ memoryPercent }, { maxBytes }) => (maxBytes ? (maxBytes * memoryPercent) / 100 : undefined),
  },
  clients: { kind: 'number', valueOf: ({ clients }) => clients },
  operationsPerSecond: { kind: 'number', valueOf: ({ operationsPerSecond }) => operationsPerSecond },
  networkBytesPerSecond: { kind: 'bytesPerSecond', valueOf: ({ networkBytesPerSecond }) => networkBytesPerSecond },
  evictedKeys: { kind: 'number', valueOf: ({ evictedKeys }) => evictedKeys },
  requests: { kind: 'number', valueOf: ({ requests }) => requests },
  hitShare: {
    kind: 'share',
    valueOf: ({ requests, hits }) => (requests === 0 ? null : hits / requests),
    limitOf: ({ hitRatioPercent }) => hitRatioPercent / 100,
  },
  redisAway: { kind: 'number', valueOf: ({ redisAway }) => redisAway },
  calls: { kind: 'number', valueOf: ({ calls }) => calls },
  errors: { kind: 'number', valueOf: ({ errors }) => errors },
  callP95Ms: { kind: 'ms', valueOf: ({ callP95Ms }) => callP95Ms, limitOf: ({ latencyMs }) => latencyMs },
  loopP99Ms: { kind: 'ms', valueOf: ({ loopP99Ms }) => loopP99Ms, limitOf: ({ loopDelayMs }) => loopDelayMs },
  residentBytes: { kind: 'bytes', valueOf: ({ residentBytes }) => residentBytes },
  waiting: { kind: 'number', valueOf: ({ waiting }) => waiting, limitOf: ({ waitingCount }) => waitingCount },
  freeDiskBytes: { kind: 'bytes', valueOf: ({ freeDiskBytes }) => freeDiskBytes },
} as const satisfies Record<string, Series>
export type SeriesName = keyof typeof series
