import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtProgram } from '../support/built.js'
import type { CallName, Input, Output } from './calls.js'

/** A workstation in a process of its own. */
export interface Station {
  call<Name extends CallName>(name: Name, ...input: Input<Name>): Promise<Output<Name>>
  stop(): Promise<void>
}

interface Waiting {
  resolve(output: unknown): void
  reject(error: Error): void
}

/** Starts the process of a workstation; `open` is its first call. */
export async function startStation(): Promise<Station> {
  const child = fork(await builtProgram('bench/sync/station.ts', 'station'), { execArgv: [], serialization: 'advanced' })
  const waiting = new Map<number, Waiting>()
  let next = 0
  child.on('message', ({ id, output, error }: { id: number; output?: unknown; error?: string }) => {
    const call = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) call?.resolve(output)
    else call?.reject(new Error(error))
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  void ended.then(() => {
    for (const call of waiting.values()) call.reject(new Error('The workstation’s process ended.'))
  })
  const call: Station['call'] = (name, ...input) =>
    new Promise((resolve, reject) => {
      const id = ++next
      waiting.set(id, { resolve: resolve as (output: unknown) => void, reject })
      child.send({ id, name, input })
    })
  return {
    call,
    stop: async () => {
      await call('close').catch(() => undefined)
      if (child.connected) child.disconnect()
      await ended
    },
  }
}

/** Runs with a folder of its own, which goes afterwards. */
export async function withFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(process.env.MEDINSIGHT_BENCH_DATA ?? tmpdir(), 'medinsight-bench-sync-'))
  try {
    return await run(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const patientCount = 100

/** A clinic of two workstations that hold the same 100 patients and are not connected. */
export async function twoStations(folder: string, port: number) {
  const [a, b] = [await startStation(), await startStation()]
  await a.call('found', join(folder, 'a'))
  const patients = await a.call('register', patientCount)
  await a.call('exchange', port)
  await b.call('join', { folder: join(folder, 'b'), port, code: await a.call('invite') })
  await settle(a, b, port)
  const { dataset } = await a.call('facts')
  return { a, b, patients, dataset }
}

/** Lets both come to the same state and leave the server; what they do then goes by the feed. */
export async function settle(a: Station, b: Station, port: number): Promise<void> {
  for (const station of [a, b, a]) {
    await station.call('exchange', port)
    await station.call('disconnect')
  }
}
