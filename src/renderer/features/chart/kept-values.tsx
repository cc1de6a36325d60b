import { Button, Loader } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { KeptValue } from '../../../shared/contract/review.js'
import { api, rpc } from '../../api/client.js'
import { useCommand } from '../../api/use-command.js'
import { useFieldName } from '../../app/records/field-texts.js'
import { FieldValue, useWritten } from '../../app/records/written.js'
import { useSession } from '../../app/session.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { ErrorState } from '../../ui/error-state.js'
import { useToasts } from '../../ui/toasts.js'
import classes from './chart.module.css'
import { texts } from './texts.js'

interface KeptValuesProps {
  kind: string
  id: string
  count: number
}

function Kept({ item, kind, id, canChange }: Omit<KeptValuesProps, 'count'> & { item: KeptValue; canChange: boolean }) {
  const t = useTexts(texts)
  const nameOf = useFieldName()
  const toasts = useToasts()
  const { where, byWhom, when } = useWritten()
  const restore = useCommand(api.review.restore)
  const putBack = async (): Promise<void> => {
    const done = await restore.run({ kind, id, field: item.field, stamp: item.stamp })
    if (!done) return
    const undo = (): void => void api.review.undo({ decisionIds: [done.decisionId] }).catch(toasts.failed)
    toasts.done(t('putBackDone', { field: nameOf(item.field) }), undo)
  }
  return (
    <li className={classes.kept}>
      <div className={classes.keptText}>
        <span className={classes.quiet}>{nameOf(item.field)}</span>
        <FieldValue value={item} kind={kind} />
        <span className={classes.hint}>
          <bdi>{where(item)}</bdi> · {when(item)} · <bdi>{byWhom(item)}</bdi>
        </span>
        <ErrorNotice error={restore.error} />
      </div>
      {canChange && item.canRestore && (
        <Button
          size="compact-sm"
          variant="default"
          loading={restore.isRunning}
          aria-label={t('putBackLabel', { field: nameOf(item.field), time: when(item) })}
          onClick={() => void putBack()}
        >
          {t('putBack')}
        </Button>
      )}
    </li>
  )
}

function List({ kind, id }: Omit<KeptValuesProps, 'count'>) {
  const { can } = useSession()
  const { data, error, refetch } = useQuery(rpc.review.history.queryOptions({ input: { kind, id } }))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return <Loader size="sm" />
  const write = {
    patient: 'patients.write',
    appointment: 'appointments.write',
    media: 'media.write',
    claim: 'billing.write',
    explanationOfBenefit: 'billing.write',
  } as const
  const canChange = can((write as Partial<Record<string, (typeof write)[keyof typeof write]>>)[kind] ?? 'chart.write')
  return (
    <ul className={classes.keptList}>
      {data.items.map((item) => (
        <Kept key={item.stamp + item.field} item={item} kind={kind} id={id} canChange={canChange} />
      ))}
    </ul>
  )
}

/** Earlier values of a record that lost to ones written at the same time; each is put back with one click. Nothing while there are none. */
export function KeptValues({ kind, id, count }: KeptValuesProps) {
  const t = useTexts(texts)
  const [isOpen, setOpen] = useState(false)
  if (count === 0) return null
  return (
    <details className={classes.source} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {t('keptValues')} <span className={classes.quiet}>({count})</span>
      </summary>
      <p className={classes.hint}>{t('keptValuesHint')}</p>
      {isOpen && <List kind={kind} id={id} />}
    </details>
  )
}
