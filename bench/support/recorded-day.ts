import type { AppointmentStatus } from '../../src/shared/entities/appointment.js'
import type { Role } from '../../src/shared/permissions.js'
import { seeded } from '../search/people.js'

/** Somebody at work with a window of their own. */
export interface Person {
  name: string
  role: Role
}

/** Who works: the administrator, two at reception, and three who treat and share the chairs. */
export const persons: readonly Person[] = [
  { name: 'reception1', role: 'reception' },
  { name: 'clinician1', role: 'clinician' },
  { name: 'clinician2', role: 'clinician' },
  { name: 'reception2', role: 'reception' },
  { name: 'clinician3', role: 'clinician' },
  { name: 'administrator', role: 'administrator' },
]
const receptionists = [0, 3]
const clinicians = [1, 2, 4]
const administrator = 5

/** A visit that the clinic's schedule has for the day. */
export interface Visit {
  id: string
  patientId: string
  /** Given and family name, as the board shows it. */
  patientName: string
  startAt: string
}

/** What somebody does at a window. Which calls follow is decided by the window, as the screens decide it. */
export type Deed =
  | { does: 'signIn' }
  | { does: 'open'; screen: 'today' | 'patients' | 'month' | 'clinicSettings' | 'closedTimes' }
  /** Types into a search field, of which every keystroke asks: people pause longer between two than the field waits (50 or 60 ms). */
  | { does: 'search'; field: 'palette' | 'patients'; text: string }
  /** Opens a patient: the chart for those who may read it, the details for the others. */
  | { does: 'patient'; patientId: string }
  | { does: 'tab'; patientId: string; tab: 'timeline' | 'symptoms' }
  /** Writes an entry, of which the draft is kept every 1.5 s (`saveAfterMs` in use-draft.ts). */
  | { does: 'entry'; patientId: string; drafts: number }
  | { does: 'status'; visitId: string; to: AppointmentStatus }
  /** Books a visit some days ahead, in the form of the schedule. `search` where the patient is looked for in it. */
  | { does: 'book'; patientId: string; search?: string; days: number }
  | { does: 'edit'; patientId: string; phone: string }
  | { does: 'register'; familyName: string; givenName: string }
export type Step = { at: number; person: number } & Deed

const second = 1000
const minute = 60 * second

/**
 * What six people do on one day of a clinic, in the order of time; the same for the same schedule. Each visit of the schedule takes its usual course: arrival,
 * chair, chart, entry, done, next booking, left. How often things happen beside that is not known from any clinic and set here, each with its number.
 */
