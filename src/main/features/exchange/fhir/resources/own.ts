import { compact, type JsonObject } from '../../json.js'
import type { Fields, References } from '../lens.js'

const about = (fields: Fields, references: References): JsonObject => ({ reference: references.textOf(fields.patientId as string, ['Patient']) })

/** A symptom entry as an Observation: the concern is its code, the symptoms its value. */
export function symptomResource(id: string, fields: Fields, references: References): JsonObject {
  const severities: Record<string, string> = { mild: '255604002', moderate: '6736007', severe: '24484000' }
  const severity = String(fields.severity)
  return {
    resourceType: 'Observation',
    id,
    status: fields.autoSaved ? 'preliminary' : 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'survey' }] }],
    code: { text: fields.concern as string },
    subject: about(fields, references),
    effectiveDateTime: fields.occurredAt as string,
    ...(fields.symptoms ? { valueString: fields.symptoms as string } : {}),
    interpretation: [{ coding: [{ system: 'http://snomed.info/sct', code: severities[severity] ?? '' }], text: severity }],
  }
}

/** An image or video as a Media resource. The file itself is not in it: `url` names it by its hash. */
export function mediaResource(id: string, fields: Fields, references: References): JsonObject {
  return compact({
    resourceType: 'Media',
    id,
    status: 'completed',
    type: fields.kind === 'document' ? undefined : { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/media-type', code: fields.kind as string }] },
    subject: about(fields, references),
    encounter: fields.encounterId === undefined ? undefined : { reference: references.textOf(fields.encounterId as string, ['Encounter']) },
    createdDateTime: (fields.takenAt ?? fields.addedAt) as string | undefined,
    height: positive(fields.height),
    width: positive(fields.width),
    duration: positive(fields.durationSeconds),
    content: compact({
      contentType: fields.mimeType as string,
      url: `urn:sha256:${String(fields.contentHash)}`,
      size: fields.bytes as number,
      title: fields.title as string | undefined,
    }),
    note: fields.note === undefined ? undefined : [{ text: fields.note as string }],
  }) as JsonObject
}

const positive = (value: unknown): number | undefined => (typeof value === 'number' && value > 0 ? value : undefined)
