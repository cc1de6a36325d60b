import type { Written } from './transaction.js'

/** Who does something: a signed-in user, or the program itself (no user). */
export interface Doer {
  userId?: string
  sessionId?: string
}

/** What a write is, for the operation, the audit row and a repeated command. */
export interface Act {
  actor: Doer
  /** The clinic act, e.g. `patients.register`. */
  act: string
  patientId?: string
  importId?: string
  /** A command's id and a hash of its input: its answer is kept, so that a repetition returns it. */
  command?: { id: string; inputHash: string } | undefined
}

/** What one commit wrote, told after it is durable. */
export interface Commit {
  seq: number
  records: readonly { kind: string; id: string; patientId?: string }[]
}

/** One entry of the emergency journal: an operation and the cells it wrote, or the number of one whose commit failed. */
export type JournalEntry =
  | {
      type: 'operation'
      site: string
      number: number
      at: string
      userId?: string
      act: string
      importId?: string
      records: readonly Pick<Written, 'kind' | 'id' | 'cells'>[]
    }
  | { type: 'abort'; site: string; number: number }

/** Where entries are made durable beside the commit. */
export interface Journal {
  append(entry: JournalEntry): Promise<void>
}

/** Told of each failure of the journal (the record is in the database: nothing is lost, but the badge shows attention), and with undefined when it is written again. */
export type JournalWatcher = (error: unknown) => void
