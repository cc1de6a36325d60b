import { describe, expect, test } from 'vitest'
import type { Api } from '../support/api-client.js'
import { adminPassword } from '../support/clinic-server.js'
import { type ConnectedWorkstation, connectedWorkstations, until } from '../support/connected-workstations.js'
import { redisOfFile, redisOfTest } from '../support/redis-server.js'

const server = redisOfFile()

const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'answered',
    (error: { code: string }) => error.code,
  )
/** How a workstation answers whoever holds a token. */
const answer = (at: ConnectedWorkstation, token: string): Promise<string> => codeOf(at.api(token).patients.list({}))
const becomes = (at: ConnectedWorkstation, token: string, wanted: string): Promise<void> => until(async () => (await answer(at, token)) === wanted)
const questions = (at: ConnectedWorkstation): unknown => at.clinic.store.db.prepare('SELECT count(*) FROM review').pluck().get()

/** An account with its own password, known on every workstation. */
async function newColleague(made: ConnectedWorkstation, everywhere: readonly ConnectedWorkstation[], username: string): Promise<string> {
  const admin = made.api(await made.signIn())
  const { id } = await admin.staff.accounts.add({ username, displayName: `Dr ${username}`, role: 'clinician', password: adminPassword })
  for (const each of everywhere) await until(() => isKnown(each, id))
  return id
}
const isKnown = ({ clinic }: ConnectedWorkstation, id: string): boolean => clinic.store.db.prepare('SELECT 1 FROM user WHERE id = ?').get(id) !== undefined
const signInAs = async (at: ConnectedWorkstation, username: string): Promise<{ token: string; api: Api }> => {
  const { token } = await at.api().session.signIn({ username, password: adminPassword })
  return { token, api: at.api(token) }
}

