import { Loader } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTexts } from '../../i18n/texts.js'
import { ErrorState } from '../../ui/error-state.js'
import { texts as uiTexts } from '../../ui/texts.js'
import classes from './monitor.module.css'

interface Query<Data> {
  data: Data | undefined
  error: unknown
  refetch(): unknown
}

/** An answer of the core once it is there; until then that it is on its way, or why it does not come. An older answer stays when a later look fails. */
export function Answer<Data>({ query: { data, error, refetch }, children }: { query: Query<Data>; children: (data: Data) => ReactNode }) {
  const t = useTexts(uiTexts)
  if (data !== undefined) return children(data)
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  return (
    <p className={classes.loading} aria-busy="true">
      <Loader size="sm" aria-hidden /> {t('loading')}
    </p>
  )
}
