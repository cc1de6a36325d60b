import type { Notification } from '../../shared/contract/notifications.js'
import { longWaitMinutes } from '../../shared/entities/appointment.js'
import { todayIn, useFormats } from '../i18n/formats.js'
import { useTexts } from '../i18n/texts.js'
import { texts } from './live-texts.js'
import { useServerProblem } from './server-problem-texts.js'
import { useTaskName } from './task-name.js'

/** Notifications that are one line in the list: those of a kind that come together are counted. */
export interface Line {
  first: Notification
  count: number
  isRead: boolean
}

const counted: ReadonlySet<string> = new Set(['review', 'notSent'])

/** The lines of a list, newest first. */
export function linesOf(items: readonly Notification[]): Line[] {
  const lines: Line[] = []
  for (const item of items) {
    const last = lines.at(-1)
    if (last && counted.has(item.kind) && last.first.kind === item.kind) {
      last.count++
      last.isRead &&= item.isRead
    } else lines.push({ first: item, count: 1, isRead: item.isRead })
  }
  return lines
}

/** What a line says. */
export function useNotificationSentence(): (line: Line) => string {
  const t = useTexts(texts)
  const problem = useServerProblem()
  const taskName = useTaskName()
  const { time, shortDateTime, timeZone } = useFormats()
  const when = (startAt: string): string => (todayIn(timeZone, new Date(startAt)) === todayIn(timeZone) ? time(startAt) : shortDateTime(startAt))
  return ({ first: { kind, patientName, startAt, task, state, code = '' }, count }) => {
    const name = patientName || t('aPatient')
    if (kind === 'visitBooked' || kind === 'visitMoved' || kind === 'visitCancelled') return startAt ? t(kind, { name, time: when(startAt) }) : t('visitGone')
    if (kind === 'arrived') return t('arrived', { name })
    if (kind === 'waiting') return t('waiting', { name, count: longWaitMinutes })
    if (kind === 'review' || kind === 'notSent') return t(kind, { count })
    if (kind === 'backup') return t('backup')
    if (kind === 'task') return t(`task.${state ?? 'done'}`, { task: taskName(task ?? '') })
    return code === 'oldWaiting' || code === 'old' || code === 'differs' ? t(code) : problem(code).what
  }
}

/** The place that a notification leads to. */
export function placeOf({ kind, patientId, startAt }: Notification, timeZone: string | undefined): { to: string; search: Record<string, string> } {
  if (kind === 'review') return { to: '/review', search: {} }
  if (kind === 'notSent') return { to: '/storage', search: { tab: 'queue', state: 'dead' } }
  if (kind === 'backup') return { to: '/storage', search: { tab: 'backups' } }
  if (kind === 'server') return { to: '/storage', search: {} }
  if (kind === 'task') return { to: '/exchange', search: {} }
  if ((kind === 'arrived' || kind === 'waiting') && patientId) return { to: `/patients/${patientId}`, search: {} }
  return { to: '/schedule', search: startAt ? { view: 'day', date: todayIn(timeZone, new Date(startAt)) } : {} }
}
