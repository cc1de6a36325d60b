import type { ReactNode } from 'react'
import classes from './status-pill.module.css'

export type Tone = 'ok' | 'info' | 'warn' | 'bad' | 'quiet'

/** A short status in words, with an icon: the colour only repeats what they say. */
export function StatusPill({ tone, icon, children }: { tone: Tone; icon?: ReactNode; children: ReactNode }) {
  return (
    <span className={classes.pill} data-tone={tone}>
      {icon}
      <span className={classes.text}>{children}</span>
    </span>
  )
}
