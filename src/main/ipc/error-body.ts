import { newRef } from './refusals.js'

/** Body of every refusal over HTTP. */
export interface ErrorBody {
  code: string
  message: string
  retryable: boolean
  ref: string
  fields?: unknown
  conflicts?: unknown
}

/** Codes after which the same request can succeed later without a change. */
const retryableCodes = new Set(['RATE_LIMITED', 'UNAVAILABLE'])

/** The body of a refusal: exactly these members, whatever else the error holds. */
export function errorBody(code: string, message: string, data: { ref?: unknown; fields?: unknown; conflicts?: unknown } = {}): ErrorBody {
  return {
    code,
    message,
    retryable: retryableCodes.has(code),
    ...(data.fields !== undefined && { fields: data.fields }),
    ...(data.conflicts !== undefined && { conflicts: data.conflicts }),
    ref: typeof data.ref === 'string' ? data.ref : newRef(),
  }
}
