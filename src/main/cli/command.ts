import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'

/** Wrong use of the command line: exit code 2 and the usage on standard error. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse'
}

/** A command refused or failed for a reason that the message says: exit code 1. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
  readonly isPublic = true
}

/** One command of the command line. */
export interface Command {
  /** After the name, e.g. `--data DIR [--to DIR]`. */
  usage: string
  summary: string
  /** Resolves when done; the process then exits with 0, or with the number. */
  run(args: string[]): Promise<number | undefined>
}

/** Parses options and positionals. @throws WrongUse for unknown, repeated or missing ones */
export function parse<const Options extends ParseArgsOptionsConfig>(args: string[], options: Options, positionalCount = 0) {
  try {
    const parsed = parseArgs({ args, options, allowPositionals: positionalCount > 0, strict: true })
    if (parsed.positionals.length !== positionalCount)
      throw new WrongUse(`Expected ${positionalCount} argument${positionalCount === 1 ? '' : 's'} beside the options.`)
    return parsed
  } catch (error) {
    throw error instanceof WrongUse ? error : new WrongUse(error instanceof Error ? error.message.split('\n')[0] : 'The arguments are not right.')
  }
}

/** The value of an option that has to be given. @throws WrongUse */
export function required(value: string | undefined, name: string): string {
  if (value === undefined || value === '') throw new WrongUse(`--${name} is missing.`)
  return value
}

/** Secrets never stand on the command line, where every user of the computer sees them. @throws WrongUse */
export function refuseSecret(address: string | undefined): void {
  if (address?.includes('@')) throw new WrongUse('An address with a user or password is not taken here; set REDIS_URL.')
}

/** One line of JSON on standard output, for programs. */
export const printJson = (value: unknown): boolean => process.stdout.write(`${JSON.stringify(value)}\n`)

/** A sentence on standard error, for people. */
export const tell = (sentence: string): boolean => process.stderr.write(`${sentence}\n`)

/** The lines of standard input, at most 100 kB: secrets never stand on the command line. */
export async function inputLines(): Promise<string[]> {
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk
    if (text.length > 100_000) throw new WrongUse('Standard input is too long.')
  }
  return text.split(/\r?\n/)
}

/** Asks the person at the terminal for a secret without showing it; undefined when nobody sits there. @throws WrongUse when they press Ctrl-C */
export async function askSecret(question: string): Promise<string | undefined> {
  const { stdin, stderr } = process
  if (!stdin.isTTY) return undefined
  stderr.write(`${question}: `)
  stdin.setRawMode(true)
  stdin.setEncoding('utf8')
  let text = ''
  try {
    for await (const typed of stdin as AsyncIterable<string>) {
      for (const key of typed) {
        if (key === '\u0003') throw new WrongUse('Nothing was made.')
        if (key === '\r' || key === '\n') return text
        text = key === '\u007f' || key === '\b' ? text.slice(0, -1) : text + key
      }
    }
    return text
  } finally {
    stdin.setRawMode(false)
    stderr.write('\n')
  }
}
