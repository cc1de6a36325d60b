import { Button, Drawer, Loader } from '@mantine/core'
import { IconArrowLeft, IconArrowRight } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ChartRecord } from '../../../shared/contract/chart.js'
import { rpc } from '../../api/client.js'
import { RecordMark } from '../../app/record-mark.js'
import { useFieldName } from '../../app/records/field-texts.js'
import { RecordValue } from '../../app/records/record-value.js'
import { toneOf, useWords } from '../../app/records/words.js'
import { useFormats } from '../../i18n/formats.js'
import { directionOf } from '../../i18n/languages.js'
import { useLanguage, useTexts } from '../../i18n/texts.js'
import { ErrorState } from '../../ui/error-state.js'
import { StatusPill } from '../../ui/status-pill.js'
import classes from './chart.module.css'
import { KeptValues } from './kept-values.js'
import { closeRecords, openRecord, stepBack, useTrail } from './open-record.js'
import { RecordList } from './record-list.js'
import { texts } from './texts.js'
import { Undecided } from './undecided.js'

function Fields({ record }: { record: ChartRecord }) {
  const nameOf = useFieldName()
  // Values of one name stand together under it.
  const groups = Map.groupBy(
    record.fields.filter(({ name, flag }) => name !== 'autoSaved' || flag),
    ({ name }) => name,
  )
  return (
    <dl className={classes.fields}>
      {[...groups].map(([name, fields]) => (
        <div key={name} className={classes.field}>
          <dt>{nameOf(name)}</dt>
          <dd>
            {fields.map((field, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: values of one field have no other identity and never move
              <div key={index}>
                <RecordValue field={field} kind={record.kind} onOpen={openRecord} />
              </div>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Source({ source }: { source: NonNullable<ChartRecord['source']> }) {
  const t = useTexts(texts)
  return (
    <details className={classes.source}>
      <summary>
        {t('alsoInSource')} <span className={classes.quiet}>({source.also.length})</span>
      </summary>
      <p className={classes.hint}>{source.also.length > 0 ? t('alsoInSourceHint') : t('nothingElse')}</p>
      <dl className={classes.fields} dir="ltr">
        {source.also.map(({ path, value }) => (
          <div key={path} className={classes.field}>
            <dt className={classes.path}>{path}</dt>
            <dd>
              <bdi className={classes.longText}>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      {source.isCut && <p className={classes.hint}>{t('cut')}</p>}
      <p className={classes.hint}>
        {t('from', { source: '' })} <bdi dir="ltr">{`${source.system} · ${source.id}`}</bdi>
      </p>
    </details>
  )
}

function Content({ record }: { record: ChartRecord }) {
  const t = useTexts(texts)
  const { dateTime } = useFormats()
  const { kindOf, statusOf, whenOf } = useWords()
  return (
    <div className={classes.recordBody}>
      <div>
        <p className={classes.recordKind}>
          {record.at ? whenOf(record.at) : t('undated')}
          {record.endAt && ` – ${whenOf(record.endAt)}`}
        </p>
        <h3 className={classes.recordTitle}>
          <bdi>{record.title || kindOf(record.kind)}</bdi>
        </h3>
        {record.status && <StatusPill tone={toneOf(record.status)}>{statusOf(record)}</StatusPill>}
      </div>
      <Undecided questions={record.questions} isOneRecord />
      <Fields record={record} />
      {record.kind === 'encounter' && (
        <section>
          <h4 className={classes.subTitle}>{t('atThisVisit')}</h4>
          <RecordList patientId={record.patientId} encounterId={record.id} label={t('atThisVisit')} />
        </section>
      )}
      <KeptValues kind={record.kind} id={record.id} count={record.keptCount} />
      {record.source && <Source source={record.source} />}
      <p className={classes.hint}>
        {t('changed', { time: dateTime(record.changedAt) })} <RecordMark kind={record.kind} id={record.id} />
      </p>
    </div>
  )
}

/** One record in full over the chart, with a way back to the record from which it was opened. */
export function RecordDrawer({ patientId }: { patientId: string }) {
  const t = useTexts(texts)
  const { kindOf } = useWords()
  const isRtl = directionOf(useLanguage()) === 'rtl'
  const trail = useTrail()
  const shown = trail.at(-1)
  const { data, error, refetch } = useQuery(
    rpc.chart.record.queryOptions({ input: { patientId, kind: shown?.kind ?? 'encounter', id: shown?.id ?? patientId }, enabled: shown !== undefined }),
  )
  const Arrow = isRtl ? IconArrowRight : IconArrowLeft
  return (
    <Drawer
      opened={shown !== undefined}
      onClose={closeRecords}
      title={shown ? kindOf(shown.kind) : ''}
      size={560}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {trail.length > 1 && (
        <Button variant="subtle" size="compact-sm" leftSection={<Arrow size={16} aria-hidden />} onClick={stepBack} className={classes.back}>
          {t('back')}
        </Button>
      )}
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : data ? <Content key={data.id} record={data} /> : <Loader size="sm" />}
    </Drawer>
  )
}
