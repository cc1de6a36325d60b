import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { refusalsOf } from '../../../../src/main/ipc/refusals.js'
import { commonErrors } from '../../../../src/shared/contract/procedure.js'
import type { Progress } from '../../../../src/shared/contract/streams.js'
import { patient } from '../../../../src/shared/entities/patient.js'
import { openTestClinic, type TestClinic } from '../../../support/clinic.js'
import { temporaryFolder } from '../../../support/temporary-folder.js'

/** Uploads a file as the web host does after it has let the caller in. */
async function upload({ workstation, clinic }: TestClinic, uploadId: string, name: string, content: string) {
  const route = workstation.routes.find((candidate) => candidate.name === 'exchange.upload')
  if (!route) throw new Error('There is no route for uploads.')
  return route.handle({
    actor: { userId: '', username: '', displayName: '', role: 'administrator', sessionId: '' },
    params: { uploadId },
    query: new URLSearchParams({ name }),
    contentType: undefined,
    body: (async function* () {
      yield Buffer.from(content)
    })(),
    errors: refusalsOf(commonErrors),
    signal: AbortSignal.timeout(clinic ? 30_000 : 0),
  })
}

/** How a task ended. */
const ended = ({ clinic: { services } }: TestClinic, taskId: string): Promise<Progress> =>
  new Promise((resolve) => {
    const look = () => {
      const task = services.tasks.list().find(({ id }) => id === taskId)
      if (task && task.state !== 'running') {
        stop()
        resolve(task)
      }
    }
    const stop = services.tasks.subscribe(look)
    look()
  })

const people = (count: number) =>
  `Código;Apellidos;Nombre;Sexo;Teléfono\n${Array.from({ length: count }, (_, at) => `P${at};Ruiz${at};Ana;mujer;0034600${at}`).join('\n')}\n`

