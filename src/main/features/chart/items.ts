import type { ChartKind, TimelineItem } from '../../../shared/contract/chart.js'
import { type Concept, conceptText, type Dosage, type Period } from '../../../shared/entities/clinical-values.js'
import type { Money } from '../../../shared/money.js'
import { type Finding, findingText, quantityText } from './values.js'

/** The stored fields of any chart record, as far as a line about it needs them; cleared ones are null. */
export type ChartFields = Readonly<Record<string, unknown>>

/** Names of the clinic's people, looked up once per answer. */
export type NameOf = (practitionerId: string | undefined) => string | undefined

/** What a line says beside kind, id and time. */
export type Line = Omit<TimelineItem, 'kind' | 'id' | 'at' | 'code' | 'encounterId' | 'by'> & {
  concept?: Concept | undefined
  practitionerId?: string | undefined
}

/** Longest second line; the record itself shows everything. */
const longestDetail = 300

const joined = (parts: readonly (string | undefined)[], separator = ' · '): string | undefined => {
  const text = parts.filter(Boolean).join(separator)
  if (text === '') return undefined
  return text.length > longestDetail ? `${text.slice(0, longestDetail - 1)}…` : text
}

const text = (fields: ChartFields, name: string): string | undefined => (typeof fields[name] === 'string' ? (fields[name] as string) : undefined)
const concept = (fields: ChartFields, name: string): Concept | undefined => (fields[name] ?? undefined) as Concept | undefined
const money = (fields: ChartFields, name: string): Money | undefined => (fields[name] ?? undefined) as Money | undefined

/** When something ended, from a field that is a time or a period. */
const endOf = (fields: ChartFields, name: string): string | undefined => (fields[name] as Period | null | undefined)?.end

/** How a medicine is to be taken, in one line; the prescriber's own words before anything put together from parts. */
export function dosageText(dosage: Dosage | undefined): string | undefined {
  if (!dosage) return undefined
  if (dosage.text) return dosage.text
  const { frequency, period, periodUnit } = dosage
  const often = frequency !== undefined && period !== undefined ? `${frequency} × / ${period === 1 ? '' : `${period} `}${periodUnit ?? ''}` : undefined
  return joined([quantityText(dosage.dose), often?.trim(), conceptText(dosage.route)], ', ')
}

interface Reaction {
  manifestations: Concept[]
}

