import {
  type Icon,
  IconActivity,
  IconAlertTriangle,
  IconBandage,
  IconCalendarEvent,
  IconClipboardHeart,
  IconClipboardList,
  IconFile,
  IconFileInvoice,
  IconMoodSick,
  IconPhoto,
  IconPill,
  IconReceipt,
  IconReportMedical,
  IconScan,
  IconStethoscope,
  IconTarget,
  IconVaccine,
} from '@tabler/icons-react'
import type { ChartKind, TimelineItem } from '../../../shared/contract/chart.js'
import { type AppointmentStatus, appointmentStatuses } from '../../../shared/entities/appointment.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import type { Tone } from '../../ui/status-pill.js'
import { statusTexts } from '../appointment-status.js'
import { codeTexts, kindTexts } from './kind-texts.js'

/** The icon of a record kind. */
export const kindIcons: Readonly<Record<ChartKind, Icon>> = {
  appointment: IconCalendarEvent,
  encounter: IconStethoscope,
  condition: IconClipboardHeart,
  allergy: IconAlertTriangle,
  medicationRequest: IconPill,
  procedure: IconBandage,
  immunization: IconVaccine,
  observation: IconActivity,
  diagnosticReport: IconReportMedical,
  imagingStudy: IconScan,
  carePlan: IconClipboardList,
  goal: IconTarget,
  claim: IconReceipt,
  explanationOfBenefit: IconFileInvoice,
  symptom: IconMoodSick,
  media: IconPhoto,
  otherResource: IconFile,
}

const isKnown = <Known extends object>(texts: Known, key: string): key is Extract<keyof Known, string> => Object.hasOwn(texts, key)
const isAppointmentStatus = (status: string): status is AppointmentStatus => appointmentStatuses.some((each) => each === status)

/** Words for kinds, codes and times of records. */
export function useWords() {
  const kind = useTexts(kindTexts)
  const code = useTexts(codeTexts)
  const appointment = useTexts(statusTexts)
  const formats = useFormats()
  return {
    /** The name of a kind; one that only a newer version knows, as it is. */
    kindOf: (name: string): string => (isKnown(kindTexts.en, name) ? kind(name) : name),
    /** A code in words, as it is when there are none. */
    codeOf: (name: string): string => (isKnown(codeTexts.en, name) ? code(name) : name),
    /** The status of a record of a kind in words. */
    statusOf: (item: Pick<TimelineItem, 'kind' | 'status'>): string => {
      const status = item.status ?? ''
      if (item.kind === 'appointment' && isAppointmentStatus(status)) return appointment(status)
      return isKnown(codeTexts.en, status) ? code(status) : status
    },
    /** A time as exactly as its source knew it, as a day: `2012`, `Jul 2012`, `4 Jul 2012`. */
    dayOf: (when: string): string => {
      if (when.length > 10) return formats.dayOf(when)
      if (when.length === 4) return when
      if (when.length === 7) return new Intl.DateTimeFormat(formats.locale, { month: 'short', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${when}-01`))
      return formats.day(when)
    },
    /** The same with the time of day where there is one. */
    whenOf: (when: string): string => (when.length > 10 ? formats.dateTime(when) : when.length === 10 ? formats.day(when) : when),
  }
}

/** Statuses that say nothing because nearly every record of the kind has them. */
const usual: Partial<Record<ChartKind, readonly string[]>> = {
  encounter: ['finished'],
  procedure: ['completed'],
  immunization: ['completed'],
  observation: ['final'],
  diagnosticReport: ['final'],
  imagingStudy: ['available'],
  claim: ['active'],
  explanationOfBenefit: ['complete', 'active'],
}

/** Whether a record's status is worth a place in a list. */
export const isTelling = ({ kind, status }: Pick<TimelineItem, 'kind' | 'status'>): boolean => !!status && !usual[kind]?.includes(status)

const tones: Readonly<Record<string, Tone>> = {
  active: 'info',
  recurrence: 'warn',
  relapse: 'warn',
  severe: 'bad',
  moderate: 'warn',
  'entered-in-error': 'bad',
  error: 'bad',
  'not-done': 'warn',
  noShow: 'bad',
  arrived: 'warn',
  confirmed: 'info',
}

/** How loud a status is. */
export const toneOf = (status: string): Tone => tones[status] ?? 'quiet'