describe('a session', () => {
  test('opened on one workstation opens on the other, is listed there with its place, and survives a restart of both', async () => {
    const [a, b] = await connectedWorkstations(server(), 2)
    const token = await a.signIn()
    await becomes(b as ConnectedWorkstation, token, 'answered')
    const { items } = await (b as ConnectedWorkstation).api(token).sessions.list({})
    expect(items).toMatchObject([{ username: 'anna', isHere: false, isCurrent: true }])
    for (const each of [a, b as ConnectedWorkstation]) await each.restart()
    expect([await answer(a, token), await answer(b as ConnectedWorkstation, token)]).toEqual(['answered', 'answered'])
  }, 60_000)

  test('ended on one workstation is refused on the other as soon as the ending has arrived, and its stream ends; nobody is asked about it', async () => {
    const [a, b] = (await connectedWorkstations(server(), 2)) as [ConnectedWorkstation, ConnectedWorkstation]
    const colleague = await newColleague(a, [b], 'ben')
    const { token } = await signInAs(b, 'ben')
    await becomes(a, token, 'answered')
    const stream = await b.api(token).streams.changes()
    const refused = (async () => {
      for await (const _ of stream);
    })().catch((error: { code: string }) => error.code)
    const admin = a.api(await a.signIn())
    const line = (await admin.sessions.list({ of: 'everybody' })).items.find(({ userId }) => userId === colleague)
    expect(await admin.sessions.end({ id: line?.id ?? '' })).toEqual({ endedCount: 1 })
    expect(await answer(a, token)).toBe('UNAUTHORIZED')
    await becomes(b, token, 'UNAUTHORIZED')
    expect(await refused).toBe('UNAUTHORIZED')
    expect(await b.api(token).session.welcome()).toMatchObject({ state: 'signIn', notice: { reason: 'ended', by: 'Anna Admin', at: expect.any(String) } })
    expect([questions(a), questions(b)]).toEqual([0, 0])
    const { clinic } = a
    clinic.store.flushReads()
    const row = clinic.store.db.prepare("SELECT detail FROM audit WHERE act = 'sessions.end'").pluck().get()
    expect(JSON.parse(String(row))).toMatchObject({ of: [colleague] })
  }, 60_000)

  test('is over everywhere with another password, but for the one in which it was changed', async () => {
    const [a, b] = (await connectedWorkstations(server(), 2)) as [ConnectedWorkstation, ConnectedWorkstation]
    const [here, there] = [await a.signIn(), await b.signIn()]
    await becomes(a, there, 'answered')
    await becomes(b, here, 'answered')
    await a.api(here).session.changeSecret({ password: adminPassword, newPassword: 'quite another secret' })
    expect([await answer(a, here), await answer(a, there)]).toEqual(['answered', 'UNAUTHORIZED'])
    await becomes(b, there, 'UNAUTHORIZED')
    await becomes(b, here, 'answered')
    expect(await b.api(there).session.welcome()).toMatchObject({ state: 'signIn', notice: { reason: 'password' } })
  }, 60_000)

  test('ended while the workstation was away ends at its next contact, also where its place has been given to another one since', async () => {
    const redis = await redisOfTest()
    const [a, b] = (await connectedWorkstations(redis, 2)) as [ConnectedWorkstation, ConnectedWorkstation]
    const token = await a.signIn()
    const own = await b.signIn()
    await becomes(a, own, 'answered')
    await becomes(b, token, 'answered')
    await redis.kill()
    // While nothing reaches the other one, the place of the first session is given to another one, which is ended too.
    await b.api(own).sessions.endOthers({})
    await b.api(own).session.signOut()
    const inItsPlace = await b.signIn()
    const last = await b.signIn()
    await b.api(inItsPlace).session.signOut()
    // The later ending, of a session that is over there already, must not take the earlier one's place.
    await a.api(token).sessions.endOthers({})
    const answers = async (at: ConnectedWorkstation) => Promise.all([token, own, inItsPlace, last].map((each) => answer(at, each)))
    expect(await answers(b)).toEqual(['UNAUTHORIZED', 'UNAUTHORIZED', 'UNAUTHORIZED', 'answered'])
    expect(await answers(a)).toEqual(['answered', 'UNAUTHORIZED', 'UNAUTHORIZED', 'UNAUTHORIZED'])
    await redis.restart()
    await becomes(a, token, 'UNAUTHORIZED')
    await becomes(a, last, 'answered')
    await until(() => a.clinic.store.digest() === b.clinic.store.digest())
    for (const each of [a, b]) expect(await answers(each)).toEqual(['UNAUTHORIZED', 'UNAUTHORIZED', 'UNAUTHORIZED', 'answered'])
    expect([questions(a), questions(b)]).toEqual([0, 0])
  }, 60_000)

  test('of a workstation that was removed is refused by the others', async () => {
    const [a, b] = (await connectedWorkstations(server(), 2)) as [ConnectedWorkstation, ConnectedWorkstation]
    const token = await b.signIn()
    await becomes(a, token, 'answered')
    const admin = a.api(await a.signIn())
    const { id } = (await admin.sync.workstations({})).items.find(({ isThis }) => !isThis) ?? { id: '' }
    await admin.workstations.remove({ id })
    expect(await answer(a, token)).toBe('UNAUTHORIZED')
    await becomes(b, token, 'UNAUTHORIZED')
  }, 60_000)
})

test('language and appearance follow a person to another workstation', async () => {
  const [a, b] = (await connectedWorkstations(server(), 2)) as [ConnectedWorkstation, ConnectedWorkstation]
  await a.api(await a.signIn()).session.setPreferences({ language: 'ar', colorScheme: 'dark' })
  const token = await b.signIn()
  await until(async () => (await b.api(token).session.welcome()).user?.colorScheme === 'dark')
  expect(await b.api(token).session.welcome()).toMatchObject({ user: { language: 'ar', colorScheme: 'dark' } })
}, 60_000)

test('nobody but who may manage staff sees or ends the sessions of others', async () => {
  const [a] = await connectedWorkstations(server(), 1)
  await newColleague(a, [], 'cleo')
  const { api } = await signInAs(a, 'cleo')
  const admin = a.api(await a.signIn())
  const foreign = (await admin.sessions.list({ of: 'me' })).items[0]?.id ?? ''
  expect((await api.sessions.list({})).items.map(({ username }) => username)).toEqual(['cleo'])
  expect(await codeOf(api.sessions.list({ of: 'everybody' }))).toBe('FORBIDDEN')
  expect(await codeOf(api.sessions.get({ id: foreign }))).toBe('NOT_FOUND')
  expect(await codeOf(api.sessions.end({ id: foreign }))).toBe('NOT_FOUND')
  expect((await admin.sessions.list({})).items.length).toBeGreaterThan(1)
}, 60_000)
