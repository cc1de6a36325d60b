/** Figures of a workstation's process since they were last asked for. */
export interface Usage {
  /** Resident memory in bytes: the greatest, and what it was when a third of the time had passed and at the end. */
  peakBytes: number
  thirdBytes: number
  endBytes: number
  cpuMs: number
  /** How long the main loop was held, in milliseconds. */
  loopP99Ms: number
  loopMaxMs: number
}

/** Milliseconds of CPU for all records, one step after the other. */
export interface Bare {
  records: number
  readMs: number
  openMs: number
  insertMs: number
}

/** Milliseconds by the clock, one step after the other. */
export interface BareChain {
  readMs: number
  sealMs: number
  sendMs: number
  markMs: number
}

/** What a workstation's process does on demand. Ids are of symptom entries. */
export interface Calls {
  /** Makes a new clinic in a folder and opens it. */
  found(folder: string): void
  open(folder: string): void
  /** Becomes a further workstation in a folder, filled from the server; then opens it. */
  join(options: { folder: string; port: number; code: string }): { records: number; ms: number }
  invite(): string
  connect(port: number): void
  disconnect(): void
  /** Makes records quickly, not waiting for the disk, each in an operation of its own. */
  make(options: { count: number; patientId: string }): string[]
  register(count: number): string[]
  /** Changes a field of each, each in an operation of its own. */
  edit(ids: string[]): void
  /** Connects, and waits until nothing waits and everything was read. */
  exchange(port: number): { sentMs: number; doneMs: number }
  /** Saves as a person does, each durable before the next, with a pause between. */
  save(options: { count: number; patientId: string; pauseMs: number }): { id: string; startedNs: bigint; ms: number }[]
  /** Begins to note when each record that arrives is visible. */
  watch(): void
  watched(): [id: string, atNs: bigint][]
  compare(reason: string): void
  /** What the same records cost without the product, in milliseconds of this thread's CPU. */
  bare(options: { port: number; folder: string }): Bare
  /** What sending the same records, and being sure of it, costs without the product, by the clock. */
  bareChain(options: { port: number; ids: string[]; folder: string }): BareChain
  /** Length of the records' JSON, in bytes: all of the fields and the id. */
  jsonBytes(ids: string[]): number
  /** How many records there are, and the length of their JSON. */
  jsonTotal(): { records: number; bytes: number }
  facts(): { dataset: string; digest: string; waiting: number; dead: number; cursor: string | undefined }
  usage(): Usage
  close(): void
}

export type CallName = keyof Calls
export type Input<Name extends CallName> = Parameters<Calls[Name]>
export type Output<Name extends CallName> = ReturnType<Calls[Name]>
