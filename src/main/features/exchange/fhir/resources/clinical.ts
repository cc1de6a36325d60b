import { compact, isObject, type Json, type JsonObject } from '../../json.js'
import {
  annotation,
  boolean,
  codeIn,
  coding,
  concept,
  dosage,
  form,
  inside,
  list,
  money,
  nested,
  number,
  own,
  period,
  periodOnly,
  quantity,
  reference,
  short,
  text,
  timeOnly,
  unread,
  when,
} from '../codecs.js'
import { asObject, type Codec, choice, element, type Lens, type Part, shown, slots } from '../lens.js'

const terminology = 'http://terminology.hl7.org/CodeSystem/'

const subject = element('subject', 'patientId', reference('Patient'))
const patient = element('patient', 'patientId', reference('Patient'))
const encounterPart = element('encounter', 'encounterId', reference('Encounter'))
const status = element('status', 'status', text)
const code = element('code', 'code', concept)
const note = slots('note', { note: annotation })
const reason = slots('reasonCode', { reason: concept })
const because = slots('reasonReference', { conditionId: reference('Condition') })
const cost = slots('extension', { cost: own('cost', 'valueMoney', money) })
const performers = slots('performer', { practitionerId: reference('Practitioner'), organizationId: reference('Organization') })
const actor = slots('performer', { practitionerId: inside('actor', reference('Practitioner')) })
const effective = choice('effective', 'effective', { DateTime: timeOnly, Period: periodOnly, Instant: { ...timeOnly, put: unread.put }, Timing: unread })
/** The start of a period, shown but written only as a time. */
const startOf: Codec = { get: (value, path, references) => (period.get(value, path, references) as { start?: string } | undefined)?.start, put: unread.put }
const onset = choice('onset', 'onset', { DateTime: when, Period: startOf, Age: unread, Range: unread, String: unread })

const encounterLens: Lens = {
  resourceType: 'Encounter',
  kind: 'encounter',
  patient: 'subject',
  parts: [
    subject,
    status,
    element('class', 'class', coding(`${terminology}v3-ActCode`)),
    slots('type', { type: concept }),
    element('period', 'period', period),
    slots('participant', { practitionerId: inside('individual', reference('Practitioner')) }),
    element('serviceProvider', 'organizationId', reference('Organization')),
    slots('appointment', { appointmentId: reference('Appointment') }),
    reason,
    cost,
  ],
  complete(resource) {
    resource.class ??= { system: `${terminology}v3-ActCode`, code: 'AMB' }
  },
}

const conditionLens: Lens = {
  resourceType: 'Condition',
  kind: 'condition',
  patient: 'subject',
  parts: [
    subject,
    encounterPart,
    code,
    element('clinicalStatus', 'clinicalStatus', codeIn(`${terminology}condition-clinical`)),
    element('verificationStatus', 'verificationStatus', codeIn(`${terminology}condition-ver-status`)),
    slots('category', { category: codeIn(`${terminology}condition-category`) }),
    element('severity', 'severity', concept),
    slots('bodySite', { bodySite: concept }),
    onset,
    choice('abatement', 'abatement', { DateTime: when, Age: unread, Period: startOf, Range: unread, String: unread }),
    element('recordedDate', 'recordedAt', when),
    element('recorder', 'practitionerId', reference('Practitioner')),
    note,
  ],
}

const reaction = nested(
  element('substance', 'substance', concept),
  element('manifestation', 'manifestations', list(concept), []),
  element('severity', 'severity', text),
  element('onset', 'onset', when),
  element('description', 'note', text),
)

