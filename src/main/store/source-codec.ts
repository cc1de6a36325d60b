import { deflateRawSync, inflateRawSync } from 'node:zlib'

/**
 * What a source's records repeat, so that a short one compresses as well as a long one.
 * Frozen: stored sources open only with the dictionary that they were written with; a better one gets a new first byte.
 */
const dictionary = Buffer.from(
  [
    '{"system":"csv","id":"","rest":{"system":"fhir","id":"","rest":{"meta":{"tag":[{"system":"https://smarthealthit.org/tags","code":""}],"profile":["http://hl7.org/fhir/us/core/StructureDefinition/',
    '"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/","valueString":"","valueDecimal":0.,"valueCode":"","valueAddress":{"city":"","state":"","country":"US"}}]',
    '"identifier":[{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR","display":"Medical Record Number"}],"text":""},"system":"urn:oid:","value":""}]',
    '"name":[{"use":"official","family":"","given":[""],"prefix":["Mr."]}],"telecom":[{"system":"phone","value":"","use":"home"}],"maritalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"',
    '"communication":[{"language":{"coding":[{"system":"urn:ietf:bcp:47","code":"en-US","display":"English"}]}}],"text":{"status":"generated","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\">',
    '"contained":[{"resourceType":"ServiceRequest","id":"referral","status":"completed","intent":"order","subject":{"reference":"urn:uuid:"},"requester":{"reference":"urn:uuid:"},"performer":[{"reference":"urn:uuid:"}]},{"resourceType":"Coverage","id":"coverage","status":"active","type":{"text":""},"beneficiary":{"reference":"urn:uuid:"},"payor":[{"display":""}]}]',
    '"insurer":{"display":""},"careTeam":[{"sequence":1,"provider":{"reference":"urn:uuid:"},"role":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/claimcareteamrole","code":"primary","display":"Primary Care Practitioner"}]}}]',
    '"insurance":[{"sequence":1,"focal":true,"coverage":{"display":"","reference":"#coverage"}}],"item":[{"sequence":1,"informationSequence":[1],"diagnosisSequence":[1],"procedureSequence":[1],"category":{"coding":[{"system":"https://bluebutton.cms.gov/resources/variables/line_cms_type_srvc_cd","code":"1","display":"Medical care"}]}',
    '"productOrService":{"coding":[{"system":"http://snomed.info/sct","code":"","display":""}],"text":""},"servicedPeriod":{"start":"","end":""},"locationCodeableConcept":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/ex-serviceplace","code":"19","display":"Off Campus-Outpatient Hospital"}]},"encounter":[{"reference":"urn:uuid:"}],"net":{"value":,"currency":"USD"}',
    '"adjudication":[{"category":{"coding":[{"system":"https://bluebutton.cms.gov/resources/codesystem/adjudication","code":"https://bluebutton.cms.gov/resources/variables/line_coinsrnc_amt","display":"Line Beneficiary Coinsurance Amount"}]},"amount":{"value":0,"currency":"USD"}}',
    '"priority":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/processpriority","code":"normal"}]},"billablePeriod":{"start":"","end":""},"created":"","provider":{"reference":"urn:uuid:"},"verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"confirmed"}]}',
    '"category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs","display":"vital-signs"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"","display":""}],"text":""},"issued":"","result":[{"reference":"urn:uuid:","display":""}],"performer":[{"reference":"urn:uuid:","display":""}],"activity":[{"detail":{"code":{"coding":[{"system":"http://snomed.info/sct"',
  ].join(''),
)

const codecVersion = Buffer.from([1])

/** Sources that were packed before. */
const packedBefore = new WeakMap<object, Uint8Array>()

/** Notes what `packSource` made of a source before, e.g. in another thread, so that it is not made again. The source must not be changed afterwards. */
export const notePacked = (source: object, packed: Uint8Array): void => void packedBefore.set(source, packed)

/**
 * A source as stored: compressed JSON, first byte the codec's version. A small window and small buffers, because most sources have some
 * hundred characters and setting up the usual ones took longer than compressing.
 */
export function packSource(source: unknown): Uint8Array {
  const known = typeof source === 'object' && source !== null ? packedBefore.get(source) : undefined
  if (known) return known
  const text = JSON.stringify(source)
  const packed = deflateRawSync(text, { level: 4, dictionary, windowBits: 13, memLevel: 5, chunkSize: Math.max(1024, text.length >> 2) })
  return Buffer.concat([codecVersion, packed])
}

/**
 * A stored source as it was; packing it again gives the same bytes at no cost, so it must not be changed. `maxBytes` bounds what is unpacked.
 * @throws RangeError for a codec that only a newer version knows
 */
export function unpackSource(stored: Uint8Array, maxBytes = 256 * 1024 * 1024): unknown {
  if (stored[0] !== codecVersion[0]) throw new RangeError(`Unknown source codec ${stored[0]}.`)
  const source: unknown = JSON.parse(inflateRawSync(stored.subarray(1), { dictionary, maxOutputLength: maxBytes }).toString('utf8'))
  if (typeof source === 'object' && source !== null) notePacked(source, stored)
  return source
}
