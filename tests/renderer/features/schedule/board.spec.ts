import AxeBuilder from '@axe-core/playwright'
import { expect, type Locator, type Page, test } from '@playwright/test'
import { serveBuiltPage } from '../../support/built-page.js'

let server: Awaited<ReturnType<typeof serveBuiltPage>>
test.beforeAll(async () => {
  server = await serveBuiltPage('tests/renderer/features/schedule/board-harness')
})
test.afterAll(() => server.close())

const problems: string[] = []
async function open(page: Page, query: string): Promise<void> {
  problems.length = 0
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  page.on('pageerror', (error) => problems.push(error.message))
  await page.goto(`${server.url}/?${query}`)
  await expect(page.locator('[data-board-body]')).toBeVisible()
}
test.afterEach(() => expect(problems, 'errors and violations of the content security policy').toEqual([]))

const asked = (page: Page) => page.evaluate(() => window.asked)
const appointment = (page: Page, name: string): Locator => page.locator('button[data-appointment]').filter({ hasText: name })
const centre = async (locator: Locator): Promise<{ x: number; y: number }> => {
  const box = await locator.boundingBox()
  if (!box) throw new Error('Not on the screen.')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}
const columnWidth = (page: Page): Promise<number> =>
  page
    .locator('[data-column]')
    .first()
    .evaluate((element) => element.getBoundingClientRect().width)
