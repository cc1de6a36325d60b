import { IconCheck } from '@tabler/icons-react'
import { granted, type Permission, type Role, roles } from '../../../shared/permissions.js'
import { useTexts } from '../../i18n/texts.js'
import classes from './settings.module.css'
import { texts } from './texts.js'

/** What staff do, and the permission that says whether a role may. The table is read from the same source that the core decides by. */
const acts = [
  ['actPatientsRead', 'patients.read'],
  ['actPatientsWrite', 'patients.write'],
  ['actChartRead', 'chart.read'],
  ['actChartWrite', 'chart.write'],
  ['actAppointmentsRead', 'appointments.read'],
  ['actAppointmentsWrite', 'appointments.write'],
  ['actMediaRead', 'media.read'],
  ['actMediaWrite', 'media.write'],
  ['actBillingRead', 'billing.read'],
  ['actBillingWrite', 'billing.write'],
  ['actStaff', 'staff.write'],
  ['actSettings', 'settings.write'],
  ['actImport', 'import'],
  ['actExport', 'export'],
  ['actBackups', 'backups'],
  ['actAudit', 'audit.read'],
] as const satisfies readonly (readonly [string, Permission])[]

/** Name of each role in the texts. */
export const roleTexts = {
  administrator: 'administrator',
  clinician: 'clinician',
  reception: 'reception',
  billing: 'billing',
  readOnly: 'readOnlyRole',
} as const

/** What each role may do, as a table. */
export function RoleTable() {
  const t = useTexts(texts)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={classes.tableScroll} tabIndex={0} aria-label={t('rolesTitle')}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('act')}</th>
            {roles.map((role) => (
              <th key={role} scope="col">
                {t(roleTexts[role])}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {acts.map(([act, permission]) => (
            <tr key={act}>
              <th scope="row">{t(act)}</th>
              {roles.map((role) => (
                <td key={role}>
                  {granted[role].has(permission) ? (
                    <IconCheck size={17} aria-label={t('yes')} role="img" />
                  ) : (
                    <span aria-label={t('no')} role="img">
                      –
                    </span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** What one role may do, in a sentence. */
export function RoleNote({ role }: { role: Role }) {
  const t = useTexts(texts)
  const list = acts.filter(([, permission]) => granted[role].has(permission)).map(([act]) => t(act))
  return <p className={classes.note}>{t('mayDo', { list: list.join(' · ') })}</p>
}
