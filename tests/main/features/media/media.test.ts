import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { recogniseMedia } from '../../../../src/main/features/media/types.js'
import { serveWorkstation } from '../../../../src/main/headless.js'
import type { Role } from '../../../../src/shared/permissions.js'
import { openTestClinic, type TestClinic } from '../../../support/clinic.js'
import { rawRequest } from '../../../support/raw-request.js'
import { hasTestData, testData } from '../../../support/test-data.js'

interface Served extends TestClinic {
  patientId: string
  url: string
  token: string
  tokenOf(role: Role): Promise<string>
  add(body: Uint8Array, query?: string, token?: string): ReturnType<typeof rawRequest>
  get(path: string, headers?: Record<string, string>, token?: string): Promise<Response>
}

/** A clinic behind its real web host, with a patient. */
async function served(): Promise<Served> {
  const clinic = await openTestClinic()
  const { id: patientId } = await clinic.admin.patients.register({ familyName: 'Quillfeather', givenName: 'Zephyrine' })
  const host = await serveWorkstation(clinic.workstation, '0.0.0', { port: 0 })
  onTestFinished(() => host.stop())
  const { sessions } = clinic.clinic.services
  const tokenOf = async (role: Role): Promise<string> => {
    const { items } = await clinic.admin.staff.accounts.list({})
    const known = items.find((account) => account.role === role)
    const { id } = known ?? (await clinic.admin.staff.accounts.add({ username: role, displayName: role, role, password: 'seven green umbrellas' }))
    return (await sessions.open(id)).token
  }
  const token = await tokenOf('administrator')
  return {
    ...clinic,
    patientId,
    url: host.url,
    token,
    tokenOf,
    add: (body, query = '', by = token) =>
      rawRequest(`${host.url}/api/v1/patients/${patientId}/media${query}`, { method: 'POST', headers: { authorization: `Bearer ${by}` }, body }),
    get: (path, headers = {}, by = token) => fetch(`${host.url}/api/v1${path}`, { headers: { authorization: `Bearer ${by}`, ...headers } }),
  }
}

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
const pdf = Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF')
/** A JPEG of one pixel. */
const jpeg = Buffer.from(
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=',
  'base64',
)
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

