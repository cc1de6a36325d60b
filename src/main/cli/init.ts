import { resolve } from 'node:path'
import { clinic, user } from '../../shared/entities/staff.js'
import { createClinic } from '../founding.js'
import { placeOf } from '../place.js'
import { refusePassword } from '../security/passwords.js'
import { demoClinic } from '../set-up-handlers.js'
import { holdFolder, refuseRequests } from '../store/lock.js'
import { askSecret, type Command, CommandFailed, inputLines, parse, printJson, required, tell, WrongUse } from './command.js'

const refusals = {
  tooShort: 'The password is too short: it needs at least 10 characters.',
  tooLong: 'The password is too long.',
  common: 'This password is on every list of known passwords. Choose another one.',
  containsUsername: 'The password is made from the user name. Choose another one.',
}

/** `medinsight init`: a new clinic. */
export const init: Command = {
  usage: '--data DIR --clinic NAME --admin USER [--password-stdin] [--timezone TZ] [--currency CUR] [--country CC] [--language en|es|ar] [--demo]',
  summary: 'makes a new clinic and prints its recovery code',
  async run(args) {
    const text = { type: 'string' } as const
    const { values } = parse(args, {
      data: text,
      clinic: text,
      admin: text,
      timezone: text,
      currency: text,
      country: text,
      language: text,
      'password-stdin': { type: 'boolean' },
      demo: { type: 'boolean' },
    })
    const folder = resolve(required(values.data, 'data'))
    const language = (values.language ?? 'en') as 'en' | 'es' | 'ar'
    const demo = values.demo ? demoClinic(language) : undefined
    const name = values.clinic ?? demo?.clinic.name
    const username = values.admin ?? demo?.admin.username
    const details = {
      name: required(name, 'clinic'),
      timeZone: values.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
      currency: (values.currency ?? demo?.clinic.currency ?? 'USD').toUpperCase(),
      country: (values.country ?? demo?.clinic.country ?? 'US').toUpperCase(),
      language,
    }
    check(clinic.fields, details, { name: 'clinic', timeZone: 'timezone' })
    check(user.fields, { username: required(username, 'admin') }, { username: 'admin' })
    const password = values['password-stdin'] ? (await inputLines())[0] : (demo?.admin.password ?? (await askSecret('Password of the administrator')))
    if (password === undefined) throw new WrongUse('Give the administrator’s password on standard input with --password-stdin.')
    const refused = demo && password === demo.admin.password ? undefined : refusePassword(password, username ?? '')
    if (refused) throw new CommandFailed(`${refusals[refused]} No clinic was made.`)
    const place = placeOf(folder, { isOneShot: true })
    const held = await holdFolder(folder, refuseRequests)
    try {
      const made = await createClinic(place, {
        clinic: { ...details, isDemo: demo !== undefined },
        admin: { username: username ?? '', displayName: username ?? '', password },
        ...(demo?.fill && { fill: demo.fill }),
      })
      tell(`The clinic was made. Print its recovery code and keep it apart from this computer; it is shown only now:\n\n  ${made.recoveryCode}\n`)
      printJson({ event: 'created', clinicId: made.clinicId, recoveryCode: made.recoveryCode })
      return undefined
    } finally {
      await held.release()
    }
  },
}

interface Checks {
  [name: string]: { safeParse(value: unknown): { success: boolean } }
}

/** Refuses values that the record would refuse, named as their options are. */
function check(fields: Checks, values: Record<string, string>, optionOf: Record<string, string>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!fields[name]?.safeParse(value).success) throw new WrongUse(`--${optionOf[name] ?? name} is not right.`)
  }
}
