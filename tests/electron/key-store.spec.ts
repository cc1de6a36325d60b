import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { isReal } from './support/launch.js'
import { launchFixture } from './support/subject.js'

const dataset = '0198a7d0-0000-7000-8000-000000000001'
const hex = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'

test.describe('with a key ring', () => {
  test.skip(isReal, "Playwright starts real Electron with Chromium's basic password store")

  test('a key is sealed in a file of its own and read again after a new start', async () => {
    const first = await launchFixture()
    await first.page.evaluate((input) => window.fixture.saveKey(input), { dataset, hex })
    await first.app.close()
    const file = join(first.folder, 'keys', `${dataset}.key`)
    expect(readdirSync(join(first.folder, 'keys'))).toEqual([`${dataset}.key`])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const content = readFileSync(file)
    for (const readable of [Buffer.from(hex, 'hex'), Buffer.from(hex), Buffer.from(Buffer.from(hex, 'hex').toString('base64'))])
      expect(content.includes(readable)).toBe(false)

    const second = await launchFixture({ folder: first.folder })
    expect(await second.page.evaluate((input) => window.fixture.readKey(input), { dataset })).toBe(hex)
    expect(await second.page.evaluate(() => window.fixture.readKey({ dataset: 'never-saved' }))).toBeUndefined()
    await second.end()
  })

  test('a key that the key ring cannot open is kept, and the reason is a sentence', async () => {
    const running = await launchFixture()
    await running.page.evaluate((input) => window.fixture.saveKey(input), { dataset, hex })
    const file = join(running.folder, 'keys', `${dataset}.key`)
    const damaged = readFileSync(file)
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1
    writeFileSync(file, damaged)
    const reason = await running.page.evaluate((input) => window.fixture.readKey(input).catch((error: Error) => error.message), { dataset })
    expect(reason).toContain('The data is unchanged.')
    expect(readFileSync(file).equals(damaged)).toBe(true)
    await running.end()
  })
})

test.describe('without one', () => {
  test.skip(isReal && process.platform !== 'linux', 'Windows and macOS always have a key store')

  test('the plain-text back end is refused with an explanation and nothing is written', async () => {
    const running = await launchFixture({ env: { STANDIN_KEY_RING: 'basic_text' } })
    const reason = await running.page.evaluate((input) => window.fixture.saveKey(input).catch((error: Error) => error.message), { dataset, hex })
    expect(reason).toContain('This computer has no key store')
    expect(reason).toContain('MEDINSIGHT_PASSPHRASE_FILE')
    expect(existsSync(join(running.folder, 'keys'))).toBe(false)
    await running.end()
  })
})

test('a dataset id cannot lead out of the folder', async () => {
  const running = await launchFixture()
  for (const name of ['../stolen', 'a/b', '', '.', 'A', 'a\0b']) {
    const outcome = await running.page.evaluate(
      (input) =>
        window.fixture.readKey(input).then(
          () => 'read',
          () => 'refused',
        ),
      { dataset: name },
    )
    expect(outcome, JSON.stringify(name)).toBe('refused')
  }
  await running.end()
})
