import { expect, type Page, test } from '@playwright/test'
import type { MemoryHost } from '../../support/memory-host.js'
import { type MemorySync, serverView } from '../../support/memory-sync.js'
import { expectUsable, goTo, openMemoryWorkstation, speakArabic } from '../../support/opened.js'

/** The server's settings over a workstation in memory: values from every source, and trials that end in every way. */
let host: MemoryHost
let exchange: MemorySync
test.beforeEach(async ({ page }) => {
  host = await openMemoryWorkstation(page)
  exchange = host.workstation.exchange
})
test.afterEach(() => host.stop())

const password = (page: Page) => page.getByRole('textbox', { name: 'Password' })

test('what the environment decides is shown with its variable and cannot be changed; the rest can', async ({ page }) => {
  exchange.server = serverView({
    enabled: { value: true, origin: 'environment', source: 'VITE_REDIS_ENABLED' },
    caFile: { value: '/etc/ca.pem', origin: 'environment', source: 'REDIS_CA_FILE' },
    database: { value: 3, origin: 'screen' },
  })
  await goTo(page, '#/settings/server')
  await expect(page.getByRole('switch', { name: 'Exchange with a server' })).toBeDisabled()
  await expect(page.getByText('From the environment (VITE_REDIS_ENABLED); changed there.')).toBeVisible()
  await expect(page.getByLabel('Certificate authority')).toHaveAttribute('readonly')
  await expect(page.getByLabel('Certificate authority')).toHaveAccessibleDescription(/From the environment \(REDIS_CA_FILE\); changed there\./)
  await expect(page.getByLabel('Database number')).toHaveAccessibleDescription('Set on this screen.')
  await expect(page.getByLabel('Port')).toHaveAccessibleDescription('Default.')
  await expect(password(page)).toHaveAccessibleDescription('Not set.')
  await page.getByLabel('Database number').fill('4')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved. The connection is being made anew.')).toBeVisible()
  expect(exchange.changes).toEqual([{ database: 4 }])
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled()
})

test('an address of the command line takes user, password and database with it', async ({ page }) => {
  exchange.server = serverView({
    enabled: { value: true, origin: 'commandLine', source: '--redis' },
    url: { value: 'redis://redis.clinic', origin: 'commandLine', source: '--redis' },
    password: { isSet: true, origin: 'environment', source: 'REDIS_API_KEY' },
  })
  await goTo(page, '#/settings/server')
  await expect(page.getByText('The address is decided outside of this screen, and with it', { exact: false })).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Address' })).toHaveAttribute('readonly')
  await expect(password(page)).toHaveAttribute('readonly')
  await expect(password(page)).toHaveAccessibleDescription('From the environment (REDIS_API_KEY); changed there.')
  await expect(page.getByRole('button', { name: 'Take the password away' })).toHaveCount(0)
  for (const way of await page.getByRole('radiogroup').getByRole('radio').all()) await expect(way).toBeDisabled()
  await page.getByLabel('Certificate authority').fill('/etc/ca.pem')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => exchange.changes).toEqual([{ caFile: '/etc/ca.pem' }])
})

