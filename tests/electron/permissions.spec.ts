import { expect, test } from '@playwright/test'
import type { Running } from './support/launch.js'
import { isReal } from './support/launch.js'
import { launchFixture } from './support/subject.js'

let running: Running
test.beforeAll(async () => {
  running = await launchFixture()
})
test.afterAll(() => running?.end())

for (const name of ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'midi']) {
  test(`the page has no ${name}`, async () => {
    expect(await running.page.evaluate(async (asked) => (await navigator.permissions.query({ name: asked as PermissionName })).state, name)).toBe('denied')
  })
}

test('asking is refused as well: camera, microphone, place, notifications, screen', async () => {
  const refusals = await running.page.evaluate(async () => {
    const failure = (promise: Promise<unknown>) => promise.then(() => 'granted').catch((error: Error) => error.name)
    return {
      camera: await failure(navigator.mediaDevices.getUserMedia({ video: true })),
      microphone: await failure(navigator.mediaDevices.getUserMedia({ audio: true })),
      place: await new Promise((resolve) =>
        navigator.geolocation.getCurrentPosition(
          () => resolve('granted'),
          (error) => resolve(error.code === error.PERMISSION_DENIED ? 'denied' : error.code),
        ),
      ),
      notifications: await Notification.requestPermission(),
      screen: await failure(navigator.mediaDevices.getDisplayMedia()),
    }
  })
  expect(refusals).toEqual({
    camera: 'NotAllowedError',
    microphone: 'NotAllowedError',
    place: 'denied',
    notifications: 'denied',
    screen: expect.stringMatching(/NotAllowedError|InvalidStateError/),
  })
})

test('devices, screens and pairings are refused in both sessions, and the spelling checker is off', async () => {
  test.skip(isReal, 'real Electron does not hand its handlers back')
  const answers = await running.app.evaluate(({ session }) =>
    [session.fromPartition('clinic'), session.defaultSession].map((each) => {
      const held = Reflect.get(each, 'held') as Map<string, (...args: unknown[]) => unknown>
      const given: Record<string, unknown> = { device: held.get('device')?.({}), spellChecker: held.get('spellChecker') }
      held.get('displayMedia')?.({}, (streams: unknown) => Object.assign(given, { displayMedia: streams }))
      held.get('bluetoothPairing')?.({}, (answer: unknown) => Object.assign(given, { bluetoothPairing: answer }))
      for (const choice of ['select-hid-device', 'select-usb-device', 'select-serial-port']) {
        let isStopped = false
        each.emit(choice, { preventDefault: () => (isStopped = true) }, {}, choice === 'select-serial-port' ? {} : () => undefined, () => undefined)
        given[choice] = isStopped
      }
      return given
    }),
  )
  const none = {
    device: false,
    spellChecker: false,
    displayMedia: null,
    bluetoothPairing: { confirmed: false },
    'select-hid-device': true,
    'select-usb-device': true,
    'select-serial-port': true,
  }
  expect(answers).toEqual([none, none])
})
