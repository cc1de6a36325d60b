import { Chip, CloseButton, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ChartKind } from '../../../shared/contract/chart.js'
import { rpc } from '../../api/client.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { Panel } from '../../ui/page-header.js'
import classes from './chart.module.css'
import { RecordList } from './record-list.js'
import { texts } from './texts.js'

/** Kinds that are shown or left out together. */
const groups = {
  visits: ['encounter', 'appointment'],
  problems: ['condition', 'allergy'],
  medications: ['medicationRequest', 'immunization'],
  procedures: ['procedure', 'carePlan', 'goal'],
  results: ['observation', 'diagnosticReport', 'imagingStudy'],
  symptoms: ['symptom'],
  media: ['media'],
  billing: ['claim', 'explanationOfBenefit'],
  other: ['otherResource'],
} as const satisfies Record<string, readonly ChartKind[]>
type Group = keyof typeof groups
const groupNames = Object.keys(groups) as Group[]

/** Everything that happened, newest first, by kind and by words. */
export function Tab({ patientId }: { patientId: string }) {
  const t = useTexts(texts)
  const { number } = useFormats()
  const { data } = useQuery(rpc.chart.overview.queryOptions({ input: { patientId } }))
  const [chosen, setChosen] = useState<string[]>([])
  const [text, setText] = useState('')
  const [asked] = useDebouncedValue(text.trim(), 150)
  const countOf = (group: Group): number => groups[group].reduce((sum, kind) => sum + (data?.counts[kind] ?? 0), 0)
  const kinds = chosen.length > 0 ? groupNames.filter((group) => chosen.includes(group)).flatMap((group): readonly ChartKind[] => groups[group]) : undefined
  return (
    <Panel isFlush>
      <div className={classes.tools}>
        <TextInput
          className={classes.search}
          type="search"
          aria-label={t('search')}
          placeholder={t('searchHint')}
          leftSection={<IconSearch size={16} aria-hidden />}
          rightSection={text && <CloseButton size="sm" aria-label={t('close')} onClick={() => setText('')} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Chip.Group multiple value={chosen} onChange={setChosen}>
          <fieldset className={classes.chips}>
            <legend className={classes.hidden}>{t('filter')}</legend>
            {groupNames.map((group) => {
              const count = countOf(group)
              return count > 0 ? (
                <Chip key={group} value={group} size="xs" variant="outline">
                  {t(`group-${group}`)} <span className={classes.chipCount}>{number(count)}</span>
                </Chip>
              ) : null
            })}
          </fieldset>
        </Chip.Group>
      </div>
      <RecordList patientId={patientId} label={t('records')} kinds={kinds} text={asked} />
    </Panel>
  )
}
