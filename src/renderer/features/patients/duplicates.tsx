import { Button } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { DuplicateHit } from '../../../shared/contract/patients.js'
import { keepPrevious, rpc } from '../../api/client.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import type { PatientValues } from './patient-form.js'
import { useAgeSex } from './patient-row.js'
import classes from './patients.module.css'
import { texts } from './texts.js'

type Hit = z.infer<typeof DuplicateHit>

const reasonTexts = {
  name: 'reasonName',
  birthDate: 'reasonBirthDate',
  birthDateSwapped: 'reasonBirthDateSwapped',
  phone: 'reasonPhone',
  email: 'reasonEmail',
  insuranceNumber: 'reasonInsuranceNumber',
} as const

/** People already registered who may be the one being typed in, found while typing. */
export function useDuplicates(values: PatientValues): readonly Hit[] {
  const { familyName, givenName, birthDate, phone, email, insuranceNumber } = values
  const typed = { familyName, givenName, phone, email, insuranceNumber, birthDate: birthDate ?? '' }
  const input = Object.fromEntries(Object.entries(typed).flatMap(([name, value]) => (value.trim() ? [[name, value.trim()]] : [])))
  const [asked] = useDebouncedValue(JSON.stringify(input), 150)
  // One given name alone would find half the clinic.
  const isEnough = familyName.trim().length > 1 || [birthDate, phone, email, insuranceNumber].some((value) => (value ?? '').trim().length > 3)
  const { data } = useQuery(
    rpc.patients.duplicates.queryOptions({ input: JSON.parse(asked) as typeof input, enabled: isEnough, placeholderData: keepPrevious, staleTime: 10_000 }),
  )
  return isEnough ? (data?.items ?? []) : []
}

/** Offers the possible duplicates, each with why, and opening it as the first thing to do. */
export function Duplicates({ hits, onOpen }: { hits: readonly Hit[]; onOpen: (hit: Hit) => void }) {
  const t = useTexts(texts)
  const { shortDay } = useFormats()
  const ageSex = useAgeSex()
  return (
    <div role="status">
      {hits.length > 0 && (
        <section className={classes.duplicates}>
          <h3 className={classes.duplicatesTitle}>{t('duplicatesTitle', { count: hits.length })}</h3>
          <ul className={classes.duplicatesList}>
            {hits.slice(0, 3).map((hit) => (
              <li key={hit.id} className={classes.duplicate}>
                <div className={classes.duplicateText}>
                  <bdi className={classes.name}>
                    {hit.familyName}
                    {hit.givenName && `, ${hit.givenName}`}
                  </bdi>
                  <span>{[hit.birthDate && shortDay(hit.birthDate), ageSex(hit)].filter(Boolean).join(' · ')}</span>
                  <span className={classes.reasons}>{hit.reasons.map((reason) => t(reasonTexts[reason])).join(', ')}</span>
                </div>
                <Button size="compact-sm" onClick={() => onOpen(hit)} aria-label={`${t('openExisting')}: ${hit.familyName} ${hit.givenName}`}>
                  {t('openExisting')}
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}
