import { useQuery } from '@tanstack/react-query'
import { rpc } from '../../api/client.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { AsOf } from '../../ui/as-of.js'
import { Panel } from '../../ui/page-header.js'
import table from '../../ui/table.module.css'
import { Answer } from './answer.js'
import classes from './monitor.module.css'
import { texts } from './server-texts.js'
import { Table } from './table.js'
import { useFigures } from './use-figures.js'

const askEveryMs = 30_000

/** What the server noted as slow, by the names of its commands. */
export function SlowCommands() {
  const t = useTexts(texts)
  const { dateTime } = useFormats()
  const { ms } = useFigures()
  const slow = useQuery(rpc.monitor.slowLog.queryOptions({ input: {}, staleTime: 0, refetchInterval: askEveryMs }))
  return (
    <Panel title={t('slowTitle')} actions={slow.data?.asOf && <AsOf at={slow.data.asOf} />} isFlush>
      <Answer query={slow}>
        {({ offer, thresholdMicros, items }) => (
          <>
            <p className={`${classes.text} ${classes.padded}`}>
              {offer === 'notOffered' ? t('slowNotOffered') : offer === 'unknown' ? t('slowUnknown') : items.length === 0 ? `${t('slowNone')}.` : t('slowText')}{' '}
              {thresholdMicros !== null && t('slowFrom', { time: ms(thresholdMicros / 1000) })}
            </p>
            {items.length > 0 && (
              <Table label={t('slowTitle')} columns={[t('time'), t('command'), { title: t('took'), isNumber: true }]}>
                {items.map(({ at, micros, command }, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the log has no ids, and lines of one moment may be alike
                  <tr key={index}>
                    <th scope="row" className={table.fit}>
                      {dateTime(at)}
                    </th>
                    <td>
                      <bdi dir="ltr" className={classes.code}>
                        {command}
                      </bdi>
                    </td>
                    <td className={table.number}>{ms(micros / 1000)}</td>
                  </tr>
                ))}
              </Table>
            )}
          </>
        )}
      </Answer>
    </Panel>
  )
}
