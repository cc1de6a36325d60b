import type { ClearPreview, ClearReport } from '../../../shared/contract/monitor-acts.js'
import type { Cache } from '../../cache/cache.js'
import { categories } from '../../cache/categories.js'
import type { CacheInspection } from '../../cache/inspection.js'
import type { Layers } from '../../cache/layers.js'
import { checkedPattern } from '../../cache/paths.js'
import type { ServerWatch } from '../../redis/server-watch.js'
import type { Tasks } from '../services.js'
import type { KeyReader } from './keys.js'

/** Reports that are remembered. */
const remembered = 20
/** Keys that one step of counting looks at. */
const keysPerStep = 1000
/** Everything that the clinic's cache holds. */
export const everything = '*:*'

export interface ClearingOptions {
  cache: Pick<Cache, 'clear'>
  inspection: CacheInspection
  layers: Pick<Layers, 'subscribeReclaim' | 'redis'>
  watch: ServerWatch
  keys: KeyReader
  tasks: Tasks
  now: () => number
}

interface Running extends ClearReport {
  /** Tells whoever waits for its end. */
  changed: () => void
}

/** Forgets cached values at somebody's order, says before what it would do and afterwards what it did. Records cannot be expressed in its patterns. */
export class Clearing {
  readonly #reports: Running[] = []
  readonly #stop: () => void

  constructor(private readonly options: ClearingOptions) {
    this.#stop = options.layers.subscribeReclaim((pattern, unlinked, isDone) => this.#reclaimed(pattern, unlinked, isDone))
  }

  /** What a clearing would forget. @throws InvalidPattern, HubProblem while the server goes away */
  async preview(text: string, signal: AbortSignal): Promise<ClearPreview> {
    const pattern = checkedPattern(text)
    const here = this.options.inspection.count(pattern)
    return {
      asOf: new Date(this.options.now()).toISOString(),
      pattern,
      categories: [...here].map(([category, count]) => ({
        category,
        here: count,
        // What hangs on no record was asked of a service.
        effect: categories[category].dependsOn.length === 0 ? ('fromServices' as const) : ('fromRecords' as const),
      })),
      here: [...here.values()].reduce((sum, count) => sum + count, 0),
      server: await this.#countAtServer(pattern, signal).catch(() => null),
      needsConfirmation: pattern === everything,
    }
  }

  /** Whether a pattern means everything. @throws InvalidPattern */
  isEverything(text: string): boolean {
    return checkedPattern(text) === everything
  }

  /** Forgets what matches. @throws InvalidPattern */
  run(text: string, by: string | undefined): ClearReport {
    const pattern = checkedPattern(text)
    const { cache, watch, layers, tasks, now } = this.options
    const isReady = layers.redis.state === 'ready'
    const report: Running = {
      at: new Date(now()).toISOString(),
      pattern,
      ...(by !== undefined && { by }),
      here: 0,
      server: watch.hasServer ? (isReady ? 'running' : 'waits') : 'none',
      unlinked: 0,
      changed: () => undefined,
    }
    this.#reports.unshift(report)
    this.#reports.splice(remembered)
    report.here = cache.clear(pattern)
    if (isReady)
      report.taskId = tasks.start('monitor.clear', async ({ report: tell, signal }) => {
        await new Promise<void>((resolve) => {
          report.changed = () => {
            tell(report.unlinked)
            if (report.server !== 'running') resolve()
          }
          // Whoever stops the task stops waiting: what was ordered to be forgotten stays forgotten.
          signal.addEventListener('abort', () => resolve(), { once: true })
          report.changed()
        })
        return undefined
      })
    return shown(report)
  }

  /** The last clearings since the start, newest first. */
  reports(): ClearReport[] {
    return this.#reports.map(shown)
  }

  /** The server is away: what still runs is taken up when it is back. */
  noteAway(): void {
    for (const report of this.#reports.filter(({ server }) => server === 'running')) {
      report.server = 'waits'
      report.changed()
    }
  }

  stop(): void {
    this.#stop()
  }

  #reclaimed(pattern: string, unlinked: number, isDone: boolean): void {
    for (const report of this.#reports.filter((one) => one.pattern === pattern && (one.server === 'running' || one.server === 'waits'))) {
      report.unlinked = unlinked
      report.server = isDone ? 'done' : 'running'
      report.changed()
    }
  }

  async #countAtServer(pattern: string, signal: AbortSignal): Promise<number | null> {
    const { server } = this.options.watch
    if (!server) return null
    // A walk may name a key twice.
    const found = new Set<string>()
    let cursor = '0'
    do {
      const { next, keys } = await server.scan(this.options.keys.cachePattern(pattern), cursor, keysPerStep)
      for (const key of keys) found.add(key)
      cursor = next
    } while (cursor !== '0' && !signal.aborted)
    return found.size
  }
}

const shown = ({ changed: _, ...report }: Running): ClearReport => ({ ...report })
