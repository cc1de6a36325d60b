import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'

/** The commands of docs/redis-commands.md: those of every server, and those that only sentinels and clusters get. */
export function documentedCommands(): { everywhere: Set<string>; elsewhere: Set<string> } {
  const [everywhere = '', elsewhere = ''] = readFileSync('docs/redis-commands.md', 'utf8').split('\n## Beside these')
  const commandsIn = (text: string) => new Set([...text.matchAll(/^\| `([A-Z -]+)` \|/gm)].map(([, command]) => command as string))
  return { everywhere: commandsIn(everywhere), elsewhere: commandsIn(elsewhere) }
}

/** The commands that a server has run so far, as the document writes them, without those of the administrator who asks. */
export async function usedCommands(admin: Redis): Promise<Set<string>> {
  const text = await admin.info('commandstats')
  const used = [...text.matchAll(/^cmdstat_(\S+?):calls=(\d+)/gm)].map(([, name = '', calls]) => [name.replace('|', ' ').toUpperCase(), Number(calls)] as const)
  // The administrator's own client signs in with HELLO and says who it is.
  return new Set(used.map(([name]) => name).filter((name) => !['HELLO', 'CLIENT SETINFO'].includes(name)))
}
