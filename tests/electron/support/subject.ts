import { buildFixture } from './fixture.js'
import { type LaunchOptions, launch, type Running } from './launch.js'

/** Starts the shell around the fixture's router and waits until its page is connected. */
export const launchFixture = async (options: Omit<LaunchOptions, 'application'> = {}): Promise<Running> => {
  const running = await launch({ ...options, application: await buildFixture() })
  await running.page.waitForFunction(() => 'fixture' in window)
  return running
}
