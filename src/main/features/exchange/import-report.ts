import type { Draft, Noted, Skipped } from './fhir/draft.js'
import type { Issue } from './issues.js'

/** How many places a report names for each reason; the count goes on. */
const skippedPlaces = 1000
const notedPlaces = 50

interface KindCount {
  read: number
  created: number
  updated: number
  unchanged: number
  /** Deleted on this workstation after an earlier import, and left deleted. */
  deletedHere: number
  skipped: number
}

interface Reason {
  code: string
  count: number
  places: Omit<Issue, 'code'>[]
}

/** What an import did, as `medinsight import` prints it. No value of the source is in it. */
export interface ImportResult {
  importId: string
  kind: 'fhir' | 'csv'
  dryRun: boolean
  read: number
  kinds: Record<string, KindCount>
  /** Records and files that were not taken in, by reason. */
  skipped: Reason[]
  /** What is odd but was accepted, by reason. */
  notes: Reason[]
  /** Kinds of the source that the product does not model: kept whole, and exported again. */
  keptWhole: Record<string, number>
}

/** Gathers the counts and reasons of one import. */
export class ImportReport {
  read = 0
  readonly #kinds: Record<string, KindCount> = {}
  readonly #skipped = new Map<string, Reason>()
  readonly #notes = new Map<string, Reason>()
  readonly #keptWhole: Record<string, number> = {}

  constructor(
    private readonly importId: string,
    private readonly kind: 'fhir' | 'csv',
    private readonly dryRun: boolean,
  ) {}

  count(draft: Draft, outcome: 'created' | 'updated' | 'unchanged' | 'deletedHere'): void {
    const kind = this.#of(draft.resourceType)
    this.read++
    kind.read++
    kind[outcome]++
    if (draft.kind === 'otherResource') this.#keptWhole[draft.resourceType] = (this.#keptWhole[draft.resourceType] ?? 0) + 1
    this.note(draft)
  }

  note({ issues }: Pick<Noted, 'issues'>): void {
    for (const { code, ...place } of issues) note(this.#notes, code, place, notedPlaces)
  }

  skip({ resourceType, code, place }: Skipped): void {
    this.read++
    const kind = this.#of(resourceType ?? 'unknown')
    kind.read++
    kind.skipped++
    note(this.#skipped, code, place, skippedPlaces)
  }

  result(): ImportResult {
    const { importId, kind, dryRun, read } = this
    return {
      importId,
      kind,
      dryRun,
      read,
      kinds: this.#kinds,
      skipped: [...this.#skipped.values()],
      notes: [...this.#notes.values()],
      keptWhole: this.#keptWhole,
    }
  }

  #of(resourceType: string): KindCount {
    this.#kinds[resourceType] ??= { read: 0, created: 0, updated: 0, unchanged: 0, deletedHere: 0, skipped: 0 }
    return this.#kinds[resourceType]
  }
}

function note(reasons: Map<string, Reason>, code: string, place: Omit<Issue, 'code'>, most: number): void {
  const reason = reasons.get(code) ?? { code, count: 0, places: [] }
  reason.count++
  if (reason.places.length < most) reason.places.push(place)
  reasons.set(code, reason)
}
