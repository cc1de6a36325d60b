import type { KeptValue } from '../../../shared/contract/review.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { useFieldName } from './field-texts.js'
import { RecordValue } from './record-value.js'
import classes from './record-value.module.css'
import { texts } from './texts.js'

/** Who wrote something, where and when; what is not known here is said to be so. */
export function useWritten() {
  const t = useTexts(texts)
  const { dateTime } = useFormats()
  return {
    where: ({ workstation, isHere }: { workstation?: string | undefined; isHere: boolean }): string => (isHere ? t('here') : (workstation ?? t('elsewhere'))),
    byWhom: ({ by }: { by?: string | undefined }): string => (by ? t('by', { name: by }) : t('byUnknown')),
    when: ({ at }: { at: string }): string => dateTime(at),
  }
}

/** A value of a field: all its parts, or that it was cleared or is a secret. */
export function FieldValue({ value, kind }: { value: Pick<KeptValue, 'fields' | 'isHidden'>; kind: string }) {
  const t = useTexts(texts)
  const nameOf = useFieldName()
  if (value.isHidden) return <span className={classes.none}>{t('hidden')}</span>
  if (value.fields.length === 0) return <span className={classes.none}>{t('nothing')}</span>
  return (
    <>
      {value.fields.map((field, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: values of one field have no other identity and never move
        <div key={index}>
          {field.name.includes('.') && <span className={classes.part}>{nameOf(field.name.slice(field.name.indexOf('.') + 1))}: </span>}
          <RecordValue field={field} kind={kind} />
        </div>
      ))}
    </>
  )
}
