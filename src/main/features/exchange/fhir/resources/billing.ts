import { isObject, type Json, type JsonObject } from '../../json.js'
import { codeIn, inside, money, period, reference, text, when } from '../codecs.js'
import { type Codec, either, element, type Fields, type Lens, type References, shown, slots } from '../lens.js'

const terminology = 'http://terminology.hl7.org/CodeSystem/'
const first = (value: Json | undefined): JsonObject => (Array.isArray(value) && isObject(value[0]) ? value[0] : {})
const display = (value: Json | undefined): string | undefined =>
  isObject(value) && typeof value.display === 'string' ? value.display.slice(0, 2000) : undefined

const common = [
  element('patient', 'patientId', reference('Patient')),
  element('status', 'status', text),
  element('type', 'type', codeIn(`${terminology}claim-type`)),
  element('use', 'use', text),
  element('billablePeriod', 'period', period),
  element('created', 'createdAt', when),
  either('provider', { practitionerId: reference('Practitioner'), organizationId: reference('Organization') }),
  shown(['item'], ['encounterId', 'lineCount'], (elements, references) => ({
    encounterId: encounterOf(elements.item, references),
    lineCount: Array.isArray(elements.item) ? elements.item.length : undefined,
  })),
  shown(['insurance', 'insurer'], ['payer'], (elements) => ({ payer: display(first(elements.insurance).coverage) ?? display(elements.insurer) })),
]

function encounterOf(items: Json | undefined, references: References): string | undefined {
  const named = first(first(items).encounter).reference
  return typeof named === 'string' ? references.idOf(named, ['Encounter']) : undefined
}

/** What FHIR asks of every claim beside what the product models. */
function complete(resource: JsonObject, fields: Fields, references: References): void {
  const payer = { display: (fields.payer as string | undefined) ?? 'Unknown payer' }
  resource.type ??= { coding: [{ system: `${terminology}claim-type`, code: 'professional' }] }
  resource.provider ??= { display: 'Unknown' }
  resource.insurance ??= [{ sequence: 1, focal: true, coverage: payer }]
  if (fields.encounterId)
    resource.item ??= [
      { sequence: 1, productOrService: { text: 'Visit' }, encounter: [{ reference: references.textOf(fields.encounterId as string, ['Encounter']) }] },
    ]
}

const claimLens: Lens = {
  resourceType: 'Claim',
  kind: 'claim',
  patient: 'patient',
  parts: [...common, element('total', 'total', money), element('prescription', 'medicationRequestId', reference('MedicationRequest'))],
  complete(resource, fields, references) {
    complete(resource, fields, references)
    resource.priority ??= { coding: [{ system: `${terminology}processpriority`, code: 'normal' }] }
    resource.created ??= (fields.period as { start?: string } | undefined)?.start ?? '1970-01-01'
  },
}

const submitted: Codec = {
  get(value, path, references) {
    if (!isObject(value) || !isObject(value.category)) return undefined
    return codeIn(`${terminology}adjudication`).get(value.category, path, references) === 'submitted' && isObject(value.amount)
      ? money.get(value.amount, `${path}.amount`, references)
      : undefined
  },
  put: (field, references) => ({
    category: { coding: [{ system: `${terminology}adjudication`, code: 'submitted', display: 'Submitted Amount' }], text: 'Submitted Amount' },
    amount: money.put(field, references) as Json,
  }),
}

const explanationOfBenefitLens: Lens = {
  resourceType: 'ExplanationOfBenefit',
  kind: 'explanationOfBenefit',
  patient: 'patient',
  parts: [
    ...common,
    element('claim', 'claimId', reference('Claim')),
    element('outcome', 'outcome', text),
    slots('total', { total: submitted }),
    element('payment', 'paid', inside('amount', money)),
  ],
  complete(resource, fields, references) {
    complete(resource, fields, references)
    resource.insurer ??= { display: (fields.payer as string | undefined) ?? 'Unknown payer' }
    for (const line of (resource.insurance as JsonObject[] | undefined) ?? []) delete line.sequence
  },
}

/** Claims and what payers answered. */
export const billingLenses: readonly Lens[] = [claimLens, explanationOfBenefitLens]
