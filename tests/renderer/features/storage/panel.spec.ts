import { expect, type Page, test } from '@playwright/test'
import type { SyncStatus } from '../../../../src/shared/contract/streams.js'
import type { MemoryHost } from '../../support/memory-host.js'
import { badDay, hoursAgo, type MemorySync } from '../../support/memory-sync.js'
import { expectUsable, goTo, openMemoryWorkstation, speakArabic } from '../../support/opened.js'

/** The panel over a workstation in memory: bad days that a real one would take weeks, several computers and a broken server to have. */
let host: MemoryHost
let exchange: MemorySync
test.beforeEach(async ({ page }) => {
  host = await openMemoryWorkstation(page)
  exchange = host.workstation.exchange
})
test.afterEach(() => host.stop())

const status = (rest: Partial<SyncStatus>): void => host.workstation.setStatus({ state: 'redis', waiting: 0, since: hoursAgo(1), ...rest })
const main = (page: Page) => page.getByRole('main')
const patient = () => {
  const { id, familyName, givenName } = host.workstation.patients[1] ?? { id: '', familyName: '', givenName: '' }
  return { id, name: `${familyName}, ${givenName}` }
}
const onABadDay = (): void => {
  badDay(exchange, patient())
  status({ state: 'attention', waiting: 17, count: 9, oldestWaitingAt: hoursAgo(26), reason: 'deadLetters' })
}

test.describe('the overview', () => {
  test('says each state in a sentence, with what is wrong and what to do', async ({ page }) => {
    exchange.hasServer = true
    await goTo(page, '#/storage')
    const said = [
      [{ state: 'redis' }, 'Connected to the clinic’s server. Everything is sent.'],
      [{ state: 'sending', waiting: 3 }, '3 operations are on their way.'],
      [{ state: 'sending', waiting: 0 }, 'Everything is being compared with it.'],
      [{ state: 'local', since: hoursAgo(2), reason: 'auth' }, 'The server refused the user name or the password. Enter them again under Settings, Server.'],
      [{ state: 'local', since: null }, 'No connection to the clinic’s server yet. Everything is saved here'],
      [{ state: 'reconnecting', reason: 'unreachable' }, 'is being made again. Everything is saved here. The server does not answer.'],
      [{ state: 'attention', count: 1, reason: 'full' }, 'Something needs a person. Everything is saved here. The server’s memory is full.'],
    ] as const
    for (const [state, sentence] of said) {
      status(state as Partial<SyncStatus>)
      await expect(main(page)).toContainText(sentence)
    }
  })

  test('alone there is nothing to exchange, and a way to set a server up', async ({ page }) => {
    await goTo(page, '#/storage')
    await expect(main(page)).toContainText('No server is set up')
    await expect(page.getByRole('button', { name: 'Send and receive now' })).toHaveCount(0)
    await page.getByRole('button', { name: 'Set up a server' }).click()
    await expect(page.getByRole('switch', { name: 'Exchange with a server' })).toBeVisible()
  })

  test('lists what needs a person with what to do, and leads there', async ({ page }) => {
    onABadDay()
    await goTo(page, '#/storage')
    const list = page.getByRole('list', { name: 'What needs a person' })
    await expect(list.getByRole('listitem')).toHaveCount(6)
    await expect(list).toContainText('1 operation has waited for more than a week.')
    await expect(list).toContainText('Raise its memory limit.')
    await expect(list).toContainText('Something needs a person that this version has no words for.')
    await list.getByRole('link', { name: 'Open the queue' }).first().click()
    await expect(page.getByRole('tab', { name: 'Queue' })).toHaveAttribute('aria-selected', 'true')
    await expect(page.getByRole('row')).toHaveCount(3)
  })

  test('tells waiting, clock and the last comparison in words, and how far a comparison is', async ({ page }) => {
    onABadDay()
    await goTo(page, '#/storage')
    await expect(main(page)).toContainText('17 operations, the oldest for 26 hours')
    await expect(main(page)).toContainText('3 minutes ahead')
    await expect(main(page)).toContainText('differences were found')
    await expect(main(page)).toContainText('4 records are kept and passed on, and show after an update')
    await expect(main(page)).toContainText(/12,000 of 48,000 · \d+ a second · about \d minutes left/)
    exchange.facts = {
      ...exchange.facts,
      reconciling: null,
      waiting: 0,
      oldestWaitingAt: null,
      clockOffsetMs: 300,
      lastAudit: { at: hoursAgo(0), isEqual: true },
    }
    await expect(main(page)).toContainText('Clock of this computerRight')
    await expect(main(page)).toContainText('all the same')
    await expect(main(page)).not.toContainText('48,000')
  })

  test('sends, receives and compares on demand, and says how it went', async ({ page }) => {
    exchange.hasServer = true
    status({})
    await goTo(page, '#/storage')
    exchange.ran = { sent: 3, received: 1, failed: 0 }
    await page.getByRole('button', { name: 'Send and receive now' }).click()
    await expect(main(page)).toContainText('3 operations sent · 1 record received · 0 not sent')
    await page.getByRole('button', { name: 'Compare now' }).click()
    await expect(main(page)).toContainText('this workstation and the server hold the same.')
    exchange.audited = { isEqual: false, differingBuckets: 2 }
    await page.getByRole('button', { name: 'Compare now' }).click()
    await expect(main(page)).toContainText('2 of 1,024 parts differ.')
    exchange.audited = undefined
    await page.getByRole('button', { name: 'Compare now' }).click()
    await expect(main(page).getByRole('alert')).toContainText('This is not available right now')
  })
})

