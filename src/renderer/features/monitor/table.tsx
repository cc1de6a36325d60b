import type { ReactNode } from 'react'
import table from '../../ui/table.module.css'
import classes from './monitor.module.css'

type Column = string | { title: string; isNumber: boolean }

/** A table that scrolls sideways where there is no room for it. Cells with numbers carry `table.number`. An empty title is a column of buttons. */
export function Table({ label, columns, children }: { label: string; columns: readonly Column[]; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reached by keyboard
    <section className={table.scroll} tabIndex={0} aria-label={label}>
      <table className={table.table}>
        <thead>
          <tr>
            {columns.map((column) => {
              if (column === '') return <td key="" />
              const [title, isNumber] = typeof column === 'string' ? [column, false] : [column.title, true]
              return (
                <th key={title} scope="col" className={isNumber ? table.number : undefined}>
                  {title}
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  )
}

/** A figure with its name, inside of a `dl` of the class `facts`. */
export function Fact({ name, note, children }: { name: string; note?: ReactNode; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {children}
        {note && <div className={classes.note}>{note}</div>}
      </dd>
    </div>
  )
}
