import { useQuery } from '@tanstack/react-query'
import { rpc } from '../api/client.js'
import { useFormats } from '../i18n/formats.js'
import { useTexts } from '../i18n/texts.js'
import classes from './shell.module.css'
import { texts } from './texts.js'

/** How many questions wait in Review for somebody with the user's role; nothing while there is none. */
export function ReviewCount() {
  const t = useTexts(texts)
  const { number } = useFormats()
  const { data } = useQuery(rpc.review.count.queryOptions({ input: {} }))
  if (!data || data.count === 0) return null
  return (
    <span className={classes.count}>
      <span aria-hidden>{number(data.count)}</span>
      <span className={classes.hidden}>{t('openQuestions', { count: data.count })}</span>
    </span>
  )
}