const allergyLens: Lens = {
  resourceType: 'AllergyIntolerance',
  kind: 'allergy',
  patient: 'patient',
  parts: [
    patient,
    encounterPart,
    code,
    element('clinicalStatus', 'clinicalStatus', codeIn(`${terminology}allergyintolerance-clinical`)),
    element('verificationStatus', 'verificationStatus', codeIn(`${terminology}allergyintolerance-verification`)),
    element('type', 'type', text),
    element('category', 'categories', list(text)),
    element('criticality', 'criticality', text),
    element('reaction', 'reactions', list(reaction)),
    onset,
    slots('extension', { end: own('ended', 'valueDateTime', when) }),
    element('recordedDate', 'recordedAt', when),
    element('lastOccurrence', 'lastOccurrence', when),
    element('recorder', 'practitionerId', reference('Practitioner')),
    note,
  ],
}

/** What a Medication resource beside the request, or the reference itself, calls the medicine. */
const namedMedication: Codec = {
  get(value, path, references) {
    const source = asObject(value, path)
    const found = typeof source.reference === 'string' ? references.find?.(source.reference) : undefined
    if (isObject(found?.code)) return concept.get(found.code, path, references)
    return typeof source.display === 'string' ? { text: source.display } : undefined
  },
  put: unread.put,
}

const medicationRequestLens: Lens = {
  resourceType: 'MedicationRequest',
  kind: 'medicationRequest',
  patient: 'subject',
  parts: [
    subject,
    encounterPart,
    status,
    element('intent', 'intent', text),
    choice('medication', 'medication', { CodeableConcept: concept, Reference: namedMedication }),
    slots('dosageInstruction', { dosage }),
    element('authoredOn', 'authoredAt', when),
    element('dispenseRequest', 'period', inside('validityPeriod', period)),
    element('requester', 'practitionerId', reference('Practitioner')),
    reason,
    because,
    note,
    cost,
  ],
}

const procedureLens: Lens = {
  resourceType: 'Procedure',
  kind: 'procedure',
  patient: 'subject',
  parts: [
    subject,
    encounterPart,
    code,
    status,
    choice('performed', 'performed', { DateTime: timeOnly, Period: periodOnly, String: unread, Age: unread, Range: unread }),
    actor,
    slots('bodySite', { bodySite: concept }),
    element('outcome', 'outcome', concept),
    reason,
    because,
    note,
    cost,
  ],
}

const immunizationLens: Lens = {
  resourceType: 'Immunization',
  kind: 'immunization',
  patient: 'patient',
  parts: [
    patient,
    encounterPart,
    element('vaccineCode', 'vaccine', concept),
    status,
    choice('occurrence', 'occurrence', { DateTime: when, String: unread }),
    element('primarySource', 'isPrimarySource', boolean),
    element('lotNumber', 'lotNumber', short(200)),
    element('doseQuantity', 'dose', quantity),
    element('site', 'site', concept),
    element('route', 'route', concept),
    actor,
    note,
    cost,
  ],
}

const range = nested(element('low', 'low', quantity), element('high', 'high', quantity))
const ratio = nested(element('numerator', 'numerator', quantity), element('denominator', 'denominator', quantity))
const value: Part = choice('value', 'value', {
  Quantity: form('quantity', quantity),
  CodeableConcept: form('concept', concept),
  String: form('text', text),
  Boolean: form('isTrue', boolean),
  Integer: form('number', number),
  DateTime: form('at', when),
  Range: form('range', range),
  Ratio: form('ratio', ratio),
  Period: unread,
  SampledData: unread,
  Time: unread,
})
const interpretation = slots('interpretation', { interpretation: concept })
const limits = nested(element('low', 'low', quantity), element('high', 'high', quantity), element('text', 'text', short(2000)))

const observationLens: Lens = {
  resourceType: 'Observation',
  kind: 'observation',
  patient: 'subject',
  parts: [
    subject,
    encounterPart,
    code,
    value,
    interpretation,
    status,
    slots('category', { category: codeIn(`${terminology}observation-category`, (category) => category) }),
    effective,
    element('issued', 'issuedAt', when),
    slots('referenceRange', { referenceRange: limits }),
    element('component', 'components', list(nested(code, value, interpretation))),
    element('bodySite', 'bodySite', concept),
    performers,
    note,
  ],
}

