/** Why a record or file could not be taken in, or what is odd about it. Screens translate these codes. */
export const issueCodes = [
  'notJson',
  'tooDeep',
  'tooLarge',
  'unreadable',
  'notText',
  'duplicateKey',
  'empty',
  'notFhir',
  'unknownType',
  'missing',
  'wrongType',
  'impossibleDate',
  'invalidDate',
  'dateWithoutZone',
  'invalidValue',
  'tooLong',
  'patientSkipped',
  'patientAbsent',
  'anotherPerson',
  'notAboutPatient',
  'referenceAbsent',
  'statusNotModelled',
  'duplicate',
  'endBeforeStart',
  'emptyValue',
  'whitespace',
  'modifier',
  'invalidCode',
  'invalidId',
  'columnCount',
  'unknownColumn',
  'mangledNumber',
  'mangledDate',
  'overflowMarks',
  'leadingZeroLost',
  'ambiguousDate',
  'unmappedFile',
  'formula',
  'unclosedQuote',
  'doubtfulEncoding',
] as const
export type IssueCode = (typeof issueCodes)[number]

/** Where in a source: the file's name (never its folder), its entry or row counted from 1, and the element. */
export interface Place {
  file: string
  /** Entry of a bundle, line of NDJSON or row of a table (2 is the first row below the header). */
  entry?: number
  path?: string
}

/** Something to tell about one place of a source. It never carries a value of the source: values are private. */
export interface Issue extends Place {
  code: IssueCode
}

/** Thrown while mapping when a value that the product models cannot be accepted; the whole record is then skipped. */
export class Refusal extends Error {
  constructor(
    readonly code: IssueCode,
    readonly path: string,
  ) {
    super(`${code} at ${path}`)
  }
}
