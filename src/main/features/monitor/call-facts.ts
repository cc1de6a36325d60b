import type { CallFacts, CallStage } from '../../../shared/contract/monitor-blocks.js'
import { callStages } from '../../../shared/contract/monitor-blocks.js'
import type { CallStatistics } from '../../lib/call-statistics.js'
import type { LoopDelay } from './loop-delay.js'

/** Times of the stages in their order, divided by so many calls. */
const stagesOf = (stages: Partial<Record<CallStage, number>>, by = 1): { stage: CallStage; ms: number }[] =>
  callStages.flatMap((stage) => (stages[stage] === undefined ? [] : [{ stage, ms: stages[stage] / by }]))

/** What calls took since the start. */
export function callFactsOf(calls: CallStatistics<CallStage>, loop: LoopDelay, since: number, now: number): CallFacts {
  const { count, errors } = calls.totals()
  const { rss, heapUsed, external } = process.memoryUsage()
  const at = (instant: number): string => new Date(instant).toISOString()
  return {
    asOf: at(now),
    since: at(since),
    count,
    errorRate: count === 0 ? 0 : errors / count,
    procedures: calls.procedures().map(({ stages, ...entry }) => ({ ...entry, stages: stagesOf(stages, Math.max(1, entry.count)) })),
    slow: calls.slow().map((call) => ({ at: at(call.at), procedure: call.procedure, ms: call.ms, outcome: call.outcome, stages: stagesOf(call.stages) })),
    failing: calls.failing().map((call) => ({ at: at(call.at), procedure: call.procedure, code: call.outcome, ms: call.ms, ref: call.ref ?? '' })),
    loop,
    process: { residentBytes: rss, heapBytes: heapUsed, externalBytes: external, uptimeSeconds: Math.round(process.uptime()) },
  }
}
