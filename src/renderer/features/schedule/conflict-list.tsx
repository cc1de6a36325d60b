import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ConflictCode, ScheduleDay } from '../../../shared/contract/appointments.js'
import { keepPrevious, rpc } from '../../api/client.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { texts as boardTexts } from './board/texts.js'
import { endOf } from './clock.js'
import classes from './schedule.module.css'

/** A conflict as errors carry it: the code may be one that this version does not know. */
export interface FoundConflict {
  code: string
  ids: readonly string[]
}

const isKnown = (code: string): code is ConflictCode => ['provider', 'chair', 'patient', 'closed', 'outsideHours', 'providerAway'].includes(code)

/** What a slot clashes with in plain words, each with the visits or closed times concerned as far as the day shows them. */
export function ConflictList({ conflicts, date }: { conflicts: readonly FoundConflict[]; date: string }) {
  const t = useTexts(boardTexts)
  const { time } = useFormats()
  const { data: day } = useQuery(rpc.appointments.day.queryOptions({ input: { date }, placeholderData: keepPrevious }))
  const detail = (id: string, of: ScheduleDay): string | undefined => {
    const visit = of.appointments.find((each) => each.id === id)
    if (visit) return [`${time(visit.startAt)} – ${time(endOf(visit))}`, visit.patientName, visit.reason].filter(Boolean).join(', ')
    const closed = of.closedTimes.find((each) => each.id === id)
    return closed && [`${time(closed.startAt)} – ${time(closed.endAt)}`, closed.reason].filter(Boolean).join(', ')
  }
  return (
    <ul className={classes.conflicts}>
      {conflicts.map(({ code, ids }) => (
        <li key={code}>
          <IconAlertTriangle size={17} aria-hidden />
          <span>
            <span className={classes.conflictTitle}>{isKnown(code) ? t(`conflict_${code}`) : code}</span>
            {day &&
              ids.map((id) => {
                const text = detail(id, day)
                return text ? (
                  <span key={id} className={classes.conflictDetail} dir="auto">
                    {text}
                  </span>
                ) : null
              })}
          </span>
        </li>
      ))}
    </ul>
  )
}
