import { statfs } from 'node:fs/promises'
import type { WorkstationLine } from '../../shared/contract/sync.js'
import { workstation } from '../../shared/entities/workstation.js'
import type { HubBoard } from '../redis/hub.js'
import type { Reader } from '../store/reader.js'
import { recordTotal } from '../store/replication.js'
import type { Store } from '../store/store.js'
import { workstationsOf } from './queries.js'
import { DigestHistory, lineOf, openReport, sealReport, type WorkstationReport } from './reports.js'

/** A workstation that has not said so for this long counts as away. */
const presentMs = 45_000

export interface WorkstationReportsOptions {
  store: Store
  read: Reader['read']
  /** The clinic's key as of now: a workstation that was removed cannot read what is told after it. */
  currentKey: () => Uint8Array
  workstationId: string
  version: string
  schema: number
  folder: string
  now: () => number
}

/** What the workstations of a clinic tell each other about themselves, and whether all hold the same. */
export class WorkstationReports {
  readonly #history = new DigestHistory()
  /** Records held here as of the one count of this run, and how many the store had added then. */
  #counting: Promise<void> | undefined
  #hasTold = false
  #counted = { records: 0, added: 0 }

  constructor(private readonly options: WorkstationReportsOptions) {}

  /** Records held here; 0 until they were counted. */
  get records(): number {
    const { records, added } = this.#counted
    return records && records + this.options.store.added - added
  }

  /** Counts the records, once in a run: it takes a worker for a second per million. When something was added meanwhile, the next who asks counts anew. */
  count(): Promise<void> {
    this.#counting ??= this.#count()
    return this.#counting
  }

  async #count(): Promise<void> {
    const { store, read } = this.options
    const { added } = store
    let isExact = false
    try {
      this.#counted = { records: await read(recordTotal, {}), added }
      isExact = store.added === added
    } finally {
      if (!isExact) this.#counting = undefined
    }
  }

  /** Remembers the digest at this place of the feed; call it when nothing waits and nothing is being compared. */
  noteDigest(): void {
    const { epoch, cursor } = this.options.store.replication.state()
    if (epoch !== undefined && cursor) this.#history.note(epoch, cursor.id, this.options.store.digest())
  }

  /** Leaves this workstation's report and says that it is there. */
  async tell(board: HubBoard): Promise<void> {
    const { currentKey, workstationId } = this.options
    // At the start whoever opens the first screen goes first: the records are told with the second report.
    if (this.#hasTold) await this.count()
    this.#hasTold = true
    await board.report(workstationId, sealReport(currentKey(), workstationId, await this.#own()))
    await board.announce(workstationId, presentMs)
  }

  /** All workstations of the clinic with what they last reported; without a server only what the records say. */
  async list(board: HubBoard | undefined): Promise<WorkstationLine[]> {
    const { store, currentKey, workstationId, now } = this.options
    await this.count()
    const [reports, present] = await Promise.all([board?.reports(), board?.present()]).catch(() => [undefined, undefined])
    const online = new Set(present)
    const own = await this.#own()
    const here = { epoch: own.epoch, digest: own.digest }
    return workstationsOf(store.db).map((id) => {
      const record = store.get(workstation, id)
      const told = reports?.get(id)
      if (id === workstationId) return lineOf(record, { report: own, seenAt: now(), isOnline: true, isThis: true, proof: 'equal' })
      const report = told && openReport(currentKey(), id, told.sealed)
      const proof = report ? this.#history.proofOf(report, here) : 'unknown'
      return lineOf(record, { report, seenAt: told?.seenAt, isOnline: online.has(id), isThis: false, proof })
    })
  }

  async #own(): Promise<WorkstationReport> {
    const { store, version, schema, folder } = this.options
    const disk = await statfs(folder).catch(() => undefined)
    const { epoch, cursor, clock } = store.replication.state()
    const { waiting, dead, oldestAt } = store.replication.backlog()
    return {
      version,
      schema,
      waiting,
      ...(oldestAt !== undefined && { oldestWaitingAt: oldestAt }),
      failed: dead,
      ...(clock && { clockOffsetMs: clock.offsetMs }),
      ...(disk && { freeDiskBytes: disk.bavail * disk.bsize }),
      ...(this.records > 0 && { records: this.records }),
      digest: store.digest(),
      ...(epoch !== undefined && { epoch }),
      ...(cursor && { cursor: cursor.id }),
    }
  }
}
