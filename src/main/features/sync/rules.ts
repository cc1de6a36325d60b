import type { Services } from '../services.js'

/** Whether nothing has to be sent, because no server is set up. The badge may then still say `attention`, e.g. for a journal that fails. */
export const isLocalOnly = ({ server, syncStatus }: Pick<Services, 'server' | 'syncStatus'>): boolean =>
  syncStatus.current().state === 'localOnly' || !server.view().enabled.value
