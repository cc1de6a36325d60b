import { useSyncExternalStore } from 'react'

/** Drawers that any screen can open over itself, with what each needs. Not in the address: what was typed must not reach the history. */
export interface Panels {
  /** `onChosen` takes the person who was registered, or recognised among possible duplicates, instead of the chart being opened. */
  registerPatient: { typed?: string; onChosen?: (patient: { id: string; givenName: string; familyName: string }) => void }
  editPatient: { patientId: string }
  erasePatient: { patientId: string }
  renameWorkstation: { id: string; name: string }
  /** `waiting`: changes that it has not sent, as far as it told. */
  removeWorkstation: { id: string; name: string; waiting?: number | undefined }
}
type Opened = { [Name in keyof Panels]: { name: Name; props: Panels[Name] } }[keyof Panels]

let opened: Opened | undefined
const listeners = new Set<() => void>()
function set(next: Opened | undefined): void {
  opened = next
  for (const listener of [...listeners]) listener()
}

/** Opens a panel in place of the one that is open. */
export const openPanel = <Name extends keyof Panels>(name: Name, props: Panels[Name]): void => set({ name, props } as Opened)
export const closePanel = (): void => set(undefined)

/** The open panel, undefined when there is none. */
export const usePanel = (): Opened | undefined =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => opened,
  )
