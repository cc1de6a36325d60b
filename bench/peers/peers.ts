import { execFileSync, fork } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { newId } from '../../src/shared/ids.js'
import { startRedis } from '../support/redis.js'
import { median, megabytes, ms, report, tell } from '../support/report.js'
import { symptomOf } from '../sync/records.js'
import { settle, twoStations, withFolder } from '../sync/stations.js'

const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
const count = 10_000
const here = fileURLToPath(new URL('.', import.meta.url))

/** What one round of one program took. */
interface Figures {
  sentMs: number
  receivedMs: number
  /** CPU of the two workstations and of the server, in milliseconds. */
  cpuMs: number
  clientBytes: number
  serverBytes: number
  peakBytes: number
}

interface Answer {
  output: unknown
  ms: number
  peakBytes: number
  error?: string
}

/** Sending 10,000 records that were made apart to a server and receiving them on an empty workstation: this program and others, by turns. */
export async function run(): Promise<void> {
  if (!existsSync(join(here, 'node_modules')))
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: here, stdio: 'inherit', shell: process.platform === 'win32' })
  const figures = new Map<string, Figures[]>()
  const note = (name: string, round: Figures) => {
    figures.set(name, [...(figures.get(name) ?? []), round])
    tell(`${name}: sent in ${ms(round.sentMs)}, received in ${ms(round.receivedMs)}`)
  }
  await withFolder(async (folder) => {
    const server = await startRedis()
    const { a, b, patients } = await twoStations(join(folder, 'own'), server.port)
    for (let round = 0; round < rounds; round++) {
      const patientId = patients[round] ?? ''
      const documents = Array.from({ length: count }, (_, at) => ({ id: newId(), ...symptomOf(patientId, at) }))
      for (const peer of ['pouchdb', 'yjs']) note(peer, await peerRound(peer, documents, join(folder, peer, String(round))))
      const before = folderBytes(join(folder, 'own', 'a'))
      await a.call('make', { count, patientId })
      const making = await a.call('usage')
      const [serverCpu, serverMemory] = [await server.cpuMs(), await server.memory()]
      const sent = await a.call('exchange', server.port)
      const sending = await a.call('usage')
      await a.call('disconnect')
      await b.call('usage')
      const received = await b.call('exchange', server.port)
      const receiving = await b.call('usage')
      await b.call('disconnect')
      note('own', {
        sentMs: sent.doneMs,
        receivedMs: received.doneMs,
        cpuMs: sending.cpuMs + receiving.cpuMs + (await server.cpuMs()) - serverCpu,
        clientBytes: folderBytes(join(folder, 'own', 'a')) - before,
        serverBytes: (await server.memory()) - serverMemory,
        peakBytes: Math.max(making.peakBytes, sending.peakBytes, receiving.peakBytes),
      })
    }
    await settle(a, b, server.port)
    await a.stop()
    await b.stop()
    await server.stop()
  })
  const of = (name: string, what: keyof Figures) => median((figures.get(name) ?? []).map((round) => round[what]))
  for (const name of figures.keys())
    report({
      what: `10,000 records sent and received: ${name}`,
      measured: `sent ${ms(of(name, 'sentMs'))}, received ${ms(of(name, 'receivedMs'))}, CPU of all ${ms(of(name, 'cpuMs'))}, greatest memory of a workstation ${megabytes(of(name, 'peakBytes'))}`,
      budget: '',
      note: `${megabytes(of(name, 'clientBytes'))} on the workstation’s disk, ${megabytes(of(name, 'serverBytes'))} ${name === 'own' ? 'in the server’s memory' : 'on the server’s disk'}`,
    })
}

async function peerRound(peer: string, documents: readonly unknown[], folder: string): Promise<Figures> {
  for (const part of ['server', 'a', 'b']) mkdirSync(join(folder, part), { recursive: true })
  const [server, a, b] = [startPeer(`${peer}-server`), startPeer(`${peer}-client`), startPeer(`${peer}-client`)]
  const port = (await server.call('start', { folder: join(folder, 'server') })).output
  await a.call('open', { folder: join(folder, 'a') })
  await b.call('open', { folder: join(folder, 'b') })
  await a.call('make', { documents })
  const began = performance.now()
  const beganCpu = a.cpuMs() + server.cpuMs()
  await a.call('send', { port })
  if (peer === 'yjs') await server.call('holds', { count })
  const sentMs = performance.now() - began
  const beganCpuB = b.cpuMs()
  const receiving = await b.call('receive', { port, count })
  const { peakBytes } = await a.call('count', {})
  if ((await b.call('count', {})).output !== count) throw new Error(`${peer} did not receive everything.`)
  const figures: Figures = {
    sentMs,
    receivedMs: receiving.ms,
    cpuMs: a.cpuMs() + server.cpuMs() - beganCpu + b.cpuMs() - beganCpuB,
    clientBytes: folderBytes(join(folder, 'a')),
    serverBytes: folderBytes(join(folder, 'server')),
    peakBytes: Math.max(peakBytes, receiving.peakBytes),
  }
  for (const part of [a, b, server]) part.stop()
  return figures
}

function startPeer(name: string) {
  const child = fork(join(here, `${name}.mjs`), { execArgv: [], serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  return {
    call: (call: string, input: unknown): Promise<Answer> =>
      new Promise((resolve, reject) => {
        child.once('message', (answer: Answer) => (answer.error === undefined ? resolve(answer) : reject(new Error(answer.error))))
        child.send({ name: call, input })
      }),
    cpuMs: () => cpuMsOf(child.pid ?? 0),
    stop: () => void child.disconnect(),
  }
}

/** Milliseconds of CPU that a process has used; on other systems than Linux nothing is known. */
function cpuMsOf(pid: number): number {
  try {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .slice(11, 13)
    return (Number(user) + Number(system)) * 10
  } catch {
    return Number.NaN
  }
}

function folderBytes(folder: string): number {
  if (!existsSync(folder)) return 0
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}