test('workstations are listed with what they report and the proof that all hold the same, removed ones apart', async ({ page }) => {
  onABadDay()
  await goTo(page, '#/storage?tab=workstations')
  const rows = page.getByRole('region', { name: 'Workstations of this clinic' }).getByRole('row')
  await expect(rows).toHaveCount(5)
  await expect(rows.nth(1)).toContainText(/Reception \(this one\)Version 0\.1\.0OnlineNot so far yet17oldest 26 hours23 minutes ahead212 GB48,211/)
  await expect(rows.nth(3)).toContainText(/3 days agoNo, differs/)
  await expect(rows.nth(4)).toContainText('Not seen yetNot known')
  await expect(main(page)).toContainText(/as of .*, from this workstation/)
  await expect(page.getByRole('row', { name: /Old laptop/ })).toBeVisible()
  await expect(rows.filter({ hasText: 'Old laptop' })).toHaveCount(0)
})

test.describe('the queue', () => {
  test('tells what, whose, by whom, how often and why not, filters, and opens the patient', async ({ page }) => {
    onABadDay()
    await goTo(page, '#/storage?tab=queue')
    const row = (text: string) => page.getByRole('row').filter({ hasText: text })
    await expect(row('Symptoms noted')).toContainText(
      /Ana ReyesNot acceptedtried 5 timesThe server does not accept this change, for instance because it is too large/,
    )
    await expect(row('Clinic settings changed')).toContainText(/Waitingtried 3 timesThe server does not answer\./)
    await expect(row('Clinic made')).toContainText('the program')
    await page.getByText('Waiting', { exact: true }).first().click()
    await expect(page.getByRole('row')).toHaveCount(3)
    await expect(page).toHaveURL(/state=waiting/)
    await page.getByRole('link', { name: patient().name }).first().click()
    await expect(page).toHaveURL(new RegExp(patient().id))
  })

  test('takes one refused operation up again, then all, and deletes none', async ({ page }) => {
    onABadDay()
    await goTo(page, '#/storage?tab=queue&state=dead')
    await expect(page.getByRole('row')).toHaveCount(3)
    await page.getByRole('button', { name: 'Try again' }).first().click()
    await expect(page.getByText('1 operation is tried again.')).toBeVisible()
    await expect(page.getByRole('row')).toHaveCount(2)
    await page.getByRole('button', { name: 'Try all again' }).click()
    await expect(page.getByText('Nothing here')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Try all again' })).toHaveCount(0)
    await expect(page.getByRole('button', { name: /delete|remove/i })).toHaveCount(0)
  })

  test('follows the state of the connection by itself', async ({ page }) => {
    onABadDay()
    await goTo(page, '#/storage?tab=queue&state=waiting')
    await expect(page.getByRole('row')).toHaveCount(3)
    for (const operation of exchange.operations) if (operation.state === 'waiting') operation.state = 'sent'
    status({ state: 'redis', waiting: 0 })
    await expect(page.getByText('Nothing here')).toBeVisible()
  })
})

test('clearing away asks once more and says what went', async ({ page }) => {
  onABadDay()
  await goTo(page, '#/storage?tab=maintenance')
  await page.getByLabel('Older than').fill('0')
  await expect(main(page)).toContainText('A whole number of days from 1 to 3,650.')
  await expect(page.getByRole('button', { name: 'Clear' })).toBeDisabled()
  await page.getByLabel('Older than').fill('30')
  await page.getByRole('button', { name: 'Clear' }).click()
  expect(exchange.clearedDays).toEqual([])
  await page.getByRole('button', { name: 'Really clear?' }).click()
  await expect(main(page)).toContainText('12 sent operations were cleared from the queue.')
  expect(exchange.clearedDays).toEqual([30])
  await page.getByRole('button', { name: 'Clean up' }).click()
  await page.getByRole('button', { name: 'Really clean up?' }).click()
  await expect(main(page)).toContainText('On this computer: 2 backups removed, 3 unused files removed, 11 kept 20260101T090000Z-daily, 20260102T090000Z-daily')
  await expect(main(page)).toContainText('In the second place: This place does not answer, so nothing was removed.')
})

test('a journal that fails is said over every tab, also where there is no server', async ({ page }) => {
  status({ state: 'attention', count: 1, reason: 'journal' })
  exchange.facts.attention = [{ code: 'journal', count: 1 }]
  await goTo(page, '#/storage?tab=queue')
  await expect(main(page).getByRole('alert')).toContainText('The emergency journal could not be written.')
  await goTo(page, '#/storage')
  await expect(page.getByRole('button', { name: 'Set up a server' })).toBeVisible()
})

test('tabs are reached and chosen by keyboard alone', async ({ page }) => {
  onABadDay()
  await goTo(page, '#/storage')
  await page.getByRole('tab', { name: 'Overview' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('tab', { name: 'Workstations' })).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('region', { name: 'Workstations of this clinic' })).toBeFocused()
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('tab', { name: 'Queue' })).toBeFocused()
  await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowRight')
  await expect(page).toHaveURL(/state=waiting/)
})

for (const [name, options, isArabic] of [
  ['light', { colorScheme: 'light' }, false],
  ['dark', { colorScheme: 'dark' }, false],
  ['at 200 % zoom', { viewport: { width: 640, height: 400 } }, false],
  ['in Arabic, dark', { colorScheme: 'dark' }, true],
] as const)
  test.describe(name, () => {
    test.use(options)
    test('no tab has an accessibility violation or scrolls sideways', async ({ page }) => {
      if (isArabic) await speakArabic(page)
      onABadDay()
      for (const [tab, proof] of [
        ['overview', '48'],
        ['workstations', 'غرفة الأشعة'],
        ['queue', 'Ana Reyes'],
        ['maintenance', ''],
      ] as const) {
        await goTo(page, `#/storage?tab=${tab}`)
        await expect(page.locator(`[role="tab"][aria-selected="true"][id$="-${tab}"]`)).toBeVisible()
        await expect(main(page).getByRole('tabpanel')).toContainText(proof)
        await expectUsable(page)
      }
    })
  })
