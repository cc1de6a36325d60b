import { MediaUpload } from '../../../shared/contract/media.js'
import { media } from '../../../shared/entities/media.js'
import { patient } from '../../../shared/entities/patient.js'
import { Id } from '../../../shared/ids.js'
import { FileProblem } from '../../store/files.js'
import type { BinaryReply, BinaryRequest, BinaryRoute } from '../handler.js'
import type { Services } from '../services.js'
import { sameContent, shownMedia } from './queries.js'
import { fileName, headBytes, isShown, recogniseMedia } from './types.js'

/** Greatest file in bytes: two gigabytes, some minutes of video from a good camera. */
const maxFileBytes = 2 * 1024 ** 3
/** Greatest thumbnail in bytes; one of 480 pixels has about 30 kB. */
const maxThumbnailBytes = 512 * 1024

/** What a route works with: the open clinic's services and the named record's id. */
type Work = (services: Services, request: BinaryRequest, id: string) => Promise<BinaryReply>

/**
 * Uploads and downloads of media. A file is durable before the record that names it is written, so a crash leaves at most a file without a
 * record, which a repeated upload takes up and maintenance removes.
 */
export function mediaRoutes(current: () => Services | undefined, maxBytes = maxFileBytes): BinaryRoute[] {
  const on =
    (work: Work) =>
    async (request: BinaryRequest): Promise<BinaryReply> => {
      const services = current()
      if (!services) throw request.errors.UNAVAILABLE()
      const id = Id.safeParse(request.params.id ?? request.params.patientId)
      if (!id.success) throw request.errors.NOT_FOUND()
      return work(services, request, id.data)
    }
  const writing = { permission: 'media.write', limit: 'normal' } as const
  const reading = { method: 'GET', permission: 'media.read', limit: 'normal' } as const
  return [
    { name: 'media.add', method: 'POST', path: '/patients/{patientId}/media', ...writing, maxBytes, handle: on(add) },
    { name: 'media.setThumbnail', method: 'PUT', path: '/media/{id}/thumbnail', ...writing, maxBytes: maxThumbnailBytes, handle: on(setThumbnail) },
    { name: 'media.content', path: '/media/{id}/content', ...reading, handle: on(content) },
    { name: 'media.thumbnail', path: '/media/{id}/thumbnail', ...reading, handle: on(thumbnail) },
  ]
}

const add: Work = async ({ store, files, now }, { actor, query, body, errors }, patientId) => {
  store.get(patient, patientId)
  const described = MediaUpload.safeParse(Object.fromEntries(query))
  if (!described.success)
    throw errors.INVALID({ data: { fields: described.error.issues.map(({ path, code }) => ({ path: path.map(String).join('.').slice(0, 40), code })) } })
  const { head, all } = await withHead(body)
  if (head.length === 0) throw errors.INVALID({ message: 'The file is empty. Nothing was kept.', data: { fields: [{ path: 'content', code: 'empty' }] } })
  const type = await recogniseMedia(head)
  if (!type)
    throw errors.INVALID({
      message: 'Only images, videos and PDF files can be added, recognised by their content. Nothing was kept.',
      data: { fields: [{ path: 'content', code: 'notMedia' }] },
    })
  const { hash, bytes } = await files.put(all)
  return store.write({ actor, act: 'media.add', patientId }, (tx) => {
    tx.get(patient, patientId)
    // The same file twice in one chart is a repeated upload, not a second picture.
    const known = sameContent(store.db, patientId, hash)
    if (known) return { status: 200 as const, json: shownMedia(tx.get(media, known)) }
    const addedAt = new Date(now()).toISOString()
    const id = tx.create(media, { patientId, ...described.data, ...type, contentHash: hash, bytes, addedAt })
    return { status: 201 as const, json: shownMedia(tx.get(media, id)) }
  })
}

const setThumbnail: Work = async ({ store, files }, { actor, body, errors }, id) => {
  const { patientId } = store.get(media, id)
  const { head, all } = await withHead(body)
  if ((await recogniseMedia(head))?.mimeType !== 'image/jpeg') throw errors.INVALID({ data: { fields: [{ path: 'content', code: 'notJpeg' }] } })
  const { hash } = await files.put(all)
  await store.write({ actor, act: 'media.setThumbnail', patientId }, (tx) => tx.update(media, id, { thumbnailHash: hash }))
  return { status: 204 }
}

const content: Work = async ({ store, files }, { query, errors }, id) => {
  const { patientId, contentHash, mimeType, title } = store.get(media, id)
  const { bytes } = await present(files, contentHash, errors)
  const isSaved = !isShown(mimeType) || query.has('download')
  return {
    size: bytes,
    type: mimeType,
    etag: contentHash,
    patientId,
    ...(isSaved && { downloadName: fileName(title, mimeType) }),
    open: (range) => files.read(contentHash, range),
  }
}

const thumbnail: Work = async ({ store, files }, { errors }, id) => {
  const { patientId, thumbnailHash } = store.get(media, id)
  if (!thumbnailHash) throw errors.NOT_FOUND()
  const { bytes } = await present(files, thumbnailHash, errors)
  return { size: bytes, type: 'image/jpeg', etag: thumbnailHash, patientId, open: (range) => files.read(thumbnailHash, range) }
}

async function present(files: Services['files'], hash: string, errors: BinaryRequest['errors']) {
  const found = await files.find(hash).catch((error: unknown) => {
    throw error instanceof FileProblem ? errors.UNAVAILABLE({ message: error.message }) : error
  })
  if (!found) throw errors.UNAVAILABLE({ message: new FileProblem('missing').message })
  return found
}

/** The first bytes of a body, and all of it again from the beginning. */
async function withHead(body: AsyncIterable<Uint8Array>): Promise<{ head: Uint8Array; all: AsyncIterable<Uint8Array> }> {
  const rest = body[Symbol.asyncIterator]()
  const chunks: Uint8Array[] = []
  let length = 0
  while (length < headBytes) {
    const { value, done } = await rest.next()
    if (done) break
    chunks.push(value)
    length += value.length
  }
  const all = async function* (): AsyncGenerator<Uint8Array, void> {
    try {
      yield* chunks
      for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
    } finally {
      await rest.return?.()
    }
  }
  return { head: Buffer.concat(chunks), all: all() }
}
