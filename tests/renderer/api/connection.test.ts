import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import { RPCHandler } from '@orpc/server/message-port'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Connection, ConnectionLost, createConnection, type OpenTransport } from '../../../src/renderer/api/connection.js'
import { follow } from '../../../src/renderer/api/streams.js'
import type { AppContract } from '../../../src/shared/contract/index.js'
import type { Changes } from '../../../src/shared/contract/streams.js'
import { MemoryWorkstation } from '../support/memory-workstation.js'

/** A workstation behind real message ports; each port can be cut, and the workstation can be away. */
function portsTo(workstation: MemoryWorkstation) {
  const handler = new RPCHandler(workstation.router())
  const session = { userId: workstation.accounts[0]?.id ?? '', isLocked: false }
  let cut: () => void = () => undefined
  const state = { isAway: false, opened: 0 }
  const open: OpenTransport = async () => {
    if (state.isAway) throw new Error('away')
    state.opened += 1
    const { port1, port2 } = new MessageChannel()
    handler.upgrade(port2, { context: { session } })
    port2.start()
    const closed = new Promise<void>((resolve) => port1.addEventListener('close', () => resolve(), { once: true }))
    const link = new RPCLink({ port: port1 })
    port1.start()
    cut = () => port2.close()
    return { link, closed, close: () => port1.close() }
  }
  return { open, state, cut: () => cut() }
}

let connection: Connection | undefined
afterEach(() => connection?.close())

function connect(patienceMs = 2000) {
  const workstation = new MemoryWorkstation({ patientCount: 3 })
  const ports = portsTo(workstation)
  connection = createConnection(ports.open, { delaysMs: [5, 10], patienceMs })
  const api: ContractRouterClient<AppContract> = createORPCClient(connection.link)
  connection.start()
  return { workstation, ports, connection, api }
}

describe('the line to the workstation', () => {
  test('a call made before it is open waits for it', async () => {
    const { api } = connect()
    expect((await api.patients.list({ limit: 2 })).items).toHaveLength(2)
  })

  test('opens again by itself after it broke', async () => {
    const { api, ports, connection } = connect()
    await api.session.welcome()
    ports.cut()
    await vi.waitFor(() => expect(ports.state.opened).toBe(2), { timeout: 20_000 })
    await connection.whenOpen()
    expect((await api.session.welcome()).state).toBe('signedIn')
  })

  test('a call made while the workstation is away fails as one that may be repeated', async () => {
    const { api, ports } = connect(40)
    await api.session.welcome()
    ports.state.isAway = true
    ports.cut()
    await vi.waitFor(() => expect(connection?.state().status).not.toBe('open'), { timeout: 20_000 })
    await expect(api.session.welcome()).rejects.toBeInstanceOf(ConnectionLost)
    await expect(api.session.welcome()).rejects.toMatchObject({ code: 'DISCONNECTED', retryable: true })
  })

  test('errors of the contract stay what they are', async () => {
    const { api } = connect()
    await expect(api.patients.get({ id: '0198a7d0-0000-7000-8000-00000000dead' })).rejects.toMatchObject({ code: 'NOT_FOUND', defined: true, status: 404 })
  })

  test('reconnecting opens a new line at once', async () => {
    const { api, ports, connection } = connect()
    await api.session.welcome()
    await connection.reconnect()
    expect(ports.state.opened).toBe(2)
  })

  test('a followed stream goes on after a break and says that events may be missing', async () => {
    const { api, ports, workstation, connection } = connect()
    const events: Changes[] = []
    const onResume = vi.fn()
    const end = new AbortController()
    const following = follow(connection, (signal) => api.streams.changes(undefined, { signal }), {
      onEvent: (event) => events.push(event),
      onResume,
      signal: end.signal,
      pauseMs: 5,
    })
    const touch = (seq: number) => workstation.changes.send({ seq, records: [] })
    await vi.waitFor(() => {
      touch(1)
      expect(events.length).toBeGreaterThan(0)
    })
    ports.cut()
    await vi.waitFor(() => {
      touch(2)
      expect(events.at(-1)?.seq).toBe(2)
    })
    expect(onResume).toHaveBeenCalledTimes(1)
    end.abort()
    await following
  })
})
