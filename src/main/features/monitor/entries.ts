import type { EntryLine, OpenedEntry } from '../../../shared/contract/monitor-acts.js'
import type { CacheInspection } from '../../cache/inspection.js'
import type { Cells } from '../../records/cell.js'
import { pack } from '../../records/cell.js'
import type { RecordName } from '../../redis/hub.js'
import type { MonitorServer } from '../../redis/redis-monitor.js'
import type { ServerWatch } from '../../redis/server-watch.js'
import { isSecret, type KeyReader, type KnownKey } from './keys.js'

/** Keys that one step of a walk looks at: far below a millisecond of the server. */
export const keysPerStep = 500
/** Steps of one page; where nothing is found in them the page is empty, and whoever asked goes on. */
export const stepsPerPage = 20
/** Most of a value that is shown. */
const shownChars = 65_536

export interface EntryBrowserOptions {
  watch: ServerWatch
  inspection: CacheInspection
  keys: KeyReader
  /** A record as the server holds it; `refused` where it does not open. */
  record(name: RecordName): Promise<Cells | 'refused' | undefined>
  now: () => number
}

/** One page of a walk. */
export interface EntryPage {
  place: 'server' | 'here'
  items: EntryLine[]
  /** Where to go on; undefined at the end. */
  next: string | undefined
}

/** Shows what the server holds, or this workstation's part of the cache while it is away. Looking changes nothing and holds nobody up. */
export class EntryBrowser {
  constructor(private readonly options: EntryBrowserOptions) {}

  /** A page of keys that match `pattern` (of whole keys at the server, of paths here), from a cursor on. */
  async page(
    area: EntryLine['area'],
    patterns: { keys: string; paths: string },
    cursor: string | undefined,
    limit: number,
    signal: AbortSignal,
  ): Promise<EntryPage> {
    const { server } = this.options.watch
    const isWalking = cursor === undefined || /^\d{1,20}$/.test(cursor)
    if (server && isWalking) return this.#walk(server, area, patterns.keys, cursor ?? '0', limit, signal)
    if (area === 'records') return { place: 'here', items: [], next: undefined }
    const found = this.options.inspection.list(patterns.paths, isWalking ? '' : (cursor ?? ''), limit)
    const items = found.flatMap(({ path, bytes, deadAt }) => {
      const known = this.options.keys.ofPath(path)
      return known ? [lineOf(known, bytes, Math.max(0, deadAt - this.options.now()))] : []
    })
    return { place: 'here', items, next: found.length === limit ? found.at(-1)?.path : undefined }
  }

  /** The value of a key; undefined where the key is none that can be shown. */
  async open(key: string): Promise<OpenedEntry | undefined> {
    const known = this.options.keys.read(key)
    if (!known) return undefined
    const asOf = new Date(this.options.now()).toISOString()
    const empty = { asOf, key, isCut: false, bytes: 0 }
    if (known.area === 'cache') return { ...empty, ...(await this.#cached(known)) }
    if (isSecret(known.name)) return { ...empty, state: 'secret' }
    const cells = await this.options.record({ kind: known.name, id: known.id, owner: known.owner })
    if (cells === undefined) return { ...empty, state: 'gone' }
    return cells === 'refused' ? { ...empty, state: 'refused' } : { ...empty, state: 'value', ...textOf(pack(cells).values) }
  }

  async #walk(server: MonitorServer, area: EntryLine['area'], pattern: string, from: string, limit: number, signal: AbortSignal): Promise<EntryPage> {
    const items: EntryLine[] = []
    let cursor = from
    for (let step = 0; step < stepsPerPage && items.length < limit && !signal.aborted; step++) {
      const { next, keys } = await server.scan(pattern, cursor, keysPerStep)
      // Whoever asked has gone meanwhile: nobody wants to know how large these are.
      if (signal.aborted) break
      cursor = next
      const known = keys.flatMap((key) => this.options.keys.read(key) ?? []).filter((one) => one.area === area)
      const sizes = await server.sizes(known.map(({ key }) => key))
      for (const [at, one] of known.entries()) {
        const { bytes, ttlMs } = sizes[at] ?? {}
        if (bytes !== undefined) items.push(lineOf(one, bytes, ttlMs ?? null))
      }
      if (cursor === '0') break
    }
    return { place: 'server', items, next: cursor === '0' ? undefined : cursor }
  }

  async #cached({ path, key, name }: KnownKey & { area: 'cache' }): Promise<Omit<OpenedEntry, 'asOf' | 'key' | 'isCut' | 'bytes'> & Partial<OpenedEntry>> {
    const { watch, inspection } = this.options
    if (!watch.server) {
      const found = inspection.here(path)
      return found ? { state: 'value', ...textOf(found.value), ...timesOf(found) } : { state: 'gone' }
    }
    const value = await watch.server.value(key)
    if (value === undefined) return { state: 'gone' }
    // A counter is a number that the server adds to, so it is not sealed.
    if (name === 'counter') return { state: 'value', ...textOf(Number(value)) }
    const found = inspection.unsealed(path, value)
    if (found === 'refused') return { state: 'refused', bytes: value.length }
    return found === 'cleared' ? { state: 'gone' } : { state: 'value', ...textOf(found.value), ...timesOf(found), bytes: value.length }
  }
}

const lineOf = (known: KnownKey, bytes: number, ttlMs: number | null): EntryLine => ({
  key: known.key,
  area: known.area,
  name: known.name,
  id: known.id,
  ...(known.area === 'cache' ? known.part !== undefined && { part: known.part } : known.owner !== undefined && { owner: known.owner }),
  bytes,
  ttlMs,
})

function textOf(value: unknown): Pick<OpenedEntry, 'json' | 'isCut' | 'bytes'> {
  const text = JSON.stringify(value, null, 2) ?? 'null'
  return { json: text.slice(0, shownChars), isCut: text.length > shownChars, bytes: text.length }
}

const timesOf = ({ asOf, deadAt }: { asOf: number; deadAt: number }): Pick<OpenedEntry, 'computedAt' | 'expiresAt'> => ({
  computedAt: new Date(asOf).toISOString(),
  expiresAt: new Date(deadAt).toISOString(),
})
