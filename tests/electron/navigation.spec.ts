import { expect, test } from '@playwright/test'
import { isOpenable } from '../../src/main/electron/navigation.js'
import type { Running } from './support/launch.js'
import { launchFixture } from './support/subject.js'

let running: Running
let home: string
test.beforeAll(async () => {
  running = await launchFixture()
  home = running.page.url()
  // What would be handed to the operating system is kept here instead, on real Electron as well.
  await running.app.evaluate(({ shell }) => {
    const opened: string[] = []
    Reflect.set(globalThis, 'opened', opened)
    shell.openExternal = async (address) => void opened.push(address)
  })
})
test.afterAll(() => running?.end())

const opened = (): Promise<string[]> => running.app.evaluate(() => Reflect.get(globalThis, 'opened'))
const windowCount = (): Promise<number> => running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)

/** The page is still the one it was, and answers. */
const expectUnmoved = async (): Promise<void> => {
  expect(await running.page.evaluate(() => window.fixture.greet({ name: 'x' }).then(({ text }) => text))).toBe('Hello x')
  expect(running.page.url()).toBe(home)
  expect(await windowCount()).toBe(1)
}

for (const [way, go] of [
  ['a link', "const a = document.createElement('a'); a.href = ADDRESS; document.body.append(a); a.click()"],
  ['location', 'location.href = ADDRESS'],
  ['location.replace', 'location.replace(ADDRESS)'],
  ['a form', "const f = document.createElement('form'); f.action = ADDRESS; document.body.append(f); f.submit()"],
  ['a refresh element', "const m = document.createElement('meta'); m.httpEquiv = 'refresh'; m.content = '0;url=' + ADDRESS; document.head.append(m)"],
] as const) {
  for (const address of [
    'https://example.org/',
    'http://127.0.0.1:9/',
    'app://other/',
    'file:///etc/passwd',
    'javascript:window.isMoved=1',
    'data:text/html,x',
  ]) {
    test(`${way} to ${address} leaves the page where it is`, async () => {
      const asked = `app-navigation-${way}-${address}`
      await running.page.evaluate(`{ const ADDRESS = ${JSON.stringify(address)}; ${go}; document.title = ${JSON.stringify(asked)} }`)
      await expectUnmoved()
      expect(await running.page.evaluate('window.isMoved')).toBeUndefined()
    })
  }
}

test('a frame of another origin loads nothing', async () => {
  const frames = await running.page.evaluate(async () => {
    const frame = document.createElement('iframe')
    frame.src = 'https://example.org/'
    const settled = new Promise((resolve) => document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), { once: true }))
    document.body.append(frame)
    const refusedBy = await settled
    frame.remove()
    return refusedBy
  })
  expect(frames).toBe('frame-src')
  await expectUnmoved()
})

test('the page may load itself again', async () => {
  await Promise.all([running.page.waitForEvent('load'), running.page.evaluate(() => location.reload())])
  await running.page.waitForFunction(() => 'fixture' in window)
  await expectUnmoved()
})

test('no window opens; only contacts go to the operating system', async () => {
  const addresses = [
    'https://example.org/',
    'file:///etc/passwd',
    'about:blank',
    '',
    'app://clinic/',
    'smb://server/share',
    'tel:+34600111222',
    'mailto:ana@example.org',
    'mailto:ana@example.org?attach=/etc/passwd',
  ]
  for (const address of addresses) await running.page.evaluate((each) => void window.open(each), address)
  await expect.poll(opened).toEqual(['tel:+34600111222', 'mailto:ana@example.org'])
  await expect.poll(() => running.app.windows().length).toBe(1)
  await expectUnmoved()
})

test('a link that asks for a window of its own gets none', async () => {
  await running.page.evaluate(() => {
    const link = document.body.appendChild(document.createElement('a'))
    Object.assign(link, { href: 'tel:112', target: '_blank', textContent: 'call' })
    link.click()
  })
  await expect.poll(opened).toContain('tel:112')
  await expect.poll(() => running.app.windows().length).toBe(1)
  await expectUnmoved()
})

test('only exact https hosts, telephone numbers and single recipients may be opened outside', () => {
  const hosts = new Set(['docs.medinsight.example'])
  for (const address of ['https://docs.medinsight.example/start', 'tel:112', 'tel:+1-202-555-0101', 'mailto:ana.okafor+clinic@mail.example.org'])
    expect(isOpenable(address, hosts), address).toBe(true)
  const refused = [
    'https://docs.medinsight.example.evil.org/',
    'https://evil.org/docs.medinsight.example',
    'https://docs.medinsight.example@evil.org/',
    'https://user:secret@docs.medinsight.example/',
    'https://docs.medinsight.example:444/',
    'https://sub.docs.medinsight.example/',
    'http://docs.medinsight.example/',
    'HTTPS://EVIL.ORG/',
    'file:///docs.medinsight.example',
    'javascript:alert(1)',
    'ms-settings:privacy',
    'tel:+34600111222;phone-context=x',
    'mailto:ana@example.org?body=x',
    'mailto:ana@example.org,eva@example.org',
    'mailto:%61na@example.org',
    'docs.medinsight.example',
    '',
  ]
  for (const address of refused) expect(isOpenable(address, hosts), address).toBe(false)
  expect(isOpenable('https://docs.medinsight.example/')).toBe(false)
})
