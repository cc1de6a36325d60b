import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { SettingProblem } from '../lib/setting-problem.js'
import { HttpRefusal } from './replies.js'
import { notFound, wrongMethod } from './rest.js'

/** Figures for a collector: off unless somebody asks for them, and then for whoever has the token. */
export interface Metrics {
  token: string
  text(): string
}

/** Shortest token that is taken. */
const shortest = 16

/** The token of the environment when the figures are switched on there. @throws SettingProblem */
export function metricsTokenOf(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { MEDINSIGHT_METRICS: switched, MEDINSIGHT_METRICS_TOKEN: token } = env
  if (switched === undefined || switched === '' || switched === 'false') return undefined
  if (switched !== 'true') throw new SettingProblem('MEDINSIGHT_METRICS has to be true or false.')
  if ((token ?? '').length < shortest) throw new SettingProblem(`MEDINSIGHT_METRICS needs MEDINSIGHT_METRICS_TOKEN with ${shortest} characters or more.`)
  return token
}

const hash = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Answers `/metrics` in Prometheus' text format. @throws HttpRefusal; where it is off, as if there were no such address */
export function answerMetrics(req: IncomingMessage, res: ServerResponse, metrics: Metrics | undefined): void {
  if (!metrics) throw notFound()
  if (req.method !== 'GET') throw wrongMethod(['GET'])
  const given = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1] ?? ''
  if (!timingSafeEqual(hash(given), hash(metrics.token))) throw new HttpRefusal(401, 'UNAUTHORIZED', 'Give the token of the metrics as a bearer token.')
  const text = metrics.text()
  res.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'content-length': Buffer.byteLength(text), 'cache-control': 'no-store' })
  res.end(text)
}
