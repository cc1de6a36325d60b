import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import type { Inspection } from '../../../shared/contract/exchange.js'
import type { CsvMapping } from '../../../shared/csv-mapping.js'
import { useTexts } from '../../i18n/texts.js'
import { EmptyState } from '../../ui/empty-state.js'
import { Panel } from '../../ui/page-header.js'
import { DatesChoice } from './dates-choice.js'
import classes from './exchange.module.css'
import { useIssueText } from './issue-texts.js'
import { MappingTable } from './mapping-table.js'
import { texts } from './texts.js'

interface Props {
  inspection: Inspection
  onCheck: (kind: 'fhir' | 'csv', mapping?: CsvMapping) => void
  onStartOver: () => void
}

/** What the chosen files hold, and for tables how their columns become fields. */
export function Found({ inspection, onCheck, onStartOver }: Props) {
  const t = useTexts(texts)
  const issueText = useIssueText()
  const { kind, fileCount, tables, proposal, issues } = inspection
  const [mapping, setMapping] = useState(proposal?.mapping)
  const [isOpen, setOpen] = useState(proposal?.isKnown === false)
  if (kind === 'unknown')
    return (
      <Panel>
        <EmptyState title={t('nothingReadable')} text={t('dropText')}>
          <Button onClick={onStartOver}>{t('otherFiles')}</Button>
        </EmptyState>
      </Panel>
    )
  const mapped = tables.filter(({ isOwn, fault }) => !isOwn && !fault)
  return (
    <Panel title={t(kind === 'fhir' ? 'foundFhir' : 'foundTables')}>
      <p>{kind === 'fhir' ? t('foundFhirText', { count: fileCount }) : t(proposal?.isKnown ? 'knownText' : 'guessedText')}</p>
      {kind === 'csv' && (
        <ul className={classes.tables}>
          {tables.map(({ file, rowCount, isOwn, fault }) => (
            <li key={file}>
              <bdi>{file}</bdi>
              <span className={classes.quiet}>
                {fault ? issueText(fault) : isOwn ? `${t('rows', { count: rowCount })} · ${t('ownTable')}` : t('rows', { count: rowCount })}
              </span>
            </li>
          ))}
        </ul>
      )}
      {issues.length > 0 && (
        <ul className={classes.warnings}>
          {issues.map(({ file, path, code }) => (
            <li key={`${file} ${path} ${code}`}>
              <bdi>{[file, path].filter(Boolean).join(' · ')}</bdi>: {issueText(code)}
            </li>
          ))}
        </ul>
      )}
      {kind === 'csv' && mapping && mapped.length > 0 && (
        <>
          {!isOpen && (
            <Button variant="default" onClick={() => setOpen(true)}>
              {t('showMapping')}
            </Button>
          )}
          {isOpen && (
            <>
              <DatesChoice mapping={mapping} onChange={setMapping} />
              {mapped.map((info) => (
                <MappingTable key={info.table} info={info} mapping={mapping} onChange={setMapping} />
              ))}
            </>
          )}
        </>
      )}
      <Group mt="md">
        <Button onClick={() => onCheck(kind, kind === 'csv' ? mapping : undefined)}>{t('check')}</Button>
        <Button variant="subtle" onClick={onStartOver}>
          {t('otherFiles')}
        </Button>
      </Group>
      <p className={classes.quiet}>{t('checkText')}</p>
    </Panel>
  )
}
