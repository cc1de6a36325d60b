import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink as FetchLink } from '@orpc/client/fetch'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import { type ContractRouterClient, ORPCError } from '@orpc/contract'
import type { JsonifiedClient } from '@orpc/openapi-client'
import { OpenAPILink } from '@orpc/openapi-client/fetch'
import { WebSocket } from 'ws'
import { memoryCarrier } from '../../src/main/ipc/carriers.js'
import type { Ipc } from '../../src/main/ipc/ipc.js'
import { connectPort, type ServedPort } from '../../src/main/ipc/message-port.js'
import { contract } from '../../src/shared/contract/index.js'

/** The typed client as the renderer has it. */
export type Api = ContractRouterClient<typeof contract>

/** A client and how to hang it up. */
export interface Connected {
  api: Api
  close(): void
}

/** A client on a port, as a desktop window has it. */
export function portClient(ipc: Ipc, token?: string): Connected {
  const { port1, port2 } = new MessageChannel()
  connectPort(ipc, port2 as unknown as ServedPort, memoryCarrier(token))
  const api: Api = createORPCClient(new PortLink({ port: port1 as unknown as MessagePort }))
  port1.start()
  return { api, close: () => port1.close() }
}

/** A client on a WebSocket, as a browser has it. */
export function socketClient(url: string, token?: string): Connected {
  const websocket = new WebSocket(`${url.replace('http', 'ws')}/rpc`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })
  const api: Api = createORPCClient(new SocketLink({ websocket: websocket as unknown as globalThis.WebSocket }))
  return { api, close: () => websocket.close() }
}

/** A client on plain HTTP below `/rpc`. */
export function httpClient(url: string, token?: string): Connected {
  return {
    api: createORPCClient<Api>(new FetchLink({ url: `${url}/rpc`, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })),
    close: () => {},
  }
}

/** A client that speaks the REST interface, as another program's would. */
export function restClient(url: string, token?: string): Connected {
  const link = new OpenAPILink(contract, {
    url: `${url}/api/v1`,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    customErrorResponseBodyDecoder: (body, { status, headers }) => {
      const { code, message, retryable: _, ...data } = body as { code: string; message: string; retryable: boolean; ref: string }
      const retryAfter = headers['retry-after']
      return new ORPCError(code, {
        defined: true,
        status,
        message,
        data: { ...data, ...(retryAfter !== undefined && { retryAfterSeconds: Number(retryAfter) }) },
      })
    },
  })
  return { api: createORPCClient<JsonifiedClient<Api>>(link) as unknown as Api, close: () => {} }
}
