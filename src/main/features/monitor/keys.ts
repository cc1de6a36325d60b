import type { CacheCategory } from '../../../shared/cache-categories.js'
import type { EntryLine } from '../../../shared/contract/monitor-acts.js'
import { entities, findEntity } from '../../../shared/entities/index.js'
import { categoryOf } from '../../cache/categories.js'
import { cacheKeyNames, clinicKeyNames } from '../../redis/keys.js'

/** What a key of the clinic says of itself. */
export type KnownKey =
  | { area: 'cache'; key: string; path: string; name: CacheCategory | 'counter'; id: string; part: string | undefined }
  | { area: 'records'; key: string; name: string; id: string; owner: string | undefined }

const kinds: ReadonlySet<string> = new Set(entities.map(({ kind }) => kind))
const uuid = /^[0-9a-f-]{36}$/

/** Reads and makes the names of a clinic's keys, for showing them. */
export class KeyReader {
  readonly #prefix: string
  readonly #cachePrefix: string

  constructor(dataset: string) {
    this.#prefix = clinicKeyNames(dataset).all.slice(0, -1)
    this.#cachePrefix = cacheKeyNames(dataset).entry('')
  }

  /** What a key is; undefined for another clinic's, and for those that hold neither a record nor a cached value. */
  read(key: string): KnownKey | undefined {
    if (key.startsWith(this.#cachePrefix)) return this.ofPath(key.slice(this.#cachePrefix.length))
    if (!key.startsWith(this.#prefix)) return undefined
    const [name = '', ...ids] = key.slice(this.#prefix.length).split(':')
    const [owner, id] = ids.length === 1 ? [undefined, ids[0]] : ids
    return kinds.has(name) && ids.length <= 2 && id !== undefined && uuid.test(id) ? { area: 'records', key, name, id, owner } : undefined
  }

  /** What a path of the cache is. */
  ofPath(path: string): KnownKey | undefined {
    const [segment = '', id = '', part] = path.split(':')
    const name = segment === 'counter' ? segment : categoryOf(segment)
    return name === undefined || id === '' ? undefined : { area: 'cache', key: this.#cachePrefix + path, path, name, id, part }
  }

  /** Pattern of the keys of an area: of one category or kind, or of all. */
  pattern(area: EntryLine['area'], name: string | undefined): string {
    return area === 'cache' ? this.cachePattern(name === undefined ? '*' : `${name}:*`) : `${this.#prefix}${name === undefined ? '*' : `${name}:*`}`
  }

  /** Pattern of keys for a pattern of paths. */
  cachePattern(pattern: string): string {
    return this.#cachePrefix + pattern
  }
}

/** Whether values of a kind are shown to nobody: hashes of passwords, keys, and what another kind's field was before. */
export const isSecret = (kind: string): boolean => findEntity(kind)?.sensitivity === 'secret'
