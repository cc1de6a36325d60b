import { type ContractProcedure, type ErrorMap, type InferSchemaOutput, oc } from '@orpc/contract'
import { z } from 'zod'
import type { CacheCategory } from '../cache-categories.js'
import type { HoldsNeverCached } from '../never-cached.js'
import type { Permission } from '../permissions.js'

/**
 * What every procedure declares about itself. A procedure without it does not compile.
 * `audit` names whose record is read or changed: `patient` needs `patientId` or `id` in the input.
 */
export interface ProcedureMeta {
  permission: Permission
  /** A `query` changes nothing; a `command` takes a client-made `commandId` and is idempotent; a `stream` sends events. */
  type: 'query' | 'command' | 'stream'
  /** Cache category of the answer, `none` where a decision may hang on it. Queries only; the handler then does nothing but read records of the category's kinds. */
  cache: 'none' | CacheCategory
  /** Inputs with which the answer is not cached all the same: search texts, later pages. */
  uncachedWith?: readonly string[]
  /** The cached answer is the same for whoever may ask, so it is kept once for all roles; the handler is not told who asks. */
  isSameForAll?: true
  audit: 'none' | 'patient' | 'self'
  /** Rate limit class: `normal`, `costly` (100 in 15 minutes), `signIn` (few, slowed down). */
  limit: 'none' | 'normal' | 'costly' | 'signIn'
}

/** Data of every refusal: the reference also stands in the log; values of records never travel in errors. */
const reference = z.strictObject({ ref: z.string() })

/** Every way in which any procedure may refuse; procedures add none of their own, so that clients need to know only these. */
export const commonErrors = {
  UNAUTHORIZED: { status: 401, message: 'Sign in first.', data: reference },
  /** Somebody is signed in, but the screen is locked: only `public` procedures answer until it is unlocked. */
  LOCKED: { status: 401, message: 'The screen is locked; unlock it and try again.', data: reference },
  FORBIDDEN: { status: 403, message: 'Your role does not allow this.', data: reference },
  NOT_FOUND: { status: 404, message: 'There is no such record here.', data: reference },
  /** Erased on lawful request: it was here, and nothing of it is kept. */
  GONE: { status: 410, message: 'This was erased on lawful request; nothing of it is kept.', data: reference },
  CONFLICT: {
    status: 409,
    message: 'This clashes with something that is already there.',
    data: reference.extend({
      /** What it clashes with, e.g. `provider`, `chair`, `closed`, `number`, and the ids of the records concerned. */
      conflicts: z.array(z.strictObject({ code: z.string(), ids: z.array(z.string()) })),
    }),
  },
  INVALID: {
    status: 400,
    message: 'Something in the form is not right.',
    data: reference.extend({ fields: z.array(z.strictObject({ path: z.string(), code: z.string() })) }),
  },
  RATE_LIMITED: { status: 429, message: 'Too many requests; wait a little.', data: reference.extend({ retryAfterSeconds: z.int() }) },
  UNAVAILABLE: { status: 503, message: 'This is not available right now; nothing was changed.', data: reference },
  /** Anything unforeseen. What happened stands in the log under the reference, and nowhere else. */
  INTERNAL: { status: 500, message: 'Something went wrong; whether it was saved shows after reloading. Note the reference and tell support.', data: reference },
} satisfies ErrorMap

const base = oc.errors(commonErrors)

/** Begins the declaration of a procedure. Everything not said is the strict choice: no cache, no audit subject, normal limit. */
export const procedure = <const Cache extends ProcedureMeta['cache'] = 'none'>(
  meta: Omit<Partial<ProcedureMeta>, 'cache'> & { permission: Permission } & ({ type: 'query'; cache?: Cache } | { type: 'command' | 'stream'; cache?: never }),
) => base.$meta<ProcedureMeta & { cache: Cache }>({ audit: 'none', limit: 'normal', ...meta, cache: meta.cache ?? ('none' as Cache) })

/** Id that the client makes for a command: repeating the call with the same id returns the first answer and changes nothing. */
export const commandId = z.uuid().optional()

/** What the contract consists of: procedures, all with their meta, in named groups. */
export interface DeclaredContract {
  // biome-ignore lint/suspicious/noExplicitAny: procedures of any input, output and errors are listed here
  readonly [name: string]: ContractProcedure<any, any, any, ProcedureMeta> | DeclaredContract
}

/** Names of the cached procedures of a contract whose answer holds something that is never cached. */
type CachedByMistake<Contract> =
  Contract extends ContractProcedure<infer _Input, infer Output, infer _Errors, infer Meta>
    ? Meta extends { cache: 'none' }
      ? false
      : HoldsNeverCached<InferSchemaOutput<Output>>
    : true extends { [Name in keyof Contract]: CachedByMistake<Contract[Name]> }[keyof Contract]
      ? true
      : false

/** The whole list of procedures. One that caches what is never cached does not compile. */
export const declareContract = <Contract extends DeclaredContract>(
  contract: Contract & (true extends CachedByMistake<Contract> ? { mayNotBeCached: never } : unknown),
): Contract => contract

/** One page of a list; `nextCursor` is absent on the last one. */
export const page = <T extends z.ZodType>(item: T) => z.strictObject({ items: z.array(item), nextCursor: z.string().optional() })

/** Paging input of a list. */
export const paging = { cursor: z.string().max(500).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }

type Clearable<Shape> = {
  [Name in keyof Shape as Shape[Name] extends z.ZodOptional ? Name : never]: Shape[Name] extends z.ZodOptional<infer Inner>
    ? z.ZodOptional<z.ZodNullable<Inner>>
    : never
}

/** The optional fields of a shape, each of which an edit may also set to null to clear it. */
export const clearable = <Shape extends z.ZodRawShape>(shape: Shape): Clearable<Shape> =>
  Object.fromEntries(
    Object.entries(shape).flatMap(([name, schema]) =>
      schema instanceof z.ZodOptional ? [[name, (schema as z.ZodOptional<z.ZodType>).unwrap().nullable().optional()]] : [],
    ),
  ) as unknown as Clearable<Shape>
