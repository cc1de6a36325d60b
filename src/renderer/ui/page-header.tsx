import type { ReactNode } from 'react'
import classes from './page.module.css'

/** Heading of a screen with its actions. The heading takes the focus when the screen is opened. */
export function PageHeader({ title, note, children }: { title: ReactNode; note?: ReactNode; children?: ReactNode }) {
  return (
    <header className={classes.header}>
      <div className={classes.heading}>
        <h1 className={classes.title} tabIndex={-1} data-page-heading>
          {title}
        </h1>
        {note !== undefined && <div className={classes.note}>{note}</div>}
      </div>
      {children && <div className={classes.actions}>{children}</div>}
    </header>
  )
}

/** Space around a screen's content. `wide` uses the whole width, as boards and tables want it. */
export function Page({ children, isNarrow }: { children: ReactNode; isNarrow?: boolean }) {
  return (
    <div className={classes.page} data-narrow={isNarrow || undefined}>
      {children}
    </div>
  )
}

/** A surface that groups what belongs together. */
export function Panel({ title, actions, children, isFlush }: { title?: ReactNode; actions?: ReactNode; children: ReactNode; isFlush?: boolean }) {
  return (
    <section className={classes.panel}>
      {title !== undefined && (
        <div className={classes.panelHeader}>
          <h2 className={classes.panelTitle}>{title}</h2>
          {actions}
        </div>
      )}
      <div className={isFlush ? undefined : classes.panelBody}>{children}</div>
    </section>
  )
}
