import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { sourceArguments } from '../../../src/main/lib/worker-thread.js'
import { makeInvitationCode } from '../../../src/main/security/invitation.js'
import { patient } from '../../../src/shared/entities/patient.js'
import { adminPassword, foundClinic, type OpenWorkstation } from '../../support/clinic-server.js'
import { redisOfFile, redisOfTest } from '../../support/redis-server.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const server = redisOfFile()
const cli = new URL('../../../src/main/cli.ts', import.meta.url).pathname

interface Ended {
  code: number | null
  out: string
  err: string
}

/** A computer with a folder and a key file of its own, on which commands run as processes. */
function newComputer(env: NodeJS.ProcessEnv = {}) {
  const home = temporaryFolder()
  const folder = join(home, 'clinic')
  const run = (args: readonly string[], input: string, onStart: (kill: () => void) => void = () => undefined): Promise<Ended> => {
    const child = spawn(process.execPath, [...sourceArguments, cli, ...args], { env: { ...process.env, MEDINSIGHT_KEY_FILE: join(home, 'key'), ...env } })
    onTestFinished(() => void child.kill('SIGKILL'))
    const said = { out: '', err: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text))
    child.stdin.end(input)
    onStart(() => child.kill('SIGKILL'))
    return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })))
  }
  const joining = (redis: string, input: string, onStart?: (kill: () => void) => void) =>
    run(['join', '--data', folder, '--redis', redis, '--invite-stdin', '--password-stdin'], input, onStart)
  const left = () => (existsSync(folder) ? readdirSync(folder).filter((name) => !/^(lock.*|logs)$/.test(name)) : [])
  return { folder, run, joining, left }
}

const address = ({ port }: { port: number }) => `redis://127.0.0.1:${port}`
const codeOf = async (founder: OpenWorkstation) => (await founder.clinic.services.membership.invite()).code

describe('medinsight join', () => {
  it('needs an address and a code, and takes no secret on the command line', async () => {
    const { run, left } = newComputer({ REDIS_URL: '', REDIS_ENABLED: '' })
    for (const [args, said] of [
      [['--redis', 'redis://:secret@127.0.0.1', '--invite-stdin'], /REDIS_URL/],
      [['--redis', 'redis://127.0.0.1'], /--invite-stdin/],
      [['--invite-stdin'], /--redis is missing/],
      [['--invite-stdin', '--code', 'ABCD'], /Usage/],
    ] as const) {
      const { code, err } = await run(['join', '--data', join('/tmp', 'never-made'), ...args], '')
      expect([code, err]).toEqual([2, expect.stringMatching(said)])
      expect(err).not.toContain('secret')
    }
    expect(left()).toEqual([])
  })

  it('prints what it joined, with a recovery code, and says how to keep it', async () => {
    const founder = await foundClinic(server())
    const { joining, left, run, folder } = newComputer()
    const { code, out, err } = await joining(address(server()), `${await codeOf(founder)}\n${adminPassword}\n`)
    expect([code, JSON.parse(out)]).toEqual([
      0,
      {
        event: 'joined',
        clinicId: founder.clinic.keys.dataset,
        clinicName: 'Riverside',
        workstationId: expect.any(String),
        numberPrefix: 'B',
        records: 5,
        recoveryCode: expect.stringMatching(/^([0-9A-Z]{4}-){6}/),
      },
    ])
    expect(err).toContain(JSON.parse(out).recoveryCode)
    expect(left().sort()).toEqual(['journal', 'keys.json', 'medinsight.db', 'settings.json'])
    await founder.meet()
    const status = JSON.parse((await run(['status', '--data', folder], '')).out) as { digest: string }
    expect(status.digest).toBe(founder.clinic.store.digest())
  })

  it('with a password that no administrator has takes everything back; with none it asks for none', async () => {
    const founder = await foundClinic(server())
    const { joining, left } = newComputer()
    const refused = await joining(address(server()), `${await codeOf(founder)}\nnot the password\n`)
    expect([refused.code, refused.out, left()]).toEqual([1, '', []])
    expect(refused.err).toMatch(/not that of an administrator.*taken back/s)
    expect(refused.err).not.toContain('not the password')
    expect((await joining(address(server()), `${await codeOf(founder)}\n`)).code).toBe(0)
  })

  it('gives the second line to a server that asks for a password', async () => {
    const guarded = await redisOfTest({ password: 'Sesame-7' })
    const { joining, left } = newComputer()
    const code = makeInvitationCode()
    expect(await joining(address(guarded), `${code}\n`)).toMatchObject({ code: 1, err: expect.stringMatching(/asks for a password/) })
    expect(await joining(address(guarded), `${code}\nwrong\n`)).toMatchObject({ code: 1, err: expect.stringMatching(/refused the user name or the password/) })
    expect(await joining(address(guarded), `${code}\nSesame-7\n`)).toMatchObject({ code: 1, err: expect.stringMatching(/knows no invitation/) })
    expect(left()).toEqual([])
  })

  it('killed while it fills goes on with the same code', async () => {
    const founder = await foundClinic(server())
    for (let batch = 0; batch < 60; batch++)
      await founder.clinic.store.write({ actor: {}, act: 'test' }, (tx) => {
        for (let i = 0; i < 50; i++)
          tx.create(patient, { familyName: `Person ${batch}`, givenName: String(i), sex: 'unknown', recordNumber: `X${batch * 50 + i}` })
      })
    await founder.meet()
    const code = await codeOf(founder)
    const { joining, left, folder } = newComputer()
    const making = join(folder, `.making-${founder.clinic.keys.dataset}`, 'joining.json')
    const killed = await joining(address(server()), `${code}\n`, (kill) => {
      const timer = setInterval(() => {
        if (!existsSync(making)) return
        clearInterval(timer)
        kill()
      }, 5)
    })
    expect([killed.code, killed.out, left()]).toEqual([null, '', [`.making-${founder.clinic.keys.dataset}`]])
    const joined = await joining(address(server()), `${code}\n${adminPassword}\n`)
    expect(JSON.parse(joined.out)).toMatchObject({ event: 'joined', records: 3005 })
    expect(left().sort()).toEqual(['journal', 'keys.json', 'medinsight.db', 'settings.json'])
  }, 60_000)
})

describe('medinsight invite', () => {
  it('says what is missing where no server is set up', async () => {
    const { run, folder } = newComputer({ REDIS_URL: '' })
    await run(['init', '--data', folder, '--clinic', 'Riverside', '--admin', 'anna', '--password-stdin'], `${adminPassword}\n`)
    expect(await run(['invite', '--data', folder], '')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/No server is set up.*No invitation was made/s),
    })
  })

  it('prints a code and until when it is valid, with which another computer joins', async () => {
    const first = newComputer({ REDIS_URL: address(server()) })
    await first.run(['init', '--data', first.folder, '--clinic', 'Riverside', '--admin', 'anna', '--password-stdin'], `${adminPassword}\n`)
    const { code, out, err } = await first.run(['invite', '--data', first.folder], '')
    const invited = JSON.parse(out) as { code: string; expiresAt: string }
    expect([code, invited]).toEqual([0, { code: expect.stringMatching(/^([0-9A-Z]{4}-){4}[0-9A-Z]{4}$/), expiresAt: expect.any(String) }])
    expect(err).toMatch(/within 15 minutes/)
    expect(err).not.toContain(invited.code)
    expect((await newComputer().joining(address(server()), `${invited.code}\n${adminPassword}\n`)).code).toBe(0)
  })
})
