// Holds a folder until it is killed.
import { FolderHeld, holdFolder } from '../../../src/main/store/lock.js'

try {
  await holdFolder(process.argv[2] ?? '', async ({ command, args }) => ({ pid: process.pid, command, args }))
  process.stdout.write('held\n')
  setInterval(() => undefined, 1000)
} catch (error) {
  process.stdout.write(error instanceof FolderHeld ? `refused ${error.pid}\n` : `failed ${String(error)}\n`)
}
