import { useCallback, useState } from 'react'
import { v7 } from 'uuid'
import type { Appointment } from '../../../shared/contract/appointments.js'
import { api } from '../../api/client.js'
import { codeOf, conflictsOf } from '../../api/errors.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { useToasts } from '../../ui/toasts.js'
import type { Proposal } from './board/types.js'
import type { FoundConflict } from './conflict-list.js'
import { keepAppointment } from './days.js'
import type { Place } from './place.js'
import { texts } from './texts.js'

/** The parts of a slot that a drag changes; null takes the provider or chair away. */
export interface SlotChange {
  startAt?: string
  durationMinutes?: number
  providerId?: string | null
  chairId?: string | null
}

/** A drop that clashes, waiting for somebody to decide. */
export interface Question {
  appointment: Appointment
  change: SlotChange
  conflicts: readonly FoundConflict[]
  /** Settles the question: a reason books it anyway, undefined puts it back. */
  answer(reason: string | undefined): void
}

/** What differs between where an appointment stands and where it was dropped. */
export function changeOf(before: Appointment, proposal: Proposal, by: Place['by'], shownIn: string | undefined): SlotChange {
  const name = by === 'provider' ? 'providerId' : 'chairId'
  return {
    ...(Date.parse(before.startAt) !== Date.parse(proposal.startAt) && { startAt: proposal.startAt }),
    ...(before.durationMinutes !== proposal.durationMinutes && { durationMinutes: proposal.durationMinutes }),
    // An appointment of somebody who is no longer on the schedule keeps them while it stays in its column.
    ...(shownIn !== proposal.resourceId && { [name]: proposal.resourceId ?? null }),
  }
}

/** The change that takes another one back. */
export const backOf = (before: Appointment, change: SlotChange): SlotChange => ({
  ...(change.startAt !== undefined && { startAt: before.startAt }),
  ...(change.durationMinutes !== undefined && { durationMinutes: before.durationMinutes }),
  ...(change.providerId !== undefined && { providerId: before.providerId ?? null }),
  ...(change.chairId !== undefined && { chairId: before.chairId ?? null }),
})

/** Saves what was moved on the board, asks when it clashes, and offers to take it back. */
export function useMoves(): { question: Question | undefined; move(before: Appointment, change: SlotChange): Promise<void> } {
  const t = useTexts(texts)
  const toasts = useToasts()
  const { time } = useFormats()
  const [question, setQuestion] = useState<Question>()

  const ask = useCallback(
    (appointment: Appointment, change: SlotChange, conflicts: readonly FoundConflict[]) =>
      new Promise<string | undefined>((resolve) =>
        setQuestion({
          appointment,
          change,
          conflicts,
          answer: (reason) => {
            setQuestion(undefined)
            resolve(reason)
          },
        }),
      ),
    [],
  )

  /** Saves a change; a reason to override that no longer holds is cleared with it. Undefined when it was put back. */
  const save = useCallback(
    async (before: Appointment, change: SlotChange, reason?: string): Promise<Appointment | undefined> => {
      const overrideReason = reason ?? (before.overrideReason === undefined ? undefined : null)
      const input = { id: before.id, ...change, ...(overrideReason !== undefined && { overrideReason }) }
      try {
        const after = await api.appointments.edit({ ...input, commandId: v7() })
        keepAppointment(after)
        return after
      } catch (error) {
        if (codeOf(error) !== 'CONFLICT' || reason !== undefined) {
          toasts.failed(error)
          return undefined
        }
        const given = await ask(before, change, conflictsOf(error))
        return given === undefined ? undefined : save(before, change, given)
      }
    },
    [ask, toasts],
  )

  const move = useCallback(
    async (before: Appointment, change: SlotChange): Promise<void> => {
      if (Object.keys(change).length === 0) return
      const after = await save(before, change)
      if (!after) return
      const isResized = Object.keys(change).join() === 'durationMinutes'
      const words = { name: after.patientName || t('unnamed') }
      const said = isResized
        ? t('resized', { ...words, minutes: t('minutes', { count: after.durationMinutes }) })
        : t('moved', { ...words, time: time(after.startAt) })
      toasts.done(said, () => {
        void save(after, backOf(before, change), before.overrideReason).then((back) => back && toasts.done(t('putBack', words)))
      })
    },
    [save, t, time, toasts],
  )
  return { question, move }
}
