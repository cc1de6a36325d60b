import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { sourceArguments } from '../../src/main/lib/worker-thread.js'
import { type RawAnswer, rawRequest } from '../support/raw-request.js'

/** Every answer that a test got, for looking through them afterwards. */
export interface Heard extends RawAnswer {
  request: string
}

/** `medinsight serve` as a process of its own, with a real key file, and all that it said. */
export interface HostProcess {
  home: string
  data: string
  keyFile: string
  url: string
  heard: Heard[]
  /** Standard output and standard error so far. */
  output(): string
  send(
    method: string,
    path: string,
    options?: { token?: string | undefined; json?: unknown; body?: string | Uint8Array; headers?: Record<string, string> },
  ): Promise<RawAnswer>
  /** Ends it by a signal and waits until it is gone. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>
  remove(): void
}

/** Starts the command line's own host from the sources on an empty folder. Everything it may write to lies below `home`. */
export async function startHostProcess(): Promise<HostProcess> {
  const home = mkdtempSync(join(tmpdir(), 'medinsight-test-'))
  const [data, keyFile, temporary] = [join(home, 'clinic'), join(home, 'keys', 'clinic.key'), join(home, 'temporary')]
  mkdirSync(temporary)
  const cli = new URL('../../src/main/cli.ts', import.meta.url).pathname
  // The most generous mask: only what the program itself sets counts.
  const child: ChildProcessWithoutNullStreams = spawn(
    'sh',
    ['-c', 'umask 0000; exec "$0" "$@"', process.execPath, ...sourceArguments, cli, 'serve', '--data', data, '--port', '0'],
    { env: { ...process.env, MEDINSIGHT_KEY_FILE: keyFile, TMPDIR: temporary, HOME: home, NO_COLOR: '1' } },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => void (output += text))
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const url = await readyUrl(child, gone).catch((error: Error) => {
    throw new Error(`${error.message}\n${output}`)
  })
  const heard: Heard[] = []
  return {
    home,
    data,
    keyFile,
    url,
    heard,
    output: () => output,
    send: async (method, path, { token, json, body, headers } = {}) => {
      const answer = await rawRequest(`${url}${path}`, {
        method,
        headers: { ...(json !== undefined && { 'content-type': 'application/json' }), ...(token && { authorization: `Bearer ${token}` }), ...headers },
        ...(json !== undefined ? { body: JSON.stringify(json) } : body !== undefined && { body }),
      })
      heard.push({ ...answer, request: `${method} ${path}` })
      return answer
    },
    end: async (signal) => {
      child.kill(signal)
      return gone
    },
    remove: () => {
      child.kill('SIGKILL')
      rmSync(home, { recursive: true, force: true })
    },
  }
}

async function readyUrl(child: ChildProcessWithoutNullStreams, gone: Promise<number | null>): Promise<string> {
  const lines = createInterface({ input: child.stdout })
  const first = new Promise<string>((resolve) => lines.once('line', resolve))
  const line = await Promise.race([first, gone.then((code) => `ended with ${String(code)}`)])
  if (!line.startsWith('{')) throw new Error(`The host did not start: ${line}`)
  return (JSON.parse(line) as { url: string }).url
}
