import type { Router } from '@orpc/server'
import type { DeclaredContract } from '../../shared/contract/procedure.js'
import type { Handlers } from '../features/handler.js'
import type { Connection, IpcNeeds } from './needs.js'
import { type Line, peerServer } from './peer.js'
import { createRouter } from './router.js'

/** A contract with everything that answers it; what a host serves. */
export interface Ipc {
  contract: DeclaredContract
  router: Router<never, Connection>
  needs: IpcNeeds
  /** Serves calls that arrive over a WebSocket or a MessagePort. */
  serve: (line: Line, connection: Connection) => void
}

/** Joins a contract, its handlers and what the calls between them need. Throws when a procedure has no handler. */
export function createIpc<Contract extends DeclaredContract>(contract: Contract, handlers: Handlers<Contract>, needs: IpcNeeds): Ipc {
  const router = createRouter(contract, handlers, needs) as unknown as Router<never, Connection>
  return { contract, router, needs, serve: peerServer(router) }
}
