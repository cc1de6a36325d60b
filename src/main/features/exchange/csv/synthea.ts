import type { CsvMapping, FieldMapping, TableMapping } from '../../../../shared/csv-mapping.js'

const snomed = 'http://snomed.info/sct'
const column = (name: string, as?: FieldMapping['as']): FieldMapping => (as ? { column: name, as } : { column: name })
const patientId: FieldMapping = { column: 'PATIENT', refers: 'patients' }
const encounterId: FieldMapping = { column: 'ENCOUNTER', refers: 'encounters' }
const coded = (field: string, system: string, code = 'CODE', text = 'DESCRIPTION'): Record<string, FieldMapping> => ({
  [`${field}.system`]: { value: system, if: { column: code, shape: 'filled' } },
  [`${field}.code`]: column(code),
  [`${field}.text`]: column(text),
})
const place = {
  'address.line': column('ADDRESS'),
  'address.city': column('CITY'),
  'address.state': column('STATE'),
  'address.postalCode': column('ZIP', 'postalCode'),
}
const openUntil = (open: string, ended: string): FieldMapping => ({ column: 'STOP', values: { '': open }, otherwise: ended })
const kept = (id?: string[], patient?: string): TableMapping => ({
  kind: 'otherResource',
  ...(id ? { id } : {}),
  fields: {},
  ...(patient ? { patient: { column: patient, refers: 'patients' } } : {}),
})

const people: CsvMapping['tables'] = {
  organizations: { kind: 'organization', id: ['Id'], fields: { name: column('NAME'), ...place, phone: column('PHONE', 'phone'), isActive: { value: true } } },
  providers: {
    kind: 'practitioner',
    id: ['Id'],
    fields: {
      givenName: column('NAME', 'firstWords'),
      familyName: column('NAME', 'lastWord'),
      sex: { column: 'GENDER', values: { M: 'male', F: 'female' } },
      specialty: column('SPECIALITY'),
      ...place,
      isActive: { value: true },
    },
  },
  patients: {
    kind: 'patient',
    id: ['Id'],
    fields: {
      familyName: column('LAST'),
      givenName: column('FIRST'),
      birthDate: column('BIRTHDATE', 'date'),
      deceasedAt: column('DEATHDATE', 'date'),
      sex: { column: 'GENDER', values: { M: 'male', F: 'female', '': 'unknown' } },
      ...place,
    },
  },
}

