import { randomUUID } from 'node:crypto'
import type { Deed, Visit } from './recorded-day.js'
import type { Question, Window } from './window.js'

/** What a deed needs to know: the day and its first moment on the clinic's clock, and the reach of whoever does it. */
export interface Scene {
  window: Window
  windowId: string
  today: string
  now: () => number
  mayReadCharts: boolean
}

const dayMs = 24 * 3_600_000
const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

/** What the screens ask when they are shown, each with the file that says so. */
const screens = {
  // features/today/screen.tsx
  today: (today: string): Question[] => [
    { procedure: 'appointments.day', input: { date: today } },
    { procedure: 'dashboard.today', input: {} },
    { procedure: 'drafts.list', input: {}, staleMs: 0 },
  ],
  // features/patients/screen.tsx
  patients: (): Question[] => [{ procedure: 'patients.list', input: { limit: 20 } }],
  // features/schedule/screen.tsx and month-view.tsx: the weeks that the month touches
  month: (today: string): Question[] => {
    const first = Date.parse(`${today.slice(0, 8)}01T00:00:00Z`)
    const from = first - ((new Date(first).getUTCDay() + 6) % 7) * dayMs
    return [
      { procedure: 'appointments.day', input: { date: today } },
      { procedure: 'appointments.counts', input: { from: dateOf(from), to: dateOf(from + 41 * dayMs) } },
    ]
  },
  // features/settings/clinic-section.tsx
  clinicSettings: (): Question[] => [{ procedure: 'settings.clinic.get', input: {} }],
  // features/settings/closed-section.tsx
  closedTimes: (today: string): Question[] => [
    { procedure: 'staff.practitioners.list', input: { isBookable: true, limit: 200 } },
    { procedure: 'staff.chairs.list', input: {} },
    { procedure: 'staff.closedTimes.list', input: { from: `${today}T00:00:00.000Z`, limit: 100 } },
  ],
}

/** Does what somebody did at a window. */
export async function carryOutDeed(deed: Deed, scene: Scene): Promise<void> {
  const { window, windowId, today } = scene
  switch (deed.does) {
    case 'signIn':
      return window.open()
    case 'open':
      return window.show(...screens[deed.screen](today))
    case 'search':
      return search(deed.text, scene, deed.field === 'palette' ? { limit: 8 } : { limit: 20 }, deed.field === 'palette')
    case 'patient': {
      // features/chart/screen.tsx with header.tsx, features/patients/patient-screen.tsx; both say what is open (api/presence.ts).
      const { patientId } = deed
      const mark: Question = { procedure: 'sync.recordState', input: { kind: 'patient', id: patientId }, staleMs: 0 }
      const main: Question = scene.mayReadCharts
        ? { procedure: 'chart.overview', input: { patientId } }
        : { procedure: 'patients.get', input: { id: patientId } }
      await window.show(main, mark)
      await window.command('presence.opening', { windowId, openings: [{ kind: 'patient', id: patientId, isEditing: false }] })
      return
    }
    case 'tab': {
      // features/chart/timeline-tab.tsx with record-list.tsx, features/symptoms/tab.tsx with add-form.tsx and entry-list.tsx
      const { patientId } = deed
      if (deed.tab === 'timeline') await window.above({ procedure: 'chart.timeline', input: { patientId, limit: 100 } })
      else {
        await window.above({ procedure: 'symptoms.course', input: { patientId } }, { procedure: 'symptoms.list', input: { patientId, limit: 50 } })
        await window.command('drafts.list', { form: 'symptom' })
      }
      return
    }
    case 'entry': {
      const { patientId } = deed
      const draft = { id: randomUUID(), form: 'symptom', patientId }
      for (let kept = 1; kept <= deed.drafts; kept++)
        await window.command('drafts.save', { ...draft, content: { symptoms: 'Pain when chewing '.repeat(kept) } })
      const told = { patientId, concern: 'Toothache', symptoms: 'Pain when chewing', severity: 'moderate', autoSaved: false }
      await window.command('symptoms.add', { ...told, occurredAt: new Date(scene.now()).toISOString(), commandId: randomUUID() })
      await window.command('drafts.remove', { id: draft.id })
      return
    }
    case 'status':
      await window.command('appointments.setStatus', { id: deed.visitId, status: deed.to, commandId: randomUUID() })
      return
    case 'book':
      return book(deed, scene)
    case 'edit':
      // features/patients/edit-drawer.tsx
      await window.above({ procedure: 'patients.get', input: { id: deed.patientId } })
      await window.command('patients.edit', { id: deed.patientId, phone: deed.phone, commandId: randomUUID() })
      await window.above()
      return
    case 'register': {
      // features/patients/register-drawer.tsx; duplicates are asked for from two letters on.
      for (let letters = 2; letters <= deed.familyName.length; letters++)
        await window.above({ procedure: 'patients.duplicates', input: { familyName: deed.familyName.slice(0, letters) }, staleMs: 10_000 })
      const { familyName, givenName } = deed
      await window.above({ procedure: 'patients.duplicates', input: { familyName, givenName }, staleMs: 10_000 })
      const made = (await window.command('patients.register', { familyName, givenName, commandId: randomUUID() })) as { id: string }
      return carryOutDeed({ does: 'patient', patientId: made.id }, scene)
    }
  }
}

/** A text letter by letter: app/command-palette.tsx, features/schedule/patient-picker.tsx, features/patients/screen.tsx. */
async function search(text: string, { window }: Scene, more: object, isAlwaysAsked: boolean): Promise<void> {
  for (let letters = 1; letters <= text.length; letters++)
    await window.above({ procedure: 'patients.list', input: { query: text.slice(0, letters), ...more }, ...(isAlwaysAsked && { staleMs: 0 }) })
}

interface Slot {
  startAt: string
  providerId?: string
  chairId?: string
}

/** features/schedule/screen.tsx with book-drawer.tsx, appointment-fields.tsx and slot-check.tsx: a day is chosen, one of its next free times, and saved. */
async function book({ patientId, search: text, days }: Extract<Deed, { does: 'book' }>, scene: Scene): Promise<void> {
  const { window, today, now } = scene
  const board: Question = { procedure: 'appointments.day', input: { date: today } }
  if (text) {
    await window.show(board)
    await search(text, scene, { limit: 8 }, false)
  } else await window.show(board, { procedure: 'patients.get', input: { id: patientId } })
  const length = { durationMinutes: 30 }
  const free = (from: string): Question => ({ procedure: 'appointments.freeSlots', input: { from, ...length, limit: 6, patientId }, staleMs: 30_000 })
  await window.above(free(new Date(now()).toISOString()), board)
  const date = dateOf(now() + days * dayMs)
  const found = (await window.above(free(`${date}T00:00:00.000Z`), { procedure: 'appointments.day', input: { date } })) as { items: Slot[] }
  const [slot] = found.items
  if (!slot) throw new Error('Nothing is free.')
  const { startAt, providerId, chairId } = slot
  const chosen = { startAt, ...length, ...(providerId && { providerId }), ...(chairId && { chairId }) }
  await window.above({ procedure: 'appointments.check', input: { ...chosen, patientId }, staleMs: 0 })
  await window.command('appointments.book', { ...chosen, patientId, commandId: randomUUID() })
  await window.show({ procedure: 'appointments.day', input: { date: startAt.slice(0, 10) } })
}

/** The visits of a day as the schedule has them. */
export const visitsOf = (day: { appointments: readonly Visit[] }): Visit[] =>
  day.appointments.map(({ id, patientId, patientName, startAt }) => ({ id, patientId, patientName, startAt }))
