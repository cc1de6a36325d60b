import { join, resolve } from 'node:path'
import { openClinic } from '../clinic.js'
import { importItems } from '../features/exchange/import.js'
import type { ImportRequest } from '../features/exchange/import-source.js'
import { ImportUnreadable, inspectImport, readImport } from '../features/exchange/reading.js'
import { placeOf } from '../place.js'
import { holdFolder, refuseRequests } from '../store/lock.js'
import { importIdKey } from '../store/store.js'
import { type Command, CommandFailed, parse, printJson, required, tell, WrongUse } from './command.js'

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
    if (kind === 'fhir' && values.map) throw new WrongUse('A mapping file is for csv only.')
    const isDryRun = values['dry-run'] ?? false
    const request: ImportRequest = { kind, path: resolve(path), isGuessEnough: isDryRun, ...(values.map && { mapFile: resolve(values.map) }) }
    const folder = resolve(required(values.data, 'data'))
    const held = await holdFolder(folder, refuseRequests)
    try {
      return await run(folder, request, isDryRun)
    } catch (error) {
      if (!(error instanceof ImportUnreadable) || error.code !== 'needsMapping') throw error
      const { proposal } = await inspectImport(request.path, 'csv')
      printJson({ needsMapping: true, mapping: proposal?.mapping, unmatched: proposal?.unmatched })
      throw new CommandFailed(
        `${error.message} A proposal is on standard output: save its “mapping” to a file, look it over, try it with --dry-run and import with --map FILE.`,
      )
    } finally {
      await held.release()
    }
  },
}

async function run(folder: string, request: ImportRequest, isDryRun: boolean): Promise<undefined> {
  const clinic = await openClinic(placeOf(folder, { isOneShot: true }))
  try {
    const { store, keys } = clinic
    const items = readImport({ file: join(folder, 'medinsight.db'), key: keys.databaseKey, idKey: importIdKey(keys.clinicKey) }, request)
    let told = Date.now()
    const result = await importItems(store, items, {
      actor: {},
      kind: request.kind,
      isDryRun,
      now: Date.now,
      onProgress: (read, file) => {
        if (Date.now() - told < progressMs) return
        told = Date.now()
        tell(`${read} records read${file ? `, file ${file.index + 1} of ${file.count}` : ''}`)
      },
    })
    printJson(result)
    const refused = result.skipped.reduce((sum, { count }) => sum + count, 0)
    if (refused > 0 && refused === result.read) throw new CommandFailed('Nothing could be taken in; the report says why. Nothing was changed.')
    if (refused > 0) tell(`${refused} of ${result.read} were not taken in; the report says where and why.`)
    return undefined
  } finally {
    await clinic.stop()
  }
}