test('a server is set in each way, and what belonged to another way goes', async ({ page }) => {
  await goTo(page, '#/settings/server')
  await page.getByRole('switch', { name: 'Exchange with a server' }).click()
  await page.getByLabel('Host').fill('redis.clinic')
  await password(page).fill('quite secret')
  await page.getByRole('switch', { name: 'Encrypted connection (TLS)' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => exchange.changes).toEqual([{ enabled: true, host: 'redis.clinic', password: 'quite secret', tls: true }])
  await expect(password(page)).toHaveValue('')
  await expect(password(page)).toHaveAttribute('placeholder', 'Kept; type to replace it')
  await page.getByText('Sentinels', { exact: true }).click()
  await page.getByLabel('Sentinels').last().fill('one:26379\ntwo:26379')
  await page.getByLabel('Name of the master').fill('clinic')
  await page.getByRole('button', { name: 'Take the password away' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => exchange.changes.at(-1)).toEqual({ sentinels: ['one:26379', 'two:26379'], sentinelName: 'clinic', host: null, password: null })
})

test('a refused field is marked in words, and what was typed stays', async ({ page }) => {
  exchange.server = serverView({ host: { value: 'redis.clinic', origin: 'screen' }, password: { isSet: true, origin: 'screen' } })
  await goTo(page, '#/settings/server')
  await page.getByLabel('Host').fill('elsewhere.example')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('The address has changed: enter the password again, or take it away.')).toBeVisible()
  await expect(page.getByLabel('Host')).toHaveValue('elsewhere.example')
  expect(exchange.changes).toEqual([])
  await page.getByRole('link', { name: 'Today' }).click()
  await expect(page.getByText('Leave without saving?')).toBeVisible()
  await page.getByRole('button', { name: 'Keep editing' }).click()
  await page.getByRole('button', { name: 'Discard changes' }).click()
  await expect(page.getByLabel('Host')).toHaveValue('redis.clinic')
})

test('a trial sends what stands in the form, keeps nothing, and says what failed and what to do', async ({ page }) => {
  exchange.tests = [
    {
      steps: [
        { step: 'resolve', isOk: true, sentence: 'The host name is known.' },
        { step: 'wait', isOk: true, code: 'notOffered', sentence: 'The server does not let reads wait.' },
        { step: 'signIn', isOk: false, code: 'auth', sentence: 'The server refused the user name or the password.' },
        { step: 'somethingNewer', isOk: false, code: 'somethingNewer', sentence: 'A sentence of the core.' },
      ],
    },
    { steps: [{ step: 'resolve', isOk: true, sentence: 'The host name is known.' }] },
  ]
  await goTo(page, '#/settings/server')
  await page.getByText('One address', { exact: true }).click()
  await page.getByRole('textbox', { name: 'Address' }).fill('rediss://redis.clinic:6380')
  const attempt = page.getByRole('button', { name: 'Try the connection' })
  await attempt.click()
  await expect(page.getByText('Something has to be put right.')).toBeVisible()
  const steps = page.getByRole('list').filter({ hasText: 'Host name is known' }).getByRole('listitem')
  await expect(steps).toHaveText([
    'Host name is known: worked',
    'Waiting for what is new: workedThe server does not let reads wait; what others change then comes up to two seconds later.',
    'User name and password: failedThe server refused the user name or the password. Enter them again under Settings, Server.',
    'somethingNewer: failedA sentence of the core.',
  ])
  await attempt.click()
  await expect(page.getByText('The connection works.')).toBeVisible()
  expect(exchange.tried).toEqual([{ url: 'rediss://redis.clinic:6380' }, { url: 'rediss://redis.clinic:6380' }])
  expect(exchange.changes).toEqual([])
})

for (const [name, options, isArabic] of [
  ['light', { colorScheme: 'light' }, false],
  ['dark', { colorScheme: 'dark' }, false],
  ['at 200 % zoom', { viewport: { width: 640, height: 400 } }, false],
  ['in Arabic, dark', { colorScheme: 'dark' }, true],
] as const)
  test.describe(name, () => {
    test.use(options)
    test('no way of setting a server has an accessibility violation or scrolls sideways', async ({ page }) => {
      if (isArabic) await speakArabic(page)
      exchange.server = serverView({ enabled: { value: true, origin: 'environment', source: 'REDIS_ENABLED' }, password: { isSet: true, origin: 'screen' } })
      exchange.tests = [{ steps: [{ step: 'signIn', isOk: false, code: 'auth', sentence: 'x' }] }]
      await goTo(page, '#/settings/server')
      const ways = page.getByRole('main').getByRole('radiogroup').getByRole('radio')
      await expect(ways).toHaveCount(4)
      for (const way of await ways.all()) {
        await way.focus()
        await page.keyboard.press('Space')
        await expect(way).toBeChecked()
        await expectUsable(page)
      }
      await page.locator('section button:has(svg)').last().click()
      await expect(
        page
          .getByRole('main')
          .getByRole('listitem')
          .filter({ has: page.locator('strong') }),
      ).toHaveCount(1)
      await expectUsable(page)
    })
  })
