import type { contract } from '../../../shared/contract/index.js'
import type { Call, Handlers } from '../handler.js'
import type { Services } from '../services.js'

type ServerContract = typeof contract.settings.server

/**
 * The connection to the clinic's server. Addresses and files name what this workstation can reach, and trying them tells what is there: so they are
 * changed and tried on the workstation itself only, as the second place of backups is.
 */
export function serverHandlers({ server, store }: Services): Handlers<ServerContract> {
  const here = ({ context, errors }: Pick<Call<unknown, never>, 'context'> & { errors: { FORBIDDEN(options: { message: string }): Error } }) => {
    if (!context.isOnThisComputer) throw errors.FORBIDDEN({ message: 'The server can be set on the workstation itself only.' })
  }
  return {
    get: ({ context }) => ({ ...server.view(), canChange: context.isOnThisComputer }),
    set: (call) => {
      here(call)
      const { commandId: _, ...change } = call.input
      try {
        server.set(change)
      } catch (error) {
        throw refused(error, call.errors.INVALID)
      }
      const { userId, sessionId } = call.context.actor
      store.noteRead({ userId, sessionId, act: 'settings.server.set', detail: { fields: Object.keys(change).sort() } })
      return { ...server.view(), canChange: true }
    },
    test: async (call) => {
      here(call)
      const { commandId: _, ...change } = call.input
      try {
        return await server.test(change)
      } catch (error) {
        throw refused(error, call.errors.INVALID)
      }
    },
  }
}

type Fields = { path: string; code: string }[]

/** A refusal of the settings as the caller is to see it; anything else as it is. */
function refused(error: unknown, INVALID: (options: { message: string; data: { fields: Fields } }) => Error): unknown {
  if (!(error instanceof Error) || !('isPublic' in error) || !('fields' in error)) return error
  return INVALID({ message: error.message, data: { fields: [...(error.fields as Fields)] } })
}
