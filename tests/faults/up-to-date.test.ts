import { expect, it } from 'vitest'
import { until } from '../sync/support.js'
import { DrillClinic } from './drill-clinic.js'
import { type DrillWorkstation, instead } from './drill-workstation.js'
import { phone, register } from './people.js'

it('a workstation is not up to date when what it received while it asked the server left it with something to send', async () => {
  const clinic = await DrillClinic.start({ count: 2 })
  const [a, b] = clinic.workstations as [DrillWorkstation, DrillWorkstation]
  const id = await register(a)
  await clinic.rest()
  await Promise.all([a.leave(), b.leave()])
  const [asked, sent] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let [holdsQuestion, holdsPushes] = [false, false]
  a.connect({
    through: (line) =>
      instead(line, {
        hello: async (request) => {
          const isHeld = holdsQuestion
          holdsQuestion = false
          if (isHeld) await asked.promise
          return line.hello(request)
        },
        push: async (request) => {
          if (holdsPushes) await sent.promise
          return line.push(request)
        },
      }),
  })
  await phone(a, id, 'loses')
  await until(() => a.exchange?.isUpToDate() ?? false)
  holdsPushes = true
  await phone(b, id, 'wins')
  holdsQuestion = true
  const isUpToDate = a.exchange?.isUpToDate()
  b.connect()
  // Its own value has lost by what it followed meanwhile.
  await until(() => a.replica.backlog().waiting === 1 && b.replica.backlog().waiting === 0)
  await until(async () => a.replica.state().cursor?.id === (await clinic.hub().snapshot()).end.id)
  asked.resolve()
  const answer = await isUpToDate
  sent.resolve()
  expect(answer).toBe(false)
  expect(await clinic.judged()).toEqual([])
})
