import type { Services } from '../services.js'

/**
 * Whether nothing has to be sent, because no server was ever set up. The badge may then still say `attention`, e.g. for a journal that fails; and with
 * a server that was switched off again what is not sent goes on waiting.
 */
export const isLocalOnly = ({ server, sync, syncStatus }: Pick<Services, 'server' | 'sync' | 'syncStatus'>): boolean =>
  syncStatus.current().state === 'localOnly' || (!server.view().enabled.value && sync.facts().lastContactAt === null)
