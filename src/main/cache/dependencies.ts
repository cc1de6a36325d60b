import type { CacheableKind } from './cacheable.js'
import type { Category } from './categories.js'

/** A record that a single value hangs on, beside the kinds of its category. */
export interface RecordDependency {
  kind: CacheableKind
  id: string
}

/** What tells whether records changed: the store, or part of it. */
export interface RecordState {
  readonly kindSums: {
    /** Grows with every change since the start. */
    readonly version: number
    of(kind: string): string
    here(kind: string): string
    /** As `here` of appointments, but for those near a calendar day alone. */
    hereAround(date: string): string
  }
  digestOf(kind: string, id: string): Uint8Array | undefined
  /** Digest of all records. */
  digest(): string
}

/** State of what a value hangs on, one text for each name of `namesOf`. */
export type Tokens = readonly string[]

/** What values hang on, as it is now. `here` counts also what only this run knows: for values that do not outlive it. */
export class Dependencies {
  constructor(
    private readonly state: RecordState,
    /** The clinic's current day; without it every visit counts as one of it. */
    private readonly today?: () => string,
  ) {}

  /** While this is the same, everything is. */
  get version(): number {
    return this.state.kindSums.version
  }

  /** The kinds and records that a value hangs on. How any record is read may hang on the kept versions beside it. */
  namesOf({ dependsOn }: Category, records: readonly RecordDependency[]): string[] {
    if (dependsOn === 'everything') return ['everything']
    if (dependsOn.length + records.length === 0) return []
    return [...dependsOn, 'keptVersion', ...records.map(({ kind }) => kind)]
  }

  tokens(category: Category, records: readonly RecordDependency[], scope: 'shared' | 'here'): Tokens {
    const { dependsOn, isOfDay } = category
    const { kindSums } = this.state
    if (dependsOn === 'everything') return [scope === 'here' ? `${this.state.digest()}/${kindSums.version}` : this.state.digest()]
    if (dependsOn.length + records.length === 0) return []
    const { today } = this
    const here = (kind: string): string => (kind === 'appointment' && isOfDay && today ? kindSums.hereAround(today()) : kindSums.here(kind))
    const of = (kind: string): string => (scope === 'here' ? here(kind) : kindSums.of(kind))
    return [...dependsOn.map(of), of('keptVersion'), ...records.map(({ kind, id }) => Buffer.from(this.state.digestOf(kind, id) ?? []).toString('hex'))]
  }

  /** Name of the first thing that is not what it was; undefined when everything is. */
  changed(category: Category, records: readonly RecordDependency[], before: Tokens, scope: 'shared' | 'here'): string | undefined {
    const now = this.tokens(category, records, scope)
    if (now.length !== before.length) return 'everything'
    const at = now.findIndex((token, i) => token !== before[i])
    return at < 0 ? undefined : this.namesOf(category, records)[at]
  }
}
