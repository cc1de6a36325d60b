import type { contract } from '../../../shared/contract/index.js'
import type { Clinic } from '../../../shared/contract/settings.js'
import { clinic as clinicEntity } from '../../../shared/entities/staff.js'
import { isGranted } from '../../../shared/permissions.js'
import { identityOf } from '../../security/workstation-identity.js'
import type { Stored } from '../../store/tables.js'
import type { Handlers } from '../handler.js'
import type { Services } from '../services.js'

const shown = ({ source: _, ...rest }: Stored<typeof clinicEntity>): Clinic => rest

/** The clinic's own settings. */
export const settingsHandlers = ({ store, clinic, version, keyStoreKind, folder }: Services): Handlers<typeof contract.settings> => ({
  about: ({ context: { actor } }) => ({
    version,
    clinicId: clinic().id,
    workstationName: identityOf(store.db).name,
    platform: process.platform,
    keyStore: keyStoreKind,
    ...(isGranted(actor.role, 'settings.write') && { folder }),
  }),
  clinic: {
    get: () => shown(clinic()),
    edit: ({ input: { commandId: _, ...patch }, context: { actor, command } }) =>
      store.write({ actor, act: 'settings.clinic.edit', command }, (tx) => {
        const { id } = clinic()
        tx.update(clinicEntity, id, patch)
        return shown(tx.get(clinicEntity, id))
      }),
  },
})
