import type { ReviewAnswer } from '../../../shared/contract/review.js'
import { type AppointmentSlot, appointment } from '../../../shared/entities/appointment.js'
import type { Entity } from '../../../shared/entities/entity.js'
import { findEntity } from '../../../shared/entities/index.js'
import { patient } from '../../../shared/entities/patient.js'
import { reviewDecision } from '../../../shared/entities/review-decision.js'
import { type Subject, subjectOf } from '../../../shared/question-id.js'
import { normalInstant } from '../../../shared/time.js'
import type { Json } from '../../records/canonical.js'
import { type Cell, type Tombstone, tombstone } from '../../records/cell.js'
import type { Stamp } from '../../records/stamp.js'
import { takeRecordNumber } from '../../store/series.js'
import type { Transaction } from '../../store/transaction.js'
import { acceptClash, conflictsNow, findClashes } from '../appointments/index.js'
import type { Actor } from '../handler.js'
import type { Services } from '../services.js'
import { type PatientPair, possibleDuplicates, sharedNumbers } from './pairs.js'
import { mayChange } from './rights.js'

/** Why a question was not settled; nothing was written. */
export class NotSettled extends Error {
  override readonly name = 'NotSettled'
  constructor(
    readonly code: 'settled' | 'changed' | 'forbidden' | 'notThis' | 'taken',
    readonly conflicts: readonly { code: string; ids: string[] }[] = [{ code, ids: [] }],
  ) {
    super(`The question was not settled (${code}).`)
  }
}

/** One answer, in the transaction that carries it out. */
export interface Settling {
  tx: Transaction
  services: Services
  actor: Actor
}

/** What a decision changed, and what it takes to go back. */
interface Change {
  kind: string
  id: string
  field: string
  before: Json
  stamp: Stamp
  versions: Stamp[]
}

/** Most replaced versions that a decision remembers. */
const rememberedVersions = 64

/** Carries out the answer to a question and answers the decision's id. @throws NotSettled, InvalidRecord, RecordMissing; before anything is written */
export function settle(settling: Settling, question: string, choice: ReviewAnswer, seen: readonly Stamp[] | undefined): string {
  const subject = subjectOf(question)
  if (!subject) throw new NotSettled('settled')
  requireRight(settling.actor, 'recordKind' in subject ? subject.recordKind : subject.kind === 'doubleBooking' ? appointment.kind : patient.kind)
  if ('recordKind' in subject) return (subject.kind === 'edit' ? settleEdit : settleDeletion)(settling, subject, choice, seen)
  if (subject.kind === 'doubleBooking') return settleDoubleBooking(settling, subject.ids, choice)
  return settlePair(settling, subject.kind, subject.ids, choice)
}

/** @throws NotSettled `forbidden` when the role may not change such records */
export function requireRight({ role }: Actor, kind: string): void {
  if (!mayChange(role, kind)) throw new NotSettled('forbidden')
}

type FieldSubject = Extract<Subject, { recordKind: string }>

/** The record of a question about a field, as this transaction sees it. */
function recordOf({ tx }: Settling, { recordKind, recordId, field }: FieldSubject) {
  const entity = findEntity(recordKind)
  const reading = entity && tx.reading(entity, recordId)
  if (!entity || !reading?.tasks.includes(field)) throw new NotSettled('settled')
  const open = reading.undecided[field] ?? []
  return { entity, reading, current: reading.cells[field] as Cell, open }
}

function requireSeen(seen: readonly Stamp[] | undefined, present: readonly Stamp[]): void {
  if (seen && present.some((stamp) => !seen.includes(stamp))) throw new NotSettled('changed')
}

function settleEdit(settling: Settling, subject: FieldSubject, choice: ReviewAnswer, seen: readonly Stamp[] | undefined): string {
  const { entity, reading, current, open } = recordOf(settling, subject)
  const versions = [current, ...open]
  requireSeen(
    seen,
    versions.map(({ stamp }) => stamp),
  )
  const value = ((): Json | undefined => {
    if (choice.answer === 'choose') return versions.find(({ stamp }) => stamp === choice.stamp)?.value
    if (choice.answer === 'shown') return reading.fields[subject.field] ?? null
    if (choice.answer === 'write') return choice.value as Json | undefined
    throw new NotSettled('notThis')
  })()
  if (value === undefined) throw new NotSettled(choice.answer === 'choose' ? 'changed' : 'notThis')
  const answer = choice.answer === 'write' ? 'written' : 'chosen'
  return decideField(settling, entity, { id: subject.recordId, field: subject.field, value, replaced: { current, open } }, { question: 'edit', answer })
}

interface FieldDecision {
  id: string
  field: string
  value: Json
  /** What stands and what is beside it. */
  replaced: { current: Cell | undefined; open: readonly Cell[] }
}

/** Writes a field over everything that is beside it, and the decision with what it takes to go back. */
export function decideField(
  settling: Settling,
  entity: Entity,
  { id, field, value, replaced }: FieldDecision,
  how: Pick<Decision, 'question' | 'answer'>,
): string {
  const stamp = settling.tx.decide(entity, id, field, value)
  const { current, open } = replaced
  return note(settling, entity, id, how, { kind: entity.kind, id, field, before: current?.value ?? null, stamp, versions: open.map((cell) => cell.stamp) })
}

interface Decision {
  question: 'edit' | 'deletion' | 'doubleBooking' | 'duplicate' | 'number'
  answer: 'chosen' | 'written' | 'kept' | 'deleted' | 'moved' | 'different' | 'newNumber' | 'restored'
  about?: string
  reason?: string
  records?: { kind: string; id: string }[]
}

