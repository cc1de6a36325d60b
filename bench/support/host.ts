import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { WebSocket } from 'ws'
import type { contract } from '../../src/shared/contract/index.js'
import { administrator, type Tier } from './tier.js'

/** The command line as built. */
export const commandLine = fileURLToPath(new URL('../../out/main/cli.js', import.meta.url))

/** A running web host of the built product. */
export interface Host {
  url: string
  /** Milliseconds from the process's start until the health route answered. */
  startMs: number
  /** Resident bytes now. */
  memory(): number
  /** Signs the administrator in and opens a typed client on a WebSocket. */
  client(): Promise<Client>
  stop(): Promise<void>
}

export interface Client {
  api: ContractRouterClient<typeof contract>
  token: string
  close(): void
}

/** Starts the built host on a clinic and waits until it answers. */
export async function startHost({ folder, keyFile }: Pick<Tier, 'folder' | 'keyFile'>): Promise<Host> {
  const started = performance.now()
  const child = spawn(process.execPath, [commandLine, 'serve', '--data', folder, '--port', '0'], {
    env: { ...process.env, MEDINSIGHT_KEY_FILE: keyFile },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await readyUrl(child)
  await fetch(`${url}/api/v1/health`)
  const startMs = performance.now() - started
  return {
    url,
    startMs,
    memory: () => residentBytes(child.pid ?? 0),
    client: () => openClient(url),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function readyUrl(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('The host has no output.')
  for await (const line of createInterface({ input: child.stdout })) {
    const message = JSON.parse(line) as { event: string; url: string }
    if (message.event === 'ready') return message.url
  }
  throw new Error('The host ended before it was ready.')
}

async function openClient(url: string): Promise<Client> {
  const { username, password } = administrator
  const answer = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  })
  const { token } = (await answer.json()) as { token: string }
  const websocket = new WebSocket(`${url.replace('http', 'ws')}/rpc`, { headers: { authorization: `Bearer ${token}` } })
  await new Promise((resolve, reject) => websocket.once('open', resolve).once('error', reject))
  return {
    api: createORPCClient<ContractRouterClient<typeof contract>>(new RPCLink({ websocket: websocket as unknown as globalThis.WebSocket })),
    token,
    close: () => websocket.close(),
  }
}

/** Resident memory of a process in bytes; on other systems than Linux nothing is known. */
export function residentBytes(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
  } catch {
    return Number.NaN
  }
}
