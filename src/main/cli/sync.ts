import { resolve } from 'node:path'
import { askHolder } from '../store/lock.js'
import { type Command, parse, printJson, refuseSecret, required, tell, WrongUse } from './command.js'
import { withClinic } from './held.js'

interface Report {
  sent: number
  received: number
  failed: number
  problem?: string
}

/** `medinsight sync --once`: sends and receives until nothing is left. */
export const sync: Command = {
  usage: '--once --data DIR [--redis URL]',
  summary: 'sends and receives until nothing is left',
  async run(args) {
    const text = { type: 'string' } as const
    const { values } = parse(args, { once: { type: 'boolean' }, data: text, redis: text })
    if (!values.once) throw new WrongUse('--once is missing; a running program exchanges by itself.')
    refuseSecret(values.redis)
    const folder = resolve(required(values.data, 'data'))
    const asked = await askHolder(folder, { command: 'sync' })
    const { problem, ...report } = (asked ? asked.answer : await withClinic(folder, exchangeOnce, values.redis)) as Report
    printJson(report)
    if (problem !== undefined) tell(problem)
    else if (report.failed > 0) tell(`${report.failed} operations stay in the queue; the screen Sync & storage says why.`)
    return problem !== undefined || report.failed > 0 ? 1 : 0
  },
}

const exchangeOnce: Parameters<typeof withClinic<Report>>[1] = async (clinic) => {
  await clinic.server.connect()
  return clinic.sync.runOnce()
}
