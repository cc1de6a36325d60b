import { costlyRule, type LimitRule } from '../lib/limits.js'
import { numberSetting } from '../lib/setting-problem.js'

const most = 1_000_000
/** Longest window that can be set, in seconds: a day. */
const longest = 24 * 3600

/** What the environment says of costly calls: `RATE_LIMIT_MAX` of them in `RATE_LIMIT_WINDOW` seconds (or `RATE_LIMIT_TTL`, as the sources call it). @throws SettingProblem */
export function costlyRuleOf(env: Readonly<Record<string, string | undefined>>): LimitRule {
  const max = numberSetting(env, 'RATE_LIMIT_MAX', 1, most) ?? costlyRule.max
  const windowSeconds = numberSetting(env, 'RATE_LIMIT_WINDOW', 1, longest) ?? numberSetting(env, 'RATE_LIMIT_TTL', 1, longest) ?? costlyRule.windowSeconds
  return { max, windowSeconds, burst: { max, windowSeconds: Math.min(windowSeconds, costlyRule.burst.windowSeconds) } }
}
