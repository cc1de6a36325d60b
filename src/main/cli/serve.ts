import { join, resolve } from 'node:path'
import { serveWorkstation } from '../headless.js'
import { numberSetting } from '../lib/setting-problem.js'
import { applicationFolder, homeIn, placeOf } from '../place.js'
import { holdFolder, refuseRequests } from '../store/lock.js'
import { metricsTokenOf } from '../web/metrics.js'
import { startWorkstation, startWorkstationAt, type Workstation } from '../workstation.js'
import { answerHolderRequests } from './asked.js'
import { type Command, parse, printJson, refuseSecret } from './command.js'

/** `medinsight serve`: browser workstation and admin panel. */
export const serve: Command = {
  usage: '[--data DIR] [--port N] [--host H] [--redis URL|off]',
  summary: 'serves the clinic to browsers on this computer',
  async run(args) {
    const text = { type: 'string' } as const
    const { values } = parse(args, { data: text, port: text, host: text, redis: text })
    refuseSecret(values.redis)
    const port = numberSetting({ ...process.env, ...(values.port !== undefined && { MEDINSIGHT_PORT: values.port }) }, 'MEDINSIGHT_PORT', 0, 65_535) ?? 0
    const isLan = values.host !== undefined && !/^(localhost|127\.|::1)/.test(values.host)
    const host = { port, ...(values.host && { host: values.host }), metricsToken: metricsTokenOf(process.env) }
    if (values.data === undefined) {
      let answer: Answer = refuseRequests
      const placeAt = (folder: string) => ({ ...placeOf(folder, { redis: values.redis }), keepsBackups: true })
      const home = homeIn(applicationFolder(), { placeAt, redis: values.redis, answer: (request) => answer(request) })
      const workstation = await startWorkstationAt(home)
      answer = answerHolderRequests(workstation)
      return runUntilEnded(workstation, home.version, { ...host, ...(isLan && { tls: { folder: join(applicationFolder(), 'tls') } }) })
    }
    const folder = resolve(values.data)
    let answer: Answer = refuseRequests
    const held = await holdFolder(folder, (request) => answer(request))
    try {
      const place = { ...placeOf(folder, { redis: values.redis }), keepsBackups: true }
      const workstation = await startWorkstation(place)
      answer = answerHolderRequests(workstation)
      return await runUntilEnded(workstation, place.version, { ...host, ...(isLan && { tls: { folder: join(folder, 'tls') } }) })
    } finally {
      await held.release()
    }
  },
}

type Answer = Parameters<typeof holdFolder>[1]

/** Serves a workstation until the process is asked to end. */
async function runUntilEnded(workstation: Workstation, version: string, options: Parameters<typeof serveWorkstation>[2]): Promise<number> {
  try {
    const host = await serveWorkstation(workstation, version, options)
    printJson({ event: 'ready', url: host.url, pid: process.pid, ...(host.fingerprint && { fingerprint: host.fingerprint }) })
    await ended()
    await host.stop()
  } finally {
    await workstation.stop()
  }
  return 0
}

/** Resolves when the process is asked to end. */
function ended(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => done())
  })
}
