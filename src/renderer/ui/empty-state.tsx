import type { ReactNode } from 'react'
import classes from './page.module.css'

/** Says why there is nothing and what to do about it; every list has one. */
export function EmptyState({ icon, title, text, children }: { icon?: ReactNode; title: string; text?: ReactNode; children?: ReactNode }) {
  return (
    <div className={classes.empty}>
      {icon && (
        <div className={classes.emptyIcon} aria-hidden>
          {icon}
        </div>
      )}
      <p className={classes.emptyTitle}>{title}</p>
      {text !== undefined && <p className={classes.emptyText}>{text}</p>}
      {children && <div className={classes.emptyActions}>{children}</div>}
    </div>
  )
}
