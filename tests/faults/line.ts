import { createServer, connect as openSocket, type Socket } from 'node:net'

/**
 * A network line to a server: what runs over it can be cut, held as by a firewall that swallows packets, delayed, or robbed of its answers. Workstations
 * know its port only, so that behind it another server can take over.
 */
export interface Line {
  readonly port: number
  /** Leads new connections to another port. */
  leadTo(port: number): void
  /** Breaks every connection. */
  cut(): void
  /** Lets nothing through in either direction; connections stay open. */
  hold(): void
  /** Lets requests through and drops the answers; a connection that lost one is of no use any more and has to be cut. */
  swallowAnswers(): void
  /** Hands everything on so many milliseconds later. */
  delay(ms: number): void
  /** Lets everything through again, also what was held. */
  pass(): void
  close(): Promise<void>
}

type Manner = { kind: 'pass' } | { kind: 'hold' } | { kind: 'swallow' } | { kind: 'delay'; ms: number }

/** Opens a line to a port of this machine. */
export async function openLine(target: number): Promise<Line> {
  let leadsTo = target
  let manner: Manner = { kind: 'pass' }
  const pairs = new Set<Pair>()
  const server = createServer((client) => {
    const pair: Pair = new Pair(client, openSocket({ host: '127.0.0.1', port: leadsTo, noDelay: true }), () => manner, () => pairs.delete(pair))
    pairs.add(pair)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const change = (next: Manner) => {
    manner = next
    for (const pair of pairs) pair.handOn()
  }
  const cut = () => {
    for (const pair of pairs) pair.end()
  }
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    leadTo: (port) => {
      leadsTo = port
    },
    cut,
    hold: () => change({ kind: 'hold' }),
    swallowAnswers: () => change({ kind: 'swallow' }),
    delay: (ms) => change({ kind: 'delay', ms }),
    pass: () => change({ kind: 'pass' }),
    close: () => {
      cut()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** One connection and its other half behind the line. */
class Pair {
  /** What waits to be handed on, in order. */
  readonly #held: { to: Socket; bytes: Buffer }[] = []

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    private readonly manner: () => Manner,
    private readonly onEnd: () => void,
  ) {
    client.setNoDelay(true)
    client.on('data', (bytes) => this.#take(server, bytes, false))
    server.on('data', (bytes) => this.#take(client, bytes, true))
    for (const socket of [client, server]) socket.on('error', () => undefined).on('close', () => this.#closed())
  }

  /** Hands on what is held, where nothing holds it any more. */
  handOn(): void {
    if (this.manner().kind === 'hold') return
    if (this.client.destroyed || this.server.destroyed) return this.end()
    for (const { to, bytes } of this.#held.splice(0)) to.write(bytes)
  }

  end(): void {
    this.client.destroy()
    this.server.destroy()
    this.onEnd()
  }

  /** An end that comes while everything is held is not seen by the other side either. */
  #closed(): void {
    if (this.manner().kind !== 'hold') this.end()
  }

  #take(to: Socket, bytes: Buffer, isAnswer: boolean): void {
    const manner = this.manner()
    if (manner.kind === 'swallow' && isAnswer) return
    if (manner.kind === 'pass' || manner.kind === 'swallow') return void to.write(bytes)
    this.#held.push({ to, bytes })
    if (manner.kind === 'delay') setTimeout(() => this.#next(), manner.ms)
  }

  #next(): void {
    const next = this.#held.shift()
    next?.to.write(next.bytes)
  }
}
