import { resolve } from 'node:path'
import { type Command, parse, printJson, required } from './command.js'
import { askOrOpen } from './held.js'

/** `medinsight backup`: a verified backup now, and a copy of it in another place. */
export const backup: Command = {
  usage: '--data DIR [--to DIR]',
  summary: 'makes a verified backup now; with --to also a copy there',
  async run(args) {
    const { values } = parse(args, { data: { type: 'string' }, to: { type: 'string' } })
    const folder = resolve(required(values.data, 'data'))
    const to = values.to === undefined ? undefined : resolve(required(values.to, 'to'))
    printJson(await askOrOpen(folder, { command: 'backup', args: { to } }, (clinic) => clinic.backups.make('manual', to)))
    return undefined
  },
}