const chart: CsvMapping['tables'] = {
  encounters: {
    kind: 'encounter',
    id: ['Id'],
    fields: {
      patientId,
      status: { value: 'finished' },
      class: {
        column: 'ENCOUNTERCLASS',
        values: {
          ambulatory: 'AMB',
          wellness: 'AMB',
          outpatient: 'AMB',
          urgentcare: 'AMB',
          emergency: 'EMER',
          inpatient: 'IMP',
          virtual: 'VR',
          home: 'HH',
          hospice: 'HH',
          snf: 'IMP',
        },
      },
      ...coded('type', snomed),
      'period.start': column('START', 'time'),
      'period.end': column('STOP', 'time'),
      organizationId: { column: 'ORGANIZATION', refers: 'organizations' },
      practitionerId: { column: 'PROVIDER', refers: 'providers' },
      cost: column('TOTAL_CLAIM_COST', 'money'),
      ...coded('reason', snomed, 'REASONCODE', 'REASONDESCRIPTION'),
    },
  },
  conditions: {
    kind: 'condition',
    id: ['PATIENT', 'ENCOUNTER', 'CODE', 'START'],
    repeats: true,
    fields: {
      patientId,
      encounterId,
      ...coded('code', snomed),
      onset: column('START', 'time'),
      abatement: column('STOP', 'time'),
      clinicalStatus: openUntil('active', 'resolved'),
      verificationStatus: { value: 'confirmed' },
    },
  },
  allergies: {
    kind: 'allergy',
    id: ['PATIENT', 'ENCOUNTER', 'CODE', 'START'],
    repeats: true,
    fields: {
      patientId,
      encounterId,
      'code.system': { column: 'SYSTEM', values: { 'SNOMED-CT': snomed, RxNorm: 'http://www.nlm.nih.gov/research/umls/rxnorm', Unknown: 'urn:unknown' } },
      'code.code': column('CODE'),
      'code.text': column('DESCRIPTION'),
      type: column('TYPE'),
      'categories.0': column('CATEGORY'),
      recordedAt: column('START', 'time'),
      end: column('STOP', 'time'),
      clinicalStatus: openUntil('active', 'inactive'),
      verificationStatus: { value: 'confirmed' },
      ...reaction(1),
      ...reaction(2),
    },
  },
  medications: {
    kind: 'medicationRequest',
    id: ['PATIENT', 'ENCOUNTER', 'CODE', 'START'],
    repeats: true,
    fields: {
      patientId,
      encounterId,
      ...coded('medication', 'http://www.nlm.nih.gov/research/umls/rxnorm'),
      authoredAt: column('START', 'time'),
      'period.start': column('START', 'time'),
      'period.end': column('STOP', 'time'),
      status: openUntil('active', 'stopped'),
      intent: { value: 'order' },
      cost: column('TOTALCOST', 'money'),
      ...coded('reason', snomed, 'REASONCODE', 'REASONDESCRIPTION'),
    },
  },
  procedures: {
    kind: 'procedure',
    id: ['PATIENT', 'ENCOUNTER', 'CODE', 'START'],
    repeats: true,
    fields: {
      patientId,
      encounterId,
      ...coded('code', snomed),
      status: { value: 'completed' },
      'performed.start': column('START', 'time'),
      'performed.end': column('STOP', 'time'),
      cost: column('BASE_COST', 'money'),
      ...coded('reason', snomed, 'REASONCODE', 'REASONDESCRIPTION'),
    },
  },
  immunizations: {
    kind: 'immunization',
    id: ['PATIENT', 'ENCOUNTER', 'CODE', 'DATE'],
    repeats: true,
    fields: {
      patientId,
      encounterId,
      ...coded('vaccine', 'http://hl7.org/fhir/sid/cvx'),
      status: { value: 'completed' },
      occurrence: column('DATE', 'time'),
      cost: column('BASE_COST', 'money'),
    },
  },
  observations: {
    kind: 'observation',
    id: ['PATIENT', 'ENCOUNTER', 'CODE', 'DATE'],
    repeats: true,
    fields: {
      patientId,
      encounterId,
      'code.system': { value: 'http://loinc.org', if: { column: 'CODE', shape: 'loinc' } },
      'code.code': column('CODE'),
      'code.text': column('DESCRIPTION'),
      status: { value: 'final' },
      category: column('CATEGORY'),
      effective: column('DATE', 'time'),
      'value.quantity.value': { column: 'VALUE', as: 'number', if: { column: 'TYPE', is: ['numeric'] } },
      'value.quantity.unit': { column: 'UNITS', if: { column: 'TYPE', is: ['numeric'] } },
      'value.quantity.code': { column: 'UNITS', if: { column: 'TYPE', is: ['numeric'] } },
      'value.text': { column: 'VALUE', if: { column: 'TYPE', is: ['text'] } },
    },
  },
  careplans: {
    kind: 'carePlan',
    id: ['Id'],
    fields: {
      patientId,
      encounterId,
      ...coded('category', snomed),
      status: openUntil('active', 'completed'),
      intent: { value: 'order' },
      'period.start': column('START', 'time'),
      'period.end': column('STOP', 'time'),
      ...coded('reason', snomed, 'REASONCODE', 'REASONDESCRIPTION'),
    },
  },
  imaging_studies: {
    kind: 'imagingStudy',
    id: ['Id', 'INSTANCE_UID'],
    fields: {
      patientId,
      encounterId,
      status: { value: 'available' },
      startedAt: column('DATE', 'time'),
      ...coded('bodySite', snomed, 'BODYSITE_CODE', 'BODYSITE_DESCRIPTION'),
      ...coded('modality', 'http://dicom.nema.org/resources/ontology/DCM', 'MODALITY_CODE', 'MODALITY_DESCRIPTION'),
    },
  },
  claims: {
    kind: 'claim',
    id: ['Id'],
    fields: {
      patientId: { column: 'PATIENTID', refers: 'patients' },
      practitionerId: { column: 'PROVIDERID', refers: 'providers' },
      encounterId: { column: 'APPOINTMENTID', refers: 'encounters' },
      status: { value: 'active' },
      use: { value: 'claim' },
      type: { column: 'HEALTHCARECLAIMTYPEID1', values: { '1': 'professional', '2': 'institutional', '0': 'professional', '': 'professional' } },
      createdAt: column('SERVICEDATE', 'time'),
      'period.start': column('SERVICEDATE', 'time'),
    },
  },
}

function reaction(at: 1 | 2): Record<string, FieldMapping> {
  const path = `reactions.${at - 1}`
  return {
    [`${path}.manifestations.0.system`]: { value: snomed, if: { column: `REACTION${at}`, shape: 'filled' } },
    [`${path}.manifestations.0.code`]: column(`REACTION${at}`),
    [`${path}.manifestations.0.text`]: column(`DESCRIPTION${at}`),
    [`${path}.severity`]: { column: `SEVERITY${at}`, values: { MILD: 'mild', MODERATE: 'moderate', SEVERE: 'severe' } },
  }
}

/** The CSV export of Synthea (columns of 2023). Tables that the product does not model are kept row by row. */
export const syntheaMapping: CsvMapping = {
  name: 'Synthea CSV',
  currency: 'USD',
  tables: {
    ...people,
    ...chart,
    payers: kept(['Id']),
    payer_transitions: kept(undefined, 'PATIENT'),
    supplies: kept(undefined, 'PATIENT'),
    devices: kept(undefined, 'PATIENT'),
    claims_transactions: kept(['ID'], 'PATIENTID'),
  },
}
