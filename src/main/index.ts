import { fileURLToPath } from 'node:url'
import { answerHolderRequests } from './cli/asked.js'
import { tellDesktop } from './desktop-news.js'
import { binaryAnswers } from './electron/binary-requests.js'
import { type Desktop, type DesktopHost, startDesktop } from './electron/shell.js'
import { connectPort } from './ipc/message-port.js'
import { keepYoungHeapSmall } from './lib/heap.js'
import { homeIn, placeOf } from './place.js'
import { refuseRequests } from './store/lock.js'
import { startWorkstationAt } from './workstation.js'

/** Entry of the desktop application: one workstation behind one window. */
const openDesktop = async ({ applicationFolder, keyStore }: Desktop): Promise<DesktopHost> => {
  // A key file or passphrase file that the administrator names replaces the system's key store, where there is none.
  const isNamed = Boolean(process.env.MEDINSIGHT_KEY_FILE || process.env.MEDINSIGHT_PASSPHRASE_FILE)
  const placeAt = (folder: string) => {
    const place = { ...placeOf(folder), keepsBackups: true }
    return isNamed ? place : { ...place, keyStore, keyStoreKind: 'system' as const }
  }
  let answer: Parameters<typeof homeIn>[1]['answer'] = refuseRequests
  const home = homeIn(process.env.MEDINSIGHT_DATA || applicationFolder, { placeAt, answer: (request) => answer(request) })
  const workstation = await startWorkstationAt(home)
  answer = answerHolderRequests(workstation)
  return {
    answerBinary: binaryAnswers(workstation.routes, workstation.ipc.needs),
    tell: (session, show) => tellDesktop(workstation.clinic, session, show),
    connect: (port, session) => connectPort(workstation.ipc, port, session),
    stop: () => workstation.stop(),
  }
}

keepYoungHeapSmall()
// Files of a clinic are for this user alone, whatever the system's default.
process.umask(0o077)
startDesktop({
  preloadFile: fileURLToPath(new URL('../preload/index.cjs', import.meta.url)),
  rendererFolder: fileURLToPath(new URL('../renderer', import.meta.url)),
  open: openDesktop,
})
