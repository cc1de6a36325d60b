import { type ContractProcedure, isContractProcedure } from '@orpc/contract'
import { Procedure, type Router } from '@orpc/server'
import type { DeclaredContract, ProcedureMeta } from '../../shared/contract/procedure.js'
import type { Actor, Call, CallContext, CommandKey, Handlers } from '../features/handler.js'
import { admit, checkPermission } from './admission.js'
import { CallClock } from './call-clock.js'
import { isDeeperThan, maxDepth } from './depth.js'
import type { Connection, IpcNeeds, Resolved } from './needs.js'
import { refusalsOf, refuse, toRefusal } from './refusals.js'
import { CommandIdReused, hashOf, RepeatedCommands } from './repeated-commands.js'
import { guardedStream } from './streams.js'

// biome-ignore lint/suspicious/noExplicitAny: schemas and errors differ from procedure to procedure
type AnyDeclared = ContractProcedure<any, any, any, ProcedureMeta>
// biome-ignore lint/suspicious/noExplicitAny: the contract types each handler; here they are all called alike
type AnyHandler = (call: Call<unknown, any>) => unknown

/** What the middlewares of one call hand on to each other and to the handler. */
interface Admitted extends Connection {
  session: Resolved
  command: CommandKey | undefined
  clock: CallClock
}

interface Step<Context> {
  context: Context
  path: readonly string[]
  signal?: AbortSignal
  next: (options?: { context?: Partial<Admitted> }) => Promise<{ output: unknown; context: object }> | { output: unknown; context: object }
}

const isStream = (output: unknown): output is AsyncIterator<unknown> => typeof output === 'object' && output !== null && Symbol.asyncIterator in output

/**
 * The router of a contract: every call passes session → permission → rate limit, then validation of its input, then the cache, then the handler, then the
 * row of the access log for a read. A command with an id is carried out once. Whatever is thrown leaves as an error that the contract declares.
 * Throws when a procedure has no handler.
 */
export function createRouter<Contract extends DeclaredContract>(
  contract: Contract,
  handlers: Handlers<Contract>,
  needs: IpcNeeds,
): Router<Contract, Connection> {
  const repeated = new RepeatedCommands(needs.commands)
  const walk = (declared: DeclaredContract | AnyDeclared, handler: unknown, path: readonly string[]): unknown => {
    if (isContractProcedure(declared)) {
      if (typeof handler !== 'function') throw new Error(`The procedure ${path.join('.')} has no handler.`)
      return procedureOf(declared as AnyDeclared, handler as AnyHandler, path.join('.'), repeated, needs)
    }
    const branch = (handler ?? {}) as Record<string, unknown>
    return Object.fromEntries(Object.entries(declared as DeclaredContract).map(([name, child]) => [name, walk(child, branch[name], [...path, name])]))
  }
  return walk(contract, handlers, []) as Router<Contract, Connection>
}

