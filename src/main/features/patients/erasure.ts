import { Temporal } from 'temporal-polyfill'
import type { contract } from '../../../shared/contract/index.js'
import type { ErasurePreview } from '../../../shared/contract/patients.js'
import { patient } from '../../../shared/entities/patient.js'
import { usualRetentionYears } from '../../../shared/retention.js'
import { dayOf } from '../../../shared/time.js'
import { statement } from '../../store/database.js'
import { recordsOfPatient } from '../../store/erasure-reads.js'
import { defineRead } from '../../store/read.js'
import type { Handlers } from '../handler.js'
import type { Services } from '../services.js'

/** The last visit or entry of a chart up to an instant, as the timeline has it; visits that did not take place do not count. */
export const lastVisit = defineRead(
  'patients.lastVisit',
  (db, { patientId, now }: { patientId: string; now: string }) =>
    statement<{ at: string | null }>(
      db,
      `SELECT max(t.at) AS at FROM timeline t LEFT JOIN appointment a ON t.kind = 'appointment' AND a.id = t.id
       WHERE t.patient_id = ? AND t.at <= ? AND coalesce(a.status, '') NOT IN ('cancelled', 'noShow')`,
    ).get(patientId, now)?.at || undefined,
)

/** Until when a chart has to be kept. A patient without any visit or entry has to be kept for no time. */
export function retentionOf(years: number, lastVisitDate: string | undefined, today: string): ErasurePreview['retention'] {
  if (lastVisitDate === undefined) return { years, isOver: true }
  const untilDate = Temporal.PlainDate.from(lastVisitDate).add({ years }).toString()
  return { years, lastVisitDate, untilDate, isOver: years === 0 || untilDate < today }
}

const wordsOf = (text: string): string[] =>
  text
    .toLocaleLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)

/** Whether a text says who the patient is: it stays in the access log, where nothing of them may be left. */
function namesPatient(text: string, { familyName, givenName, recordNumber }: { familyName: string; givenName: string; recordNumber: string }): boolean {
  const words = new Set(wordsOf(text))
  const name = wordsOf(`${familyName} ${givenName}`)
  return name.every((word) => words.has(word)) || text.toLocaleLowerCase().includes(recordNumber.toLocaleLowerCase())
}

/** Erasure of a patient on lawful request: what it would do, and doing it. */
export function erasureHandlers({ store, read, clinic, storage, erasure, tasks, now }: Services): Handlers<typeof contract.patients>['erasure'] {
  const retention = async (patientId: string): Promise<ErasurePreview['retention']> => {
    const { timeZone, retentionYears = usualRetentionYears } = clinic()
    const at = await read(lastVisit, { patientId, now: new Date(now()).toISOString() })
    return retentionOf(retentionYears, at && (at.length <= 10 ? at : dayOf(at, timeZone)), dayOf(new Date(now()).toISOString(), timeZone))
  }
  const countOf = async (patientId: string): Promise<Record<string, number>> => {
    const counts: Record<string, number> = {}
    for (const { kind } of await read(recordsOfPatient, { patientId })) counts[kind] = (counts[kind] ?? 0) + 1
    return counts
  }
  return {
    preview: async ({ input: { patientId: id } }) => {
      const { recordNumber } = store.get(patient, id)
      const [records, kept, backups] = await Promise.all([countOf(id), retention(id), storage.list()])
      return { recordNumber, records, retention: kept, backups: backups.length, backupDays: storage.erasedBackupDays }
    },
    erase: async ({ input: { patientId: id, recordNumber, reason, beforeRetention }, context: { actor }, errors }) => {
      const refuse = (path: string, code: string) => errors.INVALID({ data: { fields: [{ path, code }] } })
      const person = store.get(patient, id)
      if (recordNumber.trim().toLocaleLowerCase() !== person.recordNumber.toLocaleLowerCase()) throw refuse('recordNumber', 'mismatch')
      if (namesPatient(reason, person)) throw refuse('reason', 'names')
      const kept = await retention(id)
      if (!kept.isOver && !beforeRetention)
        throw errors.CONFLICT({
          message: `The records have to be kept until ${kept.untilDate}. Nothing was erased. Wait until then, or say that the law asks for it earlier.`,
          data: { conflicts: [{ code: 'retention', ids: [] }] },
        })
      const records = await countOf(id)
      await store.write({ actor, act: 'patients.erasure.erase', patientId: id }, (tx) => {
        Object.assign(tx.detail, { reason, records, ...(!kept.isOver && { beforeRetention: true }) })
        tx.erase(patient, id)
      })
      const total = Object.values(records).reduce((sum, count) => sum + count, 0)
      return {
        taskId: tasks.start('erasure', async (task) => {
          await erasure.settle((erased) => task.report(Math.min(erased, total), total))
          return undefined
        }),
      }
    },
  }
}
