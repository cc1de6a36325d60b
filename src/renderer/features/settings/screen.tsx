import { IconArmchair, IconBuildingHospital, IconCalendarOff, IconInfoCircle, IconServer, IconStethoscope, IconUser, IconUsersGroup } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import type { Permission } from '../../../shared/permissions.js'
import { useSession } from '../../app/session.js'
import { useTexts } from '../../i18n/texts.js'
import { Page, PageHeader } from '../../ui/page-header.js'
import { AboutSection } from './about-section.js'
import { AccountSection } from './account-section.js'
import { ChairsSection } from './chairs-section.js'
import { ClinicSection } from './clinic-section.js'
import { ClosedSection } from './closed-section.js'
import { ProvidersSection } from './providers-section.js'
import { ServerSection } from './server-section.js'
import classes from './settings.module.css'
import { StaffSection } from './staff-section.js'
import { texts } from './texts.js'

const sections = [
  { id: 'clinic', title: 'clinic', icon: IconBuildingHospital, permission: 'settings.read', Section: ClinicSection },
  { id: 'providers', title: 'providers', icon: IconStethoscope, permission: 'staff.read', Section: ProvidersSection },
  { id: 'chairs', title: 'chairs', icon: IconArmchair, permission: 'staff.read', Section: ChairsSection },
  { id: 'closed', title: 'closedTimes', icon: IconCalendarOff, permission: 'staff.read', Section: ClosedSection },
  { id: 'staff', title: 'accounts', icon: IconUsersGroup, permission: 'staff.write', Section: StaffSection },
  { id: 'server', title: 'server', icon: IconServer, permission: 'settings.write', Section: ServerSection },
  { id: 'account', title: 'account', icon: IconUser, permission: 'session', Section: AccountSection },
  { id: 'about', title: 'about', icon: IconInfoCircle, permission: 'settings.read', Section: AboutSection },
] as const satisfies readonly { permission: Permission; [more: string]: unknown }[]

/** Settings of the clinic, its people and rooms, one's own account, and the program; what a role may not see does not stand there. */
export function Screen() {
  const t = useTexts(texts)
  const { can } = useSession()
  const { section }: { section?: string } = useParams({ strict: false })
  const allowed = sections.filter(({ permission }) => can(permission))
  const open = allowed.find(({ id }) => id === section) ?? allowed[0]
  if (!open) return null
  const { Section } = open
  return (
    <Page>
      <PageHeader title={t('settings')} note={t(open.title)} />
      <div className={classes.layout}>
        <nav aria-label={t('sections')} className={classes.sections}>
          <ul>
            {allowed.map(({ id, title, icon: Icon }) => (
              <li key={id}>
                <Link
                  to="/settings/$section"
                  params={{ section: id }}
                  className={classes.sectionLink}
                  aria-current={open.id === id ? 'page' : undefined}
                  activeProps={{}}
                >
                  <Icon size={18} stroke={1.75} aria-hidden />
                  {t(title)}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className={classes.section} key={open.id}>
          <Section />
        </div>
      </div>
    </Page>
  )
}
