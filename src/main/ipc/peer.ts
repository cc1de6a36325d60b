import { ORPCError } from '@orpc/contract'
import type { Router } from '@orpc/server'
import { StandardRPCHandler } from '@orpc/server/standard'
import { createServerPeerHandleRequestFn } from '@orpc/server/standard-peer'
import { ServerPeer } from '@orpc/standard-server-peer'
import { commonErrors } from '../../shared/contract/procedure.js'
import type { Connection } from './needs.js'
import { refuse } from './refusals.js'

/** A two-way line of messages: a WebSocket or a MessagePort. */
export interface Line {
  send(message: string | Uint8Array): void
  onMessage(listener: (message: unknown) => void): void
  onClose(listener: () => void): void
  /** Ends the line because the other side does not speak the protocol, or asks for too much. */
  refuse(reason: 'malformed' | 'tooBig' | 'tooMany'): void
}

/** Longest message of a client, in characters; media never travel this way. */
export const maxMessageLength = 1_000_000
/** Calls and streams that one line may have open at a time. A screen needs a few dozen. */
const maxOpenCalls = 500

/** Calls that never reach a procedure because their envelope cannot be read get the same error as bad input. */
export const malformedCalls = async <Result>({ next }: { next: () => Promise<Result> }): Promise<Result> => {
  try {
    return await next()
  } catch (error) {
    throw error instanceof ORPCError ? error : refuse(commonErrors, 'INVALID', { fields: [{ path: '', code: 'malformed' }] })
  }
}

/**
 * Serves a router to lines of messages. oRPC's own WebSocket and port handlers are not used, because they print what they cannot parse, values
 * included, to the console, and let a malformed message on a port end the process with an unhandled rejection.
 */
export function peerServer(router: Router<never, Connection>): (line: Line, connection: Connection) => void {
  const handler = new StandardRPCHandler<Connection>(router as Router<never, Connection>, { interceptors: [malformedCalls] })
  return (line, connection) => {
    const handle = createServerPeerHandleRequestFn(handler, { context: connection })
    const peer = new ServerPeer((message) => line.send(message as string | Uint8Array))
    let openCount = 0
    line.onMessage(async (message) => {
      if (typeof message !== 'string') return line.refuse('malformed')
      if (message.length > maxMessageLength) return line.refuse('tooBig')
      if (openCount >= maxOpenCalls) return line.refuse('tooMany')
      openCount++
      try {
        await peer.message(message, handle)
      } catch {
        line.refuse('malformed')
      } finally {
        openCount--
      }
    })
    line.onClose(() => peer.close())
  }
}
