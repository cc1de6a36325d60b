import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findChromium } from '../../../scripts/programs.mjs'
import { startWebHost, type WebHost } from '../../../src/main/web/server.js'
import { InMemoryClinic } from '../../support/in-memory-clinic.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

let browser: Browser
beforeAll(async () => {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  browser = await chromium.launch({
    executablePath: findChromium(),
    args: [...asRoot, '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
})
afterAll(() => browser.close())

/** A workstation with a page that reports what its policy blocked. */
async function startWorkstation(): Promise<{ clinic: InMemoryClinic; host: WebHost }> {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'index.html'), '<!doctype html><html><head><script src="/page.js"></script></head><body></body></html>')
  writeFileSync(
    join(folder, 'page.js'),
    'window.blocked = []; document.addEventListener("securitypolicyviolation", (event) => window.blocked.push(event.effectiveDirective))',
  )
  const clinic = new InMemoryClinic()
  return { clinic, host: await startWebHost({ ipc: clinic.ipc(), rendererFolder: folder, version: '0.0.0', mode: () => 'local' }) }
}

const signIn = (page: Page): Promise<unknown> =>
  page.evaluate(async () => {
    const answer = await fetch('/api/v1/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'reception', password: 'correct horse' }),
    })
    return [answer.status, document.cookie]
  })

/** How opening a WebSocket to an address ends. */
const openSocket = (page: Page, url: string): Promise<string> =>
  page.evaluate(
    (address) =>
      new Promise<string>((resolve) => {
        const ws = new WebSocket(address)
        ws.onopen = () => resolve('open')
        ws.onerror = () => resolve('refused')
      }),
    url,
  )

test('a browser signs in, changes and listens under its cookie, and runs nothing that is inline', async () => {
  const { clinic, host } = await startWorkstation()
  const page = await browser.newPage()
  await page.goto(host.url)
  expect(await signIn(page)).toEqual([200, ''])
  const registered = await page.evaluate(
    async () => (await fetch('/api/v1/patients', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"familyName":"Okafor"}' })).status,
  )
  expect([registered, clinic.patients.size]).toEqual([201, 1])
  expect(await openSocket(page, `${host.url.replace('http', 'ws')}/rpc`)).toBe('open')
  await page.evaluate(() => {
    const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
    const [script, plain, styled] = [document.createElement('script'), document.createElement('style'), document.createElement('style')]
    script.textContent = 'window.ran = true'
    plain.textContent = 'body { color: red }'
    styled.nonce = nonce
    styled.textContent = 'body { background: rgb(1, 2, 3) }'
    document.head.append(script, plain, styled)
  })
  // Violations are told in an order and at a time of the browser's choosing.
  await expect.poll(() => page.evaluate(() => (window as unknown as { blocked: string[] }).blocked.toSorted())).toEqual(['script-src-elem', 'style-src-elem'])
  expect(await page.evaluate(() => ['ran' in window, getComputedStyle(document.body).backgroundColor])).toEqual([false, 'rgb(1, 2, 3)'])
  await page.close()
  await host.stop()
})

test('a page of another site can neither read nor change, although the browser is signed in', async () => {
  const { clinic, host } = await startWorkstation()
  const other = createServer((_, res) => res.setHeader('content-type', 'text/html').end('<!doctype html><p>another site</p>')).listen(0, '127.0.0.1')
  const otherPort = await new Promise<number>((resolve) => other.once('listening', () => resolve((other.address() as AddressInfo).port)))
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(host.url)
  await signIn(page)
  // The same address under another port is the same site: the browser does send the cookie there, and only the origin tells the two apart.
  for (const site of [`http://127.0.0.1:${otherPort}`, `http://localhost:${otherPort}`]) {
    await page.goto(site)
    const outcomes = await page.evaluate(
      async (target) =>
        Promise.all([
          fetch(`${target}/api/v1/patients`, { credentials: 'include' }).then(
            (answer) => answer.status,
            () => 'unreadable',
          ),
          fetch(`${target}/api/v1/patients`, { method: 'POST', mode: 'no-cors', credentials: 'include', body: '{"familyName":"Planted"}' }).then(
            (answer) => answer.type,
            () => 'unreadable',
          ),
          fetch(`${target}/rpc/patients/register`, { method: 'POST', mode: 'no-cors', credentials: 'include', body: '{"json":{"familyName":"Planted"}}' }).then(
            (answer) => answer.type,
            () => 'unreadable',
          ),
        ]),
      host.url,
    )
    expect(outcomes).not.toContain(200)
    expect(await openSocket(page, `${host.url.replace('http', 'ws')}/rpc`)).toBe('refused')
  }
  expect(clinic.runCount).toBe(0)
  await context.close()
  other.close()
  await host.stop()
})
