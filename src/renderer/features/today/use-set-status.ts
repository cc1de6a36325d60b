import type { Appointment } from '../../../shared/contract/appointments.js'
import type { AppointmentStatus } from '../../../shared/entities/appointment.js'
import { api } from '../../api/client.js'
import { useCommand } from '../../api/use-command.js'
import { statusTexts } from '../../app/appointment-status.js'
import { useTexts } from '../../i18n/texts.js'
import { useToasts } from '../../ui/toasts.js'
import { texts } from './texts.js'

/** Moves a visit along its course at once, with a toast that takes it back. A chair chosen on the way is taken back with it. */
export function useSetStatus(visit: Appointment, name: string): { set(status: AppointmentStatus, chairId?: string): void; isRunning: boolean } {
  const t = useTexts(texts)
  const status = useTexts(statusTexts)
  const toasts = useToasts()
  const command = useCommand((input: { to: AppointmentStatus; chairId?: string; commandId: string }) => {
    const { to, chairId, commandId } = input
    const call = chairId
      ? api.appointments.edit({ id: visit.id, status: to, chairId, commandId })
      : api.appointments.setStatus({ id: visit.id, status: to, commandId })
    return call.catch((error: unknown) => {
      toasts.failed(error)
      throw error
    })
  })
  const set = async (to: AppointmentStatus, chairId?: string): Promise<void> => {
    const before = visit.status
    const done = await command.run({ to, ...(chairId && { chairId }) })
    if (!done) return
    const undo = (): void => {
      const back = chairId
        ? api.appointments.edit({ id: visit.id, status: before, chairId: visit.chairId ?? null })
        : api.appointments.setStatus({ id: visit.id, status: before })
      void back.catch(toasts.failed)
    }
    toasts.done(t('statusSet', { name, status: status(to) }), undo)
  }
  return { set: (to, chairId) => void set(to, chairId), isRunning: command.isRunning }
}
