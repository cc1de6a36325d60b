import { tombstone } from '../../src/main/records/cell.js'
import { cellOf, keptVersionKind } from '../../src/main/records/merge.js'
import { InvalidRecord } from '../../src/main/store/record-check.js'
import type { Transaction } from '../../src/main/store/transaction.js'
import { appointment } from '../../src/shared/entities/appointment.js'
import type { Entity } from '../../src/shared/entities/entity.js'
import { findEntity } from '../../src/shared/entities/index.js'
import { patient } from '../../src/shared/entities/patient.js'
import { below, pick } from './dice.js'
import type { Clinic, Workstation } from './workstation.js'

const idOf = (n: number): string => `018f0000-0000-7000-8000-0000000000${String(n).padStart(2, '0')}`
const patientIds = [0, 1, 2, 3].map(idOf)
const visitIds = [11, 12, 13].map(idOf)

/** Values are told apart by a random name, but some are the same on purpose. */
const text = (clinic: Clinic): string => (clinic.dice() < 0.15 ? 'same' : clinic.newName(8))

const patientFields = ['phone', 'email', 'alert', 'insuranceNumber'] as const
const statuses = ['booked', 'confirmed', 'arrived', 'cancelled', 'done'] as const

/** Does something that a person could do on this workstation: writes, deletes, takes back, decides; now and then the commit fails. */
export function writeSomething(clinic: Clinic, workstation: Workstation): void {
  const { dice } = clinic
  const kind = dice()
  if (kind < 0.08) remove(clinic, workstation)
  else if (kind < 0.2) decideSomething(clinic, workstation)
  else if (kind < 0.23) workstation.replica.write(() => undefined, { fails: true })
  else changeSomething(clinic, workstation)
}

function changeSomething(clinic: Clinic, workstation: Workstation): void {
  const { dice } = clinic
  const changes = Array.from({ length: 1 + below(dice, 3) }, () => (dice() < 0.7 ? patientChange(clinic) : visitChange(clinic)))
  try {
    const written = workstation.replica.write((tx) => {
      for (const change of changes) change(tx)
    })
    note(clinic, workstation, written)
  } catch (error) {
    // A record of which a journal brought back parts only cannot be edited before the server gave the rest.
    if (!(error instanceof InvalidRecord)) throw error
  }
}

/** Remembers what is owed from now on. */
function note(clinic: Clinic, workstation: Workstation, records: Transaction['written']): void {
  for (const [at, { cells }] of records) clinic.oracle.wrote(at, cells, workstation.replica.site)
  clinic.note(workstation.name, 'writes', [...records.keys()])
}

function patientChange(clinic: Clinic): (tx: Transaction) => void {
  const { dice } = clinic
  const id = pick(dice, patientIds)
  const patch = Object.fromEntries(patientFields.filter(() => dice() < 0.4).map((field) => [field, text(clinic)]))
  return (tx) => {
    if (tx.find(patient, id)) tx.update(patient, id, patch)
    else if (tx.isKnown(patient, id)) tx.restore(patient, id)
    else tx.create(patient, { recordNumber: 'A1', familyName: 'Doe', givenName: '', sex: 'unknown', ...patch }, id)
  }
}

function visitChange(clinic: Clinic): (tx: Transaction) => void {
  const { dice } = clinic
  const id = pick(dice, visitIds)
  const status = pick(dice, statuses)
  const reason = text(clinic)
  const slot = { startAt: `2026-11-2${below(dice, 9)}T09:00:00Z`, durationMinutes: 30 }
  return (tx) => {
    if (tx.find(appointment, id)) tx.update(appointment, id, dice() < 0.5 ? { status } : { reason, slot })
    else if (tx.isKnown(appointment, id)) tx.restore(appointment, id)
    else tx.create(appointment, { patientId: patientIds[0] as string, slot, status, reason }, id)
  }
}

function remove(clinic: Clinic, workstation: Workstation): void {
  const [entity, id]: [Entity, string] = clinic.dice() < 0.5 ? [patient, pick(clinic.dice, patientIds)] : [appointment, pick(clinic.dice, visitIds)]
  note(
    clinic,
    workstation,
    workstation.replica.write((tx) => {
      if (tx.find(entity, id)) tx.remove(entity, id)
    }),
  )
}

/** Decides on a kept version: for it, or for what stands. */
function decideSomething(clinic: Clinic, workstation: Workstation): void {
  const { dice } = clinic
  const versions = [...workstation.disk.rows.values()].filter(({ kind }) => kind === keptVersionKind)
  const version = versions.length > 0 ? cellOf(pick(dice, versions).cells) : undefined
  const entity = version && findEntity(version.kind)
  const current = workstation.disk.rows.get(`${version?.kind}/${version?.id}`)?.cells[version?.field ?? '']
  if (!version || !entity || !current || version.field === tombstone) return
  const value = dice() < 0.5 ? version.value : current.value
  try {
    note(
      clinic,
      workstation,
      workstation.replica.write((tx) => {
        if (tx.find(entity, version.id)) tx.decide(entity, version.id, version.field, value)
      }),
    )
  } catch (error) {
    // A record of which a journal brought back parts only.
    if (!(error instanceof InvalidRecord)) throw error
  }
}