describe('adding', () => {
  test('keeps the bytes sealed and the description with the record', async () => {
    const test = await served()
    const answer = await test.add(png, '?title=Left%20eye&width=1&height=1')
    expect(answer.status).toBe(201)
    const media = answer.json() as unknown as { id: string }
    expect(media).toMatchObject({
      patientId: test.patientId,
      kind: 'image',
      mimeType: 'image/png',
      title: 'Left eye',
      width: 1,
      bytes: png.length,
      isShown: true,
    })
    expect(media).not.toHaveProperty('thumbnailHash')
    const content = await test.get(`/media/${media.id}/content`)
    expect(Buffer.from(await content.arrayBuffer()).equals(png)).toBe(true)
    expect(Object.fromEntries(content.headers)).toMatchObject({ 'content-type': 'image/png', 'x-content-type-options': 'nosniff', 'accept-ranges': 'bytes' })
    expect(content.headers.get('content-disposition')).toBeNull()
    expect((await test.admin.media.list({ patientId: test.patientId })).items).toEqual([media])
    for (const path of filesIn(test.clinic.services.folder)) expect(readFileSync(path).includes(png.subarray(0, 24))).toBe(false)
  })

  test('the same file again gives the record that is there', async () => {
    const test = await served()
    const first = (await test.add(png)).json()
    const again = await test.add(png, '?title=Another%20name')
    expect([again.status, again.json()]).toEqual([200, first])
    const other = await test.admin.patients.register({ familyName: 'Okafor' })
    await rawRequest(`${test.url}/api/v1/patients/${other.id}/media`, { method: 'POST', headers: { authorization: `Bearer ${test.token}` }, body: png })
    expect(filesIn(join(test.folder, 'files'))).toHaveLength(1)
    expect((await test.admin.media.recent({})).items.map(({ patient }) => patient.familyName)).toEqual(['Okafor', 'Quillfeather'])
  })

  test.each([
    ['a program', Buffer.from('MZ\x90\x00 this is no picture')],
    ['a page that calls itself a picture', Buffer.from('<html><script>alert(1)</script></html>')],
    ['a vector picture, which can carry scripts', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')],
    ['an archive', Buffer.from('UEsDBBQAAAAAAA==', 'base64')],
    ['nothing', Buffer.alloc(0)],
  ])('%s is refused and nothing is kept', async (_what, body) => {
    const test = await served()
    const answer = await test.add(body, '?title=picture.png')
    expect([answer.status, answer.json()]).toMatchObject([
      400,
      { code: 'INVALID', fields: [{ path: 'content', code: body.length === 0 ? 'empty' : 'notMedia' }] },
    ])
    expect((await test.admin.media.list({ patientId: test.patientId })).items).toEqual([])
  })

  test('a description that is not right, an unknown patient and a role without the right are refused', async () => {
    const test = await served()
    expect((await test.add(png, '?width=wide')).json()).toMatchObject({ code: 'INVALID', fields: [{ path: 'width' }] })
    expect((await test.add(png, '?hidden=1')).status).toBe(400)
    const nobody = `${test.url}/api/v1/patients/0190a0c0-0000-7000-8000-000000000001/media`
    expect((await rawRequest(nobody, { method: 'POST', headers: { authorization: `Bearer ${test.token}` }, body: png })).status).toBe(404)
    for (const role of ['reception', 'billing', 'readOnly'] as const) expect((await test.add(png, '', await test.tokenOf(role))).status).toBe(403)
    expect(filesIn(test.folder).filter((path) => path.includes('/files/'))).toEqual([])
  })

  test('a crash between file and record leaves no broken record, and the next try succeeds', async () => {
    const test = await served()
    const { files } = test.clinic.services
    const { hash } = await files.put(
      (async function* () {
        yield png
      })(),
    )
    expect((await test.admin.media.list({ patientId: test.patientId })).items).toEqual([])
    expect(await files.check(hash)).toBe('whole')
    expect((await test.add(png)).status).toBe(201)
    expect(await files.check(hash)).toBe('whole')
  })
})

describe('content', () => {
  test('comes in parts, as a player asks for it', async () => {
    const test = await served()
    const video = Buffer.concat([Buffer.from('AAAAIGZ0eXBpc29tAAACAGlzb21pc28yYXZjMW1wNDE=', 'base64'), Buffer.alloc(1_500_000, 'frames')])
    const { id, mimeType } = (await test.add(video)).json() as unknown as { id: string; mimeType: string }
    expect(mimeType).toBe('video/mp4')
    const part = await test.get(`/media/${id}/content`, { range: 'bytes=1000000-1000009' })
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 1000000-1000009/${video.length}`])
    expect(Buffer.from(await part.arrayBuffer()).equals(video.subarray(1_000_000, 1_000_010))).toBe(true)
    const whole = await test.get(`/media/${id}/content`)
    expect(
      createHash('sha256')
        .update(Buffer.from(await whole.arrayBuffer()))
        .digest('hex'),
    ).toBe(createHash('sha256').update(video).digest('hex'))
  })

  test('that a browser does not show, or that was asked for so, is given as a file to save', async () => {
    const test = await served()
    const { id } = (await test.add(pdf, '?title=Letter%20of%20Dr%2E%20Reyes')).json() as unknown as { id: string }
    const saved = await test.get(`/media/${id}/content`)
    expect(saved.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''Letter%20of%20Dr.%20Reyes.pdf")
    expect(saved.headers.get('content-security-policy')).toContain('sandbox')
    const picture = (await test.add(png)).json() as unknown as { id: string }
    expect((await test.get(`/media/${picture.id}/content?download`)).headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''file.png")
  })

  test('is given to who may read media, and the access log says to whom', async () => {
    const test = await served()
    const { id } = (await test.add(png)).json() as unknown as { id: string }
    expect((await fetch(`${test.url}/api/v1/media/${id}/content`)).status).toBe(401)
    expect((await test.get(`/media/${id}/content`, {}, await test.tokenOf('billing'))).status).toBe(403)
    expect((await test.get(`/media/${id}/content`, {}, await test.tokenOf('readOnly'))).status).toBe(200)
    test.clinic.store.flushReads()
    const rows = test.clinic.store.db.prepare("SELECT act, patient_id FROM audit WHERE act IN ('media.add', 'media.content') ORDER BY seq").all()
    expect(rows).toEqual([
      { act: 'media.add', patient_id: test.patientId },
      { act: 'media.content', patient_id: test.patientId },
    ])
  })

  test('of a file that is gone or damaged says what to do', async () => {
    const test = await served()
    const { id, contentHash } = (await test.add(png)).json() as unknown as { id: string; contentHash: string }
    const { rmSync, writeFileSync } = await import('node:fs')
    const path = test.clinic.services.files.pathOf(contentHash)
    writeFileSync(path, 'no longer sealed')
    expect(await (await test.get(`/media/${id}/content`)).json()).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('damaged') })
    rmSync(path)
    expect(await (await test.get(`/media/${id}/content`)).json()).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('Restore it') })
  })
})

test('a thumbnail is a JPEG, kept beside the file', async () => {
  const test = await served()
  const { id } = (await test.add(png)).json() as unknown as { id: string }
  const put = (body: Uint8Array) =>
    rawRequest(`${test.url}/api/v1/media/${id}/thumbnail`, { method: 'PUT', headers: { authorization: `Bearer ${test.token}` }, body })
  expect((await test.get(`/media/${id}/thumbnail`)).status).toBe(404)
  expect((await put(png)).status).toBe(400)
  expect((await put(Buffer.concat([jpeg, Buffer.alloc(600_000)]))).status).toBe(413)
  expect((await put(jpeg)).status).toBe(204)
  expect(Buffer.from(await (await test.get(`/media/${id}/thumbnail`)).arrayBuffer()).equals(jpeg)).toBe(true)
  expect((await test.admin.media.list({ patientId: test.patientId })).items).toMatchObject([{ hasThumbnail: true }])
})

test('media are listed by kind, newest first, in pages; described; and taken out while their file stays', async () => {
  const test = await served()
  const pictures = [1, 2, 3].map((n) => Buffer.concat([png, Buffer.from([n])]))
  for (const picture of pictures) await test.add(picture)
  const document = (await test.add(pdf)).json() as unknown as { id: string }
  const { admin, patientId } = test
  expect((await admin.media.list({ patientId, kind: 'document' })).items.map(({ id }) => id)).toEqual([document.id])
  const first = await admin.media.list({ patientId, kind: 'image', limit: 2 })
  const second = await admin.media.list({ patientId, kind: 'image', limit: 2, ...(first.nextCursor && { cursor: first.nextCursor }) })
  expect([...first.items, ...second.items].map(({ bytes, kind }) => [bytes, kind])).toEqual(pictures.map(() => [png.length + 1, 'image']))
  expect((await admin.media.recent({ kind: 'image', limit: 1 })).items).toHaveLength(1)

  await admin.media.edit({ id: document.id, title: 'Referral', note: 'from the optician' })
  expect(await admin.media.edit({ id: document.id, note: null })).not.toHaveProperty('note')
  const reader = await test.as('readOnly')
  await expect(reader.media.remove({ id: document.id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  const before = filesIn(join(test.folder, 'files')).length
  await admin.media.remove({ id: document.id })
  expect((await admin.media.list({ patientId, kind: 'document' })).items).toEqual([])
  expect((await test.get(`/media/${document.id}/content`)).status).toBe(404)
  expect(filesIn(join(test.folder, 'files'))).toHaveLength(before)
})

describe.skipIf(!hasTestData)('real files', () => {
  const expected = hasTestData
    ? (JSON.parse(readFileSync(testData('media/EXPECTED-media.json'), 'utf8')) as Record<'images' | 'videos' | 'dicom', Record<string, { MIMEType?: string }>>)
    : undefined
  const head = (path: string): Buffer => readFileSync(testData(`media/${path}`)).subarray(0, 65_536)

  test('are recognised by their content as their makers meant them', async () => {
    for (const [path, { MIMEType }] of Object.entries(expected?.images ?? {}))
      expect([path, (await recogniseMedia(head(path)))?.mimeType]).toEqual([path, MIMEType])
    for (const path of Object.keys(expected?.videos ?? {}))
      expect([path, (await recogniseMedia(head(path)))?.mimeType]).toEqual([path, path.endsWith('webm') ? 'video/webm' : 'video/mp4'])
    for (const path of Object.keys(expected?.dicom ?? {})) expect([path, await recogniseMedia(head(path))]).toEqual([path, undefined])
  })

  test('that are broken are kept as they are or refused, and nothing else happens', async () => {
    const test = await served()
    const corrupt = filesIn(testData('media/corrupt'))
    expect(corrupt.length).toBeGreaterThan(5)
    for (const path of corrupt) {
      const answer = await test.add(readFileSync(path), `?title=${encodeURIComponent(basename(path))}`)
      expect([200, 201, 400]).toContain(answer.status)
      if (answer.status === 400) continue
      const { id, contentHash } = answer.json() as unknown as { id: string; contentHash: string }
      const back = Buffer.from(await (await test.get(`/media/${id}/content`)).arrayBuffer())
      expect(createHash('sha256').update(back).digest('hex')).toBe(contentHash)
    }
  })
})
