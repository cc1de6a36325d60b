import { fileURLToPath } from 'node:url'
import { startWebHost, type WebHost, type WebHostOptions } from './web/server.js'
import type { Workstation } from './workstation.js'

/** The built renderer beside the built main process. */
export const rendererFolder = fileURLToPath(new URL('../renderer', import.meta.url))

/** Serves a workstation to browsers: screens, typed client, REST. @throws Error with a sentence when it may not or cannot listen */
export function serveWorkstation(
  workstation: Workstation,
  version: string,
  options: Pick<WebHostOptions, 'host' | 'port' | 'tls' | 'names'> & {
    /** Switches the figures for a collector on. */
    metricsToken?: string | undefined
  },
): Promise<WebHost> {
  const { metricsToken, ...where } = options
  const monitor = () => workstation.clinic()?.monitor
  return startWebHost({
    ...where,
    ipc: workstation.ipc,
    rendererFolder,
    version,
    mode: () => (['redis', 'sending'].includes(workstation.clinic()?.services.syncStatus.current().state ?? '') ? 'redis' : 'local'),
    routes: workstation.routes,
    // With no clinic open there is nothing to count.
    metrics: metricsToken === undefined ? undefined : { token: metricsToken, text: () => monitor()?.metrics(version) ?? '' },
  })
}
