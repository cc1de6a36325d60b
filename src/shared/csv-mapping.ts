import { z } from 'zod'

const Condition = z.strictObject({
  column: z.string(),
  /** The cell is one of these texts. */
  is: z.array(z.string()).optional(),
  /** The cell has the shape of a LOINC code, of anything, or is empty. */
  shape: z.enum(['loinc', 'filled', 'empty']).optional(),
})
export type Condition = z.infer<typeof Condition>

/** Where the value of one field comes from: a column with how to read it, or a constant. */
const FieldMapping = z.strictObject({
  column: z.string().optional(),
  /** How the cell is read; `text` when absent. `postalCode`, `phone` and `id` are text of which lost zeros are noticed. */
  as: z.enum(['text', 'date', 'time', 'number', 'integer', 'money', 'boolean', 'postalCode', 'phone', 'id', 'firstWords', 'lastWord']).optional(),
  /** Name of the table that the cell refers to. */
  refers: z.string().optional(),
  /** Cell texts (compared without case) and what they mean; another text is refused unless `otherwise` says what it means. */
  values: z.record(z.string(), z.string()).optional(),
  otherwise: z.string().optional(),
  /** A constant instead of a column. In a group (`code.system`) it counts only when another part of the group is there. */
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
  /** The field is set only if this holds. */
  if: Condition.optional(),
})
export type FieldMapping = z.infer<typeof FieldMapping>

const TableMapping = z.strictObject({
  /** Record kind, or `otherResource` to keep the rows as they are. */
  kind: z.string(),
  /** Columns that name a row. Without them a row is named by all its cells. */
  id: z.array(z.string()).optional(),
  /** Whether two rows may share their name; they are then counted. */
  repeats: z.boolean().optional(),
  /** Field, with dots for parts of composite fields, to its origin; a text alone is a column. */
  fields: z.record(z.string(), z.union([z.string(), FieldMapping])).default({}),
  /** What `refers`, for kinds kept as they are: column of the patient. */
  patient: z.strictObject({ column: z.string(), refers: z.string() }).optional(),
})
export type TableMapping = z.infer<typeof TableMapping>

/** Schema of a mapping file: how the tables of a CSV export become records. Tables are named by file without ending. */
export const CsvMapping = z.strictObject({
  name: z.string().max(100),
  /** Order of day and month where a date is written with slashes or dots; such dates are refused without it. */
  dates: z.enum(['dmy', 'mdy']).optional(),
  /** Takes numbers in date columns as a spreadsheet's day count from 1900 or 1904. */
  serialDates: z.enum(['1900', '1904']).optional(),
  decimalComma: z.boolean().optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  tables: z.record(z.string(), TableMapping),
})
export type CsvMapping = z.infer<typeof CsvMapping>

/** A field's origin in its long form. */
export const originOf = (mapping: string | FieldMapping): FieldMapping => (typeof mapping === 'string' ? { column: mapping } : mapping)

/** Words for a person's sex in tables, English and Spanish. */
const sexes: Record<string, string> = {
  m: 'male',
  male: 'male',
  hombre: 'male',
  varon: 'male',
  h: 'male',
  masculino: 'male',
  f: 'female',
  female: 'female',
  mujer: 'female',
  femenino: 'female',
  o: 'other',
  other: 'other',
  otro: 'other',
  u: 'unknown',
  '': 'unknown',
}

/** Fields of a patient that a column can become, with how the column is read. */
export const patientFields: Readonly<Record<string, Pick<FieldMapping, 'as' | 'values'>>> = {
  familyName: {},
  givenName: {},
  birthDate: { as: 'date' },
  sex: { values: sexes },
  phone: { as: 'phone' },
  email: {},
  'address.line': {},
  'address.city': {},
  'address.state': {},
  'address.postalCode': { as: 'postalCode' },
  'address.country': {},
  insuranceNumber: { as: 'id' },
  recordNumber: { as: 'id' },
  language: {},
  alert: {},
  deceasedAt: { as: 'date' },
}