export function recordedDay(visits: readonly Visit[], seed = 17): Step[] {
  const random = seeded(seed)
  const between = (low: number, high: number): number => low + random() * (high - low)
  const chance = (share: number): boolean => random() < share
  const steps: Step[] = []
  const add = (at: number, person: number, ...deeds: Deed[]): void => {
    for (const [i, deed] of deeds.entries()) steps.push({ at: Math.round(at + i * 4 * second), person, ...deed } as Step)
  }
  const today: Deed = { does: 'open', screen: 'today' }
  // Four to six letters of the family name, until the right hit stands among the first.
  const typed = (name: string): string => (name.split(' ').at(-1) ?? name).slice(0, 4 + Math.floor(random() * 3))

  const sorted = visits.toSorted((a, b) => (a.startAt < b.startAt ? -1 : 1))
  const opensAt = Date.parse(sorted[0]?.startAt ?? '')
  const lastAt = Date.parse(sorted.at(-1)?.startAt ?? '')
  for (const person of persons.keys()) add(opensAt - between(11, 25) * minute, person, { does: 'signIn' }, today)

  // Those who treat take the next visit when they are done with the one before.
  const free = clinicians.map(() => opensAt)
  const pace = ((lastAt + 15 * minute - opensAt) / sorted.length) * clinicians.length
  for (const [at, { id: visitId, patientId, patientName, startAt }] of sorted.entries()) {
    const start = Date.parse(startAt)
    const reception = receptionists[at % 2] ?? 0
    // 4 in 100 do not come, 3 in 100 cancel by telephone on the day.
    const fate = random()
    if (fate < 0.04) {
      add(start + 15 * minute, reception, { does: 'status', visitId, to: 'noShow' })
      continue
    }
    if (fate < 0.07) {
      const call = between(opensAt, start)
      add(call, reception, { does: 'search', field: 'palette', text: typed(patientName) }, { does: 'patient', patientId }, today, {
        does: 'status',
        visitId,
        to: 'cancelled',
      })
      continue
    }
    add(start - between(1, 10) * minute, reception, { does: 'status', visitId, to: 'arrived' })
    const who = at % clinicians.length
    const clinician = clinicians[who] ?? 1
    const begins = Math.max(start, free[who] ?? start)
    free[who] = begins + pace
    add(begins, clinician, { does: 'status', visitId, to: 'inChair' }, { does: 'patient', patientId })
    // Every second chart is read further back.
    if (chance(0.5)) add(begins + 0.15 * pace, clinician, { does: 'tab', patientId, tab: 'timeline' })
    // 8 of 10 visits leave an entry, of 15 s of typing.
    if (chance(0.8)) add(begins + 0.4 * pace, clinician, { does: 'tab', patientId, tab: 'symptoms' }, { does: 'entry', patientId, drafts: 10 })
    add(begins + 0.9 * pace, clinician, today, { does: 'status', visitId, to: 'done' })
    const leaves = begins + 0.9 * pace + between(1, 4) * minute
    // 6 of 10 get their next visit before they leave, in one week to half a year.
    if (chance(0.6)) add(leaves, reception, { does: 'book', patientId, search: typed(patientName), days: Math.floor(between(7, 180)) }, today)
    add(leaves + 30 * second, reception, { does: 'status', visitId, to: 'left' })
  }

  // 40 telephone calls: somebody is looked for, 4 of 10 want a visit, a quarter has another number, the others ask.
  for (let call = 0; call < 40; call++) {
    const { patientId, patientName } = sorted[Math.floor(random() * sorted.length)] as Visit
    const wish = random()
    const deeds: Deed[] =
      wish < 0.4
        ? [{ does: 'book', patientId, days: Math.floor(between(1, 30)) }]
        : wish < 0.65
          ? [{ does: 'edit', patientId, phone: `+1555${String(Math.floor(random() * 1e7)).padStart(7, '0')}` }]
          : []
    add(
      between(opensAt, lastAt),
      receptionists[call % 2] ?? 0,
      { does: 'search', field: 'palette', text: typed(patientName) },
      { does: 'patient', patientId },
      ...deeds,
      today,
    )
  }
  // 6 new patients, looked for first.
  for (let made = 0; made < 6; made++) {
    const familyName = `${['Ander', 'Brandt', 'Costa', 'Duval', 'Erik', 'Fonta'][made]}sen`
    add(
      between(opensAt, lastAt),
      receptionists[made % 2] ?? 0,
      { does: 'open', screen: 'patients' },
      { does: 'search', field: 'patients', text: familyName.slice(0, 6) },
      { does: 'register', familyName, givenName: 'Mia' },
      today,
    )
  }
  // The administrator looks at the month and at the list of patients once an hour, and at the settings twice.
  for (let at = opensAt + 10 * minute; at < lastAt; at += 60 * minute)
    add(at, administrator, { does: 'open', screen: 'month' }, { does: 'open', screen: 'patients' }, today)
  for (const share of [0.3, 0.8])
    add(opensAt + share * (lastAt - opensAt), administrator, { does: 'open', screen: 'clinicSettings' }, { does: 'open', screen: 'closedTimes' }, today)
  return steps.sort((a, b) => a.at - b.at)
}
