import type { WorkstationLine } from '../../shared/contract/sync.js'
import type { FieldsOf } from '../../shared/entities/entity.js'
import type { workstation } from '../../shared/entities/workstation.js'
import { derive, open, SealBroken, seal } from '../security/sealing.js'

/** What a workstation tells the others about itself, sealed. */
export interface WorkstationReport {
  version: string
  /** Absent in what programs from before it tell. */
  schema?: number | undefined
  waiting: number
  oldestWaitingAt?: string | undefined
  failed: number
  clockOffsetMs?: number | undefined
  freeDiskBytes?: number | undefined
  records?: number | undefined
  /** Digest of all records, and the place of the feed up to which they were followed then. */
  digest: string
  epoch?: string | undefined
  cursor?: string | undefined
}

const purpose = 'workstation report'

/** Seals a report for one workstation's place. */
export const sealReport = (clinicKey: Uint8Array, workstationId: string, report: WorkstationReport): Buffer =>
  seal(derive(clinicKey, purpose), JSON.stringify(report), `report/${workstationId}`)

/** Opens a report; undefined when it is not of this place or key. */
export function openReport(clinicKey: Uint8Array, workstationId: string, sealed: Uint8Array): WorkstationReport | undefined {
  try {
    return JSON.parse(open(derive(clinicKey, purpose), sealed, `report/${workstationId}`, 65_536).toString('utf8')) as WorkstationReport
  } catch (error) {
    if (error instanceof SealBroken) return undefined
    throw error
  }
}

/** Digests of this workstation by the place of the feed at which it had them: what another one reports about the same place has to be equal. */
export class DigestHistory {
  readonly #digests = new Map<string, string>()

  constructor(private readonly limit = 2000) {}

  note(epoch: string, cursor: string, digest: string): void {
    const place = `${epoch} ${cursor}`
    this.#digests.delete(place)
    this.#digests.set(place, digest)
    if (this.#digests.size > this.limit) this.#digests.delete(this.#digests.keys().next().value as string)
  }

  /** Whether a report fits what was held here at the same place. */
  proofOf({ waiting, failed, digest, epoch, cursor }: WorkstationReport, present: { epoch?: string | undefined; digest: string }): WorkstationLine['proof'] {
    if (digest === present.digest) return 'equal'
    if (epoch === undefined || cursor === undefined || epoch !== present.epoch || waiting + failed > 0) return 'behind'
    const held = this.#digests.get(`${epoch} ${cursor}`)
    return held === undefined ? 'behind' : held === digest ? 'equal' : 'differs'
  }
}

/** A workstation as the panel lists it, from its record and its last report. */
export function lineOf(
  record: FieldsOf<typeof workstation> & { id: string },
  told: { report: WorkstationReport | undefined; seenAt: number | undefined; isOnline: boolean; isThis: boolean; proof: WorkstationLine['proof'] },
): WorkstationLine {
  const { report, seenAt, isOnline, isThis, proof } = told
  return {
    id: record.id,
    name: record.name,
    isThis,
    isOnline,
    joinedAt: record.joinedAt,
    ...(record.removedAt && { removedAt: record.removedAt }),
    ...(seenAt !== undefined && { seenAt: new Date(seenAt).toISOString() }),
    ...(report && {
      version: report.version,
      ...(report.schema !== undefined && { schema: report.schema }),
      waiting: report.waiting,
      ...(report.oldestWaitingAt && { oldestWaitingAt: report.oldestWaitingAt }),
      failed: report.failed,
      ...(report.clockOffsetMs !== undefined && { clockOffsetMs: report.clockOffsetMs }),
      ...(report.freeDiskBytes !== undefined && { freeDiskBytes: report.freeDiskBytes }),
      ...(report.records !== undefined && { records: report.records }),
    }),
    proof,
  }
}
