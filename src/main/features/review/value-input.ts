import { z } from 'zod'
import type { ValueInput } from '../../../shared/contract/review.js'
import type { Entity } from '../../../shared/entities/entity.js'
import { isHiddenField } from './rights.js'

interface Definition {
  type: string
  format?: string
  innerType?: z.ZodType
  entries?: Record<string, string>
}

/** Codes that a person does not type. */
const coded = /(status|category|type|use|intent|class|outcome|achievement)$/i

/** How another value for a field can be typed on a screen. `current` fills the field in. */
export function inputOf(entity: Entity, field: string, current: unknown): ValueInput {
  if (isHiddenField(entity.kind, field)) return { type: 'none' }
  const text = typeof current === 'string' ? { text: current } : {}
  const ranking = entity.ranks?.[field]
  const codes = Array.isArray(ranking) ? ranking.filter((code) => typeof code === 'string') : []
  if (codes.length > 0) return { type: 'choice', options: codes, ...text }
  let schema: z.ZodType | undefined = (entity.schema.shape as Record<string, z.ZodType>)[field]
  while (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) schema = schema.unwrap() as z.ZodType
  if (!schema) return { type: 'none' }
  const { type, format, entries } = schema.def as unknown as Definition
  if (type === 'boolean') return { type: 'flag', text: current === true ? 'true' : 'false' }
  if (type === 'enum') return { type: 'choice', options: Object.values(entries ?? {}), ...text }
  if (type !== 'string' || coded.test(field)) return { type: 'none' }
  if (format === 'date') return { type: 'day', ...text }
  return format === undefined || format === 'email' ? { type: 'text', ...text } : { type: 'none' }
}
