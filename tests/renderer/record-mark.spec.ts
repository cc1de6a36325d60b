import { expect, test } from '@playwright/test'
import { hoursAgo } from './support/memory-sync.js'
import { expectUsable, goTo, openMemoryWorkstation } from './support/opened.js'

test('a patient says where their last changes are, follows them, and leads to the queue when one was refused', async ({ page }) => {
  const host = await openMemoryWorkstation(page)
  const { patients, exchange } = host.workstation
  const { id } = patients[0] ?? { id: '' }
  await goTo(page, `#/patients/${id}`)
  const header = page.getByRole('main').getByRole('banner').or(page.locator('main header')).first()
  await expect(header).toContainText('Saved here')
  for (const [state, words] of [
    ['waiting', 'Saved here, not sent yet'],
    ['sent', 'On the server'],
    ['dead', 'Needs attention: not accepted by the server'],
  ] as const) {
    exchange.recordStates.set(`patient/${id}`, state)
    // No record changes when one is confirmed: the state of the connection tells.
    host.workstation.setStatus({ state: 'sending', waiting: 1, since: hoursAgo(0) })
    await expect(header).toContainText(words)
    await expectUsable(page)
  }
  await header.getByRole('link', { name: /Needs attention/ }).click()
  await expect(page).toHaveURL(/#\/storage\?.*state=dead/)
  await host.stop()
})
