import { type OpenAPI, OpenAPIGenerator } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import type { DeclaredContract } from '../../shared/contract/procedure.js'

/** Reads zod schemas, for the description of the interface and for query parameters that arrive as text. */
export const schemaConverter = new ZodToJsonSchemaConverter()

const errorBody = {
  type: 'object' as const,
  required: ['code', 'message', 'retryable', 'ref'],
  properties: {
    code: { type: 'string' as const },
    message: { type: 'string' as const },
    retryable: { type: 'boolean' as const, description: 'Whether the same call can succeed later without any change.' },
    ref: { type: 'string' as const, description: 'Stands in the log beside what happened.' },
    fields: {
      type: 'array' as const,
      items: { type: 'object' as const, required: ['path', 'code'], properties: { path: { type: 'string' as const }, code: { type: 'string' as const } } },
    },
    conflicts: {
      type: 'array' as const,
      items: {
        type: 'object' as const,
        required: ['code', 'ids'],
        properties: { code: { type: 'string' as const }, ids: { type: 'array' as const, items: { type: 'string' as const } } },
      },
    },
  },
}

/** The REST interface as an OpenAPI 3.1 document: every procedure of the contract below `/api/v1`, and the routes that the host adds. */
export function describeApi(contract: DeclaredContract, version: string): Promise<OpenAPI.Document> {
  return new OpenAPIGenerator({ schemaConverters: [schemaConverter] }).generate(contract, {
    info: { title: 'MedInsight Hub', version, description: 'A command takes an `Idempotency-Key` header with a UUID; repeating it returns the first answer.' },
    servers: [{ url: '/api/v1' }],
    security: [{ bearer: [] }, { cookie: [] }],
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'medinsight', description: 'Set by `POST /session`; the name ends in the port.' },
      },
    },
    customErrorResponseBodySchema: () => errorBody,
  })
}
