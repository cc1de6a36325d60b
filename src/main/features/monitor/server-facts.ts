import type { ServerFacts } from '../../../shared/contract/monitor-blocks.js'
import type { ServerInfo } from '../../redis/server-info.js'

/** Below so many bytes the ratio of resident to used memory says nothing: the program itself takes most of it. */
const fragmentationFrom = 64_000_000
/** Redis counts network in kilobytes of 1,024. */
const kilobyte = 1024
/** Databases that a server has when nobody sets another number. */
const databases = 16

/** What was asked of a server beside INFO; undefined where it does not offer it. */
export interface ServerAnswers {
  info: ServerInfo | undefined
  bind: string | undefined
  protectedMode: string | undefined
  /** When it saves a dump; empty for never. */
  save: string | undefined
  isOpen: boolean | undefined
  isEncrypted: boolean
  /** Whether it runs on this computer, where nobody reads along. */
  isLocal: boolean
}

/** Nothing is known of a server yet. */
export const unknownServer: ServerFacts = {
  asOf: null,
  isNow: false,
  offers: { info: 'unknown', config: 'unknown', slowLog: 'unknown', publish: 'unknown' },
  version: null,
  mode: null,
  uptimeSeconds: null,
  memory: null,
  policy: { value: null, verdict: 'unknown' },
  clients: null,
  stats: null,
  persistence: null,
  replication: null,
  keys: null,
  security: { password: 'unknown', isEncrypted: false, bind: null, isProtected: null },
  warnings: [],
}

/** What a server's answers mean. */
export function serverFactsOf(answers: ServerAnswers, offers: ServerFacts['offers'], at: number): ServerFacts {
  const { info, bind, protectedMode, isOpen, isEncrypted } = answers
  const password = isOpen === undefined ? ('unknown' as const) : isOpen ? ('none' as const) : ('set' as const)
  const facts: ServerFacts = {
    ...unknownServer,
    asOf: new Date(at).toISOString(),
    isNow: true,
    offers: { ...offers, info: info ? 'offered' : 'notOffered', config: bind === undefined && answers.save === undefined ? 'notOffered' : 'offered' },
    security: {
      password,
      isEncrypted,
      bind: bind === undefined ? null : addressesOf(bind),
      isProtected: protectedMode === undefined ? null : protectedMode === 'yes',
    },
    ...(info && toldBy(info)),
  }
  return { ...facts, warnings: warningsOf(facts, answers) }
}

type Told = Pick<ServerFacts, 'version' | 'mode' | 'uptimeSeconds' | 'memory' | 'policy' | 'clients' | 'stats' | 'persistence' | 'replication' | 'keys'>

function toldBy(info: ServerInfo): Told {
  const number = (name: string): number => Number(info(name) ?? 0) || 0
  const optional = (name: string): number | null => (info(name) === undefined ? null : number(name))
  const has = (name: string): boolean => info(name) !== undefined
  const [used, resident] = [number('used_memory'), number('used_memory_rss')]
  return {
    version: info('redis_version') ?? null,
    mode: info('redis_mode') ?? null,
    uptimeSeconds: optional('uptime_in_seconds'),
    memory: has('used_memory')
      ? {
          usedBytes: used,
          peakBytes: number('used_memory_peak'),
          residentBytes: resident,
          maxBytes: number('maxmemory') || null,
          systemBytes: number('total_system_memory') || null,
          fragmentation: used < fragmentationFrom || resident === 0 ? null : resident / used,
        }
      : null,
    policy: policyOf(info('maxmemory_policy')),
    clients: has('connected_clients')
      ? { connected: number('connected_clients'), blocked: number('blocked_clients'), max: optional('maxclients'), rejected: number('rejected_connections') }
      : null,
    stats: has('instantaneous_ops_per_sec')
      ? {
          operationsPerSecond: number('instantaneous_ops_per_sec'),
          inputBytesPerSecond: number('instantaneous_input_kbps') * kilobyte,
          outputBytesPerSecond: number('instantaneous_output_kbps') * kilobyte,
          keyspaceHits: number('keyspace_hits'),
          keyspaceMisses: number('keyspace_misses'),
          expiredKeys: number('expired_keys'),
          evictedKeys: number('evicted_keys'),
          errorReplies: optional('total_error_replies'),
          rejectedWrites: has('total_error_replies') ? countIn(info('errorstat_OOM'), 'count') : null,
        }
      : null,
    persistence: has('aof_enabled')
      ? {
          appendOnly: info('aof_enabled') === '1',
          isAppendOk: info('aof_last_write_status') !== 'err',
          lastSaveAt: number('rdb_last_save_time') > 0 ? new Date(number('rdb_last_save_time') * 1000).toISOString() : null,
          isSaveOk: info('rdb_last_bgsave_status') !== 'err',
          changesSinceSave: number('rdb_changes_since_last_save'),
          isLoading: info('loading') === '1',
        }
      : null,
    replication: has('role')
      ? {
          role: info('role') ?? '',
          replicas: number('connected_slaves'),
          isMasterLinkUp: has('master_link_status') ? info('master_link_status') === 'up' : null,
        }
      : null,
    keys: keysOf(info),
  }
}

/** Records have no expiry: a policy that evicts any key takes them, one that evicts only what expires takes cached values at most. */
function policyOf(value: string | undefined): ServerFacts['policy'] {
  if (value === undefined) return { value: null, verdict: 'unknown' }
  return { value, verdict: value === 'noeviction' || value.startsWith('volatile-') ? 'fine' : 'alarm' }
}

function keysOf(info: ServerInfo): ServerFacts['keys'] {
  if (info('redis_version') === undefined) return null
  const lines = Array.from({ length: databases }, (_, n) => info(`db${n}`))
  const sum = (name: string): number => lines.reduce((all, line) => all + countIn(line, name), 0)
  return { count: sum('keys'), withExpiry: sum('expires') }
}

/** A number of a line such as `keys=10,expires=2`. */
const countIn = (line: string | undefined, name: string): number => Number(new RegExp(`(?:^|,)${name}=(\\d+)`).exec(line ?? '')?.[1] ?? 0)

/** Addresses of the server's `bind`; a dash before one only means that it may be missing. */
const addressesOf = (bind: string): string[] => (bind.trim() === '' ? ['*'] : bind.split(/\s+/).map((address) => address.replace(/^-/, '')))

function warningsOf({ policy, security, persistence, replication, stats, version }: ServerFacts, { save, isLocal }: ServerAnswers): string[] {
  const [major = 9, minor = 0] = (version ?? '').split('.').map(Number)
  const found: [code: string, holds: boolean][] = [
    ['policy', policy.verdict === 'alarm'],
    ['noPassword', security.password === 'none'],
    ['plainText', !security.isEncrypted && !isLocal],
    ['noPersistence', persistence?.appendOnly === false && save === ''],
    ['saveFails', persistence !== null && !(persistence.isAppendOk && persistence.isSaveOk)],
    ['replicaAway', replication?.isMasterLinkUp === false],
    ['evictions', (stats?.evictedKeys ?? 0) > 0],
    ['oldVersion', version !== null && version !== '' && (major < 6 || (major === 6 && minor < 2))],
  ]
  return found.filter(([, holds]) => holds).map(([code]) => code)
}
