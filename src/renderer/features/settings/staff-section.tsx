import { Button, Switch } from '@mantine/core'
import { IconUserPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Account } from '../../../shared/contract/staff.js'
import { rpc } from '../../api/client.js'
import { useSession } from '../../app/session.js'
import { ClinicLimits, ClinicSessions } from '../../app/session-blocks.js'
import { todayIn, useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorState } from '../../ui/error-state.js'
import { Panel } from '../../ui/page-header.js'
import { StatusPill } from '../../ui/status-pill.js'
import { AccountDrawer, ResetDrawer } from './account-drawer.js'
import { RoleTable, roleTexts } from './role-list.js'
import classes from './settings.module.css'
import { texts } from './texts.js'

function State({ account }: { account: Account }) {
  const t = useTexts(texts)
  const { day, timeZone } = useFormats()
  const { user } = useSession()
  const { isActive, validUntilDate } = account
  if (!isActive) return <StatusPill tone="quiet">{t('hasEnded')}</StatusPill>
  if (validUntilDate && validUntilDate < todayIn(timeZone)) return <StatusPill tone="warn">{t('endedOn', { date: day(validUntilDate) })}</StatusPill>
  return (
    <>
      {account.id === user.id && <StatusPill tone="info">{t('you')}</StatusPill>}
      {validUntilDate ? <StatusPill tone="warn">{t('until', { date: day(validUntilDate) })}</StatusPill> : <StatusPill tone="ok">{t('active')}</StatusPill>}
    </>
  )
}

/** Who may sign in, as what, until when; and what each role may do. */
export function StaffSection() {
  const t = useTexts(texts)
  const [withEnded, setWithEnded] = useState(false)
  const [open, setOpen] = useState<Account | 'new'>()
  const [reset, setReset] = useState<Account>()
  const accounts = useQuery(rpc.staff.accounts.list.queryOptions({ input: withEnded ? { withEnded } : {} }))
  return (
    <>
      <Panel
        title={t('accounts')}
        actions={
          <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => setOpen('new')}>
            {t('addAccount')}
          </Button>
        }
        isFlush
      >
        <div className={classes.filters}>
          <span className={classes.quiet}>{t('accountsHint')}</span>
          <Switch label={t('showEnded')} checked={withEnded} onChange={(event) => setWithEnded(event.currentTarget.checked)} />
        </div>
        {accounts.isError && <ErrorState error={accounts.error} onRetry={() => void accounts.refetch()} />}
        <ul className={classes.list} aria-label={t('accounts')}>
          {(accounts.data?.items ?? []).map((account) => (
            <li key={account.id} className={classes.item}>
              <div className={classes.itemText}>
                <span className={classes.name}>
                  <bdi>{account.displayName}</bdi>
                </span>
                <span className={classes.quiet}>
                  {t(roleTexts[account.role])} · <bdi dir="ltr">{account.username}</bdi>
                  {account.hasPin && ` · ${t('withPin')}`}
                </span>
              </div>
              <div className={classes.pills}>
                <State account={account} />
              </div>
              <div className={classes.rowActions}>
                {account.isActive && (
                  <Button variant="subtle" size="xs" onClick={() => setReset(account)} aria-label={t('resetNamed', { name: account.displayName })}>
                    {t('resetPassword')}
                  </Button>
                )}
                <Button variant="default" size="xs" onClick={() => setOpen(account)} aria-label={t('editNamed', { name: account.displayName })}>
                  {t('edit')}
                </Button>
              </div>
            </li>
          ))}
        </ul>
      </Panel>
      <ClinicSessions />
      <ClinicLimits />
      <Panel title={t('rolesTitle')} isFlush>
        <RoleTable />
      </Panel>
      {open && <AccountDrawer account={open === 'new' ? undefined : open} onClose={() => setOpen(undefined)} />}
      {reset && <ResetDrawer account={reset} onClose={() => setReset(undefined)} />}
    </>
  )
}
