import { z } from 'zod'

/**
 * How concurrent edits of a field are read and shown (the table under "Merging" in the synchronisation design).
 * `plain` keeps the loser as a version, `review` also opens a task, `status` reads the higher rank, `access` the more restrictive.
 */
export type FieldKind = 'plain' | 'review' | 'safety' | 'append' | 'sum' | 'status' | 'draft' | 'access' | 'reference'

/**
 * How values of one field that several people wrote at once are read as one until somebody decides: a list from the lowest to the one that wins
 * (latest status, gravest level, most restrictive right; null stands for a cleared field), `earliest` day or instant, or the `union` of lists or maps.
 */
export type Ranking = readonly (string | number | boolean | null)[] | 'earliest' | 'union'

/**
 * Where an imported record came from, and what the product does not model of it: `rest` holds the source's elements that
 * cannot be made again from the record's own fields, so that an export gives them back.
 */
export const Source = z.strictObject({
  system: z.enum(['fhir', 'csv']),
  /** Kind and id in the source, e.g. `Patient/4e8ed886`. */
  id: z.string().max(300),
  /** Short digest of the whole source record as it was read: the same when an import is repeated, whatever was edited here since. */
  digest: z.string().max(24).optional(),
  /** How the source wrote references to its other records; absent where it wrote `Type/id`. */
  references: z.enum(['urn']).optional(),
  /** References of the source that led nowhere when it was read; they stay as they were, whatever is imported later. */
  absent: z.array(z.string().max(2000)).max(1000).optional(),
  rest: z.record(z.string(), z.unknown()).optional(),
})
export type Source = z.infer<typeof Source>

export interface EntityOptions<Shape extends z.ZodRawShape> {
  /** Name of the kind in keys, operations, audit and on the wire, camelCase. Its table has the snake_case form. */
  kind: string
  /** The record's fields. Values that mean something only together (dose and unit, start and chair) are ONE field. */
  fields: Shape
  /** Kind of each field that is not `plain`. */
  merge?: Partial<Record<keyof Shape & string, FieldKind>>
  /** How concurrent values are read as one. A `safety` or `access` field without a ranking is read as its value, and one that is there before a cleared one. */
  ranks?: Partial<Record<keyof Shape & string, Ranking>>
  /** The field that names the patient to whose chart the record belongs; `id` for the patient itself. */
  patient?: (keyof Shape & string) | 'id'
  /** When the record happened, for the timeline: an instant or a day. Records of an entity without it are not in the timeline. */
  happenedAt?: (fields: Record<string, unknown>) => string | undefined
  /** The sorted set of Redis in which other programs find the records of a patient by time: when one happened, and the further set, one of `subs`, that it is in as well. */
  listed?: {
    at: (fields: Record<string, unknown>) => string | undefined
    sub?: (fields: Record<string, unknown>) => string | undefined
    subs?: readonly string[]
  }
  /** Belongs to the running of the program and not to what the clinic keeps: it is in no count and no export. */
  isOperational?: boolean
  /** Who may be shown it: `clinical` and `billing` follow the permissions of the same name, `clinic` is for every signed-in user, `secret` never leaves the main process. */
  sensitivity: 'clinical' | 'billing' | 'clinic' | 'identity' | 'secret'
}

/** One declaration per synced record kind. The record store, queue, digests, audit, import and export are generic over it. */
// biome-ignore lint/suspicious/noExplicitAny: the list of all entities holds every shape
export interface Entity<Shape extends z.ZodRawShape = any> extends Omit<EntityOptions<Shape>, 'merge' | 'ranks'> {
  table: string
  ranks?: Readonly<Partial<Record<string, Ranking>>>
  /** Strict schema of a whole record's fields, `source` included; every write is checked against it. */
  schema: z.ZodObject<Shape & { source: z.ZodOptional<typeof Source> }, z.core.$strict>
  fieldKind(field: string): FieldKind
  /** Fields that every whole record has. */
  required: readonly string[]
}

/** The fields of a record of an entity, `source` included. */
export type FieldsOf<E extends Entity> = z.infer<E['schema']>

/** Declares a record kind; the schema is strict and every record may carry its `source`. */
export function entity<const Shape extends z.ZodRawShape>(options: EntityOptions<Shape>): Entity<Shape> {
  const { merge, ...rest } = options
  const kinds: Partial<Record<string, FieldKind>> = merge ?? {}
  return {
    ...rest,
    table: options.kind.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    schema: z.strictObject({ ...options.fields, source: Source.optional() }) as unknown as Entity<Shape>['schema'],
    fieldKind: (field) => kinds[field] ?? 'plain',
    required: Object.entries(options.fields).flatMap(([name, schema]) => (z.safeParse(schema, undefined).success ? [] : [name])),
  }
}
