import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { answerHolderRequests } from './cli/asked.js'
import { binaryAnswers } from './electron/binary-requests.js'
import { type Desktop, type DesktopHost, startDesktop } from './electron/shell.js'
import { connectPort } from './ipc/message-port.js'
import { placeOf } from './place.js'
import { holdFolder, refuseRequests } from './store/lock.js'
import { startWorkstation } from './workstation.js'

/** Entry of the desktop application: one workstation behind one window. */
const openDesktop = async ({ applicationFolder, keyStore }: Desktop): Promise<DesktopHost> => {
  const folder = join(process.env.MEDINSIGHT_DATA || applicationFolder, 'clinics', 'default')
  let answer: Parameters<typeof holdFolder>[1] = refuseRequests
  const held = await holdFolder(folder, (request) => answer(request))
  try {
    const place = { ...placeOf(folder), keepsBackups: true }
    // A key file or passphrase file that the administrator names replaces the system's key store, where there is none.
    const isNamed = Boolean(process.env.MEDINSIGHT_KEY_FILE || process.env.MEDINSIGHT_PASSPHRASE_FILE)
    const workstation = await startWorkstation(isNamed ? place : { ...place, keyStore, keyStoreKind: 'system' })
    answer = answerHolderRequests(workstation)
    return {
      answerBinary: binaryAnswers(workstation.routes, workstation.ipc.needs),
      connect: (port, session) => connectPort(workstation.ipc, port, session),
      async stop() {
        await workstation.stop()
        await held.release()
      },
    }
  } catch (error) {
    await held.release()
    throw error
  }
}

// Files of a clinic are for this user alone, whatever the system's default.
process.umask(0o077)
startDesktop({
  preloadFile: fileURLToPath(new URL('../preload/index.cjs', import.meta.url)),
  rendererFolder: fileURLToPath(new URL('../renderer', import.meta.url)),
  open: openDesktop,
})
