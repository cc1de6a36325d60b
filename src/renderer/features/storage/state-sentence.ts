import type { SyncStatus } from '../../../shared/contract/streams.js'
import { useServerProblem } from '../../app/server-problem-texts.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { texts as syncTexts } from './sync-texts.js'
import { texts } from './texts.js'

/** The state of the connection in a sentence, and what is wrong in others. */
export function useStateSentence(): (status: SyncStatus) => string {
  const t = useTexts(texts)
  const s = useTexts(syncTexts)
  const { dateTime } = useFormats()
  const problem = useServerProblem()
  return ({ state, waiting, since, reason }) => {
    const { what, todo, isKnown } = problem(reason ?? '')
    const because = isKnown ? ` ${what} ${todo}` : ''
    if (state === 'redis') return s('connected')
    if (state === 'sending') return waiting > 0 ? s('sending', { count: waiting }) : s('connectedComparing')
    if (state === 'localOnly') return t('localOnlyText')
    if (state === 'attention') return `${s('needsPerson')}${because}`
    if (state === 'reconnecting') return `${s('reconnecting')}${because}`
    return `${since ? s('noConnectionSince', { time: dateTime(since) }) : s('noConnection')}${because}`
  }
}
