import type { HubProblem } from './hub.js'
import { hubProblem, problemOf } from './problems.js'
import { notOffered } from './redis-board.js'
import type { RedisClient } from './scripts.js'

/** A line of what a server tells of itself, by its name. */
export type ServerInfo = (name: string) => string | undefined

/** The answer of INFO, line by line. */
export function infoOf(text: string): ServerInfo {
  const lines = new Map(text.split(/\r?\n/).map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)] as const))
  return (name) => lines.get(name)
}

/** What the server tells of itself; undefined where it does not. @throws what the connection throws */
export async function readServerInfo(client: RedisClient): Promise<ServerInfo | undefined> {
  try {
    return infoOf(await client.info())
  } catch (error) {
    if (notOffered.has(problemOf(error).code)) return undefined
    throw error
  }
}

/** Why a server cannot be worked with, as far as it tells: too old, still loading, or a replica. What it does not tell is not held against it. */
export function serverProblem(info: ServerInfo, isCluster: boolean): HubProblem | undefined {
  const [major = 0, minor = 0] = (info('redis_version') ?? '').split('.').map(Number)
  if (major > 0 && (major < 6 || (major === 6 && minor < 2))) return hubProblem('version')
  if (info('loading') === '1') return hubProblem('loading')
  return !isCluster && info('role') === 'slave' ? hubProblem('readOnly') : undefined
}
