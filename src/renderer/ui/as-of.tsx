import { useFormats } from '../i18n/formats.js'
import { useTexts } from '../i18n/texts.js'
import classes from './page.module.css'
import { texts } from './texts.js'

/** When the shown figures were computed here. `at` is an instant or milliseconds of the epoch (TanStack's `dataUpdatedAt`). */
export function AsOf({ at }: { at: string | number }) {
  const t = useTexts(texts)
  const { time } = useFormats()
  if (!at) return null
  return <span className={classes.asOf}>{t('asOf', { time: time(new Date(at).toISOString()) })}</span>
}
