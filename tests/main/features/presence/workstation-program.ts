// Run as a process: opens a clinic's folder with a key file and a server, opens a chart there as its administrator, says so, and waits to be killed.

import { silentLog } from '../../../../src/main/lib/log.js'
import { placeOf } from '../../../../src/main/place.js'
import { startWorkstation } from '../../../../src/main/workstation.js'
import { newId } from '../../../../src/shared/ids.js'
import { portClient } from '../../../support/api-client.js'

const [folder = '', keyFile = '', server = '', patientId = ''] = process.argv.slice(2)
const place = placeOf(folder, { env: { MEDINSIGHT_KEY_FILE: keyFile }, log: silentLog })
const workstation = await startWorkstation({ ...place, server: { env: {}, commandLine: server } })
const clinic = workstation.clinic()
if (!clinic) throw new Error('The clinic did not open.')
const userId = String(clinic.store.db.prepare("SELECT id FROM user WHERE username = 'anna'").pluck().get())
const { api } = portClient(workstation.ipc, (await clinic.services.sessions.open(userId)).token)
const windowId = newId()
const events = await api.streams.presence({ windowId })
await events.next()
await api.presence.opening({ windowId, openings: [{ kind: 'patient', id: patientId, isEditing: false }] })
process.stdout.write('open\n')
for await (const _ of events);
