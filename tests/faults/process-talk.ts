import type { Cells } from '../../src/main/records/cell.js'

/** What a workstation's process does: where it can be killed in the middle. */
export type Doing = 'save' | 'push' | 'receive' | 'reconcile'

/** Records that a transaction wrote, by their key `kind/id`. */
export type WrittenCells = readonly (readonly [string, Cells])[]

/** Every record that a process holds, and the digests of its buckets, in hex. */
export interface ProcessHeld {
  rows: { kind: string; id: string; cells: Cells; digest: string }[]
  buckets: [number, string][]
  waiting: number
  cursor: string | undefined
}

/** A line that a workstation's process prints. */
export type Said =
  /** It has opened its folder. `held` is what it holds then, and `problems` what its own check finds wrong, where it was asked to look. */
  | { say: 'open'; site: string; problems: string[]; held?: ProcessHeld }
  | { say: 'doing'; what: Doing }
  /** Before the transaction commits. */
  | { say: 'writing'; written: WrittenCells }
  /** After the save returned: from here on it is owed. */
  | { say: 'acknowledged'; written: WrittenCells }
  | { say: 'collapsed'; at: string; field: string; standing: string; gone: string }
  | { say: 'answer'; to: number; value: unknown }

/** A line that it reads. `write` goes on until `pause`, or until so many transactions are through. */
export type Asked =
  | { ask: 'write'; to: number; manner: 'edits' | 'patients'; everyMs: number; count?: number }
  | { ask: 'pause' | 'rest' | 'held' | 'memory' | 'problems'; to: number }
