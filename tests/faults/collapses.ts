import { canonical } from '../../src/main/records/canonical.js'
import type { Cells } from '../../src/main/records/cell.js'

/** Fields in which two concurrent cells have the same value, with the stamp that will stand for both and the one that goes. */
export function collapses(held: Cells, incoming: Cells): { field: string; standing: string; gone: string }[] {
  return Object.entries(incoming).flatMap(([field, theirs]) => {
    const ours = held[field]
    if (!ours || ours.stamp === theirs.stamp || canonical(ours.value) !== canonical(theirs.value)) return []
    const [standing, gone] = ours.stamp > theirs.stamp ? [ours, theirs] : [theirs, ours]
    return [{ field, standing: standing.stamp, gone: gone.stamp }]
  })
}
