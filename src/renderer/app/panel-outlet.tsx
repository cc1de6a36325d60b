import { lazy, Suspense } from 'react'
import { closePanel, usePanel } from './panels.js'

const Register = lazy(() => import('../features/patients/register-drawer.js').then(({ RegisterDrawer }) => ({ default: RegisterDrawer })))
const Edit = lazy(() => import('../features/patients/edit-drawer.js').then(({ EditDrawer }) => ({ default: EditDrawer })))
const Erase = lazy(() => import('../features/patients/erase-dialog.js').then(({ EraseDialog }) => ({ default: EraseDialog })))
const Rename = lazy(() => import('../features/workstations/rename-dialog.js').then(({ RenameDialog }) => ({ default: RenameDialog })))
const Remove = lazy(() => import('../features/workstations/remove-dialog.js').then(({ RemoveDialog }) => ({ default: RemoveDialog })))

/** Shows the panel that `openPanel` asked for. A new panel gets its line here and in panels.ts. */
export function PanelOutlet() {
  const panel = usePanel()
  return (
    <Suspense fallback={null}>
      {panel?.name === 'registerPatient' && <Register {...panel.props} onClose={closePanel} />}
      {panel?.name === 'editPatient' && <Edit {...panel.props} onClose={closePanel} />}
      {panel?.name === 'erasePatient' && <Erase {...panel.props} onClose={closePanel} />}
      {panel?.name === 'renameWorkstation' && <Rename {...panel.props} onClose={closePanel} />}
      {panel?.name === 'removeWorkstation' && <Remove {...panel.props} onClose={closePanel} />}
    </Suspense>
  )
}