/** A result of a report, with the words that the report uses for it. */
const result: Codec = {
  get(source, path, references) {
    const observationId = reference('Observation').get(source, path, references)
    const { display } = asObject(source, path)
    return observationId === undefined ? undefined : { observationId, ...(typeof display === 'string' ? { text: display } : {}) }
  },
  put(field, references) {
    const { observationId, text: display } = field as { observationId: string; text?: string }
    return compact({ reference: references.textOf(observationId, ['Observation']), display })
  },
}

const sections: Record<string, string> = { LAB: 'Laboratory', RAD: 'Radiology' }

const diagnosticReportLens: Lens = {
  resourceType: 'DiagnosticReport',
  kind: 'diagnosticReport',
  patient: 'subject',
  parts: [
    subject,
    encounterPart,
    code,
    status,
    slots('category', { category: codeIn(`${terminology}v2-0074`, (section) => sections[section]) }),
    effective,
    element('issued', 'issuedAt', when),
    element('result', 'results', list(result)),
    element('conclusion', 'conclusion', text),
    performers,
  ],
}

const codeOf = (item: Json | undefined): JsonObject | undefined => {
  if (!isObject(item)) return undefined
  const picked: Record<string, Json> = {}
  for (const name of ['system', 'code', 'display']) if (typeof item[name] === 'string') picked[name] = item[name]
  return compact(picked)
}

const imagingStudyLens: Lens = {
  resourceType: 'ImagingStudy',
  kind: 'imagingStudy',
  patient: 'subject',
  parts: [
    subject,
    encounterPart,
    status,
    element('started', 'startedAt', when),
    element('description', 'description', text),
    shown(['series', 'modality'], ['modality', 'bodySite'], (elements) => {
      const series = Array.isArray(elements.series) && isObject(elements.series[0]) ? elements.series[0] : {}
      return {
        modality: codeOf(Array.isArray(elements.modality) ? elements.modality[0] : undefined) ?? codeOf(series.modality),
        bodySite: codeOf(series.bodySite),
      }
    }),
    element('numberOfSeries', 'seriesCount', number),
    element('numberOfInstances', 'instanceCount', number),
  ],
  complete(resource, fields) {
    if (fields.modality) resource.modality = [fields.modality as JsonObject]
  },
}

const carePlanLens: Lens = {
  resourceType: 'CarePlan',
  kind: 'carePlan',
  patient: 'subject',
  parts: [
    subject,
    encounterPart,
    element('title', 'title', short(2000)),
    element('description', 'description', text),
    status,
    element('intent', 'intent', text),
    slots('category', { category: concept }),
    element('period', 'period', period),
    element('activity', 'activities', list(inside('detail', nested(code, status, element('description', 'text', text))))),
    element('addresses', 'conditionIds', list(reference('Condition'))),
    element('goal', 'goalIds', list(reference('Goal'))),
    slots('extension', { reason: own('reason', 'valueCodeableConcept', concept) }),
  ],
}

const goalLens: Lens = {
  resourceType: 'Goal',
  kind: 'goal',
  patient: 'subject',
  parts: [
    subject,
    element('lifecycleStatus', 'status', text),
    element('achievementStatus', 'achievement', codeIn(`${terminology}goal-achievement`)),
    element('description', 'description', concept),
    choice('start', 'startDate', { Date: when, CodeableConcept: unread }),
    slots('target', { dueDate: inside('dueDate', when) }),
    element('addresses', 'conditionIds', list(reference('Condition'))),
    note,
  ],
}

/** The lenses of the chart, in the order in which an import writes them. */
export const clinicalLenses: readonly Lens[] = [
  encounterLens,
  conditionLens,
  allergyLens,
  observationLens,
  procedureLens,
  medicationRequestLens,
  immunizationLens,
  diagnosticReportLens,
  imagingStudyLens,
  goalLens,
  carePlanLens,
]
