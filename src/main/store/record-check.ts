import type { Entity, FieldsOf } from '../../shared/entities/entity.js'

/** A write that the entity's schema or a limit refuses. `fields` names where, with codes, never values. */
export class InvalidRecord extends Error {
  override readonly name = 'InvalidRecord'
  constructor(
    readonly kind: string,
    readonly fields: readonly { path: string; code: string }[],
  ) {
    super(`The ${kind} was not saved: ${fields.map((field) => `${field.path || 'record'} (${field.code})`).join(', ')}.`)
  }
}

/** There is no record with this id, or it was deleted. */
export class RecordMissing extends Error {
  override readonly name: string = 'RecordMissing'
  constructor(readonly kind: string) {
    super(`There is no such ${kind} here.`)
  }
}

/** The record, or the patient that it belongs to, was erased on lawful request: nothing of it is here, and nothing can be added. */
export class RecordErased extends RecordMissing {
  override readonly name = 'RecordErased'
}

/** Patch of an update: only the fields given change; null clears one. */
export type Patch<E extends Entity> = { [Name in keyof FieldsOf<E>]?: FieldsOf<E>[Name] | null }

/** A record's present fields after a patch, as its schema makes them. Fields that only a newer version knows stay as they are and are not among them. */
export function checkedPatch<E extends Entity>(entity: E, present: Record<string, unknown>, patch: Patch<E>): Record<string, unknown> {
  const next: Record<string, unknown> = Object.fromEntries(Object.entries(present).filter(([name]) => name in entity.schema.shape))
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete next[name]
    else if (value !== undefined) next[name] = value
  }
  return check(entity, next) as Record<string, unknown>
}

/** A record's fields as the schema makes them. @throws InvalidRecord */
export function check<E extends Entity>(entity: E, fields: unknown): FieldsOf<E> {
  const result = entity.schema.safeParse(fields)
  if (!result.success)
    throw new InvalidRecord(
      entity.kind,
      result.error.issues.map((issue) => ({ path: issue.path.join('.'), code: issue.code })),
    )
  return result.data as FieldsOf<E>
}