function procedureOf(declared: AnyDeclared, handler: AnyHandler, name: string, repeated: RepeatedCommands, needs: IpcNeeds): unknown {
  const { meta, errorMap } = declared['~orpc']
  const errors = refusalsOf(errorMap)

  /** Outermost: admission before the input is even looked at, and the only place where errors are shaped. */
  const boundary = async ({ context, signal, next }: Step<Connection>, input: unknown) => {
    const clock = new CallClock()
    const shaped = (error: unknown) => toRefusal(error, name, errorMap, needs)
    const note = (outcome: string, ref?: string) => needs.calls?.note({ procedure: name, ms: clock.ms, stages: { ...clock.stages }, outcome, ref })
    try {
      const session = await admit(context, name, meta, errorMap, needs, clock)
      clock.mark('limit')
      if (isDeeperThan(input, maxDepth)) throw refuse(errorMap, 'INVALID', { fields: [{ path: '', code: 'tooDeep' }] })
      const result = await next({ context: { session, clock } })
      clock.mark('output')
      note('ok')
      if (!isStream(result.output)) return result
      return {
        ...result,
        output: guardedStream(result.output, { signal: signal ?? new AbortController().signal, check: () => watch(context), toRefusal: shaped }),
      }
    } catch (error) {
      const refusal = shaped(error)
      clock.mark('output')
      // A handler may slow a caller down as the admission does: transports that have a header for it say so too.
      const { retryAfterSeconds, ref } = (refusal.data ?? {}) as { retryAfterSeconds?: unknown; ref?: string }
      note(refusal.code, ref)
      if (refusal.code === 'RATE_LIMITED' && typeof retryAfterSeconds === 'number') context.onRetryAfter?.(retryAfterSeconds)
      throw refusal
    }
  }

  const watch = async ({ carrier }: Connection) => {
    const token = carrier.token()
    checkPermission(token === undefined ? undefined : await needs.sessions.resolve(token, needs.now(), 'watch'), meta, errorMap)
  }

  /** The answer of a cached procedure with where it came from; undefined where this call is not cached. */
  const answered = async (input: unknown, { role }: Actor, next: Step<Admitted>['next'], clock: CallClock) => {
    if (meta.cache === 'none' || meta.uncachedWith?.some((field) => (input as Record<string, unknown>)[field] !== undefined)) return undefined
    const carryOut = async () => {
      clock.mark('cache')
      // Not told who asks, the handler cannot give anybody an answer that is not for all.
      return (await next(meta.isSameForAll && { context: { session: undefined } })).output
    }
    const kept = await needs.answers?.answer({ procedure: name, category: meta.cache, input, role: meta.isSameForAll ? undefined : role }, carryOut)
    clock.mark('cache')
    return kept && { output: { ...(kept.answer as object), freshness: kept.freshness }, context: {} }
  }

  /** Around the handler, with validated input: repeated commands, and the access log's row before a read is handed out. */
  const inner = async ({ context, next }: Step<Admitted>, input: unknown) => {
    const { clock } = context
    clock.mark('input')
    const actor = typeof context.session === 'object' ? context.session : undefined
    const id = meta.type === 'command' && actor ? commandIdOf(context, input, (fields) => refuse(errorMap, 'INVALID', { fields })) : undefined
    if (actor && id !== undefined) {
      const command = { id, inputHash: hashOf(name, input) }
      const carryOut = async () => (await next({ context: { command } })).output
      try {
        return { output: await repeated.once(command, name, actor.userId, carryOut), context: {} }
      } catch (error) {
        throw error instanceof CommandIdReused ? refuse(errorMap, 'INVALID', { fields: [{ path: 'commandId', code: 'reused' }] }) : error
      }
    }
    const result = (actor && (await answered(input, actor, next, clock))) ?? (await next())
    const patientId = meta.audit === 'patient' && meta.type !== 'command' ? patientIdOf(input, result.output) : undefined
    if (actor && patientId !== undefined) await needs.audit.read({ actor, procedure: name, patientId })
    return result
  }

  return new Procedure({
    ...declared['~orpc'],
    // The middlewares' types in oRPC are generic over every schema; the two above are checked by `Step`.
    middlewares: [boundary, inner] as never,
    inputValidationIndex: 1,
    // Outside `inner`, so that the kept answer of a repeated command is checked like a fresh one.
    outputValidationIndex: 1,
    handler: async ({ input, context, signal }) => {
      const { clock } = context as Admitted
      try {
        return await handler({
          input,
          context: contextOf(context as Admitted, () => refuse(errorMap, 'UNAUTHORIZED')),
          errors,
          signal: signal ?? new AbortController().signal,
        })
      } finally {
        clock.mark('handler')
      }
    },
  })
}

function contextOf({ session, address, isOnThisComputer, carrier, command }: Admitted, unauthorized: () => Error): CallContext {
  return {
    get actor() {
      if (typeof session !== 'object') throw unauthorized()
      return session
    },
    session,
    address,
    isOnThisComputer,
    carrier,
    command,
  }
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

function commandIdOf({ idempotencyKey }: Connection, input: unknown, invalid: (fields: { path: string; code: string }[]) => Error): string | undefined {
  const given = (input as { commandId?: unknown } | undefined)?.commandId
  const inInput = typeof given === 'string' ? given.toLowerCase() : undefined
  if (idempotencyKey === undefined) return inInput
  if (!uuid.test(idempotencyKey)) throw invalid([{ path: 'Idempotency-Key', code: 'invalid_format' }])
  if (inInput !== undefined && inInput !== idempotencyKey.toLowerCase()) throw invalid([{ path: 'commandId', code: 'differsFromHeader' }])
  return idempotencyKey.toLowerCase()
}

/** Whose record was read: named by the input, or by what was found under an id of another kind, or the patient found under its own id. */
function patientIdOf(input: unknown, output: unknown): string | undefined {
  const given = (input ?? {}) as { patientId?: unknown; id?: unknown }
  const found = (output ?? {}) as { patientId?: unknown; id?: unknown }
  return [given.patientId, found.patientId, given.id === found.id ? given.id : undefined].find((id): id is string => typeof id === 'string')
}
