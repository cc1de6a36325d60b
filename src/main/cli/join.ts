import { resolve } from 'node:path'
import { addressToKeep, joinServerAt } from '../join-server.js'
import { type FillProgress, JoinRefused, joinClinic } from '../joining.js'
import { placeOf } from '../place.js'
import { HubProblem } from '../redis/hub.js'
import { resolveSettings } from '../redis/settings.js'
import { type Command, CommandFailed, inputLines, parse, printJson, refuseSecret, required, tell, WrongUse } from './command.js'
import { holding } from './held.js'

/** Between two lines of progress, in milliseconds. */
const progressMs = 1000

/** `medinsight join`: makes this computer a further workstation of a clinic. */
export const join: Command = {
  usage: '--data DIR --redis URL --invite-stdin --password-stdin',
  summary: 'joins a clinic; standard input has the invitation’s code, then a password: the server’s where it asks for one, else an administrator’s',
  async run(args) {
    const text = { type: 'string' } as const
    const flag = { type: 'boolean' } as const
    const { values } = parse(args, { data: text, redis: text, 'invite-stdin': flag, 'password-stdin': flag })
    const folder = resolve(required(values.data, 'data'))
    refuseSecret(values.redis)
    if (!values['invite-stdin']) throw new WrongUse('Give the invitation’s code on standard input, with --invite-stdin.')
    const [code = '', second = ''] = await inputLines()
    const password = values['password-stdin'] ? second : ''
    const { settings } = resolveSettings({ commandLine: values.redis, env: process.env })
    if (!settings) throw new WrongUse('--redis is missing, and the environment names no server either.')
    const url = values.redis === undefined ? undefined : addressToKeep(values.redis)
    if (values.redis !== undefined && url === undefined)
      tell('This address cannot be kept in the settings: name it in REDIS_URL whenever the workstation is started.')
    return holding(folder, async () => {
      const place = placeOf(folder, { isOneShot: true, redis: values.redis })
      const { server, isPasswordUsed } = await connect({ settings, password })
      const joined = await joinClinic(place, {
        code,
        server,
        settings: url === undefined ? undefined : { url, ...(isPasswordUsed && { password }) },
        check: async ({ services }) => {
          if (password === '' || isPasswordUsed || (await services.sessions.isAdministrators(password))) return
          throw new JoinRefused(
            'The password is not that of an administrator of this clinic, so this computer did not join it and what was made here was taken back. The invitation is used up: ask for a new one.',
          )
        },
        onProgress: telling(),
      })
      tell(`This computer joined the clinic. Print the recovery code of its own backups; it is shown only now:\n\n  ${joined.recoveryCode}\n`)
      printJson({ event: 'joined', ...joined })
      return undefined
    })

    /** The server asks for a password and none came with the environment: then the second line is the server's. */
    async function connect(given: { settings: NonNullable<typeof settings>; password: string }) {
      const { log } = placeOf(folder, { isOneShot: true })
      try {
        return { server: await joinServerAt(given.settings, log), isPasswordUsed: false }
      } catch (error) {
        const isAsked = error instanceof HubProblem && error.code === 'auth' && given.settings.password === undefined
        if (!isAsked) throw error
        if (given.password === '')
          throw new CommandFailed('The server asks for a password. Give it in the second line with --password-stdin, or in REDIS_PASSWORD.')
        return { server: await joinServerAt({ ...given.settings, password: given.password }, log), isPasswordUsed: true }
      }
    }
  },
}

/** Says how far the fill is, once a second. */
function telling(): (progress: FillProgress) => void {
  let told = Date.now()
  return ({ received, done, total }) => {
    if (received === 0 || Date.now() - told < progressMs) return
    told = Date.now()
    tell(`${received} records received${total > 0 ? `, ${Math.floor((done / total) * 100)} % compared` : ''}`)
  }
}
