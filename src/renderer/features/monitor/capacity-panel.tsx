import { useQuery } from '@tanstack/react-query'
import type { Capacity } from '../../../shared/contract/monitor-blocks.js'
import { rpc } from '../../api/client.js'
import { kindNames } from '../../app/records/act-names.js'
import { useFormats } from '../../i18n/formats.js'
import { useLanguage, useTexts } from '../../i18n/texts.js'
import { AsOf } from '../../ui/as-of.js'
import { Panel } from '../../ui/page-header.js'
import table from '../../ui/table.module.css'
import { Answer } from './answer.js'
import { texts } from './capacity-texts.js'
import classes from './monitor.module.css'
import { Fact, Table } from './table.js'
import { useFigures } from './use-figures.js'

/** More days than this are not worth counting. */
const manyDays = 3650

function Sentence({ data: { fullInDays, why } }: { data: Capacity }) {
  const t = useTexts(texts)
  if (fullInDays === null) return <p className={classes.headline}>{why && t(`why.${why}`)}</p>
  return <p className={classes.headline}>{fullInDays === 0 ? t('full.now') : fullInDays > manyDays ? t('full.many') : t('full.days', { count: fullInDays })}</p>
}

function Measured({ data }: { data: Capacity }) {
  const t = useTexts(texts)
  const { number, dateTime } = useFormats()
  const { bytes, share, number: figure } = useFigures()
  const { records, recordBytes, usedBytes, limitBytes, limit, recordsPerDay, bytesPerDay, sizes, sampledAt } = data
  const isGrowthKnown = recordsPerDay !== null && bytesPerDay !== null
  return (
    <section>
      <h3 className={classes.group}>{t('measured')}</h3>
      <dl className={classes.facts}>
        <Fact name={t('records')}>{number(records)}</Fact>
        <Fact name={t('recordBytes')}>{bytes(recordBytes)}</Fact>
        <Fact name={t('used')} note={usedBytes !== null && limitBytes ? share(usedBytes / limitBytes) : undefined}>
          {usedBytes === null ? t('notKnown') : bytes(usedBytes)}
        </Fact>
        <Fact name={t('limit')} note={limitBytes !== null && t(`limit.${limit}`)}>
          {limitBytes === null ? t('limit.unknown') : bytes(limitBytes)}
        </Fact>
        <Fact name={t('growth')}>{isGrowthKnown ? t('perDay', { records: figure(recordsPerDay), bytes: bytes(bytesPerDay) }) : t('notKnown')}</Fact>
      </dl>
      <p className={classes.note}>{sizes === 'sampled' && sampledAt ? t('sampled', { time: dateTime(sampledAt) }) : t('estimated')}</p>
    </section>
  )
}

function Formula({ data: { formula } }: { data: Capacity }) {
  const t = useTexts(texts)
  const { number, locale } = useFormats()
  const { bytes } = useFigures()
  const overhead = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(formula.overheadFactor)
  return (
    <section>
      <h3 className={classes.group}>{t('formula')}</h3>
      <div className={classes.column}>
        <p className={classes.text}>{t('formulaText')}</p>
        <bdi className={classes.formula}>
          {t('formulaGives', { items: number(formula.itemCount), mean: bytes(formula.meanItemBytes), overhead, bytes: bytes(formula.bytes) })}
        </bdi>
      </div>
    </section>
  )
}

function Kinds({ kinds }: Pick<Capacity, 'kinds'>) {
  const t = useTexts(texts)
  const language = useLanguage()
  const { number } = useFormats()
  const { bytes } = useFigures()
  const numbers = (['count', 'mean', 'bytes'] as const).map((name) => ({ title: t(name), isNumber: true }))
  return (
    <Table label={t('byKind')} columns={[t('kind'), ...numbers]}>
      {kinds
        .filter(({ records }) => records > 0)
        .sort((a, b) => b.bytes - a.bytes)
        .map(({ kind, records, meanBytes, bytes: taken }) => (
          <tr key={kind}>
            <th scope="row">{kindNames[kind]?.[language] ?? kind}</th>
            <td className={table.number}>{number(records)}</td>
            <td className={table.number}>{bytes(meanBytes)}</td>
            <td className={table.number}>{bytes(taken)}</td>
          </tr>
        ))}
    </Table>
  )
}

/** What the records take at the server, measured and by the requirement's formula, and for how long its memory lasts. */
export function CapacityPanel() {
  const t = useTexts(texts)
  const capacity = useQuery(rpc.monitor.capacity.queryOptions({ input: {}, staleTime: 60_000 }))
  return (
    <Panel title={t('title')} actions={capacity.data && <AsOf at={capacity.data.asOf} />} isFlush>
      <Answer query={capacity}>
        {(data) => (
          <>
            <div className={`${classes.column} ${classes.padded}`}>
              <Sentence data={data} />
              <div className={classes.pair}>
                <Measured data={data} />
                <Formula data={data} />
              </div>
            </div>
            <Kinds kinds={data.kinds} />
          </>
        )}
      </Answer>
    </Panel>
  )
}
