import { type ChartKind, chartKinds, type RecordField } from '../../../shared/contract/chart.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import classes from './record-value.module.css'
import { texts } from './texts.js'
import { useWords } from './words.js'

const isChartKind = (kind: string): kind is ChartKind => chartKinds.some((each) => each === kind)
/** Fields whose values are codes with words of their own. */
const coded = /^(status|clinicalStatus|verificationStatus|criticality|class|intent|use|outcome|type|severity|reactions\.severity|categories|sex|role)$/

interface RecordValueProps {
  field: RecordField
  /** Kind of the record whose field it is. */
  kind: string
  /** Opens a record that the value names; without it the name is only read. */
  onOpen?: (kind: ChartKind, id: string) => void
}

/** One value of a record as a person reads it. */
export function RecordValue({ field, kind, onOpen }: RecordValueProps) {
  const t = useTexts(texts)
  const { money } = useFormats()
  const { kindOf, codeOf, statusOf, whenOf } = useWords()
  const { record } = field
  if (record) {
    const name = record.title || kindOf(record.kind)
    const { kind: named } = record
    return onOpen && isChartKind(named) ? (
      <button type="button" className={classes.link} onClick={() => onOpen(named, record.id)}>
        <bdi>{name}</bdi>
      </button>
    ) : (
      <bdi>{name}</bdi>
    )
  }
  if (field.money) return <bdi>{money(field.money)}</bdi>
  if (field.when) return <bdi>{whenOf(field.when)}</bdi>
  if (field.flag !== undefined) return <>{t(field.flag ? 'yes' : 'no')}</>
  const text = field.text ?? ''
  if (kind === 'appointment' && field.name === 'status') return <bdi>{statusOf({ kind, status: text })}</bdi>
  return <bdi className={classes.text}>{coded.test(field.name) ? text.split(', ').map(codeOf).join(', ') : text}</bdi>
}
