import type { ComponentProps } from 'react'
import { InviteButton } from '../features/workstations/invite.js'
import { RequireVersion } from '../features/workstations/require-version.js'
import { WorkstationMenu } from '../features/workstations/workstation-menu.js'
import { useSession } from './session.js'

/** Inviting another computer, for those who may change the clinic's settings. */
export function InviteWorkstation() {
  const { can } = useSession()
  return can('settings.write') ? <InviteButton /> : null
}

/** Which version the workstations need, and requiring this one, for those who may change the clinic's settings. */
export function RequiredVersion() {
  const { can } = useSession()
  return can('settings.write') ? <RequireVersion /> : null
}

/** What can be done with a workstation, for those who may change the clinic's settings. */
export function WorkstationActions({ line }: ComponentProps<typeof WorkstationMenu>) {
  const { can } = useSession()
  return can('settings.write') ? <WorkstationMenu line={line} /> : null
}
