import { type Cells, isErased, tombstone } from '../../src/main/records/cell.js'
import { cellOf } from '../../src/main/records/merge.js'
import type { Transaction } from '../../src/main/store/transaction.js'
import { appointment } from '../../src/shared/entities/appointment.js'
import type { Entity } from '../../src/shared/entities/entity.js'
import { findEntity } from '../../src/shared/entities/index.js'
import { patient } from '../../src/shared/entities/patient.js'
import { below, type Dice, pick } from './dice.js'

/** What a person at a workstation decides by. */
export interface Choices {
  readonly dice: Dice
  /** Whether some of the work is to erase. */
  readonly erases: boolean
  /** A random name of so many hex digits, never the same twice. */
  newName(digits: number): string
  /** Kept versions that this workstation holds. */
  versions(): { cells: Cells }[]
  /** A record's cells as this workstation holds them. */
  cells(kind: string, id: string): Cells | undefined
}

/** A change for a transaction of its own. */
export type Change = (tx: Transaction) => void

const idOf = (n: number): string => `018f0000-0000-7000-8000-0000000000${String(n).padStart(2, '0')}`
const patientIds = [0, 1, 2, 3].map(idOf)
/** The last visit belongs to the last patient, who may be erased. */
const visitIds = [11, 12, 13].map(idOf)
const ownerOf = (visit: string): string => patientIds[visit === visitIds[2] ? 3 : 0] as string

/** Values are told apart by a random name, but some are the same on purpose. */
const text = ({ dice, newName }: Choices): string => (dice() < 0.15 ? 'same' : newName(8))

const patientFields = ['phone', 'email', 'alert', 'insuranceNumber'] as const
const statuses = ['booked', 'confirmed', 'arrived', 'cancelled', 'done'] as const

/** Something that a person could do on a workstation: writes, deletes, takes back, decides; now and then its commit fails. Undefined where there is nothing to do. */
export function nextChange(choices: Choices): Change | 'fails' | undefined {
  const kind = choices.dice()
  if (kind < 0.08) return removal(choices)
  if (kind < 0.2) return decision(choices)
  if (kind < 0.207 && choices.erases) return erasure(choices)
  return kind < 0.23 ? 'fails' : someChanges(choices)
}

function someChanges(choices: Choices): Change {
  const { dice } = choices
  const changes = Array.from({ length: 1 + below(dice, 3) }, () => (dice() < 0.7 ? patientChange(choices) : visitChange(choices)))
  return (tx) => {
    for (const change of changes) change(tx)
  }
}

function patientChange(choices: Choices): Change {
  const { dice } = choices
  const id = pick(dice, patientIds)
  const patch = Object.fromEntries(patientFields.filter(() => dice() < 0.4).map((field) => [field, text(choices)]))
  return (tx) => {
    if (tx.find(patient, id)) tx.update(patient, id, patch)
    else if (tx.isKnown(patient, id)) restore(tx, patient, id)
    else tx.create(patient, { recordNumber: 'A1', familyName: 'Doe', givenName: '', sex: 'unknown', ...patch }, id)
  }
}

function visitChange(choices: Choices): Change {
  const { dice } = choices
  const id = pick(dice, visitIds)
  const status = pick(dice, statuses)
  const reason = text(choices)
  const slot = { startAt: `2026-11-2${below(dice, 9)}T09:00:00Z`, durationMinutes: 30 }
  return (tx) => {
    if (tx.find(appointment, id)) tx.update(appointment, id, dice() < 0.5 ? { status } : { reason, slot })
    else if (tx.isKnown(appointment, id)) restore(tx, appointment, id)
    else if (!isGone(tx, patient, ownerOf(id))) tx.create(appointment, { patientId: ownerOf(id), slot, status, reason }, id)
  }
}

const isGone = (tx: Transaction, entity: Entity, id: string): boolean => isErased(tx.reading(entity, id)?.cells ?? {})

function restore(tx: Transaction, entity: Entity, id: string): void {
  if (!isGone(tx, entity, id)) tx.restore(entity, id)
}

/** Erases one of the patients that nothing else hangs on, the last one with their visit, or a visit alone. */
function erasure({ dice }: Choices): Change {
  const [entity, id]: [Entity, string] = dice() < 0.8 ? [patient, patientIds[2 + below(dice, 2)] as string] : [appointment, visitIds[1] as string]
  return (tx) => {
    if (tx.isKnown(entity, id)) tx.erase(entity, id)
  }
}

function removal({ dice }: Choices): Change {
  const [entity, id]: [Entity, string] = dice() < 0.5 ? [patient, pick(dice, patientIds)] : [appointment, pick(dice, visitIds)]
  return (tx) => {
    if (tx.find(entity, id)) tx.remove(entity, id)
  }
}

/** Decides on a kept version: for it, or for what stands. */
function decision({ dice, versions, cells }: Choices): Change | undefined {
  const all = versions()
  const version = all.length > 0 ? cellOf(pick(dice, all).cells) : undefined
  const entity = version && findEntity(version.kind)
  const current = version && cells(version.kind, version.id)?.[version.field]
  if (!version || !entity || !current || version.field === tombstone) return undefined
  const value = dice() < 0.5 ? version.value : current.value
  return (tx) => {
    if (tx.find(entity, version.id)) tx.decide(entity, version.id, version.field, value)
  }
}
