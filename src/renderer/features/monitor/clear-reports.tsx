import { Loader } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { cacheCategories } from '../../../shared/cache-categories.js'
import type { ClearReport } from '../../../shared/contract/monitor-acts.js'
import { rpc } from '../../api/client.js'
import { useFormats } from '../../i18n/formats.js'
import { useLanguage, useTexts } from '../../i18n/texts.js'
import table from '../../ui/table.module.css'
import { Answer } from './answer.js'
import { categoryNames } from './category-names.js'
import { texts } from './clear-texts.js'
import classes from './monitor.module.css'
import { Table } from './table.js'
import { useFigures } from './use-figures.js'

/** While the server gives memory back it is looked so often how far it is; while it is away, whether it is back. */
const runningEveryMs = 500
const waitingEveryMs = 5000

const camel = (segment: string): string => (segment === 'symptom' ? 'symptomInput' : segment.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()))

/** A pattern in words where it means all of one kind or everything; undefined for a narrower one. */
function usePatternWords(): (pattern: string) => string | undefined {
  const t = useTexts(texts)
  const language = useLanguage()
  return (pattern) => {
    if (pattern === '*:*') return t('everything')
    const category = cacheCategories.find((each) => pattern.endsWith(':*') && each === camel(pattern.slice(0, -2)))
    return category && t('ofCategory', { name: categoryNames[category][language] })
  }
}

function Row({ report }: { report: ClearReport }) {
  const t = useTexts(texts)
  const { number } = useFormats()
  const { clock } = useFigures()
  const wordsOf = usePatternWords()
  const { at, pattern, by, here, server, unlinked } = report
  const words = wordsOf(pattern)
  return (
    <tr>
      <th scope="row" className={table.fit}>
        {clock(Date.parse(at))}
      </th>
      <td>
        {words}
        <div>
          <bdi dir="ltr" className={classes.code}>
            {pattern}
          </bdi>
        </div>
      </td>
      <td>{by === undefined ? t('program') : <bdi>{by}</bdi>}</td>
      <td className={table.number}>{number(here)}</td>
      <td>
        {server === 'running' && <Loader size={12} aria-hidden />} {t(`server.${server}`, { count: unlinked })}
      </td>
    </tr>
  )
}

/** How the last clearings went, and how far the server's memory was given back. */
export function ClearReports() {
  const t = useTexts(texts)
  const reports = useQuery(
    rpc.monitor.clear.reports.queryOptions({
      input: {},
      staleTime: 0,
      refetchInterval: ({ state: { data } }) =>
        data?.items.some(({ server }) => server === 'running') ? runningEveryMs : data?.items.some(({ server }) => server === 'waits') ? waitingEveryMs : false,
    }),
  )
  return (
    <div role="status">
      <Answer query={reports}>
        {({ items }) =>
          items.length === 0 ? (
            <p className={`${classes.note} ${classes.padded}`}>{t('noReports')}</p>
          ) : (
            <>
              <h3 className={`${classes.group} ${classes.padded}`}>{t('reports')}</h3>
              <Table label={t('reports')} columns={[t('time'), t('what'), t('by'), { title: t('forgotten'), isNumber: true }, t('server')]}>
                {items.map((report) => (
                  <Row key={`${report.at} ${report.pattern}`} report={report} />
                ))}
              </Table>
            </>
          )
        }
      </Answer>
    </div>
  )
}
