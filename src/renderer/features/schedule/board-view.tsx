import { useCallback, useMemo } from 'react'
import type { ScheduleDay } from '../../../shared/contract/appointments.js'
import { useTexts } from '../../i18n/texts.js'
import { useNow } from '../../ui/use-now.js'
import { Board } from './board/board.js'
import { boardOf } from './board/from-schedule.js'
import { previewConflicts } from './board/preview-conflicts.js'
import { texts as boardTexts } from './board/texts.js'
import type { Proposal } from './board/types.js'
import { ConflictDialog } from './conflict-dialog.js'
import { filtered } from './days.js'
import type { Place } from './place.js'
import classes from './schedule.module.css'
import type { BoardLook } from './toolbar.js'
import { useDayFormats } from './use-day-formats.js'
import { changeOf, useMoves } from './use-moves.js'

interface BoardViewProps {
  label: string
  days: readonly ScheduleDay[]
  place: Place
  today: string
  look: BoardLook
  isReadOnly: boolean
  onOpen(appointmentId: string): void
  onCreate(proposal: Proposal): void
}

/** The board of the days that were loaded: what is dropped is saved, and asked about when it clashes. */
export function BoardView({ label, days, place, today, look, isReadOnly, onOpen, onCreate }: BoardViewProps) {
  const t = useTexts(boardTexts)
  const { short } = useDayFormats()
  const now = useNow(30_000)
  const { question, move } = useMoves()
  const { by } = place
  const words = useMemo(() => ({ day: short, unassigned: t('unassigned'), closed: t('closed'), today }), [short, t, today])
  const { columns, appointments } = useMemo(() => boardOf(filtered(days, place), { by, groupBy: look.groupBy }, words), [days, place, by, look.groupBy, words])
  const preview = useMemo(() => previewConflicts(days), [days])
  const all = useMemo(() => new Map(days.flatMap((day) => day.appointments).map((each) => [each.id, each])), [days])

  const conflictsOf = useCallback(
    ({ appointmentId, resourceId, startAt, durationMinutes }: Proposal) => {
      const own = appointmentId === undefined ? undefined : all.get(appointmentId)
      const resource = by === 'provider' ? { providerId: resourceId, chairId: own?.chairId } : { providerId: own?.providerId, chairId: resourceId }
      return preview({ appointmentId, patientId: own?.patientId, ...resource, startAt, durationMinutes })
    },
    [all, by, preview],
  )
  const onDrop = useCallback(
    (proposal: Proposal) => {
      const before = all.get(proposal.appointmentId ?? '')
      const shownIn = appointments.find(({ id }) => id === proposal.appointmentId)?.resourceId
      return before && move(before, changeOf(before, proposal, by, shownIn))
    },
    [all, appointments, by, move],
  )
  const nowText = useMemo(() => new Date(now).toISOString(), [now])
  return (
    <div className={classes.boardBox}>
      <Board
        label={label}
        timeZone={days[0]?.timeZone ?? 'UTC'}
        columns={columns}
        appointments={appointments}
        now={nowText}
        isWholeDay={look.isWholeDay}
        rowHeight={look.isRoomy ? 30 : 20}
        minColumnWidth={place.view === 'week' ? 108 : 132}
        isReadOnly={isReadOnly}
        conflictsOf={conflictsOf}
        onMove={onDrop}
        onResize={onDrop}
        onCreate={onCreate}
        onOpen={onOpen}
      />
      {question && <ConflictDialog question={question} timeZone={days[0]?.timeZone ?? 'UTC'} />}
    </div>
  )
}
