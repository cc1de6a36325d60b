import { createServer, connect as openSocket, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A line between clients and a server on this computer that can go wrong. */
export interface TcpProxy {
  readonly port: number
  /** From now on the client gets no answer any more, and no end either, as from a line that died in silence. Requests still arrive. */
  swallow(): void
  /** Nothing gets through in either direction; connections stay open, and what comes waits. */
  hold(): void
  /** Everything gets through so many milliseconds later. */
  delay(ms: number): void
  /** Lets everything through again, on new connections too, and what was held. */
  heal(): void
  /** Ends all connections. */
  cut(): void
  /** Leads new connections to another port. */
  leadTo(port: number): void
  /** Answers some requests itself: what it returns goes to the client, and the request nowhere. */
  answer: ((request: Buffer) => string | undefined) | undefined
}

type Manner = { kind: 'pass' | 'swallow' | 'hold' } | { kind: 'delay'; ms: number }

/** Starts a line to a port of this computer; it ends with the running test. */
export async function startProxy(target: number): Promise<TcpProxy> {
  const pairs = new Set<Pair>()
  let leadsTo = target
  let manner: Manner = { kind: 'pass' }
  const change = (next: Manner) => {
    manner = next
    for (const pair of pairs) pair.goOn()
  }
  const proxy: TcpProxy = {
    port: 0,
    swallow: () => change({ kind: 'swallow' }),
    hold: () => change({ kind: 'hold' }),
    delay: (ms) => change({ kind: 'delay', ms }),
    heal: () => change({ kind: 'pass' }),
    cut: () => {
      for (const pair of pairs) pair.end()
    },
    leadTo: (port) => {
      leadsTo = port
    },
    answer: undefined,
  }
  const server = createServer((client) => {
    const parts = { proxy, manner: () => manner, onEnd: (pair: Pair) => pairs.delete(pair) }
    pairs.add(new Pair(client, openSocket({ host: '127.0.0.1', port: leadsTo, noDelay: true }), parts))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  onTestFinished(() => {
    proxy.cut()
    server.close()
  })
  return Object.assign(proxy, { port: typeof address === 'object' && address ? address.port : 0 })
}

interface PairParts {
  proxy: TcpProxy
  manner(): Manner
  onEnd(pair: Pair): void
}

/** A client's connection and its other half. */
class Pair {
  /** What waits to be handed on, in order. */
  readonly #held: { to: Socket; bytes: Buffer }[] = []

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    private readonly parts: PairParts,
  ) {
    client.setNoDelay(true)
    client.on('data', (request) => this.#asked(request))
    server.on('data', (answer) => {
      if (this.parts.manner().kind !== 'swallow') this.#handOn(client, answer)
    })
    for (const socket of [client, server]) socket.on('error', () => undefined)
    client.once('close', () => this.end())
    server.once('close', () => this.#isSeen() && this.end())
  }

  /** Hands on what waits, and ends what has ended behind a line that did not show it. */
  goOn(): void {
    if (!this.#isSeen()) return
    for (const { to, bytes } of this.#held.splice(0)) to.write(bytes)
    if (this.server.destroyed) this.end()
  }

  end(): void {
    this.client.destroy()
    this.server.destroy()
    this.parts.onEnd(this)
  }

  /** Whether the client would see that its server has ended. */
  #isSeen(): boolean {
    const { kind } = this.parts.manner()
    return kind === 'pass' || kind === 'delay'
  }

  #asked(request: Buffer): void {
    const answer = this.parts.proxy.answer?.(request)
    if (answer === undefined) this.#handOn(this.server, request)
    else this.client.write(answer)
  }

  #handOn(to: Socket, bytes: Buffer): void {
    const manner = this.parts.manner()
    if (manner.kind === 'pass' || manner.kind === 'swallow') return void to.write(bytes)
    this.#held.push({ to, bytes })
    if (manner.kind === 'delay') setTimeout(() => this.#next(), manner.ms)
  }

  #next(): void {
    const next = this.#held.shift()
    next?.to.write(next.bytes)
  }
}
