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

/** A route that is no procedure: health, uploads and downloads. */
export interface ExtraRoute {
  name: string
  method: string
  path: string
  summary: string
  isPublic?: boolean
  /** Whether the body is a file. */
  takesFile?: boolean
}

/** The REST interface as an OpenAPI 3.1 document: every procedure of the contract below `/api/v1`, and the routes that the host adds. */
export async function describeApi(contract: DeclaredContract, version: string, extra: readonly ExtraRoute[] = []): Promise<OpenAPI.Document> {
  const document = await new OpenAPIGenerator({ schemaConverters: [schemaConverter] }).generate(contract, {
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
  const paths = (document.paths ??= {}) as Record<string, Record<string, OpenAPI.OperationObject>>
  for (const route of extra) paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) }
  return document
}

const anything = { content: { '*/*': { schema: { type: 'string' as const, format: 'binary' } } } }

function operationOf({ name, path, summary, isPublic, takesFile }: ExtraRoute): OpenAPI.OperationObject {
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => ({
    name: parameter,
    in: 'path',
    required: true,
    schema: { type: 'string' as const },
  }))
  const refusal = { description: 'Refused', content: { 'application/json': { schema: errorBody } } }
  return {
    operationId: name,
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(takesFile && { requestBody: { required: true, ...anything } }),
    ...(isPublic && { security: [] }),
    responses: { '200': { description: 'OK', ...anything }, default: refusal },
  }
}
