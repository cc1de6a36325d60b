import { copyFileSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { verifyFolder } from '../../../src/main/maintenance/verify.js'
import { statusReport } from '../../../src/main/status.js'
import { killNow, linesOf, startProcess } from '../../support/source-process.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { hasTestData, testData } from '../../support/test-data.js'
import { type MadeClinic, makeClinic, namesIn } from './support.js'

const importer = new URL('./importer.ts', import.meta.url)

/** Pseudo-random, so that a failing run can be repeated. */
const seed = Number(process.env.TEST_SEED ?? 20261120)
function* chances(): Generator<number, number> {
  for (let x = seed; ; ) {
    x = (x * 1_103_515_245 + 12_345) % 2_147_483_648
    yield x / 2_147_483_648
  }
}

const child = (made: MadeClinic, file: URL, ...args: string[]) =>
  startProcess(file, [made.place.folder, made.keys.databaseKey.toString('hex'), temporaryFolder(), ...args])

it(`whatever was acknowledged before kill -9 is there after reopening, and everything fits (seed ${seed})`, async () => {
  const made = await makeClinic()
  const chance = chances()
  const acknowledged: string[] = []
  for (let round = 0; round < 4; round++) {
    const writer = child(made, new URL('./clinic-writer.ts', import.meta.url), 'endless', `round ${round}`)
    const enough = 1 + Math.floor(chance.next().value * 60)
    let seen = 0
    for await (const line of linesOf(writer)) {
      acknowledged.push(line)
      if (++seen === enough) void killNow(writer)
    }
    const clinic = await made.open()
    expect(namesIn(clinic)).toEqual(expect.arrayContaining(acknowledged))
    await clinic.stop()
    const verification = await verifyFolder({ folder: made.place.folder, ...made.keys, now: 0 })
    expect(verification.problems).toEqual([])
  }
}, 120_000)

it.skipIf(!hasTestData)(
  `an import that kill -9 ended comes to the same counts when it is repeated (seed ${seed})`,
  async () => {
    const source = join(temporaryFolder(), 'source')
    mkdirSync(source)
    const bundles = readdirSync(testData('fhir/synthea-r4')).filter((name) => name.endsWith('.json'))
    const small = bundles.sort((a, b) => statSync(testData(`fhir/synthea-r4/${a}`)).size - statSync(testData(`fhir/synthea-r4/${b}`)).size).slice(0, 4)
    for (const name of small) copyFileSync(testData(`fhir/synthea-r4/${name}`), join(source, name))

    const whole = await makeClinic()
    for await (const _ of linesOf(child(whole, importer, source)));
    const expected = await countsOf(whole)
    expect(expected.Patient).toBe(small.length)

    const broken = await makeClinic()
    const chance = chances()
    for (let round = 0; round < 2; round++) {
      const running = child(broken, importer, source)
      const enough = 1 + Math.floor(chance.next().value * 3)
      let seen = 0
      for await (const _ of linesOf(running)) if (++seen === enough) void killNow(running)
      expect((await verifyFolder({ folder: broken.place.folder, ...broken.keys, now: 0 })).problems).toEqual([])
    }
    for await (const _ of linesOf(child(broken, importer, source)));
    expect(await countsOf(broken)).toEqual(expected)
    expect((await verifyFolder({ folder: broken.place.folder, ...broken.keys, now: 0 })).problems).toEqual([])
  },
  180_000,
)

async function countsOf(made: MadeClinic): Promise<Record<string, number>> {
  const clinic = await made.open()
  const { counts } = statusReport(clinic)
  await clinic.stop()
  return counts
}
