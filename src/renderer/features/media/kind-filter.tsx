import { SegmentedControl } from '@mantine/core'
import type { Media } from '../../../shared/contract/media.js'
import { useTexts } from '../../i18n/texts.js'
import { texts } from './texts.js'

export type Kind = Media['kind'] | 'all'

/** Which kind of files is listed. */
export function KindFilter({ value, onChange }: { value: Kind; onChange: (kind: Kind) => void }) {
  const t = useTexts(texts)
  const kinds = ['all', 'image', 'video', 'document'] as const
  return (
    <SegmentedControl
      size="sm"
      aria-label={t('kinds')}
      value={value}
      data={kinds.map((kind) => ({ value: kind, label: t(kind) }))}
      onChange={(kind) => onChange(kind as Kind)}
    />
  )
}
