import type {
  ChartAllergy,
  ChartAppointment,
  ChartBalance,
  ChartMedication,
  ChartOverview,
  ChartProblem,
  ChartQuestion,
  ChartVital,
} from '../../../shared/contract/chart.js'
import { type Concept, conceptText, type Dosage } from '../../../shared/entities/clinical-values.js'
import { type ReadableDatabase, statement } from '../../store/database.js'
import { defineRead } from '../../store/read.js'
import { dosageText, type NameOf } from './items.js'
import { type ChartRow, fieldsOf, practitionerNames, present, recordsOf } from './rows.js'
import { keptCountOf, questionsOf, valuesBeside } from './undecided.js'
import { type Finding, findingNumber, findingText } from './values.js'

const isWrong = (status: unknown): boolean => status === 'refuted' || status === 'entered-in-error'
const hasEnded = (status: unknown): boolean => status === 'inactive' || status === 'resolved' || status === 'remission'

/** Gravest first; what nobody assessed stands before what was found harmless. */
const criticalityRank: Readonly<Record<string, number>> = { high: 0, 'unable-to-assess': 1, low: 3 }
const severityRank: Readonly<Record<string, number>> = { severe: 0, moderate: 1, mild: 2 }

interface AllergyFields {
  code?: Concept
  criticality?: string
  type?: string
  categories?: string[]
  clinicalStatus?: string
  verificationStatus?: string
  reactions?: { manifestations: Concept[]; severity?: string }[]
  onset?: string
  recordedAt?: string
}

const allergyRank = ({ criticality, reactions }: ChartAllergy): number =>
  (criticalityRank[criticality ?? ''] ?? 2) * 10 + Math.min(5, ...reactions.map(({ severity }) => severityRank[severity ?? ''] ?? 5))

/** Allergies that hold now, gravest first. One that is not said to have ended or to be wrong holds. */
function allergiesOf(rows: readonly ChartRow[]): ChartAllergy[] {
  const allergies = rows.flatMap(({ id, fields }): ChartAllergy[] => {
    const { code, criticality, type, categories, clinicalStatus, verificationStatus, reactions, onset, recordedAt } = present(fields) as AllergyFields
    if (isWrong(verificationStatus) || hasEnded(clinicalStatus)) return []
    const since = onset ?? recordedAt
    return [
      present({
        id,
        title: conceptText(code),
        criticality,
        type,
        categories: categories ?? [],
        verificationStatus,
        reactions: (reactions ?? []).flatMap(({ manifestations, severity }) =>
          manifestations.map((manifestation) => present({ title: conceptText(manifestation), severity })),
        ),
        since,
      }) as ChartAllergy,
    ]
  })
  return allergies.sort((a, b) => allergyRank(a) - allergyRank(b) || a.title.localeCompare(b.title))
}

interface MedicationFields {
  medication?: Concept
  status: string
  dosage?: Dosage
  reason?: Concept
  authoredAt?: string
  practitionerId?: string
}

function medicationsOf(rows: readonly ChartRow[], nameOf: NameOf): ChartMedication[] {
  return rows.flatMap(({ id, fields }) => {
    const { medication, status, dosage, reason, authoredAt, practitionerId } = present(fields) as unknown as MedicationFields
    if (status !== 'active' && status !== 'on-hold') return []
    const more = { dosage: dosageText(dosage), reason: conceptText(reason) || undefined, since: authoredAt, prescriber: nameOf(practitionerId) }
    return [present({ id, title: conceptText(medication), ...more }) as ChartMedication]
  })
}

interface ConditionFields {
  code?: Concept
  clinicalStatus?: string
  verificationStatus?: string
  severity?: Concept
  onset?: string
  recordedAt?: string
  abatement?: string
}

function problemsOf(rows: readonly ChartRow[]): ChartProblem[] {
  return rows.flatMap(({ id, fields }) => {
    const { code, clinicalStatus, verificationStatus, severity, onset, recordedAt, abatement } = present(fields) as ConditionFields
    if (isWrong(verificationStatus) || hasEnded(clinicalStatus) || (clinicalStatus === undefined && abatement !== undefined)) return []
    return [present({ id, title: conceptText(code), clinicalStatus, severity: conceptText(severity) || undefined, since: onset ?? recordedAt }) as ChartProblem]
  })
}

/** LOINC codes in the order in which vital signs are read; others follow. */
const vitalOrder = ['85354-9', '55284-4', '8867-4', '9279-1', '8310-5', '2708-6', '59408-5', '29463-7', '8302-2', '39156-5', '72514-3']
/** Vital signs on the overview, numbers in each line, and how many observations are looked through for them. */
const vitalCount = 10
const trendLength = 12
const searchedObservations = 800

/** The latest of each vital sign with the numbers before it. */
function vitalsOf(rows: readonly ChartRow[]): ChartVital[] {
  const vitals = new Map<string, ChartVital>()
  for (const { id, at, fields } of rows) {
    const finding = fields as unknown as Finding & { category?: string; status?: string }
    if (finding.category !== 'vital-signs' || isWrong(finding.status) || !at) continue
    const key = finding.code.code ?? conceptText(finding.code)
    const number = findingNumber(finding)
    const known = vitals.get(key)
    if (!known) {
      const value = findingText(finding)
      if (value)
        vitals.set(key, {
          id,
          title: conceptText(finding.code),
          ...(finding.code.code && { code: finding.code.code }),
          value,
          at,
          trend: number === undefined ? [] : [number],
        })
    } else if (number !== undefined && known.trend.length < trendLength) known.trend.unshift(number)
  }
  const rank = (code: string | undefined) => (vitalOrder.includes(code ?? '') ? vitalOrder.indexOf(code ?? '') : vitalOrder.length)
  return [...vitals.values()].sort((a, b) => rank(a.code) - rank(b.code)).slice(0, vitalCount)
}

