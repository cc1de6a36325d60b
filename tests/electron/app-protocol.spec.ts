import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { isAppPage } from '../../src/main/electron/app-page.js'
import { pageAnswers } from '../../src/main/electron/app-protocol.js'
import type { Running } from './support/launch.js'
import { launchFixture } from './support/subject.js'

test.describe('answers of the scheme', () => {
  const base = mkdtempSync(join(tmpdir(), 'medinsight-pages-'))
  const folder = join(base, 'renderer')
  const answer = pageAnswers(folder)
  const get = (url: string, method = 'GET') => answer({ url, method })

  test.beforeAll(() => {
    mkdirSync(join(folder, 'assets'), { recursive: true })
    mkdirSync(join(base, 'renderer-other'))
    writeFileSync(join(folder, 'index.html'), '<html><head><meta property="csp-nonce" nonce="__CSP_NONCE__" /><title>x</title></head><body></body></html>')
    writeFileSync(join(folder, 'assets/main.js'), 'export {}')
    writeFileSync(join(folder, 'assets/main.js.map'), '{}')
    writeFileSync(join(folder, '.env.json'), '{}')
    writeFileSync(join(base, 'secret.json'), '{}')
    writeFileSync(join(base, 'renderer-other/secret.json'), '{}')
    symlinkSync(join(base, 'secret.json'), join(folder, 'link.json'))
    symlinkSync(base, join(folder, 'up'))
  })
  test.afterAll(() => rmSync(base, { recursive: true }))

  for (const [path, status] of [
    ['/../secret.json', 404],
    ['/%2e%2e/secret.json', 404],
    ['/..%2fsecret.json', 400],
    ['/%2e%2e%2fsecret.json', 400],
    ['/..%5csecret.json', 400],
    ['/%252e%252e%252fsecret.json', 400],
    ['/assets/..%2f..%2fsecret.json', 400],
    ['/..%2frenderer-other/secret.json', 400],
    ['/%00/index.html', 400],
    ['/C:/secret.json', 400],
    ['/%E0%A4%A', 400],
    ['//etc/passwd.json', 404],
    ['/link.json', 404],
    ['/up/secret.json', 404],
    ['/.env.json', 400],
    ['/assets/main.js.map', 404],
    ['/assets/missing.js', 404],
  ] as const) {
    test(`${path} answers ${status} and nothing else`, async () => {
      const response = await get(`app://clinic${path}`)
      expect({ status: response.status, body: await response.text() }).toEqual({ status, body: '' })
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    })
  }

  test('other hosts, users and methods are refused', async () => {
    for (const url of [
      'app://other/index.html',
      'app://clinic.evil/index.html',
      'app://user@clinic/index.html',
      'app://clinic:8080/index.html',
      'https://clinic/index.html',
    ])
      expect((await get(url)).status, url).toBe(404)
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) expect((await get('app://clinic/', method)).status, method).toBe(405)
  })

  test('addresses of the router are answered with the page, files with their kind', async () => {
    for (const path of ['/', '/patients', '/patients/0198a7d0-0000-7000-8000-000000000001?tab=timeline']) {
      const response = await get(`app://clinic${path}`)
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    }
    const script = await get('app://clinic/assets/main.js')
    expect([await script.text(), script.headers.get('content-type'), script.headers.get('x-content-type-options')]).toEqual([
      'export {}',
      'text/javascript; charset=utf-8',
      'nosniff',
    ])
  })

  test('every answer of the page has its own style nonce, in the header and in the page', async () => {
    const nonces = new Set<string>()
    for (let n = 0; n < 3; n += 1) {
      const response = await get('app://clinic/')
      const nonce = /<meta property="csp-nonce" nonce="([^"]+)">/.exec(await response.text())?.[1] ?? 'none in the page'
      expect(response.headers.get('content-security-policy')).toContain(`style-src 'self' 'nonce-${nonce}'`)
      expect(response.headers.get('cache-control')).toBe('no-store')
      nonces.add(nonce)
    }
    expect(nonces.size).toBe(3)
  })

  test('no policy lets inline scripts, eval, frames or other hosts through', async () => {
    const policy = (await get('app://clinic/')).headers.get('content-security-policy') ?? ''
    expect(policy).not.toMatch(/unsafe|\*|https?:|strict-dynamic/)
    for (const rule of ["default-src 'none'", "script-src 'self';", "connect-src 'self';", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"])
      expect(policy).toContain(rule)
  })

  test('the own origin is told from its look-alikes', () => {
    for (const address of ['app://clinic/', 'app://clinic/patients?x=1#y']) expect(isAppPage(address), address).toBe(true)
    const foreign = [
      'app://clinic.evil/',
      'app://evil/clinic',
      'app:clinic',
      'app://clinic@evil/',
      'https://clinic/',
      'file:///clinic',
      'about:blank',
      'null',
      '',
      undefined,
    ]
    for (const address of foreign) expect(isAppPage(address), address).toBe(false)
  })
})

test.describe('in the window', () => {
  let running: Running
  test.beforeAll(async () => {
    running = await launchFixture()
  })
  test.afterAll(() => running?.end())

  test('files outside the renderer cannot be fetched', async () => {
    const statuses = await running.page.evaluate(() =>
      Promise.all(['/..%2f..%2fpackage.json', '/%2e%2e/package.json', '/package.json', '/../main/index.js'].map(async (path) => (await fetch(path)).status)),
    )
    expect(statuses).toEqual([400, 404, 404, 404])
  })

  test('the page is a secure context with an origin of its own', async () => {
    expect(await running.page.evaluate(() => isSecureContext && self.origin !== 'null')).toBe(true)
    expect(await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL())).toBe('app://clinic/')
  })

  test('inline scripts, code made from text and inline styles without the nonce do nothing', async () => {
    const done = await running.page.evaluate(async () => {
      const refused: string[] = []
      document.addEventListener('securitypolicyviolation', (event) => refused.push(event.effectiveDirective))
      const script = document.createElement('script')
      script.textContent = 'window.wasRun = true'
      document.body.append(script)
      document.body.setAttribute('onclick', 'window.wasRun = true')
      document.body.click()
      const style = document.createElement('style')
      style.textContent = 'body { --was-applied: yes }'
      document.head.append(style)
      const wasRefused = await new Promise((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => event.blockedURI === 'eval' && resolve(true))
        // Made from text like eval, but not in the frame of the test's own call, which is exempt from the policy.
        setTimeout(() => {
          try {
            resolve(new Function('return false')())
          } catch {
            // The violation event follows.
          }
        })
      })
      return {
        wasRun: 'wasRun' in window,
        style: getComputedStyle(document.body).getPropertyValue('--was-applied'),
        wasRefused,
        refused: [...new Set(refused)].sort(),
      }
    })
    expect(done).toEqual({ wasRun: false, style: '', wasRefused: true, refused: ['script-src', 'script-src-attr', 'script-src-elem', 'style-src-elem'] })
  })

  test('the nonce of the page lets a style through', async () => {
    const applied = await running.page.evaluate(() => {
      const style = document.createElement('style')
      style.nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
      style.textContent = 'body { --was-applied: yes }'
      document.head.append(style)
      return getComputedStyle(document.body).getPropertyValue('--was-applied').trim()
    })
    expect(applied).toBe('yes')
  })
})
