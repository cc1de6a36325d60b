import { useQuery } from '@tanstack/react-query'
import { rpc } from '../../api/client.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { Panel } from '../../ui/page-header.js'
import classes from './chart.module.css'
import { RecordList } from './record-list.js'
import { texts } from './texts.js'

/** What was claimed and paid, in sums and one by one. */
export function Tab({ patientId }: { patientId: string }) {
  const t = useTexts(texts)
  const { money } = useFormats()
  const { data } = useQuery(rpc.chart.overview.queryOptions({ input: { patientId } }))
  return (
    <div className={classes.column}>
      {data?.balances.map(({ claimed, paid, open, claimCount }) => (
        <dl key={open.currency} className={classes.sums}>
          {(
            [
              [t('claimed'), claimed, t('claimCount', { count: claimCount })],
              [t('paid'), paid, undefined],
              [t('difference'), open, undefined],
            ] as const
          ).map(([name, amount, note]) => (
            <div key={name} className={classes.sum}>
              <dt>{name}</dt>
              <dd>
                <bdi>{money(amount)}</bdi>
                {note && <span className={classes.quiet}>{note}</span>}
              </dd>
            </div>
          ))}
        </dl>
      ))}
      <Panel title={t('allClaims')} isFlush>
        <RecordList patientId={patientId} label={t('allClaims')} kinds={['claim', 'explanationOfBenefit']} />
      </Panel>
    </div>
  )
}
