import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { sourceArguments } from '../../src/main/lib/worker-thread.js'

/** Starts a file of the sources or tests as a process of its own; it is killed when the running test ends. */
export function startProcess(file: URL, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [...sourceArguments, file.pathname, ...args], { env: { ...process.env, ...env } })
  child.stderr.pipe(process.stderr)
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** The lines that a process prints, as they come. */
export const linesOf = (child: ChildProcessWithoutNullStreams): AsyncIterable<string> => createInterface({ input: child.stdout })

/** Kills a process as a power cut would and waits until it is gone. */
export function killNow(child: ChildProcessWithoutNullStreams): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}
