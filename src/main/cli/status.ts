import { resolve } from 'node:path'
import { openClinic } from '../clinic.js'
import { placeOf } from '../place.js'
import { statusReport } from '../status.js'
import { askHolder, holdFolder, refuseRequests } from '../store/lock.js'
import { type Command, parse, printJson, required } from './command.js'

/** `medinsight status`: counts, queue and digest as JSON. */
export const status: Command = {
  usage: '--data DIR',
  summary: 'prints counts, what waits, and the digest of all records as JSON',
  async run(args) {
    const { values } = parse(args, { data: { type: 'string' } })
    const folder = resolve(required(values.data, 'data'))
    const asked = await askHolder(folder, { command: 'status' })
    if (asked) {
      printJson(asked.answer)
      return undefined
    }
    const held = await holdFolder(folder, refuseRequests)
    try {
      const clinic = await openClinic(placeOf(folder, { isOneShot: true }))
      try {
        printJson(statusReport(clinic))
      } finally {
        await clinic.stop()
      }
      return undefined
    } finally {
      await held.release()
    }
  },
}
