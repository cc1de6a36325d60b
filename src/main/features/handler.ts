import type { ContractProcedure, ErrorMap, ErrorMapItem, InferSchemaInput, InferSchemaOutput, ORPCError } from '@orpc/contract'
import type { commonErrors, ProcedureMeta } from '../../shared/contract/procedure.js'
import type { Role } from '../../shared/permissions.js'

/** Who acts: the staff account behind a session. Goes into audit and operations; hold no more of the account than this. */
export interface Actor {
  userId: string
  username: string
  displayName: string
  role: Role
  sessionId: string
}

/**
 * Where a connection holds its session token: the cookie or bearer header of a web request, the memory of a window's port.
 * Handlers of sign-in and sign-out are the only ones that write to it.
 */
export interface SessionCarrier {
  /** The token that came with this call; undefined when nobody has signed in on this connection. */
  token(): string | undefined
  /** Makes later calls of this connection carry `token` until `expiresAt` (ISO instant). */
  keep(token: string, expiresAt: string): void
  /** Makes later calls of this connection carry no token. */
  drop(): void
}

/** Id of a command as its client made it, and a hash of procedure and input that tells a repetition from another command under the same id. */
export interface CommandKey {
  id: string
  inputHash: string
}

/** What a handler knows of the call apart from its input. */
export interface CallContext {
  /** The signed-in user. Throws UNAUTHORIZED when there is none, which can happen in `public` procedures only. */
  readonly actor: Actor
  /** State of the session behind the carrier's token: its user, `locked`, or undefined. For `public` procedures, which have no certain actor. */
  readonly session: Actor | 'locked' | undefined
  /** Network address of the caller, `port` for a window of this process. For limits and audit, never shown to others. */
  readonly address: string
  /** Whether the caller sits at this computer: a window of this process, or the loopback interface. */
  readonly isOnThisComputer: boolean
  readonly carrier: SessionCarrier
  /**
   * Set when the client gave its command an id. Pass it on to `store.write`, which keeps the answer in the same transaction: what the write
   * returns must then be the procedure's output.
   */
  readonly command: CommandKey | undefined
}

type WithoutRef<Data> = unknown extends Data ? Data : Omit<Data, 'ref'> & { ref?: string }
type RefusalOptions<Data> = { message?: string; cause?: unknown } & (Record<never, never> extends WithoutRef<Data>
  ? { data?: WithoutRef<Data> }
  : { data: WithoutRef<Data> })
type Refusal<Code extends string, Data> =
  Record<never, never> extends RefusalOptions<Data>
    ? (options?: RefusalOptions<Data>) => ORPCError<Code, Data>
    : (options: RefusalOptions<Data>) => ORPCError<Code, Data>

/** Makers of a procedure's declared errors: `throw errors.NOT_FOUND()`. The reference is filled in; a `message` must hold no value of a record. */
export type Refusals<Errors extends ErrorMap> = {
  [Code in keyof Errors & string]: Errors[Code] extends ErrorMapItem<infer Data> ? Refusal<Code, InferSchemaInput<Data>> : never
}

/** One call: validated input, context, the errors that the procedure declares, and a signal that aborts when the caller has gone. */
export interface Call<Input, Errors extends ErrorMap> {
  input: Input
  context: CallContext
  errors: Refusals<Errors>
  signal: AbortSignal
}

/** What implements a contract: the same tree with a plain function for each procedure. Streams return an async iterator, e.g. of an async generator. */
export type Handlers<Contract> =
  Contract extends ContractProcedure<infer Input, infer Output, infer Errors, infer _Meta>
    ? (call: Call<InferSchemaOutput<Input>, Errors>) => InferSchemaInput<Output> | Promise<InferSchemaInput<Output>>
    : { [Name in keyof Contract]: Handlers<Contract[Name]> }

/** What a binary route sends: a value as JSON, or content of which a part may be asked for. */
export type BinaryReply =
  | { status: 200 | 201 | 204; json?: unknown }
  | {
      size: number
      /** Media type, e.g. `image/jpeg`. */
      type: string
      /** Name of these exact bytes, e.g. their hash; lets a browser keep them and ask again cheaply. */
      etag?: string
      /** With a name the browser saves the content as a file in place of showing it. */
      downloadName?: string
      /** Opens the bytes from `start` to `end`, both inclusive. */
      open: (range: { start: number; end: number }) => AsyncIterable<Uint8Array>
      /** Whose record this is, for the access log. */
      patientId?: string
    }

/** One request of a binary route, already admitted. */
export interface BinaryRequest {
  actor: Actor
  params: Record<string, string>
  query: URLSearchParams
  /** Media type that the sender claims; look at the bytes before believing it. */
  contentType: string | undefined
  /** The upload as it arrives; ends with an error when it is longer than the route allows or stalls. */
  body: AsyncIterable<Uint8Array>
  errors: Refusals<typeof commonErrors>
  signal: AbortSignal
}

/** An upload or download that is no procedure, because its content is bytes. Goes through the same admission and access log as a procedure. */
export interface BinaryRoute {
  /** Name for limits and the access log, e.g. `media.content`. */
  name: string
  method: 'GET' | 'POST' | 'PUT'
  /** Path below `/api/v1`, e.g. `/media/{id}/content`. */
  path: string
  permission: ProcedureMeta['permission']
  limit?: ProcedureMeta['limit']
  /** Greatest upload in bytes; uploads are refused without it. */
  maxBytes?: number
  handle: (request: BinaryRequest) => Promise<BinaryReply>
}
