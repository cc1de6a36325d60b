import type { CallFacts } from '../../../shared/contract/monitor-blocks.js'
import { actName } from '../../app/records/act-names.js'
import { useLanguage, useTexts } from '../../i18n/texts.js'
import { texts } from './call-texts.js'
import classes from './monitor.module.css'
import { useFigures } from './use-figures.js'

/** Less than this share of a call is not worth a word. */
const leastShare = 0.05

/** A call by its name in words and as the program writes it. */
export function CallName({ procedure }: { procedure: string }) {
  const language = useLanguage()
  const name = actName(procedure, language)
  return (
    <>
      {name !== procedure && <div>{name}</div>}
      <bdi dir="ltr" className={classes.code}>
        {procedure}
      </bdi>
    </>
  )
}

/** Where a call spent its time: as a bar, and the stages that matter in words. */
export function Stages({ stages }: Pick<CallFacts['slow'][number], 'stages'>) {
  const t = useTexts(texts)
  const { ms: write } = useFigures()
  const total = stages.reduce((sum, { ms }) => sum + ms, 0)
  if (total === 0) return null
  const telling = stages.filter(({ ms }) => ms / total >= leastShare).sort((a, b) => b.ms - a.ms)
  return (
    <>
      <span className={classes.stages} aria-hidden>
        {stages
          .filter(({ ms }) => ms > 0)
          .map(({ stage, ms }) => (
            <span key={stage} data-stage={stage} style={{ width: `${(100 * ms) / total}%` }} />
          ))}
      </span>
      <span className={classes.note}>{telling.map(({ stage, ms }) => t('stageIs', { stage: t(`stage.${stage}`), time: write(ms) })).join(' · ')}</span>
    </>
  )
}

/** How a call ended, in words; a code without words as it is. */
export function useOutcome(): (code: string) => string {
  const t = useTexts(texts)
  return (code) => {
    const key = `outcome.${code}`
    return isOutcome(key) ? t(key) : code
  }
}
type Outcome = Extract<keyof typeof texts.en, `outcome.${string}`>
const isOutcome = (key: string): key is Outcome => key in texts.en
