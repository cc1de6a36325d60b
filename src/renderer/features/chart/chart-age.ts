import type { ChartOverview } from '../../../shared/contract/chart.js'
import { useTexts } from '../../i18n/texts.js'
import { texts } from './texts.js'

/** An age in words: years, and months for those below two years. */
export function useAge(): (age: ChartOverview['age']) => string | undefined {
  const t = useTexts(texts)
  return (age) => age && (age.years < 2 ? t('months', { count: age.months }) : t('years', { count: age.years }))
}
