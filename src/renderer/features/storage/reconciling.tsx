import { Progress } from '@mantine/core'
import type { SyncFacts } from '../../../shared/contract/sync.js'
import { useTexts } from '../../i18n/texts.js'
import { Panel } from '../../ui/page-header.js'
import { useDuration } from '../../ui/use-duration.js'
import classes from './storage.module.css'
import { texts } from './sync-texts.js'

const reasons = ['new', 'epoch', 'lost', 'forked', 'journal', 'audit', 'retry', 'join', 'damaged'] as const

/** How far comparing everything with the server is: counts, rate and the time left. `asOf` is when the figures were true. */
export function Reconciling({ reconciling: { reason, since, done, total }, asOf }: { reconciling: NonNullable<SyncFacts['reconciling']>; asOf: string }) {
  const t = useTexts(texts)
  const durationOf = useDuration()
  const seconds = (Date.parse(asOf) - Date.parse(since)) / 1000
  const rate = seconds > 0 ? done / seconds : 0
  const known = reasons.find((each) => each === reason)
  const isCounted = total > 0
  const parts = [
    isCounted && t('comparedOf', { done, total }),
    rate >= 1 && t('perSecond', { rate: Math.round(rate) }),
    rate > 0 && isCounted && done < total && t('timeLeft', { duration: durationOf(((total - done) / rate) * 1000) }),
  ].filter(Boolean)
  return (
    <Panel title={t('comparing')}>
      <div className={classes.column}>
        <span>
          {known && `${t(`reason.${known}`)} `}
          {t('comparingText')}
        </span>
        <Progress value={isCounted ? (100 * done) / total : 100} animated={!isCounted} aria-label={t('comparing')} />
        <span className={classes.note}>{parts.join(' · ')}</span>
      </div>
    </Panel>
  )
}
