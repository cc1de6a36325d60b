import { Button, Loader } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconShieldCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Verification } from '../../../shared/contract/storage.js'
import { api, rpc } from '../../api/client.js'
import { LimitLeft } from '../../app/limit-left.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { Panel } from '../../ui/page-header.js'
import { StatusPill } from '../../ui/status-pill.js'
import classes from './storage.module.css'
import { texts } from './texts.js'
import { useTask } from './use-task.js'

const problemTexts = {
  integrity: 'problemDatabase',
  unreadable: 'problemRecords',
  digest: 'problemRecords',
  columns: 'problemRecords',
  timeline: 'problemDerived',
  search: 'problemDerived',
  searchWords: 'problemDerived',
  buckets: 'problemDerived',
  operations: 'problemOperations',
  audit: 'problemAudit',
  journal: 'problemJournal',
  filesMissing: 'problemFiles',
  filesDamaged: 'problemFiles',
} as const

const textOf = (code: string) =>
  code.startsWith('backup.') ? 'problemBackup' : code in problemTexts ? problemTexts[code as keyof typeof problemTexts] : 'problemDatabase'

function Result({ result }: { result: Verification }) {
  const t = useTexts(texts)
  const { dateTime } = useFormats()
  const { facts, problems } = result
  const found = [...new Set(problems.map(({ code }) => textOf(code)))]
  return (
    <div className={classes.stack} role="status">
      <div className={classes.row}>
        {result.isSound ? (
          <StatusPill tone="ok" icon={<IconCircleCheck aria-hidden />}>
            {t('sound')}
          </StatusPill>
        ) : (
          <StatusPill tone="bad" icon={<IconAlertTriangle aria-hidden />}>
            {t('unsound')}
          </StatusPill>
        )}
        <span className={classes.note}>{t('checkedAt', { time: dateTime(result.checkedAt) })}</span>
      </div>
      {found.length > 0 && (
        <ul className={classes.list}>
          {found.map((text) => (
            <li key={text}>{t(text)}</li>
          ))}
        </ul>
      )}
      {problems.some(({ repair }) => repair !== 'none') && <div>{t('repairHow')}</div>}
      <span className={classes.note}>
        {t('checkedWhat', { records: facts.records, operations: facts.operations, entries: facts.auditEntries, files: facts.files })}
      </span>
    </div>
  )
}

/** Checks everything that this workstation keeps, on demand, and shows what the last check found. */
export function VerifyPanel() {
  const t = useTexts(texts)
  const { data } = useQuery(rpc.storage.verification.queryOptions({ input: {}, staleTime: 0 }))
  const { isRunning, start } = useTask('verify', () => api.storage.verify({}), t('sound'))
  return (
    <Panel
      title={t('verify')}
      actions={
        <span className={classes.row}>
          {isRunning && (
            <span className={classes.row} role="status">
              <Loader size="xs" aria-hidden />
              <span className={classes.note}>{t('verifying')}</span>
            </span>
          )}
          <LimitLeft procedure="storage.verify" isRunning={isRunning} />
          <Button variant="default" leftSection={<IconShieldCheck size={17} aria-hidden />} disabled={isRunning} onClick={start}>
            {t('verifyNow')}
          </Button>
        </span>
      }
    >
      <div className={classes.note}>{t('verifyText')}</div>
      {data ? <Result result={data} /> : <div className={classes.note}>{t('neverVerified')}</div>}
    </Panel>
  )
}
