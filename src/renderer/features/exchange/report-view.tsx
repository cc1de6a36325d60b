import { Accordion, Table } from '@mantine/core'
import type { ImportReport, Reason } from '../../../shared/contract/exchange.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import classes from './exchange.module.css'
import { useIssueText } from './issue-texts.js'
import { texts } from './texts.js'

/** Places of a reason that are written out; more of them help nobody on a screen. */
const shownPlaces = 50

/** The report of an import or of its check in plain words, with counts and reasons. */
export function ReportView({ report }: { report: ImportReport }) {
  const t = useTexts(texts)
  const formats = useFormats()
  const kinds = Object.entries(report.kinds)
  const sum = (name: 'created' | 'updated' | 'unchanged' | 'deletedHere' | 'skipped'): number => kinds.reduce((all, [, counts]) => all + counts[name], 0)
  const kept = Object.entries(report.keptWhole)
  const sentences = [
    t(report.dryRun ? 'wouldCreate' : 'hasCreated', { count: sum('created') }),
    ...(sum('updated') > 0 ? [t(report.dryRun ? 'wouldUpdate' : 'hasUpdated', { count: sum('updated') })] : []),
    ...(sum('unchanged') > 0 ? [t('areUnchanged', { count: sum('unchanged') })] : []),
    ...(sum('deletedHere') > 0 ? [t('stayDeleted', { count: sum('deletedHere') })] : []),
    ...(sum('skipped') > 0 ? [t('areSkipped', { count: sum('skipped') })] : []),
    ...(kept.length > 0 ? [t('keptWhole', { count: kept.reduce((all, [, count]) => all + count, 0) })] : []),
  ]
  return (
    <div className={classes.report}>
      <ul className={classes.sentences}>
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {report.skipped.length > 0 && <Reasons title={t('skippedTitle')} reasons={report.skipped} />}
      {report.notes.length > 0 && <Reasons title={t('notesTitle')} reasons={report.notes} />}
      {kinds.length > 0 && (
        <Table.ScrollContainer minWidth={480}>
          <Table aria-label={t('countsByKind')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('kind')}</Table.Th>
                {(['read', 'created', 'updated', 'unchanged', 'skipped'] as const).map((name) => (
                  <Table.Th key={name} className={classes.number}>
                    {t(name)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {kinds.map(([kind, counts]) => (
                <Table.Tr key={kind}>
                  <Table.Td>
                    <bdi>{kind === 'unknown' ? t('unreadableFiles') : kind}</bdi>
                  </Table.Td>
                  {[counts.read, counts.created, counts.updated, counts.unchanged + counts.deletedHere, counts.skipped].map((count, at) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: five columns in a fixed order
                    <Table.Td key={at} className={classes.number}>
                      {formats.number(count)}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </div>
  )
}

function Reasons({ title, reasons }: { title: string; reasons: readonly Reason[] }) {
  const t = useTexts(texts)
  const issueText = useIssueText()
  return (
    <section>
      <h3 className={classes.mappingTitle}>{title}</h3>
      <Accordion variant="separated" order={4}>
        {reasons.map(({ code, count, places }) => (
          <Accordion.Item key={code} value={code}>
            <Accordion.Control>{t('reason', { count, reason: issueText(code) })}</Accordion.Control>
            <Accordion.Panel>
              <ul className={classes.places}>
                {places.slice(0, shownPlaces).map(({ file, entry, path }) => (
                  <li key={`${file} ${entry} ${path}`}>
                    <bdi>{file}</bdi>
                    {entry !== undefined && ` · ${t('entry', { count: entry })}`}
                    {path !== undefined && (
                      <>
                        {' · '}
                        <bdi>{path}</bdi>
                      </>
                    )}
                  </li>
                ))}
              </ul>
              {count > Math.min(places.length, shownPlaces) && (
                <p className={classes.quiet}>{t('morePlaces', { count: count - Math.min(places.length, shownPlaces) })}</p>
              )}
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </section>
  )
}
