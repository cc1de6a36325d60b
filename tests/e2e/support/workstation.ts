import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

const cli = resolve('out/main/cli.js')
const node = resolve('node_modules/node/bin/node')

/** The administrator of every clinic that `startWorkstation` makes. */
export const admin = { username: 'ana', password: 'seven green umbrellas' }

export interface Workstation {
  url: string
  /** The clinic's folder, for the command line beside the running process. */
  folder: string
  /** Ends the process in order and starts it again on the same folder and port. */
  restart(): Promise<void>
  /** Kills the process as a power cut would. */
  kill(): Promise<void>
  /** Starts it again after `kill`. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** Runs the project's Node with these arguments, in the environment of a clinic's folder, with text on its standard input. */
export async function runProcess(folder: string, args: readonly string[], input = '', server: ServerSource = 'off'): Promise<string> {
  const running = promisify(execFile)(node, [...args], { env: environment(folder, server), maxBuffer: 64 * 1024 * 1024 })
  running.child.stdin?.end(input)
  return (await running).stdout
}

/** Runs a command of the built command line on a clinic's folder, with text on its standard input. */
export const runCommand = (folder: string, args: readonly string[], input = '', server: ServerSource = 'off'): Promise<string> =>
  runProcess(folder, [cli, ...args], input, server)

/** Who may say where the clinic's server is: nobody, the screen, or the command line with this address. */
export type ServerSource = 'off' | 'screen' | `redis://${string}`

function environment(folder: string, server: ServerSource = 'off'): NodeJS.ProcessEnv {
  const without = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITE_)?(REDIS|UPSTASH)_/.test(name)))
  return { ...without, MEDINSIGHT_KEY_FILE: join(folder, '..', 'key'), ...(server === 'off' && { REDIS_ENABLED: 'false' }) }
}

const serve = (folder: string, port: string, server: ServerSource): Promise<{ child: ChildProcess; url: string }> =>
  ready(['serve', '--data', folder, '--port', port, ...(server === 'screen' ? [] : ['--redis', server])], environment(folder, server))

/** Starts a program that serves a workstation and waits until it answers. */
async function ready(args: readonly string[], env: NodeJS.ProcessEnv): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(node, [cli, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString()
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const told = JSON.parse(line) as { event?: string; url?: string }
    if (told.event === 'ready' && told.url) return { child, url: told.url }
  }
  throw new Error(`The workstation did not start.\n${log}`)
}

const ended = (child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) return done()
    child.once('exit', () => done())
    child.kill(signal)
  })

/**
 * Starts the built web host on a temporary folder. `clinic` is `made` (with `admin`), `demo`, or `none` for the first-run wizard;
 * `prepare` runs between making the clinic and serving it, e.g. to import records. `joined` joins the clinic of another workstation.
 */
export async function startWorkstation(
  clinic: 'made' | 'demo' | 'none' | { joined: Workstation } = 'made',
  prepare?: (folder: string) => Promise<void>,
  language: 'en' | 'es' | 'ar' = 'en',
  server: ServerSource = 'off',
): Promise<Workstation> {
  const parent = mkdtempSync(join(tmpdir(), 'medinsight-e2e-'))
  const folder = join(parent, 'clinic')
  if (clinic === 'made') {
    const details = ['--clinic', 'Riverside Dental', '--timezone', 'Europe/Madrid', '--currency', 'EUR', '--country', 'ES']
    await runCommand(folder, ['init', '--data', folder, '--admin', admin.username, '--password-stdin', ...details], `${admin.password}\n`)
  }
  if (typeof clinic === 'object' && server !== 'off' && server !== 'screen') {
    const { folder: inviting } = clinic.joined
    const { code } = JSON.parse(await runCommand(inviting, ['invite', '--data', inviting])) as { code: string }
    const args = ['join', '--data', folder, '--redis', server, '--invite-stdin', '--password-stdin']
    await runCommand(folder, args, `${code}\n${admin.password}\n`, server)
  }
  if (clinic === 'demo') await runCommand(folder, ['init', '--data', folder, '--demo', '--language', language])
  await prepare?.(folder)
  let { child, url } = await serve(folder, '0', server)
  const start = async (): Promise<void> => {
    ;({ child, url } = await serve(folder, new URL(url).port, server))
  }
  return {
    get url() {
      return url
    },
    folder,
    start,
    kill: () => ended(child, 'SIGKILL'),
    async restart() {
      await ended(child, 'SIGTERM')
      await start()
    },
    async stop() {
      await ended(child, 'SIGTERM')
      rmSync(parent, { recursive: true, force: true })
    },
  }
}

/** Starts the built web host on an application folder of its own, in which it keeps any number of clinics. */
export async function startApplication(): Promise<{ url: string; folder: string; restart(): Promise<string>; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'medinsight-e2e-'))
  const env = { ...environment(folder, 'screen'), MEDINSIGHT_KEY_FILE: '', MEDINSIGHT_DATA: folder, XDG_CONFIG_HOME: join(folder, 'config') }
  let { child, url } = await ready(['serve', '--port', '0'], env)
  return {
    url,
    folder,
    async restart() {
      await ended(child, 'SIGTERM')
      ;({ child, url } = await ready(['serve', '--port', new URL(url).port], env))
      return url
    },
    async stop() {
      await ended(child, 'SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
