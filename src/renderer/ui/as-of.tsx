import type { Freshness } from '../../shared/contract/freshness.js'
import { useFormats } from '../i18n/formats.js'
import { useTexts } from '../i18n/texts.js'
import classes from './page.module.css'
import { texts } from './texts.js'

/**
 * When the shown figures were computed, and where. `at` is an instant or milliseconds of the epoch (TanStack's `dataUpdatedAt`); `freshness` comes with answers that
 * may have been kept, and says so when they are past their time.
 */
export function AsOf({ at, freshness }: { at: string | number; freshness?: Freshness | undefined }) {
  const t = useTexts(texts)
  const { time } = useFormats()
  const moment = freshness?.asOf ?? at
  if (!moment) return null
  const shown = time(new Date(moment).toISOString())
  return (
    <span className={classes.asOf}>
      {t(freshness?.source === 'redis' ? 'asOfServer' : 'asOf', { time: shown })}
      {freshness?.stale && ` · ${t('renewing')}`}
    </span>
  )
}
