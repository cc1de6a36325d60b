import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Page } from '@playwright/test'
import { hasTestData, testData } from '../support/test-data.js'
import { expect, expectAccessible, signIn, test } from './support/test.js'

test.skip(!hasTestData, 'the pictures and videos are outside the project')

const files = {
  landscape: testData('media/images/orientation/Landscape_6.jpg'),
  heic: testData('media/images/heic/cheers_1440x960.heic'),
  video: testData('media/video/counting.mp4'),
  webm: testData('media/video/test-1s.webm'),
  corrupt: testData('media/corrupt/image01713.jpg'),
}

/** Registers a patient and opens the media tab of the chart. */
async function openMedia(page: Page): Promise<void> {
  await signIn(page)
  await page.getByRole('link', { name: 'Patients' }).click()
  await page.getByRole('main').getByRole('button', { name: 'Register a patient' }).first().click()
  await page.getByLabel('Family name').fill('Okafor')
  await page.getByLabel('Given name').fill('Amara')
  await page.getByRole('button', { name: 'Register as a new patient' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Okafor')
  await page.getByRole('tab', { name: 'Media' }).click()
  await expect(page.getByText('No media yet')).toBeVisible()
}

async function choose(page: Page, paths: string[]): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Add files' }).click()
  await (await chooser).setFiles(paths)
}

const tile = (page: Page, title: string) => page.getByRole('button', { name: `Open ${title}` })

test('a photograph turned by the camera is shown upright, small and large', async ({ page }) => {
  await openMedia(page)
  await expectAccessible(page)
  await choose(page, [files.landscape])
  await expect(tile(page, 'Landscape_6').locator('img')).toBeVisible()
  const small = tile(page, 'Landscape_6').locator('img')
  await expect.poll(() => small.evaluate((image: HTMLImageElement) => image.naturalWidth > image.naturalHeight)).toBe(true)
  await tile(page, 'Landscape_6').click()
  const viewer = page.getByRole('dialog', { name: /Landscape_6/ })
  await expect(viewer.getByRole('img', { name: 'Landscape_6' })).toBeVisible()
  await expect(viewer.getByText('1.800 × 1.200')).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(viewer).toBeHidden()
  await expect(tile(page, 'Landscape_6')).toBeFocused()
})

test('a video has a poster and plays from this workstation, from the middle too', async ({ page }) => {
  await openMedia(page)
  await choose(page, [files.webm, files.video])
  await expect(tile(page, 'test-1s').locator('img')).toBeVisible()
  await expect(page.getByText('2 files added.')).toBeVisible()
  await tile(page, 'test-1s').click()
  const video = page.getByRole('dialog').locator('video')
  await expect.poll(() => video.evaluate((player: HTMLVideoElement) => player.readyState)).toBeGreaterThan(1)
  const at = await video.evaluate(async (player: HTMLVideoElement) => {
    player.muted = true
    player.currentTime = 0.6
    await new Promise((resolve) => player.addEventListener('seeked', resolve, { once: true }))
    await player.play()
    return player.currentTime
  })
  expect(at).toBeGreaterThan(0.5)
  await expectAccessible(page)
})

test.describe('what cannot be added', () => {
  // The browser itself reports the refused request.
  test.use({ isConsoleChecked: false })
  test('says why, whatever its name claims, and the rest is added', async ({ page }) => {
    await openMedia(page)
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Add files' }).click()
    await (await chooser).setFiles([
      { name: 'picture.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('<html>not a picture</html>') },
      { name: 'letter.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n%%EOF') },
    ])
    await expect(page.getByText('This is no image, video or PDF.', { exact: false })).toBeVisible()
    await expect(tile(page, 'letter')).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await expect(page.getByText('picture.jpg')).toBeHidden()
  })

  test('a damaged photograph and one that browsers do not show are kept and explained', async ({ page }) => {
    await openMedia(page)
    await choose(page, [files.heic])
    await tile(page, 'cheers_1440x960').click()
    await expect(page.getByText('Browsers do not show HEIC photographs.', { exact: false })).toBeVisible()
    await expectAccessible(page)
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Save as a file' }).first().click()
    const saved = await download
    expect(saved.suggestedFilename()).toBe('cheers_1440x960.heif')
    expect(readFileSync(await saved.path()).equals(readFileSync(files.heic))).toBe(true)
  })
})

test('a picture is dropped, described, found in the clinic’s media and taken out', async ({ page }) => {
  await openMedia(page)
  const bytes = readFileSync(testData('media/images/camera/canon-ixus.jpg')).toString('base64')
  const transfer = await page.evaluateHandle(
    async ({ bytes, name }) => {
      const data = new DataTransfer()
      data.items.add(new File([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))], name, { type: 'image/jpeg' }))
      return data
    },
    { bytes, name: basename('canon-ixus.jpg') },
  )
  await page.getByText('No media yet').dispatchEvent('dragover', { dataTransfer: transfer })
  await expect(page.getByText('Drop to add to this chart')).toBeVisible()
  await page.getByText('No media yet').dispatchEvent('drop', { dataTransfer: transfer })
  await tile(page, 'canon-ixus').click()
  await page.getByLabel('Title').fill('Left eye')
  await page.getByLabel('Note').fill('before treatment')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Saved.')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Media' }).click()
  await expect(tile(page, 'Left eye')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Okafor, Amara' })).toBeVisible()
  await expectAccessible(page)
  await tile(page, 'Left eye').click()
  await page.getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText('Remove this from the chart?')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await page.getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText('No media yet')).toBeVisible()
})
