import type { ComponentType } from 'react'
import type { Permission } from '../../shared/permissions.js'
import type { Title } from '../i18n/texts.js'

/** A part of a patient's chart. `Tab` gets the patient's id and is loaded when it is first opened. */
export interface ChartTab {
  id: string
  title: Title
  permission: Permission
  load: () => Promise<{ Tab: ComponentType<{ patientId: string }> }>
}

/** All tabs of a chart, in their order; a feature adds its own with one entry. */
export const chartTabs: readonly ChartTab[] = [
  {
    id: 'overview',
    title: { en: 'Overview', es: 'Resumen', ar: 'نظرة عامة' },
    permission: 'chart.read',
    load: () => import('../features/chart/overview-tab.js'),
  },
  {
    id: 'timeline',
    title: { en: 'Timeline', es: 'Cronología', ar: 'الخط الزمني' },
    permission: 'chart.read',
    load: () => import('../features/chart/timeline-tab.js'),
  },
  {
    id: 'symptoms',
    title: { en: 'Symptoms', es: 'Síntomas', ar: 'الأعراض' },
    permission: 'chart.read',
    load: () => import('../features/symptoms/tab.js'),
  },
  {
    id: 'appointments',
    title: { en: 'Appointments', es: 'Citas', ar: 'المواعيد' },
    permission: 'chart.read',
    load: () => import('../features/chart/appointments-tab.js'),
  },
  {
    id: 'medications',
    title: { en: 'Medications', es: 'Medicación', ar: 'الأدوية' },
    permission: 'chart.read',
    load: () => import('../features/chart/medications-tab.js'),
  },
  {
    id: 'results',
    title: { en: 'Results & documents', es: 'Resultados y documentos', ar: 'النتائج والمستندات' },
    permission: 'chart.read',
    load: () => import('../features/chart/results-tab.js'),
  },
  {
    id: 'media',
    title: { en: 'Media', es: 'Multimedia', ar: 'الوسائط' },
    permission: 'media.read',
    load: () => import('../features/media/tab.js'),
  },
  {
    id: 'billing',
    title: { en: 'Billing', es: 'Facturación', ar: 'الفوترة' },
    permission: 'billing.read',
    load: () => import('../features/chart/billing-tab.js'),
  },
  {
    id: 'history',
    title: { en: 'History', es: 'Historial', ar: 'السجل' },
    permission: 'chart.read',
    load: () => import('../features/chart/history-tab.js'),
  },
]
