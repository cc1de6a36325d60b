import { randomBytes } from 'node:crypto'
import { type ErrorMap, ORPCError, ValidationError } from '@orpc/contract'
import type { Refusals } from '../features/handler.js'
import type { FailureFacts, IpcNeeds } from './needs.js'

/** A field of the input and what is wrong with it, as a code. */
export interface FieldCode {
  path: string
  code: string
}

/** A new reference: ten characters that a person can read out, the same on the screen and in the log. */
export const newRef = (): string => randomBytes(5).toString('hex')

/** An error whose code every procedure declares, with a fresh reference. Status and message are the contract's. */
export function refuse(
  errorMap: ErrorMap,
  code: string,
  data: Record<string, unknown> = {},
  options: { message?: string; cause?: unknown } = {},
): ORPCError<string, unknown> {
  const declared = errorMap[code]
  return new ORPCError(code, {
    defined: true,
    status: declared?.status,
    message: options.message ?? declared?.message,
    data: { ref: newRef(), ...data },
    cause: options.cause,
  })
}

/** The makers of a procedure's errors, as its handler gets them. */
export function refusalsOf<Errors extends ErrorMap>(errorMap: Errors): Refusals<Errors> {
  const maker =
    (code: string) =>
    (options: { data?: Record<string, unknown>; message?: string; cause?: unknown } = {}) =>
      refuse(errorMap, code, options.data, options)
  return Object.fromEntries(Object.keys(errorMap).map((code) => [code, maker(code)])) as unknown as Refusals<Errors>
}

// A path may run through keys that the client made up, and such a key can be a value.
const isPlainName = (segment: string): boolean => /^([A-Za-z][A-Za-z0-9]{0,39}|\d{1,6})$/.test(segment)

/** Fields and codes of a schema's issues; messages, received values and unknown keys stay behind. */
export function fieldCodes(issues: ValidationError['issues']): FieldCode[] {
  return issues.slice(0, 50).map((issue) => {
    const path = (issue.path ?? []).map((segment) => String(typeof segment === 'object' ? segment.key : segment))
    const { code, params } = issue as { code?: unknown; params?: { code?: unknown } }
    const own = params?.code ?? code
    return {
      path: path.map((segment) => (isPlainName(segment) ? segment : '*')).join('.'),
      code: typeof own === 'string' && /^\w{1,40}$/.test(own) ? own : 'invalid',
    }
  })
}

/** Names and places of an error that may be logged: no message, because messages of SQLite, zod and JSON quote values. */
function factsOf(procedure: string, error: unknown): FailureFacts {
  const cause = error instanceof ORPCError && error.cause ? error.cause : error
  const code = (cause as { code?: unknown } | undefined)?.code
  const frames =
    cause instanceof Error
      ? (cause.stack ?? '')
          .split('\n')
          .filter((line) => /^\s+at /.test(line))
          .slice(0, 6)
          .map((line) => line.trim().replace(/\(?(?:file:\/\/)?[^ ()]*\/(?=[^/]+$)/, '('))
      : []
  return {
    procedure,
    error: cause instanceof Error ? cause.constructor.name : typeof cause,
    ...(typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,60}$/.test(code) && { code }),
    ...(cause instanceof ValidationError && { fields: fieldCodes(cause.issues) }),
    frames,
  }
}

/**
 * Turns whatever a call threw into an error that the contract declares and writes it down. Anything unforeseen becomes INTERNAL with only a
 * reference; its class, code and places stand in the log.
 */
export function toRefusal(error: unknown, procedure: string, errorMap: ErrorMap, needs: Pick<IpcNeeds, 'log' | 'knownFailure'>): ORPCError<string, unknown> {
  const refused = (refusal: ORPCError<string, unknown>): ORPCError<string, unknown> => {
    const data = refusal.data as { ref?: string; fields?: FieldCode[] } | undefined
    needs.log.refused(data?.ref ?? '', { procedure, code: refusal.code, ...(data?.fields && { fields: data.fields }) })
    return refusal
  }
  if (error instanceof ORPCError && error.defined && error.code in errorMap && error.code !== 'INTERNAL') return refused(error)
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST' && error.cause instanceof ValidationError)
    return refused(refuse(errorMap, 'INVALID', { fields: fieldCodes(error.cause.issues) }))
  const known = needs.knownFailure?.(error)
  if (known) return refused(refuse(errorMap, known.code, known.code === 'INVALID' ? { fields: known.fields ?? [] } : {}))
  const ref = newRef()
  needs.log.error(ref, factsOf(procedure, error), error instanceof ORPCError && error.cause ? error.cause : error)
  return refuse(errorMap, 'INTERNAL', { ref })
}
