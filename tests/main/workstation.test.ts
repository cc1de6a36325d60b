import { readFileSync, statSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openClinic } from '../../src/main/clinic.js'
import { serveWorkstation } from '../../src/main/headless.js'
import { silentLog } from '../../src/main/lib/log.js'
import { placeOf } from '../../src/main/place.js'
import { statusReport } from '../../src/main/status.js'
import { startWorkstation } from '../../src/main/workstation.js'
import { demoAccount } from '../../src/shared/contract/demo-account.js'
import { dayOf } from '../../src/shared/time.js'
import { type RawAnswer, rawRequest } from '../support/raw-request.js'
import { linesOf, startProcess } from '../support/source-process.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const wanted = {
  clinicName: 'Ribera',
  timeZone: 'Europe/Madrid',
  currency: 'EUR',
  country: 'ES',
  language: 'es',
  adminUsername: 'anna',
  adminDisplayName: 'Anna Admin',
  password: 'a long enough password',
}

interface Computer {
  folder: string
  keyFile: string
  env: NodeJS.ProcessEnv
}

/** A computer on which nothing was set up: a folder for the clinic and a place for its key. */
function newComputer(): Computer {
  const home = temporaryFolder()
  const keyFile = join(home, 'keys', 'clinic.key')
  return { folder: join(home, 'clinic'), keyFile, env: { MEDINSIGHT_KEY_FILE: keyFile } }
}

interface Running {
  post(path: string, body: unknown, token?: string): Promise<RawAnswer>
  get(path: string, token?: string): Promise<RawAnswer>
  stop(): Promise<void>
}

/** The browser workstation on a free port, as `medinsight serve` runs it. */
async function serve({ folder, env }: Computer): Promise<Running> {
  const place = placeOf(folder, { env, log: silentLog })
  const workstation = await startWorkstation(place)
  const host = await serveWorkstation(workstation, place.version, { port: 0 })
  let isStopped = false
  const stop = async () => {
    if (isStopped) return
    isStopped = true
    await host.stop()
    await workstation.stop()
  }
  onTestFinished(stop)
  const headers = (token?: string) => ({ 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) })
  return {
    post: (path, body, token) => rawRequest(`${host.url}/api/v1${path}`, { method: 'POST', headers: headers(token), body: JSON.stringify(body) }),
    get: (path, token) => rawRequest(`${host.url}/api/v1${path}`, { headers: headers(token) }),
    stop,
  }
}

test('a clinic is set up over HTTP, the founder is signed in, nobody can do it twice, and a restart keeps the session', async () => {
  const computer = newComputer()
  const first = await serve(computer)
  expect((await first.get('/welcome')).json()).toMatchObject({ state: 'setUp' })
  expect((await first.get('/patients')).status).toBe(401)

  const made = await first.post('/set-up/clinic', wanted)
  expect(made.status).toBe(201)
  const { token, recoveryCode, user } = made.json() as { token: string; recoveryCode: string; user: unknown }
  expect(user).toMatchObject({ username: 'anna', role: 'administrator' })
  expect(made.headers['set-cookie']?.[0]).toMatch(/; HttpOnly; SameSite=Strict/)
  expect((await first.get('/welcome', token)).json()).toMatchObject({ state: 'signedIn', clinic: { name: 'Ribera', isDemo: false } })
  expect((await first.get('/welcome')).json()).toMatchObject({ state: 'signIn' })

  for (const [path, body] of [
    ['/set-up/clinic', wanted],
    ['/set-up/demo', { language: 'en' }],
  ] as const)
    expect((await first.post(path, body)).json()).toMatchObject({ code: 'FORBIDDEN' })

  expect(readFileSync(computer.keyFile, 'utf8')).toMatch(/^medinsight-key 1 /)
  expect(statSync(computer.keyFile).mode & 0o777).toBe(0o600)
  expect(readFileSync(join(computer.folder, 'keys.json'), 'utf8')).not.toContain(recoveryCode)
  const patient = (await first.post('/patients', { familyName: 'Otterbourn' }, token)).json()
  await first.stop()

  const second = await serve(computer)
  expect((await second.get('/welcome', token)).json()).toMatchObject({ state: 'signedIn', user: { username: 'anna' } })
  expect((await second.get(`/patients/${String(patient.id)}`, token)).json()).toMatchObject({ familyName: 'Otterbourn', recordNumber: 'A00001' })
})

test('a password that everybody knows is refused with a code, and nothing was set up', async () => {
  const running = await serve(newComputer())
  const answer = await running.post('/set-up/clinic', { ...wanted, password: '1234567890' })
  expect(answer.status).toBe(400)
  expect(answer.json()).toMatchObject({ code: 'INVALID', fields: [{ path: 'password', code: 'common' }] })
  expect((await running.get('/welcome')).json()).toMatchObject({ state: 'setUp' })
})

