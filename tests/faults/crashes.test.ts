import { expect, it } from 'vitest'
import type { DyingPoint } from './dying-program.js'
import { ProcessClinic } from './process-clinic.js'
import type { ProcessWorkstation } from './process-workstation.js'

const write = (one: ProcessWorkstation, count: number) => one.ask({ ask: 'write', manner: 'patients', everyMs: 0, count })

const patientsOf = async (one: ProcessWorkstation): Promise<number> => (await one.held())?.rows.filter(({ kind }) => kind === 'patient').length ?? 0

it('a process that is killed before its commit, after it, after sending and during a comparison loses nothing it had committed, and nobody has anything twice', async () => {
  const clinic = await ProcessClinic.found(2)
  const [a, b] = clinic.workstations as [ProcessWorkstation, ProcessWorkstation]
  await Promise.all([a.start(), b.start()])
  await write(a, 2)
  /** Lets A die at a point of its next work, starts it again, and sees what both hold. */
  const dying = async (dies: DyingPoint, left: number): Promise<void> => {
    await a.kill()
    await a.start({ looks: false, dies })
    if (dies !== 'during reconcile') await write(a, 1)
    await a.ended()
    const opened = await a.start()
    expect(opened?.problems).toEqual([])
    expect(await clinic.judged()).toEqual([])
    expect({ dies, a: await patientsOf(a), b: await patientsOf(b) }).toEqual({ dies, a: left, b: left })
  }
  await dying('before commit', 2)
  await dying('after commit', 3)
  await dying('after push', 4)
  await a.kill()
  await clinic.administer((admin) => admin.flushall())
  await write(b, 150)
  await dying('during reconcile', 154)
}, 120_000)
