import { createServer, connect as openSocket, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A line between a client and a server on this computer that can go wrong. */
export interface TcpProxy {
  readonly port: number
  /** From now on the client gets no answer any more, and no end either, as from a line that died in silence. Requests still arrive. */
  swallow(): void
  /** Lets everything through again, on new connections too. */
  heal(): void
  /** Ends all connections. */
  cut(): void
  /** Answers some requests itself: what it returns goes to the client, and the request nowhere. */
  answer: ((request: Buffer) => string | undefined) | undefined
}

/** Starts a line to a port of this computer; it ends with the running test. */
export async function startProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let isSwallowing = false
  const proxy: TcpProxy = {
    port: 0,
    swallow: () => {
      isSwallowing = true
    },
    heal: () => {
      isSwallowing = false
    },
    cut: () => {
      for (const socket of sockets) socket.destroy()
    },
    answer: undefined,
  }
  const server = createServer((client) => {
    const upstream = openSocket(target, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => sockets.delete(socket))
    }
    client.on('data', (request) => {
      const answer = proxy.answer?.(request)
      if (answer === undefined) upstream.write(request)
      else client.write(answer)
    })
    upstream.on('data', (reply) => {
      if (!isSwallowing) client.write(reply)
    })
    client.once('close', () => upstream.destroy())
    upstream.once('close', () => {
      if (!isSwallowing) client.destroy()
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  onTestFinished(() => {
    proxy.cut()
    server.close()
  })
  return Object.assign(proxy, { port: typeof address === 'object' && address ? address.port : 0 })
}
