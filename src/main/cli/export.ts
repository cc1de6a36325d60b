import { join, resolve } from 'node:path'
import { openClinic } from '../clinic.js'
import { exportAll } from '../features/exchange/exporting.js'
import { placeOf } from '../place.js'
import { holdFolder } from '../store/lock.js'
import { importIdKey } from '../store/store.js'
import { type Command, parse, printJson, required, tell, WrongUse } from './command.js'

/** Between two lines of progress, in milliseconds. */
const progressMs = 1000

/** `medinsight export fhir|csv DIR`: writes all records to a new folder. */
export const exportCommand: Command = {
  usage: 'fhir|csv DIR --data DIR',
  summary: 'writes all records to a new or empty folder; the report is JSON on standard output',
  async run(args) {
    const { values, positionals } = parse(args, { data: { type: 'string' } }, 2)
    const [kind, to] = positionals as [string, string]
    if (kind !== 'fhir' && kind !== 'csv') throw new WrongUse('Only fhir and csv can be exported.')
    const folder = resolve(required(values.data, 'data'))
    const held = await holdFolder(folder, async () => undefined)
    try {
      const clinic = await openClinic(placeOf(folder, { isOneShot: true }))
      try {
        const { store, keys } = clinic
        let told = Date.now()
        const result = await exportAll(store, {
          kind,
          to: resolve(to),
          actor: {},
          held: { file: join(folder, 'medinsight.db'), key: keys.databaseKey, idKey: importIdKey(keys.clinicKey) },
          folder,
          filesFolder: clinic.services.files.folder,
          clinicKey: keys.clinicKey,
          now: Date.now,
          onProgress: (written) => {
            if (Date.now() - told < progressMs) return
            told = Date.now()
            tell(`${written} records written`)
          },
        })
        printJson(result)
        tell('The export is not encrypted: whoever can read the folder can read every record in it.')
        return undefined
      } finally {
        await clinic.stop()
      }
    } finally {
      await held.release()
    }
  },
}
