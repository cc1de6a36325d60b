import { type Cells, isErased } from '../../src/main/records/cell.js'
import { cellOf } from '../../src/main/records/merge.js'
import { isVersion } from './model-replica.js'

/** A record by its key, `kind/id`. */
export type KeyedCells = readonly [string, Cells]

interface Owed {
  at: string
  field: string
  /** Nobody but the server holds it any more. */
  isOnServerOnly: boolean
}

/**
 * Remembers every acknowledged write of a field and judges whether it is still there: as the current value, as an ancestor of it or of a kept version,
 * or as an equal value (most values are written once only). Ancestry is judged over all operations ever made, not over the short lists in the cells.
 */
export class Oracle {
  readonly #parents = new Map<string, readonly string[]>()
  readonly #owed = new Map<string, Owed>()
  readonly #acknowledged = new Set<string>()
  readonly #erased = new Set<string>()
  count = 0

  /** Notes what a local transaction wrote; once it was acknowledged every field of it is owed. */
  wrote(at: string, cells: Cells, site: string): void {
    for (const [name, field] of this.#note(at, cells, site)) {
      if (isVersion(at) || this.#acknowledged.has(name)) continue
      this.#acknowledged.add(name)
      this.#owed.set(name, { at, field, isOnServerOnly: false })
      this.count++
    }
  }

  /** Notes what a local transaction is about to write: it may have committed, or not, when nobody acknowledged it. */
  attempted(at: string, cells: Cells, site: string): void {
    this.#note(at, cells, site)
  }

  #note(at: string, cells: Cells, site: string): [name: string, field: string][] {
    const own = Object.entries(cells).filter(([, { stamp }]) => stamp.endsWith(site))
    return own.map(([field, { stamp, ancestors }]) => {
      const name = `${at}.${field}.${stamp}`
      const parents = ancestors.map((ancestor) => `${at}.${field}.${ancestor}`)
      this.#parents.set(name, [...new Set([...(this.#parents.get(name) ?? []), ...parents])])
      return [name, field]
    })
  }

  /** Notes that a record was erased somewhere: it is not lost, and has to be nowhere once everybody has met. */
  erased(at: string): void {
    this.#erased.add(at)
  }

  /** Content that is still there although it was erased: of a record, or in a version kept of one. */
  remains(records: ReadonlyMap<string, Cells>): string[] {
    const isGone = (at: string): boolean => this.#erased.has(at)
    return [...records].flatMap(([at, cells]) => {
      if (isErased(cells)) return []
      const kept = isVersion(at) ? cellOf(cells) : undefined
      const owner = cells.patientId?.value
      const belongs = isGone(at) || (kept && isGone(`${kept.kind}/${kept.id}`)) || (typeof owner === 'string' && isGone(`patient/${owner}`))
      return belongs ? [at] : []
    })
  }

  /** Notes that of two concurrent cells with the same value one stands for both. */
  collapsed(at: string, field: string, standing: string, gone: string): void {
    const name = `${at}.${field}.${standing}`
    this.#parents.set(name, [...(this.#parents.get(name) ?? []), `${at}.${field}.${gone}`])
  }

  /** Writes that are lost to a replica with these records. */
  lost(records: Iterable<KeyedCells>): string[] {
    const isCovered = this.#covering(records)
    return [...this.#owed].filter(([name, owed]) => !this.#erased.has(owed.at) && !isCovered(name, owed)).map(([name]) => name)
  }

  /**
   * After a workstation's disk was replaced, or the server's state: writes that nobody can hold any more are forgiven. `onServer` is what the server
   * holds, `elsewhere` what all workstations do. So is an erasure of which nobody can know any more.
   */
  forgive(elsewhere: readonly KeyedCells[], onServer: readonly KeyedCells[], wasServer: boolean): void {
    const known = new Set([...elsewhere, ...onServer].flatMap(([at, cells]) => (isErased(cells) ? [at] : [])))
    for (const at of this.#erased) {
      if (known.has(at)) for (const [name, owed] of this.#owed) if (owed.at === at) this.#owed.delete(name)
      if (!known.has(at)) this.#erased.delete(at)
    }
    const here = this.#covering(elsewhere)
    const there = this.#covering(onServer)
    for (const [name, owed] of this.#owed) {
      if (here(name, owed)) owed.isOnServerOnly = false
      else if (there(name, owed)) owed.isOnServerOnly = true
      else if (!wasServer || owed.isOnServerOnly) this.#owed.delete(name)
    }
  }

  #covering(records: Iterable<KeyedCells>): (name: string, owed: Owed) => boolean {
    const seen = new Map<string, { names: Set<string> }>()
    const add = (at: string, field: string, stamp: string) => {
      const place = `${at}.${field}`
      let known = seen.get(place)
      if (!known) seen.set(place, (known = { names: new Set() }))
      const open = [`${place}.${stamp}`]
      for (let name = open.pop(); name !== undefined; name = open.pop()) {
        if (known.names.has(name)) continue
        known.names.add(name)
        open.push(...(this.#parents.get(name) ?? []))
      }
    }
    for (const [at, cells] of records) {
      const kept = isVersion(at) ? cellOf(cells) : undefined
      if (kept) add(`${kept.kind}/${kept.id}`, kept.field, kept.stamp)
      else for (const [field, cell] of Object.entries(cells)) add(at, field, cell.stamp)
    }
    return (name, { at, field }) => {
      const known = seen.get(`${at}.${field}`)
      return known?.names.has(name) ?? false
    }
  }
}