test('without its key file, or with another one, the clinic says what to do and stays as it is', async () => {
  const computer = newComputer()
  const running = await serve(computer)
  await running.post('/set-up/clinic', wanted)
  await running.stop()
  const before = readFileSync(join(computer.folder, 'keys.json'), 'utf8')

  const aside = `${computer.keyFile}.aside`
  await rename(computer.keyFile, aside)
  await expect(startWorkstation(placeOf(computer.folder, { env: computer.env, log: silentLog }))).rejects.toThrow(/key.*recovery code/is)

  await writeFile(computer.keyFile, `${'ab'.repeat(32)}\n`, { mode: 0o600 })
  await expect(startWorkstation(placeOf(computer.folder, { env: computer.env, log: silentLog }))).rejects.toThrow(/key/i)

  await writeFile(computer.keyFile, `medinsight-key 1 another-clinic ${'ab'.repeat(32)}\n`, { mode: 0o600 })
  await expect(startWorkstation(placeOf(computer.folder, { env: computer.env, log: silentLog }))).rejects.toThrow(/another clinic/)

  expect(readFileSync(join(computer.folder, 'keys.json'), 'utf8')).toBe(before)
  await rename(aside, computer.keyFile)
  expect((await (await serve(computer)).get('/welcome')).json()).toMatchObject({ state: 'signIn', clinic: { name: 'Ribera' } })
})

test.each(['en', 'es', 'ar'] as const)('one click makes a demo clinic in %s with a busy day and searchable people', async (language) => {
  const computer = newComputer()
  const running = await serve(computer)
  const made = await running.post('/set-up/demo', { language })
  expect(made.status).toBe(201)
  const { token } = made.json() as { token: string }
  expect((await running.get('/welcome', token)).json()).toMatchObject({
    state: 'signedIn',
    clinic: { isDemo: true, language },
    user: { username: demoAccount.username },
  })

  const page = (await running.get('/patients?limit=200', token)).json() as { items: { id: string; familyName: string; recordNumber: string }[] }
  expect(page.items).toHaveLength(120)
  const someone = page.items[40] as (typeof page.items)[number]
  const found = (await running.get(`/patients?query=${encodeURIComponent(someone.familyName)}`, token)).json() as typeof page
  expect(found.items.map(({ id }) => id)).toContain(someone.id)
  expect((await running.get(`/patients/${someone.id}/chart`, token)).status).toBe(200)

  const dashboard = (await running.get('/dashboard', token)).json() as { visitCount: number; newPatientsThisWeek: number }
  expect(dashboard.visitCount).toBeGreaterThan(12)
  expect(dashboard.newPatientsThisWeek).toBeLessThanOrEqual(3)
  const today = dayOf(new Date().toISOString(), new Intl.DateTimeFormat().resolvedOptions().timeZone)
  const board = (await running.get(`/schedule/day?date=${today}`, token)).json() as { providers: unknown[]; chairs: unknown[]; open: unknown[] }
  expect([board.providers.length, board.chairs.length, board.open.length > 0]).toEqual([4, 3, true])
  // The next person gets the number behind theirs.
  expect((await running.post('/patients', { familyName: 'Newcombe' }, token)).json()).toMatchObject({ recordNumber: 'A00121' })
})

test('`init --demo` makes the same clinic, and `status` counts it', async () => {
  const computer = newComputer()
  const child = startProcess(new URL('../../src/main/cli.ts', import.meta.url), ['init', '--data', computer.folder, '--demo', '--language', 'es'], computer.env)
  for await (const line of linesOf(child)) expect(JSON.parse(line)).toMatchObject({ event: 'created' })
  const clinic = await openClinic(placeOf(computer.folder, { env: computer.env, log: silentLog, isOneShot: true }))
  onTestFinished(() => clinic.stop())
  const { counts, waiting } = statusReport(clinic)
  expect(counts).toMatchObject({ Patient: 120, Practitioner: 4, chair: 3, closedTime: 7 })
  for (const kind of ['Appointment', 'Encounter', 'Condition', 'AllergyIntolerance', 'MedicationRequest', 'Observation', 'symptom', 'Claim'])
    expect([kind, (counts[kind] ?? 0) > 10]).toEqual([kind, true])
  expect(waiting).toBe(0)
  expect(clinic.services.clinic()).toMatchObject({ isDemo: true, language: 'es', name: 'Clínica de demostración Ribera' })
})
