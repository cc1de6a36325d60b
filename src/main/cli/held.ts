import { type OpenClinic, openClinic } from '../clinic.js'
import { placeOf } from '../place.js'
import { askHolder, type HolderRequest, holdFolder, refuseRequests } from '../store/lock.js'

/** Runs `work` while this process holds a clinic's folder. @throws FolderHeld */
export async function holding<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const held = await holdFolder(folder, refuseRequests)
  try {
    return await work()
  } finally {
    await held.release()
  }
}

/** Runs `work` on the clinic of a folder that no other process holds. @throws FolderHeld and what opening throws */
export const withClinic = <T>(folder: string, work: (clinic: OpenClinic) => Promise<T>, redis?: string): Promise<T> =>
  holding(folder, async () => {
    const clinic = await openClinic(placeOf(folder, { isOneShot: true, redis }))
    try {
      return await work(clinic)
    } finally {
      await clinic.stop()
    }
  })

/** The answer of the process that holds a folder; where none does, that of `work` on the clinic opened here. */
export async function askOrOpen(folder: string, request: HolderRequest, work: (clinic: OpenClinic) => Promise<unknown>): Promise<unknown> {
  const asked = await askHolder(folder, request)
  return asked ? asked.answer : withClinic(folder, work)
}
