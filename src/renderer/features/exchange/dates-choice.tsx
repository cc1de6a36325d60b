import { Select } from '@mantine/core'
import type { CsvMapping } from '../../../shared/csv-mapping.js'
import { useTexts } from '../../i18n/texts.js'
import { texts } from './texts.js'

/** In which order days and months are written; dates that could be both are refused while nobody says it. */
export function DatesChoice({ mapping, onChange }: { mapping: CsvMapping; onChange: (mapping: CsvMapping) => void }) {
  const t = useTexts(texts)
  return (
    <Select
      label={t('dates')}
      description={t('datesText')}
      value={mapping.dates ?? ''}
      data={[
        { value: '', label: t('datesUnknown') },
        { value: 'dmy', label: t('dmy') },
        { value: 'mdy', label: t('mdy') },
      ]}
      allowDeselect={false}
      maw={420}
      onChange={(value) => {
        const { dates: _, ...rest } = mapping
        onChange(value === 'dmy' || value === 'mdy' ? { ...rest, dates: value } : rest)
      }}
    />
  )
}
