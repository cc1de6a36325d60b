import '@mantine/core/styles.css'
import '../../../../../src/renderer/ui/global.css'
import { DirectionProvider, MantineProvider } from '@mantine/core'
import { StrictMode, useMemo, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { Temporal } from 'temporal-polyfill'
import { Board } from '../../../../../src/renderer/features/schedule/board/board.js'
import { boardFormats } from '../../../../../src/renderer/features/schedule/board/board-formats.js'
import { boardOf } from '../../../../../src/renderer/features/schedule/board/from-schedule.js'
import { previewConflicts } from '../../../../../src/renderer/features/schedule/board/preview-conflicts.js'
import { texts } from '../../../../../src/renderer/features/schedule/board/texts.js'
import type { Proposal } from '../../../../../src/renderer/features/schedule/board/types.js'
import { directionOf, type Language, localeOf } from '../../../../../src/renderer/i18n/languages.js'
import { setLanguage, useTexts } from '../../../../../src/renderer/i18n/texts.js'
import { cssVariables, theme } from '../../../../../src/renderer/ui/theme.js'
import type { Appointment } from '../../../../../src/shared/contract/appointments.js'
import { madeUpDay, plainDay } from './made-up-days.js'

declare global {
  interface Window {
    /** What the board asked for, in order. */
    asked: { act: string; value: Proposal | string }[]
  }
}
window.asked = []

const query = new URLSearchParams(location.search)
const language = (query.get('language') ?? 'en') as Language
const timeZone = query.get('zone') ?? 'Europe/Berlin'
const date = query.get('date') ?? '2026-11-16'
const isPlain = query.has('plain')
const dayCount = Number(query.get('days') ?? 1)
const dates = Array.from({ length: dayCount }, (_, offset) => Temporal.PlainDate.from(date).add({ days: offset }).toString())
const now = Temporal.PlainDate.from(date)
  .toPlainDateTime(query.get('now') ?? '10:40')
  .toZonedDateTime(timeZone)
  .toInstant()
  .toString()
const made = dates.map((day) =>
  isPlain
    ? plainDay(day, timeZone)
    : madeUpDay({ date: day, timeZone, providerCount: Number(query.get('providers') ?? 8), appointmentCount: Number(query.get('count') ?? 200) }),
)
const view = {
  by: query.get('by') === 'chair' ? ('chair' as const) : ('provider' as const),
  groupBy: query.get('group') === 'resource' ? ('resource' as const) : ('day' as const),
}

function Page() {
  const t = useTexts(texts)
  const [changed, setChanged] = useState<ReadonlyMap<string, Partial<Appointment>>>(new Map())
  const days = useMemo(
    () => made.map((day) => ({ ...day, appointments: day.appointments.map((appointment) => ({ ...appointment, ...changed.get(appointment.id) })) })),
    [changed],
  )
  const words = useMemo(() => ({ day: boardFormats(localeOf(language), timeZone).day, unassigned: t('unassigned'), closed: t('closed'), today: date }), [t])
  const { columns, appointments } = useMemo(() => boardOf(days, view, words), [days, words])
  const preview = useMemo(() => previewConflicts(days), [days])
  const slotOf = (proposal: Proposal) => {
    const appointment = days.flatMap((day) => day.appointments).find(({ id }) => id === proposal.appointmentId)
    return { ...appointment, ...proposal, ...(view.by === 'provider' ? { providerId: proposal.resourceId } : { chairId: proposal.resourceId }) }
  }
  const save = (act: string) => (proposal: Proposal) => {
    window.asked.push({ act, value: proposal })
    const { providerId, chairId } = slotOf(proposal)
    if (proposal.appointmentId)
      setChanged(new Map(changed).set(proposal.appointmentId, { startAt: proposal.startAt, durationMinutes: proposal.durationMinutes, providerId, chairId }))
  }
  return (
    <main style={{ height: '100vh', padding: 12, boxSizing: 'border-box' }}>
      <Board
        label="Schedule"
        timeZone={timeZone}
        columns={columns}
        appointments={appointments}
        now={now}
        isWholeDay={query.has('whole')}
        rowHeight={Number(query.get('row') ?? 20)}
        conflictsOf={(proposal) => preview(slotOf(proposal))}
        onMove={save('move')}
        onResize={save('resize')}
        onCreate={(value) => window.asked.push({ act: 'create', value })}
        onOpen={(value) => window.asked.push({ act: 'open', value })}
      />
    </main>
  )
}

document.documentElement.lang = language
document.documentElement.dir = directionOf(language)
setLanguage(language)
performance.mark('render')
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <DirectionProvider>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        forceColorScheme={query.get('scheme') === 'dark' ? 'dark' : 'light'}
        getStyleNonce={() => 'board'}
      >
        <Page />
      </MantineProvider>
    </DirectionProvider>
  </StrictMode>,
)
