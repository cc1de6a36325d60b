import {
  type Icon,
  IconActivity,
  IconCalendarEvent,
  IconCalendarPlus,
  IconDatabase,
  IconGitFork,
  IconLayoutDashboard,
  IconPhoto,
  IconSettings,
  IconTransfer,
  IconUserPlus,
  IconUsers,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type { Permission } from '../../shared/permissions.js'
import type { Title } from '../i18n/texts.js'
import { openPanel } from './panels.js'
import { ReviewCount } from './review-count.js'

/**
 * A place in the application. To add one:
 *   1. `src/renderer/features/<x>/screen.tsx` exports `Screen`, a component that begins with `<Page><PageHeader title=… />`;
 *   2. `src/renderer/features/<x>/texts.ts` exports `texts = defineTexts('<x>', { en, es, ar })`, read by `useTexts(texts)`;
 *   3. one entry in `screens` below. It is loaded when it is first opened.
 * Data comes from `useQuery(rpc.….queryOptions({ input }))` and stays current by itself (a new record kind gets its line in api/live.ts),
 * commands go through `useCommand(api.….…)`, the signed-in user is `useSession()`, a path's parameter `useParam('patientId')`,
 * moving is `useNavigate()` with `to: '/patients/$patientId'`. A feature imports no other feature.
 */
export interface Screen {
  id: string
  /** Path of the route, parameters as `$patientId`. */
  path: string
  title: Title
  permission: Permission
  load: () => Promise<{ Screen: ComponentType }>
  /** Present when it stands in the navigation: its icon, the second key of its shortcut, `g` and then this, and what shows how much waits there. */
  navigation?: { icon: Icon; key: string; Count?: ComponentType }
  /** The screen that is marked in the navigation while this one is open. */
  under?: string
}

/** All screens, in the order of the navigation. */
export const screens: readonly Screen[] = [
  {
    id: 'today',
    path: '/today',
    title: { en: 'Today', es: 'Hoy', ar: 'اليوم' },
    permission: 'appointments.read',
    load: () => import('../features/today/screen.js'),
    navigation: { icon: IconLayoutDashboard, key: 't' },
  },
  {
    id: 'patients',
    path: '/patients',
    title: { en: 'Patients', es: 'Pacientes', ar: 'المرضى' },
    permission: 'patients.read',
    load: () => import('../features/patients/screen.js'),
    navigation: { icon: IconUsers, key: 'p' },
  },
  {
    id: 'patient',
    path: '/patients/$patientId',
    title: { en: 'Patient', es: 'Paciente', ar: 'المريض' },
    permission: 'patients.read',
    load: () => import('./patient-place.js'),
    under: 'patients',
  },
  {
    id: 'schedule',
    path: '/schedule',
    title: { en: 'Schedule', es: 'Agenda', ar: 'المواعيد' },
    permission: 'appointments.read',
    load: () => import('../features/schedule/screen.js'),
    navigation: { icon: IconCalendarEvent, key: 's' },
  },
  {
    id: 'media',
    path: '/media',
    title: { en: 'Media', es: 'Multimedia', ar: 'الوسائط' },
    permission: 'media.read',
    load: () => import('../features/media/screen.js'),
    navigation: { icon: IconPhoto, key: 'm' },
  },
  {
    id: 'review',
    path: '/review',
    title: { en: 'Review', es: 'Revisión', ar: 'المراجعة' },
    permission: 'sync.read',
    load: () => import('../features/review/screen.js'),
    navigation: { icon: IconGitFork, key: 'r', Count: ReviewCount },
  },
  {
    id: 'storage',
    path: '/storage',
    title: { en: 'Sync & storage', es: 'Sincronización', ar: 'المزامنة والتخزين' },
    permission: 'sync.read',
    load: () => import('../features/storage/screen.js'),
    navigation: { icon: IconDatabase, key: 'y' },
  },
  {
    id: 'monitor',
    path: '/monitor',
    title: { en: 'Monitor', es: 'Monitor', ar: 'المراقبة' },
    permission: 'monitor.read',
    load: () => import('./monitor-place.js'),
    navigation: { icon: IconActivity, key: 'o' },
  },
  {
    id: 'exchange',
    path: '/exchange',
    title: { en: 'Import and export', es: 'Importar y exportar', ar: 'الاستيراد والتصدير' },
    permission: 'import',
    load: () => import('../features/exchange/screen.js'),
    navigation: { icon: IconTransfer, key: 'x' },
  },
  {
    id: 'settings',
    path: '/settings',
    title: { en: 'Settings', es: 'Ajustes', ar: 'الإعدادات' },
    permission: 'session',
    load: () => import('../features/settings/screen.js'),
    navigation: { icon: IconSettings, key: ',' },
  },
  {
    id: 'settingsSection',
    path: '/settings/$section',
    title: { en: 'Settings', es: 'Ajustes', ar: 'الإعدادات' },
    permission: 'session',
    load: () => import('../features/settings/screen.js'),
    under: 'settings',
  },
]

/** Something to do from anywhere: it stands in the command palette and, with a key, among the shortcuts. */
export interface Action {
  id: string
  title: Title
  permission: Permission
  icon: Icon
  key?: string
  run(): void
}

export const actions: readonly Action[] = [
  {
    id: 'registerPatient',
    title: { en: 'Register a patient', es: 'Registrar un paciente', ar: 'تسجيل مريض' },
    permission: 'patients.write',
    icon: IconUserPlus,
    key: 'n',
    run: () => openPanel('registerPatient', {}),
  },
  {
    id: 'bookVisit',
    title: { en: 'Book a visit', es: 'Reservar una cita', ar: 'حجز موعد' },
    permission: 'appointments.write',
    icon: IconCalendarPlus,
    run: () => {
      location.hash = '#/schedule?book=new'
    },
  },
]
