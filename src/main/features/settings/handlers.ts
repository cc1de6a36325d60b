import type { contract } from '../../../shared/contract/index.js'
import type { Clinic } from '../../../shared/contract/settings.js'
import { clinic as clinicEntity } from '../../../shared/entities/staff.js'
import { isGranted } from '../../../shared/permissions.js'
import { identityOf } from '../../security/workstation-identity.js'
import type { Stored } from '../../store/tables.js'
import type { Handlers } from '../handler.js'
import type { Services } from '../services.js'
import { serverHandlers } from './server-handlers.js'

const shown = ({ source: _, leastSchema: __, ...rest }: Stored<typeof clinicEntity>): Clinic => rest

/** Settings of the clinic, and of this workstation's connection to its server. */
export const settingsHandlers = (services: Services): Handlers<typeof contract.settings> => {
  const { store, clinic, version, keyStoreKind, folder } = services
  return {
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
    server: serverHandlers(services),
  }
}