function note({ tx, services, actor }: Settling, entity: Entity, id: string, decision: Decision, change?: Change): string {
  const patientId = ownerOf(tx, entity, id)
  return tx.create(reviewDecision, {
    records: [{ kind: entity.kind, id }],
    ...decision,
    ...(patientId && { patientId }),
    ...(change && { change: { ...change, versions: change.versions.slice(0, rememberedVersions) } }),
    ...by(services, actor),
  })
}

const by = ({ now }: Services, { userId }: Actor) => ({ decidedAt: new Date(now()).toISOString(), decidedBy: userId })

function ownerOf(tx: Transaction, entity: Entity, id: string): string | undefined {
  if (!entity.patient) return undefined
  return entity.patient === 'id' ? id : ((tx.reading(entity, id)?.fields[entity.patient] as string | null | undefined) ?? undefined)
}

function settleDeletion(settling: Settling, subject: FieldSubject, choice: ReviewAnswer, seen: readonly Stamp[] | undefined): string {
  const { tx } = settling
  if (choice.answer !== 'keep' && choice.answer !== 'delete') throw new NotSettled('notThis')
  const { entity, reading, current, open } = recordOf(settling, subject)
  const deletions = [current, ...open]
  const saw = new Set(deletions.flatMap(({ value }) => (value as Tombstone)?.saw ?? []))
  const unseen = Object.entries(reading.cells).flatMap(([field, cell]) =>
    field === tombstone || field === 'source' ? [] : [cell, ...(reading.undecided[field] ?? [])].filter(({ stamp }) => !saw.has(stamp)),
  )
  requireSeen(
    seen,
    [...deletions, ...unseen].map(({ stamp }) => stamp),
  )
  if (choice.answer === 'keep') tx.restore(entity, subject.recordId)
  else tx.remove(entity, subject.recordId)
  const stamp = tx.reading(entity, subject.recordId)?.cells[tombstone]?.stamp ?? ''
  const change = { kind: entity.kind, id: subject.recordId, field: tombstone, before: current.value, stamp, versions: open.map((cell) => cell.stamp) }
  return note(settling, entity, subject.recordId, { question: 'deletion', answer: choice.answer === 'keep' ? 'kept' : 'deleted' }, change)
}

function settleDoubleBooking(settling: Settling, ids: [string, string], choice: ReviewAnswer): string {
  const { tx, services, actor } = settling
  const { store, now } = services
  const clash = findClashes(store.db, new Date(now()).toISOString(), ids).find(({ ids: pair }) => pair[0] === ids[0] && pair[1] === ids[1])
  if (!clash) throw new NotSettled('settled')
  if (choice.answer === 'keepBoth') return acceptClash(store, tx, ids, clash.about, { reason: choice.reason, ...by(services, actor) })
  if (choice.answer !== 'move' || !ids.includes(choice.appointmentId)) throw new NotSettled('notThis')
  const id = choice.appointmentId
  const { slot, patientId } = tx.get(appointment, id)
  const { providerId = slot.providerId, chairId = slot.chairId } = choice
  const moved: AppointmentSlot = { ...slot, startAt: normalInstant(choice.startAt), ...(providerId && { providerId }), ...(chairId && { chairId }) }
  const taken = conflictsNow(services, { ...moved, id, patientId })
  if (taken.length > 0) throw new NotSettled('taken', taken)
  const before = tx.reading(appointment, id)?.cells.slot?.value ?? null
  tx.update(appointment, id, { slot: moved })
  const stamp = tx.reading(appointment, id)?.cells.slot?.stamp ?? ''
  const records = ids.map((one) => ({ kind: appointment.kind, id: one })).sort((a) => (a.id === id ? -1 : 1))
  const change = { kind: appointment.kind, id, field: 'slot', before, stamp, versions: [] }
  return note(settling, appointment, id, { question: 'doubleBooking', answer: 'moved', records }, change)
}

function settlePair(settling: Settling, kind: 'duplicate' | 'number', ids: [string, string], choice: ReviewAnswer): string {
  const { tx, services } = settling
  const { db } = services.store
  const pair = (kind === 'duplicate' ? possibleDuplicates(db, { ids }) : sharedNumbers(db, { ids }))[0]
  if (!pair) throw new NotSettled('settled')
  if (choice.answer === 'different') return acceptPair(settling, kind, pair, choice.reason)
  if (choice.answer !== 'newNumber' || kind !== 'number' || !ids.includes(choice.patientId)) throw new NotSettled('notThis')
  const id = choice.patientId
  const before = tx.reading(patient, id)?.cells.recordNumber?.value ?? null
  tx.update(patient, id, { recordNumber: takeRecordNumber(db) })
  const stamp = tx.reading(patient, id)?.cells.recordNumber?.stamp ?? ''
  const change = { kind: patient.kind, id, field: 'recordNumber', before, stamp, versions: [] }
  return note(settling, patient, id, { question: 'number', answer: 'newNumber' }, change)
}

/** Notes that two patients are two people, or that both keep their number. The same on every workstation, so that two who say so agree. */
function acceptPair(settling: Settling, question: 'duplicate' | 'number', { ids, about }: PatientPair, reason: string | undefined): string {
  const { tx, services, actor } = settling
  const id = services.store.importedId(reviewDecision.kind, about)
  const how = { ...by(services, actor), ...(reason && { reason }) }
  if (tx.find(reviewDecision, id)) tx.update(reviewDecision, id, { ...how, undoneAt: null })
  else
    tx.create(
      reviewDecision,
      { question, answer: 'different', about, records: ids.map((one) => ({ kind: patient.kind, id: one })), patientId: ids[0], ...how },
      id,
    )
  return id
}
