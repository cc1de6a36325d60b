import { join, resolve } from 'node:path'
import { openClinic } from '../clinic.js'
import { importItems } from '../features/exchange/import.js'
import { readImport } from '../features/exchange/reading.js'
import { placeOf } from '../place.js'
import { holdFolder } from '../store/lock.js'
import { importIdKey } from '../store/store.js'
import { type Command, parse, printJson, required, tell, WrongUse } from './command.js'

/** Between two lines of progress, in milliseconds. */
const progressMs = 1000

/** `medinsight import fhir|csv PATH`: brings records in; repeating it changes nothing. */
export const importCommand: Command = {
  usage: 'fhir|csv PATH --data DIR [--dry-run] [--map FILE]',
  summary: 'brings records of another system in; the report is JSON on standard output',
  async run(args) {
    const { values, positionals } = parse(args, { data: { type: 'string' }, 'dry-run': { type: 'boolean' }, map: { type: 'string' } }, 2)
    const [kind, path] = positionals as [string, string]
    if (kind !== 'fhir' && kind !== 'csv') throw new WrongUse('Only fhir and csv can be imported.')
    const folder = resolve(required(values.data, 'data'))
    const held = await holdFolder(folder, async () => undefined)
    try {
      const clinic = await openClinic(placeOf(folder, { isOneShot: true }))
      try {
        const { store, keys } = clinic
        const items = readImport({
          kind,
          path: resolve(path),
          ...(values.map && { mapFile: resolve(values.map) }),
          file: join(folder, 'medinsight.db'),
          key: keys.databaseKey,
          idKey: importIdKey(keys.clinicKey),
        })
        let told = Date.now()
        const result = await importItems(store, items, {
          actor: {},
          kind,
          isDryRun: values['dry-run'] ?? false,
          now: Date.now,
          onProgress: (read, file) => {
            if (Date.now() - told < progressMs) return
            told = Date.now()
            tell(`${read} records read${file ? `, file ${file.index + 1} of ${file.count}` : ''}`)
          },
        })
        printJson(result)
      } finally {
        await clinic.stop()
      }
      return undefined
    } finally {
      await held.release()
    }
  },
}
