import { useSyncExternalStore } from 'react'
import type { ChartKind } from '../../../shared/contract/chart.js'

/** A record that is shown over the chart. */
export interface Opened {
  kind: ChartKind
  id: string
}

let trail: readonly Opened[] = []
const listeners = new Set<() => void>()
function set(next: readonly Opened[]): void {
  trail = next
  for (const listener of [...listeners]) listener()
}

/** Shows a record over the chart; what was shown before is one step back. */
export const openRecord = (kind: ChartKind, id: string): void => set([...trail, { kind, id }])
export const stepBack = (): void => set(trail.slice(0, -1))
export const closeRecords = (): void => set([])

/** The records that were opened one from the other, the one shown now last. */
export const useTrail = (): readonly Opened[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => trail,
  )
