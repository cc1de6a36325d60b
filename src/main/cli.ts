import { backup } from './cli/backup.js'
import { type Command, tell, WrongUse } from './cli/command.js'
import { exportCommand } from './cli/export.js'
import { importCommand } from './cli/import.js'
import { init } from './cli/init.js'
import { invite } from './cli/invite.js'
import { join } from './cli/join.js'
import { recover } from './cli/recover.js'
import { resetPassword } from './cli/reset-password.js'
import { restore } from './cli/restore.js'
import { serve } from './cli/serve.js'
import { status } from './cli/status.js'
import { sync } from './cli/sync.js'
import { verify } from './cli/verify.js'
import { keepYoungHeapSmall } from './lib/heap.js'

/** Every command, in the order in which the usage lists them. */
const commands: Readonly<Record<string, Command>> = {
  init,
  serve,
  import: importCommand,
  export: exportCommand,
  status,
  verify,
  backup,
  restore,
  recover,
  'reset-password': resetPassword,
  invite,
  join,
  sync,
}

const usage = (): string =>
  ['Usage: medinsight <command>', ...Object.entries(commands).map(([name, { usage: options, summary }]) => `  ${name} ${options}\n      ${summary}`)].join('\n')

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help') {
    tell(usage())
    return name === undefined ? 2 : 0
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  try {
    if (!command) throw new WrongUse('There is no such command.')
    return (await command.run(args)) ?? 0
  } catch (error) {
    if (error instanceof WrongUse) {
      tell(`${error.message}\n${command ? `Usage: medinsight ${name} ${command.usage}` : usage()}`)
      return 2
    }
    tell(sentence(error))
    return 1
  }
}

/** The sentence of an error that has one; others are named by class and code, because their texts may hold values. */
function sentence(error: unknown): string {
  if (error instanceof Error && 'isPublic' in error) return error.message
  const { name, code } = (error ?? {}) as { name?: string; code?: string }
  return `The command failed (${[name, code].filter(Boolean).join(', ') || 'unknown reason'}). What was saved before it stays; run it again.`
}

keepYoungHeapSmall()
// Files of a clinic are for this user alone, whatever the system's default.
process.umask(0o077)
process.exitCode = await main(process.argv.slice(2))