const lines: Readonly<Record<ChartKind, (fields: ChartFields) => Line>> = {
  appointment: (f) => {
    const slot = f.slot as { durationMinutes?: number; startAt?: string; providerId?: string } | undefined
    return { title: text(f, 'reason') ?? '', detail: text(f, 'note'), status: text(f, 'status'), practitionerId: slot?.providerId }
  },
  encounter: (f) => ({
    title: conceptText(concept(f, 'type')),
    detail: conceptText(concept(f, 'reason')),
    status: text(f, 'status'),
    endAt: endOf(f, 'period'),
    amount: money(f, 'cost'),
    concept: concept(f, 'type'),
  }),
  condition: (f) => ({
    title: conceptText(concept(f, 'code')),
    detail: joined([conceptText(concept(f, 'severity')), conceptText(concept(f, 'bodySite')), text(f, 'note')]),
    status: text(f, 'clinicalStatus'),
    endAt: text(f, 'abatement'),
    concept: concept(f, 'code'),
  }),
  allergy: (f) => ({
    title: conceptText(concept(f, 'code')),
    detail: joined([...((f.reactions ?? []) as Reaction[]).flatMap(({ manifestations }) => manifestations.map(conceptText)), text(f, 'note')]),
    status: text(f, 'clinicalStatus'),
    endAt: text(f, 'end'),
    concept: concept(f, 'code'),
  }),
  medicationRequest: (f) => ({
    title: conceptText(concept(f, 'medication')),
    detail: joined([dosageText((f.dosage ?? undefined) as Dosage | undefined), conceptText(concept(f, 'reason')), text(f, 'note')]),
    status: text(f, 'status'),
    amount: money(f, 'cost'),
    concept: concept(f, 'medication'),
  }),
  procedure: (f) => ({
    title: conceptText(concept(f, 'code')),
    detail: joined([conceptText(concept(f, 'reason')), conceptText(concept(f, 'bodySite')), conceptText(concept(f, 'outcome')), text(f, 'note')]),
    status: text(f, 'status'),
    endAt: endOf(f, 'performed'),
    amount: money(f, 'cost'),
    concept: concept(f, 'code'),
  }),
  immunization: (f) => ({
    title: conceptText(concept(f, 'vaccine')),
    detail: joined([conceptText(concept(f, 'site')), text(f, 'lotNumber'), text(f, 'note')]),
    status: text(f, 'status'),
    amount: money(f, 'cost'),
    concept: concept(f, 'vaccine'),
  }),
  observation: (f) => ({
    title: conceptText(concept(f, 'code')),
    detail: joined([findingText(f as unknown as Finding), conceptText(concept(f, 'interpretation')), text(f, 'note')]),
    status: text(f, 'status'),
    concept: concept(f, 'code'),
  }),
  diagnosticReport: (f) => ({
    title: conceptText(concept(f, 'code')),
    detail: joined([
      text(f, 'conclusion'),
      joined(
        ((f.results ?? []) as { text?: string }[]).map((result) => result.text),
        ', ',
      ),
    ]),
    status: text(f, 'status'),
    concept: concept(f, 'code'),
  }),
  imagingStudy: (f) => ({
    title: text(f, 'description') ?? conceptText(concept(f, 'modality')),
    detail: joined([text(f, 'description') && conceptText(concept(f, 'modality')), conceptText(concept(f, 'bodySite'))]),
    status: text(f, 'status'),
    concept: concept(f, 'modality'),
  }),
  carePlan: (f) => ({
    title: text(f, 'title') ?? conceptText(concept(f, 'category')),
    detail: joined([
      text(f, 'description'),
      joined(
        ((f.activities ?? []) as { code?: Concept; text?: string }[]).map((each) => conceptText(each.code) || each.text),
        ', ',
      ),
    ]),
    status: text(f, 'status'),
    endAt: endOf(f, 'period'),
    concept: concept(f, 'category'),
  }),
  goal: (f) => ({
    title: conceptText(concept(f, 'description')),
    detail: text(f, 'note'),
    status: text(f, 'status'),
    endAt: text(f, 'dueDate'),
    concept: concept(f, 'description'),
  }),
  // A claim has no title of its own: screens name its kind.
  claim: (f) => ({ title: '', detail: joined([text(f, 'payer'), text(f, 'type')]), status: text(f, 'status'), amount: money(f, 'total') }),
  explanationOfBenefit: (f) => ({
    title: '',
    detail: joined([text(f, 'payer'), text(f, 'type')]),
    status: text(f, 'outcome') ?? text(f, 'status'),
    amount: money(f, 'total'),
    paid: money(f, 'paid'),
  }),
  symptom: (f) => ({ title: text(f, 'concern') ?? '', detail: text(f, 'symptoms'), status: text(f, 'severity') }),
  media: (f) => ({ title: text(f, 'title') ?? '', detail: joined([text(f, 'kind'), text(f, 'note')]), status: undefined }),
  otherResource: (f) => ({ title: text(f, 'resourceType') ?? '', status: undefined }),
}

/** The line about a record, before names are looked up. */
export const lineOf = (kind: ChartKind, fields: ChartFields): Line => lines[kind](fields)

/** A record as one line of the timeline. `at` is the timeline's time, empty for a record whose time nobody knows. */
export function itemOf(kind: ChartKind, id: string, at: string, fields: ChartFields, nameOf: NameOf): TimelineItem {
  const { concept: named, practitionerId, ...line } = lineOf(kind, fields)
  const item = {
    kind,
    id,
    at: at || undefined,
    ...line,
    detail: line.detail || undefined,
    code: named?.code ? { code: named.code, ...(named.system && { system: named.system }) } : undefined,
    encounterId: text(fields, 'encounterId'),
    by: nameOf(practitionerId ?? text(fields, 'practitionerId')),
  }
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined && value !== null)) as unknown as TimelineItem
}