describe('import and export through the contract', () => {
  it('looks at tables, proposes a mapping, checks, imports, lists and undoes; nothing of the upload stays', { timeout: 60_000 }, async () => {
    const test = await openTestClinic()
    const { admin } = test
    const { uploadId } = await admin.exchange.begin({})
    await upload(test, uploadId, 'folder/pacientes.csv', people(3))
    const found = await admin.exchange.inspect({ uploadId })
    expect(found).toMatchObject({ kind: 'csv', fileCount: 1, tables: [{ table: 'pacientes', rowCount: 3 }], proposal: { isKnown: false } })
    const mapping = found.proposal?.mapping
    expect(mapping?.tables.pacientes?.fields).toMatchObject({ familyName: { column: 'Apellidos' }, phone: { column: 'Teléfono' } })

    const refused = await admin.exchange.check({ uploadId, kind: 'csv', mapping: { name: 'x', tables: {} } })
    await ended(test, refused.taskId)
    expect(await admin.exchange.checked({ uploadId })).toMatchObject({ skipped: [{ code: 'unmappedFile', count: 1 }] })

    await ended(test, (await admin.exchange.check({ uploadId, kind: 'csv', mapping })).taskId)
    expect(await admin.exchange.checked({ uploadId })).toMatchObject({ dryRun: true, read: 3, kinds: { pacientes: { created: 3 } } })
    expect((await admin.exchange.imports({})).items).toEqual([])

    await ended(test, (await admin.exchange.run({ uploadId, kind: 'csv', mapping })).taskId)
    const { items } = await admin.exchange.imports({})
    expect(items).toMatchObject([{ state: 'done', by: 'Anna Admin', report: { kinds: { pacientes: { created: 3 } } } }])
    expect((await admin.patients.list({ query: 'Ruiz1' })).items[0]).toMatchObject({ familyName: 'Ruiz1', givenName: 'Ana', sex: 'female' })
    expect(readdirSync(join(test.folder, 'uploads'))).toEqual([])

    await ended(test, (await admin.exchange.undo({ importId: items[0]?.id ?? '' })).taskId)
    expect((await admin.exchange.imports({})).items).toMatchObject([{ state: 'undone' }])
    expect((await admin.patients.list({ query: 'Ruiz' })).items).toEqual([])
    await expect(admin.exchange.undo({ importId: items[0]?.id ?? '' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('runs one import at a time and can cancel it; what was written can be undone', { timeout: 60_000 }, async () => {
    const test = await openTestClinic()
    const { admin } = test
    const { uploadId } = await admin.exchange.begin({})
    await upload(test, uploadId, 'pacientes.csv', people(5000))
    const mapping = (await admin.exchange.inspect({ uploadId })).proposal?.mapping
    const { taskId } = await admin.exchange.run({ uploadId, kind: 'csv', mapping })
    await expect(admin.exchange.run({ uploadId, kind: 'csv', mapping })).rejects.toMatchObject({
      code: 'CONFLICT',
      data: { conflicts: [{ code: 'importRunning' }] },
    })
    const wrote = new Promise<void>((resolve) => {
      const stop = test.clinic.store.subscribe(() => {
        stop()
        resolve()
      })
    })
    await wrote
    expect((await admin.exchange.imports({})).items).toMatchObject([{ state: 'running' }])
    expect(await admin.exchange.cancel({ taskId })).toEqual({ isCancelled: true })
    expect(await ended(test, taskId)).toMatchObject({ state: 'cancelled' })
    const [entry] = (await admin.exchange.imports({})).items
    expect(entry?.state).toBe('cancelled')
    const held = () => Number(test.clinic.store.db.prepare(`SELECT count(*) FROM ${patient.table} WHERE deleted = 0`).pluck().get())
    expect(held()).toBeGreaterThan(0)
    expect(held()).toBeLessThan(5000)
    await ended(test, (await admin.exchange.undo({ importId: entry?.id ?? '' })).taskId)
    expect(held()).toBe(0)
  })

  it('shows an import that ended with its process as interrupted', async () => {
    const test = await openTestClinic()
    test.clinic.store.db
      .prepare(
        "INSERT INTO import (id, at, user_id, kind, state) VALUES ('01900000-0000-7000-8000-000000000001', '2026-01-01T00:00:00.000Z', NULL, 'fhir', 'running')",
      )
      .run()
    expect((await test.admin.exchange.imports({})).items).toMatchObject([{ state: 'interrupted', kind: 'fhir' }])
  })

  it('refuses names of uploads that lead elsewhere or that no import reads', async () => {
    const test = await openTestClinic()
    const { uploadId } = await test.admin.exchange.begin({})
    for (const name of ['../x.json', 'a/../../x.json', '/etc/x.json', 'a\\b.json', 'x.exe', '', 'a/\0.json', '..'])
      await expect(upload(test, uploadId, name, '{}'), name).rejects.toMatchObject({ code: 'INVALID' })
    await expect(upload(test, '../..', 'x.json', '{}')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(test.admin.exchange.inspect({ uploadId })).rejects.toMatchObject({
      code: 'INVALID',
      data: { fields: [{ path: 'files', code: 'nothingToRead' }] },
    })
  })

  it('exports to a folder of this computer, and says beforehand what is wrong with a folder', { timeout: 60_000 }, async () => {
    const test = await openTestClinic()
    const folder = join(temporaryFolder(), 'export')
    await expect(test.admin.exchange.export({ kind: 'csv', folder: 'relative' })).rejects.toMatchObject({
      code: 'INVALID',
      data: { fields: [{ path: 'folder', code: 'relative' }] },
    })
    await expect(test.admin.exchange.export({ kind: 'csv', folder: join(test.folder, 'x') })).rejects.toMatchObject({ data: { fields: [{ code: 'inside' }] } })
    const { taskId } = await test.admin.exchange.export({ kind: 'csv', folder })
    expect(await ended(test, taskId)).toMatchObject({ state: 'done', message: '1' })
    expect(existsSync(join(folder, 'chair.csv'))).toBe(true)
    await expect(test.admin.exchange.export({ kind: 'csv', folder })).rejects.toMatchObject({ data: { fields: [{ code: 'notEmpty' }] } })
    await expect((await test.as('clinician')).exchange.export({ kind: 'csv', folder: `${folder}2` })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})
