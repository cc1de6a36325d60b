import { EventEmitter, once } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { expect, test } from 'vitest'
import { memoryCarrier } from '../../../src/main/ipc/carriers.js'
import { connectPort, type ServedPort } from '../../../src/main/ipc/message-port.js'
import type { Api } from '../../support/api-client.js'
import { canary, InMemoryClinic } from '../../support/in-memory-clinic.js'

/** A pair of ports, the served one as Electron's main process has it: an emitter that wraps the data in an event. */
function electronPorts(): { served: ServedPort; page: import('node:worker_threads').MessagePort } {
  const { port1: page, port2 } = new MessageChannel()
  const emitter = new EventEmitter()
  const served = Object.assign(emitter, {
    postMessage: (message: unknown) => port2.postMessage(message),
    start: () => {
      port2.on('message', (data) => emitter.emit('message', { data }))
      port2.on('close', () => emitter.emit('close'))
    },
    close: () => port2.close(),
  })
  return { served: served as unknown as ServedPort, page }
}

test('a port of the desktop shell carries calls, and its session outlives a reload of the window', async () => {
  const clinic = new InMemoryClinic()
  const ipc = clinic.ipc()
  const carrier = memoryCarrier()
  const open = (): Api => {
    const { served, page } = electronPorts()
    connectPort(ipc, served, carrier)
    const api: Api = createORPCClient(new RPCLink({ port: page as unknown as MessagePort }))
    page.start()
    return api
  }
  await open().session.signIn({ username: 'reception', password: 'correct horse' })
  expect(await open().session.welcome()).toMatchObject({ state: 'signedIn' })
})

test('closing the window ends its streams', async () => {
  const clinic = new InMemoryClinic()
  const { served, page } = electronPorts()
  connectPort(clinic.ipc(), served, memoryCarrier(clinic.signIn('reception')))
  const api: Api = createORPCClient(new RPCLink({ port: page as unknown as MessagePort }))
  page.start()
  const waiting = (await api.streams.changes()).next().catch(() => 'ended')
  await expect.poll(() => clinic.listenerCount).toBe(1)
  page.close()
  await expect.poll(() => clinic.listenerCount).toBe(0)
  await waiting
})

test.each(['not json', '[]', '{"i":"1","p":{"u":"http://"}}', new Uint8Array([255]), { i: '1', p: { u: '/patients/list' } }, null, 5])(
  'a malformed message closes the port and ends nothing else: %j',
  async (message) => {
    const { served, page } = electronPorts()
    connectPort(new InMemoryClinic().ipc(), served)
    page.start()
    page.postMessage(message)
    await once(page, 'close')
  },
)

test('a call under way when the window goes still ends, and its failure is written down without its values', async () => {
  const clinic = new InMemoryClinic()
  const held = Promise.withResolvers<void>()
  clinic.beforeRegister = () => held.promise
  const { served, page } = electronPorts()
  connectPort(clinic.ipc(), served, memoryCarrier(clinic.signIn('reception')))
  const api: Api = createORPCClient(new RPCLink({ port: page as unknown as MessagePort }))
  page.start()
  const call = api.patients.register({ familyName: 'Okafor' }).catch(() => undefined)
  await expect.poll(() => clinic.runCount).toBe(1)
  page.close()
  held.reject(new Error(canary))
  await call
  await expect.poll(() => clinic.log.length).toBe(1)
  expect(JSON.stringify(clinic.log)).not.toContain(canary)
})