/** Sums per currency. A payer's answer counts once for each explanation of benefit. */
function balancesOf(db: ReadableDatabase, patientId: string): ChartBalance[] {
  const sum = (table: string, kind: string, field: string) =>
    statement<{ currency: string; minor: number; count: number }>(
      db,
      `SELECT json_extract(r.data, '$.${field}.currency') AS currency, sum(json_extract(r.data, '$.${field}.minor')) AS minor, count(*) AS count
       FROM timeline t JOIN ${table} r ON r.id = t.id AND r.deleted = 0 WHERE t.patient_id = ? AND t.kind = '${kind}'
       AND json_extract(r.data, '$.status') NOT IN ('cancelled', 'entered-in-error', 'draft') AND json_extract(r.data, '$.${field}') IS NOT NULL GROUP BY 1`,
    ).all(patientId)
  const claims = sum('claim', 'claim', 'total')
  const payments = new Map(sum('explanation_of_benefit', 'explanationOfBenefit', 'paid').map(({ currency, minor }) => [currency, minor]))
  return claims.map(({ currency, minor, count }) => {
    const paid = payments.get(currency) ?? 0
    return { claimed: { minor, currency }, paid: { minor: paid, currency }, open: { minor: minor - paid, currency }, claimCount: count }
  })
}

interface VisitRow {
  id: string
  data: string
}

function appointmentBeside(db: ReadableDatabase, patientId: string, now: string, side: 'next' | 'last', nameOf: NameOf): ChartAppointment | undefined {
  const [comparison, order, excluded] = side === 'next' ? ['>=', 'ASC', "'cancelled', 'noShow', 'done', 'left'"] : ['<', 'DESC', "'cancelled'"]
  const row = statement<VisitRow>(
    db,
    `SELECT r.id, r.data FROM timeline t JOIN appointment r ON r.id = t.id AND r.deleted = 0
     WHERE t.patient_id = ? AND t.kind = 'appointment' AND t.at ${comparison} ? AND r.status NOT IN (${excluded}) ORDER BY t.at ${order} LIMIT 1`,
  ).get(patientId, now)
  if (!row) return undefined
  const { slot, status, reason } = JSON.parse(row.data) as {
    slot: { startAt: string; providerId?: string }
    status: ChartAppointment['status']
    reason?: string
  }
  return present({ id: row.id, startAt: slot.startAt, status, reason: reason ?? undefined, providerName: nameOf(slot.providerId) }) as ChartAppointment
}

function lastEncounterOf(db: ReadableDatabase, patientId: string, now: string): ChartOverview['lastEncounter'] {
  const row = statement<{ id: string; at: string }>(
    db,
    "SELECT id, at FROM timeline WHERE patient_id = ? AND kind = 'encounter' AND at <= ? AND at <> '' ORDER BY at DESC LIMIT 1",
  ).get(patientId, now)
  if (!row) return undefined
  return { ...row, title: conceptText(fieldsOf(db, 'encounter', row.id)?.type as Concept | undefined) }
}

/** Records with what somebody else called them at the same time: a substance that nobody has decided against is a warning. */
function withOthers<Item extends { id: string; title: string; also?: string[] | undefined }>(
  db: ReadableDatabase,
  questions: readonly ChartQuestion[],
  kind: string,
  field: string,
  items: Item[],
): Item[] {
  const asked = new Set(questions.filter((question) => question.recordKind === kind && question.field === field).map(({ recordId }) => recordId))
  return items.map((item) => {
    if (!asked.has(item.id)) return item
    const titles = valuesBeside(db, kind, item.id, field).map((value) => conceptText(value as Concept))
    const also = [...new Set(titles)].filter((title) => title !== '' && title !== item.title)
    return also.length > 0 ? { ...item, also } : item
  })
}

/** What the top of a chart shows, apart from the patient's own record. `now` is an instant. */
export const chartOverview = defineRead(
  'chart.overview',
  (db, { patientId, now }: { patientId: string; now: string }): Omit<ChartOverview, 'patient' | 'age' | 'asOf'> => {
    const nameOf = practitionerNames(db)
    const questions = questionsOf(db, patientId)
    const counts = statement<{ kind: string; count: number }>(db, 'SELECT kind, count(*) AS count FROM timeline WHERE patient_id = ? GROUP BY kind').all(
      patientId,
    )
    return present({
      patientId,
      allergies: withOthers(db, questions, 'allergy', 'code', allergiesOf(recordsOf(db, patientId, 'allergy'))),
      medications: withOthers(db, questions, 'medicationRequest', 'medication', medicationsOf(recordsOf(db, patientId, 'medicationRequest'), nameOf)),
      problems: problemsOf(recordsOf(db, patientId, 'condition')),
      vitals: vitalsOf(recordsOf(db, patientId, 'observation', searchedObservations)),
      balances: balancesOf(db, patientId),
      nextAppointment: appointmentBeside(db, patientId, now, 'next', nameOf),
      lastAppointment: appointmentBeside(db, patientId, now, 'last', nameOf),
      lastEncounter: lastEncounterOf(db, patientId, now),
      counts: Object.fromEntries(counts.map(({ kind, count }) => [kind, count])),
      alsoAlerts: questions.some(({ recordKind, field }) => recordKind === 'patient' && field === 'alert')
        ? (valuesBeside(db, 'patient', patientId, 'alert') as string[])
        : [],
      questions,
      keptCount: keptCountOf(db, 'patient', patientId),
    })
  },
)
