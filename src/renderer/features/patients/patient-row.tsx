import type { PatientHit } from '../../../shared/contract/patients.js'
import { ageOn, todayIn, useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { Phone } from '../../ui/phone.js'
import classes from './patients.module.css'
import { texts } from './texts.js'

/** Height of a row in pixels. */
export const rowHeight = 44

/** Age and sex as the list shows them, e.g. "45 years · female". */
export function useAgeSex(): (patient: Pick<PatientHit, 'birthDate' | 'sex'>) => string {
  const t = useTexts(texts)
  const { timeZone } = useFormats()
  return ({ birthDate, sex }) => {
    const age = ageOn(birthDate, todayIn(timeZone))
    return [age !== undefined && t('years', { count: age }), sex !== 'unknown' && t(sex)].filter(Boolean).join(' · ')
  }
}

/** Column names over the hits; each hit names its own values, so screen readers skip this. */
export function PatientRowHeader() {
  const t = useTexts(texts)
  return (
    <div className={classes.head} aria-hidden>
      <span>{t('name')}</span>
      <span>{t('birthDate')}</span>
      <span>{t('ageSex')}</span>
      <span>{t('phone')}</span>
      <span>{t('recordNumber')}</span>
    </div>
  )
}

/** One hit, opened by a click or, as the active one, by Enter in the search field. */
export function PatientRow({ hit, isActive, onOpen }: { hit: PatientHit; isActive: boolean; onOpen: (hit: PatientHit) => void }) {
  const { shortDay } = useFormats()
  const ageSex = useAgeSex()
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the search field's, which stays focused
    <div id={`hit-${hit.id}`} role="option" aria-selected={isActive} tabIndex={-1} className={classes.row} onClick={() => onOpen(hit)}>
      <span className={classes.name}>
        <bdi>
          {hit.familyName}
          {hit.givenName && <span className={classes.given}>, {hit.givenName}</span>}
        </bdi>
      </span>
      <span>{hit.birthDate && shortDay(hit.birthDate)}</span>
      <span className={classes.quiet}>{ageSex(hit)}</span>
      <span className={classes.quiet}>
        <Phone value={hit.phone} />
      </span>
      <span>
        <bdi dir="ltr">{hit.recordNumber}</bdi>
      </span>
    </div>
  )
}
