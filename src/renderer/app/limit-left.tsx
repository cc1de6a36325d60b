import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { rpc } from '../api/client.js'
import { useFormats } from '../i18n/formats.js'
import { useTexts } from '../i18n/texts.js'
import classes from './menus.module.css'
import { texts } from './texts.js'

/**
 * How often something costly can still be done, beside where it is offered: shown once less than a fifth is left, so that nobody is refused unprepared.
 * `isRunning` makes it ask again when a use has ended.
 */
export function LimitLeft({ procedure, isRunning }: { procedure: string; isRunning: boolean }) {
  const t = useTexts(texts)
  const { time } = useFormats()
  const { data, refetch } = useQuery(rpc.limits.left.queryOptions({ input: { procedure }, staleTime: 0 }))
  useEffect(() => {
    if (!isRunning) void refetch()
  }, [isRunning, refetch])
  if (!data || data.remaining * 5 >= data.limit) return null
  return (
    <span className={classes.quiet} role="status">
      {t('limitLeft', { count: data.remaining, time: time(data.resetsAt) })}
    </span>
  )
}
