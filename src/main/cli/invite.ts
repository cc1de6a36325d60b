import { resolve } from 'node:path'
import type { OpenClinic } from '../clinic.js'
import { ensureWorkstation } from '../security/workstation-identity.js'
import { askHolder } from '../store/lock.js'
import { type Command, CommandFailed, parse, printJson, refuseSecret, required, tell } from './command.js'
import { withClinic } from './held.js'

/** `medinsight invite`: a code with which another computer can join the clinic. */
export const invite: Command = {
  usage: '--data DIR [--redis URL]',
  summary: 'prints a code with which another computer joins the clinic; valid for 15 minutes, once',
  async run(args) {
    const { values } = parse(args, { data: { type: 'string' }, redis: { type: 'string' } })
    refuseSecret(values.redis)
    const folder = resolve(required(values.data, 'data'))
    const asked = await askHolder(folder, { command: 'invite' })
    const invited = (asked ? asked.answer : await withClinic(folder, inviteOnce, values.redis)) as Awaited<ReturnType<typeof inviteOnce>>
    printJson(invited)
    tell('On the other computer choose “Join a clinic”, or run `medinsight join`, and enter this code within 15 minutes. Whoever has it can read every record.')
    return undefined
  },
}

async function inviteOnce({ store, keys, place, server, sync, services }: OpenClinic): Promise<{ code: string; expiresAt: string }> {
  await ensureWorkstation(store, keys, place.folder, services.now())
  await server.connect()
  const { problem } = await sync.runOnce()
  if (problem !== undefined) throw new CommandFailed(`${problem} No invitation was made.`)
  return services.membership.invite()
}
