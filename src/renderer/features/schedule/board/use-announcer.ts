import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { ConflictCode } from '../../../../shared/contract/appointments.js'
import { useTexts } from '../../../i18n/texts.js'
import type { BoardFormats } from './board-formats.js'
import { timesOf } from './layout.js'
import { texts } from './texts.js'
import type { BoardColumn, Proposal } from './types.js'
import type { Gesture } from './use-board-gesture.js'

export interface AnnouncerOptions {
  gesture: Gesture | undefined
  conflicts: readonly ConflictCode[]
  columns: readonly BoardColumn[]
  formats: BoardFormats
  titleOf: (proposal: Proposal) => string
}

/** The words for a screen reader: what was picked up, where it is now and with what it clashes, and how it ended. */
export function useAnnouncer({ gesture, conflicts, columns, formats, titleOf }: AnnouncerOptions) {
  const t = useTexts(texts)
  const [message, setMessage] = useState('')
  const place = useCallback(
    (proposal: Proposal): string => {
      const column = columns.find(({ id }) => id === proposal.columnId)
      const { from, to } = timesOf(proposal)
      return t('place', { start: formats.time(from), end: formats.time(to), column: `${column?.group?.label ?? ''} ${column?.label ?? ''}`.trim() })
    },
    [columns, formats, t],
  )
  // The picking up says its place itself; every later one is said when it changes.
  const said = useRef<Proposal>(undefined)
  useEffect(() => {
    if (!gesture || gesture.by === 'saving') {
      said.current = undefined
      return
    }
    const isFirst = said.current === undefined
    if (said.current === gesture.proposal) return
    said.current = gesture.proposal
    if (isFirst) return
    const where = place(gesture.proposal)
    setMessage(conflicts.length ? t('clashes', { place: where, conflicts: conflicts.map((code) => t(`conflict_${code}`)).join(', ') }) : where)
  }, [gesture, conflicts, place, t])
  const announce = useMemo(
    () => ({
      picked: ({ kind, proposal }: Gesture) =>
        setMessage(kind === 'create' ? t('drawing', { place: place(proposal) }) : t('picked', { name: titleOf(proposal), place: place(proposal) })),
      dropped: (proposal: Proposal, hasChanged: boolean) => {
        if (proposal.appointmentId !== undefined) setMessage(t(hasChanged ? 'dropped' : 'unchanged', { name: titleOf(proposal), place: place(proposal) }))
      },
      cancelled: ({ kind, origin }: Gesture) =>
        setMessage(kind === 'create' ? t('cancelledNew') : t('cancelledMove', { name: titleOf(origin), place: place(origin) })),
    }),
    [place, titleOf, t],
  )
  return { message, announce }
}
