import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@playwright/test'
import { isRequestAllowed } from '../../src/main/electron/request-filter.js'
import type { Running } from './support/launch.js'
import { launchFixture } from './support/subject.js'

let running: Running
let server: Server
let address: string
const received: string[] = []

test.beforeAll(async () => {
  server = createServer((request, response) => {
    received.push(request.url ?? '')
    response.setHeader('Access-Control-Allow-Origin', '*').end('answer')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  // Without its content policy the page has only the request filter between itself and the network.
  running = await launchFixture({ bypassCSP: true })
})
test.afterAll(async () => {
  await running?.end()
  server.close()
})

test('nothing the page asks for reaches a server, even without its content policy', async () => {
  // Chromium has reasons of its own to refuse a server on this computer; only the filter's counts.
  const reasons: string[] = []
  running.page.on('requestfailed', (request) => reasons.push(`${new URL(request.url()).pathname} ${request.failure()?.errorText.replace('.Inspector', '')}`))
  const outcome = await running.page.evaluate(async (base) => {
    const failed = (make: (settle: (result: string) => void) => void) => new Promise<string>(make)
    const load = (element: HTMLImageElement | HTMLScriptElement, address: string) =>
      failed((settle) => {
        element.onload = () => settle('loaded')
        element.onerror = () => settle('refused')
        element.src = address
        document.body.append(element)
      })
    return {
      fetch: await fetch(`${base}/fetch`).then(
        () => 'loaded',
        () => 'refused',
      ),
      image: await load(new Image(), `${base}/image`),
      script: await load(document.createElement('script'), `${base}/script`),
    }
  }, address)
  expect(outcome).toEqual({ fetch: 'refused', image: 'refused', script: 'refused' })
  expect(reasons).toEqual(['/fetch net::ERR_BLOCKED_BY_CLIENT', '/image net::ERR_BLOCKED_BY_CLIENT', '/script net::ERR_BLOCKED_BY_CLIENT'])
  expect(received).toEqual([])
})

test('the own files and data the page made itself are let through', async () => {
  const outcome = await running.page.evaluate(async () => ({
    own: (await fetch('/')).status,
    blob: await (await fetch(URL.createObjectURL(new Blob(['made here'])))).text(),
    data: await (await fetch('data:text/plain,made here')).text(),
  }))
  expect(outcome).toEqual({ own: 200, blob: 'made here', data: 'made here' })
})

test('the filter knows its own origin from others', () => {
  for (const allowed of ['app://clinic/assets/x.js', 'blob:app://clinic/0198a7d0', 'data:image/png;base64,AA'])
    expect(isRequestAllowed(allowed), allowed).toBe(true)
  for (const refused of [
    'app://other/',
    'blob:https://evil/1',
    'blob:null/1',
    'https://clinic/',
    'http://127.0.0.1/',
    'ws://127.0.0.1/',
    'file:///etc/passwd',
    'chrome://version',
    'devtools://x',
    'ftp://x/',
    '',
  ])
    expect(isRequestAllowed(refused), refused).toBe(false)
})