async function drag(page: Page, from: { x: number; y: number }, by: { x: number; y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(from.x + by.x / 2, from.y + by.y / 2, { steps: 4 })
  await page.mouse.move(from.x + by.x, from.y + by.y, { steps: 4 })
}
const ghost = (page: Page): Locator => page.locator('[data-ghost]')
const live = (page: Page): Locator => page.locator('[data-board-live]')

test.describe('with the pointer', () => {
  test('an appointment is dragged to another provider and time', async ({ page }) => {
    await open(page, 'plain')
    await drag(page, await centre(appointment(page, 'Noah Smith')), { x: 2 * (await columnWidth(page)), y: 83 })
    await expect(ghost(page)).toContainText('30 minutes')
    expect(await asked(page)).toEqual([])
    await page.mouse.up()
    // Four rows of twenty pixels are an hour: nine o'clock in Berlin becomes ten.
    expect(await asked(page)).toMatchObject([
      { act: 'move', value: { startAt: '2026-11-16T09:00:00.000Z', durationMinutes: 30, resourceId: '00000001-0000-4000-8000-000000000002' } },
    ])
    await expect(ghost(page)).toHaveCount(0)
    await expect(appointment(page, 'Noah Smith')).toHaveAttribute('aria-label', /10:00.+10:30/)
  })

  test('a conflict is shown before the drop, and Escape puts everything back', async ({ page }) => {
    await open(page, 'plain')
    await drag(page, await centre(appointment(page, 'Noah Smith')), { x: 0, y: 160 })
    await expect(ghost(page)).toContainText('The provider is already booked')
    await page.keyboard.press('Escape')
    await expect(ghost(page)).toHaveCount(0)
    await page.mouse.up()
    expect(await asked(page)).toEqual([])
  })

  test('its lower edge makes it longer', async ({ page }) => {
    await open(page, 'plain')
    const box = (await appointment(page, 'Noah Smith').boundingBox())!
    await drag(page, { x: box.x + box.width / 2, y: box.y + box.height }, { x: 0, y: 40 })
    await page.mouse.up()
    expect(await asked(page)).toMatchObject([{ act: 'resize', value: { startAt: '2026-11-16T08:00:00Z', durationMinutes: 60 } }])
  })

  test('a click opens an appointment, and on empty time begins one', async ({ page }) => {
    await open(page, 'plain')
    await appointment(page, 'Ida Berg').click()
    const noah = (await appointment(page, 'Noah Smith').boundingBox())!
    await page.mouse.click(noah.x + 40, noah.y + noah.height + 30)
    expect(await asked(page)).toMatchObject([
      { act: 'open', value: '00000006-0000-4000-8000-000000003201' },
      { act: 'create', value: { startAt: '2026-11-16T08:45:00.000Z', durationMinutes: 30 } },
    ])
  })

  test('drawing over empty time gives the length', async ({ page }) => {
    await open(page, 'plain')
    const noah = (await appointment(page, 'Noah Smith').boundingBox())!
    await drag(page, { x: noah.x + 40, y: noah.y + noah.height + 10 }, { x: 0, y: 55 })
    await page.mouse.up()
    expect(await asked(page)).toMatchObject([{ act: 'create', value: { startAt: '2026-11-16T08:30:00.000Z', durationMinutes: 60 } }])
  })

  test('right to left, dragging to the left leads to the next provider', async ({ page }) => {
    await open(page, 'plain&language=ar')
    const body = (await page.locator('[data-board-body]').boundingBox())!
    const first = (await page.locator('[data-column]').first().boundingBox())!
    expect(first.x + first.width).toBeCloseTo(body.x + body.width, 0)
    await drag(page, await centre(appointment(page, 'Noah Smith')), { x: -first.width, y: 0 })
    await page.mouse.up()
    expect(await asked(page)).toMatchObject([
      { act: 'move', value: { startAt: '2026-11-16T08:00:00.000Z', resourceId: '00000001-0000-4000-8000-000000000001' } },
    ])
  })
})

test.describe('by touch', () => {
  test.use({ hasTouch: true })
  test('a long press picks up, a mere swipe scrolls', async ({ page }) => {
    await open(page, 'plain&now=07:00')
    const client = await page.context().newCDPSession(page)
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', point?: { x: number; y: number }) =>
      client.send('Input.dispatchTouchEvent', { type, touchPoints: point ? [point] : [] })
    const from = await centre(appointment(page, 'Noah Smith'))
    await touch('touchStart', from)
    for (const step of [10, 20, 30]) await touch('touchMove', { x: from.x, y: from.y - step })
    await touch('touchEnd')
    await expect(ghost(page)).toHaveCount(0)
    expect(await asked(page)).toEqual([])

    await page.locator('[data-board-body]').evaluate((body) => body.closest('section')!.scrollTo({ top: 0, behavior: 'instant' }))
    const again = await centre(appointment(page, 'Noah Smith'))
    await touch('touchStart', again)
    await expect(ghost(page)).toBeVisible()
    for (const step of [10, 20, 30, 40]) await touch('touchMove', { x: again.x, y: again.y + step })
    await expect(ghost(page)).toContainText('9:30')
    await touch('touchEnd')
    expect(await asked(page)).toMatchObject([{ act: 'move', value: { startAt: '2026-11-16T08:30:00.000Z' } }])
  })
})

test.describe('with the keyboard alone', () => {
  test('the board is one tab stop, and arrows go from appointment to appointment', async ({ page }) => {
    await open(page, 'plain')
    await page.keyboard.press('Tab')
    await expect(appointment(page, 'Noah Smith')).toBeFocused()
    await page.keyboard.press('ArrowDown')
    await expect(appointment(page, 'Ida Berg')).toBeFocused()
    await page.keyboard.press('ArrowRight')
    await expect(appointment(page, 'Omar Haddad')).toBeFocused()
    await page.keyboard.press('Enter')
    expect(await asked(page)).toMatchObject([{ act: 'open' }])
    await page.keyboard.press('Tab')
    await expect(page.locator('[data-appointment]:focus')).toHaveCount(0)
  })

  test('an appointment is picked up, moved, made longer and dropped, and every step is said', async ({ page }) => {
    await open(page, 'plain')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await expect(live(page)).toContainText('Picked up Noah Smith')
    await page.keyboard.press('ArrowRight')
    await expect(live(page)).toContainText('Dr. Ben Okafor')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Shift+ArrowDown')
    await expect(live(page)).toContainText('9:20')
    await page.keyboard.press('+')
    await expect(live(page)).toContainText('Conflict: The provider is already booked')
    await page.keyboard.press('-')
    await page.keyboard.press('Enter')
    await expect(live(page)).toContainText('Moved Noah Smith')
    expect(await asked(page)).toMatchObject([
      { act: 'move', value: { startAt: '2026-11-16T08:20:00.000Z', durationMinutes: 30, resourceId: '00000001-0000-4000-8000-000000000001' } },
    ])
    await expect(appointment(page, 'Noah Smith')).toBeFocused()
  })

  test('Escape puts back what was picked up', async ({ page }) => {
    await open(page, 'plain')
    await page.keyboard.press('Tab')
    await page.keyboard.press('m')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Escape')
    await expect(ghost(page)).toHaveCount(0)
    await expect(live(page)).toContainText('Cancelled. Noah Smith stays')
    await expect(appointment(page, 'Noah Smith')).toBeFocused()
    expect(await asked(page)).toEqual([])
  })

  test('N begins a new appointment where it is steered to', async ({ page }) => {
    await open(page, 'plain')
    await page.keyboard.press('Tab')
    await page.keyboard.press('n')
    await expect(live(page)).toContainText('New appointment')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('+')
    await page.keyboard.press('Enter')
    expect(await asked(page)).toMatchObject([{ act: 'create', value: { startAt: '2026-11-16T08:45:00.000Z', durationMinutes: 45 } }])
  })

  test('right to left, the left arrow leads on', async ({ page }) => {
    await open(page, 'plain&language=ar')
    await page.keyboard.press('Tab')
    await page.keyboard.press('m')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Enter')
    expect(await asked(page)).toMatchObject([{ act: 'move', value: { resourceId: '00000001-0000-4000-8000-000000000001' } }])
  })

  test('an empty board can be reached and booked on', async ({ page }) => {
    await open(page, 'count=0')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    expect(await asked(page)).toMatchObject([{ act: 'create' }])
  })

  test('keys reach appointments of days that are not drawn yet', async ({ page }) => {
    await open(page, 'days=7&count=40')
    await page.keyboard.press('Tab')
    const before = await page.locator('[data-appointment]').count()
    expect(before).toBeLessThan(7 * 40)
    for (let press = 0; press < 20; press++) await page.keyboard.press('ArrowRight')
    await expect(page.locator('[data-appointment]:focus')).toBeInViewport()
    const key = await page.locator('[data-appointment]:focus').getAttribute('data-appointment')
    expect(key?.slice(0, 10)).toBe('2026-11-18')
  })
})

test.describe('days on which clocks change', () => {
  test('show the repeated hour twice and leave out the skipped one', async ({ page }) => {
    const heightOf = async (query: string): Promise<number> => {
      await open(page, `plain&whole&${query}`)
      return (await page.locator('[data-board-body]').boundingBox())!.height
    }
    const hour = 4 * 20
    expect(await heightOf('date=2026-10-25')).toBe(25 * hour)
    await expect(page.getByText('again')).toHaveCount(1)
    expect(await heightOf('date=2026-03-29')).toBe(23 * hour)
    expect(await heightOf('date=2026-03-30')).toBe(24 * hour)
  })

  test('leave nine o’clock at nine o’clock when an appointment is moved across', async ({ page }) => {
    await open(page, 'plain&date=2026-10-24&days=2&group=resource')
    await page.keyboard.press('Tab')
    await page.keyboard.press('m')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    expect(await asked(page)).toMatchObject([{ act: 'move', value: { startAt: '2026-10-25T08:00:00.000Z' } }])
  })
})

for (const query of [
  'count=200',
  'count=200&scheme=dark',
  'count=200&language=ar',
  'days=7&count=140',
  'days=7&count=140&scheme=dark&group=resource',
  'count=0',
  'plain&whole&date=2026-10-25&by=chair',
]) {
  test(`axe finds nothing: ${query}`, async ({ page }) => {
    await open(page, query)
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .disableRules(['page-has-heading-one'])
      .analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`)).toEqual([])
  })
}

test('axe finds nothing while an appointment is moved onto a conflict', async ({ page }) => {
  await open(page, 'plain')
  await page.keyboard.press('Tab')
  await page.keyboard.press('m')
  for (let press = 0; press < 7; press++) await page.keyboard.press('ArrowDown')
  await expect(ghost(page)).toHaveAttribute('data-conflict', 'true')
  expect((await new AxeBuilder({ page }).disableRules(['page-has-heading-one']).analyze()).violations).toEqual([])
})

test('a week of a thousand appointments draws only what is in view', async ({ page }) => {
  await open(page, 'days=7&count=143')
  expect(await page.locator('[data-appointment]').count()).toBeLessThan(400)
  await page.locator('[data-board-body]').evaluate((body) => body.closest('section')!.scrollTo({ left: 7 * 8 * 132 }))
  await expect(page.locator('[data-column^="2026-11-22"]').last()).toBeInViewport()
  await expect(page.locator('[data-column^="2026-11-22"] [data-appointment]').first()).toBeAttached()
})
