import type { Welcome } from '../../../shared/contract/session.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import classes from './sign-in.module.css'
import { texts } from './texts.js'

/** Why somebody has to sign in again: what happened, what was kept, what to do. */
export function Notice({ notice: { reason, at, by } }: { notice: NonNullable<Welcome['notice']> }) {
  const t = useTexts(texts)
  const { time } = useFormats()
  const sentence = () => {
    if (reason !== 'ended' || at === undefined) return t(`ended.${reason}`)
    return by === undefined ? t('ended.byYou', { time: time(at) }) : t('ended.byOther', { time: time(at), name: by })
  }
  return (
    <div className={classes.demo} role="status">
      {sentence()}
    </div>
  )
}
