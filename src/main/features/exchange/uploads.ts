import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Id, newId } from '../../../shared/ids.js'
import type { BinaryRoute } from '../handler.js'
import type { Services } from '../services.js'

/** Greatest file of an upload in bytes, and of all its files together. Larger imports go through the command line, which reads them where they lie. */
const maxFileBytes = 512 * 1024 ** 2
const maxAllBytes = 4 * 1024 ** 3
const maxFiles = 20_000

/** The folder below which uploads wait for their import, apart from everything that is kept. */
const uploadsOf = (folder: string): string => join(folder, 'uploads')

/** Files that were uploaded to be imported: private data in the clear, which is why nothing of them outlives the import or the program. */
export class Uploads {
  readonly #folder: string

  constructor(clinicFolder: string) {
    this.#folder = uploadsOf(clinicFolder)
  }

  /** Removes what an earlier run of the program left. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }

  async begin(): Promise<string> {
    const id = newId()
    await mkdir(join(this.#folder, id), { recursive: true, mode: 0o700 })
    return id
  }

  /** Where an upload lies; undefined when there is none of this id. */
  async find(id: string): Promise<string | undefined> {
    const folder = join(this.#folder, id)
    return (await stat(folder).catch(() => undefined))?.isDirectory() ? folder : undefined
  }

  async discard(id: string): Promise<void> {
    await rm(join(this.#folder, id), { recursive: true, force: true })
  }
}

const readable = /\.(json|ndjson|jsonl|csv|tsv|txt)$/i
const isSafe = (step: string): boolean => step !== '' && step !== '.' && step !== '..' && step.length <= 200 && !/[\\:\0]/.test(step)

/** Place of an uploaded file below its upload; undefined for a name that leads elsewhere or to what no import reads. Tables lie side by side. */
export function placeInUpload(name: string): string | undefined {
  const steps = name.split('/')
  if (!readable.test(name) || steps.length > 8 || !steps.every(isSafe)) return undefined
  return /\.json$|\.ndjson$|\.jsonl$/i.test(name) ? join(...steps) : basename(name)
}

/** Uploads of files to import. Each is there whole or not at all. */
export function uploadRoutes(current: () => Services | undefined): BinaryRoute[] {
  return [
    {
      name: 'exchange.upload',
      method: 'PUT',
      path: '/exchange/uploads/{uploadId}/files',
      permission: 'import',
      limit: 'none',
      maxBytes: maxFileBytes,
      handle: async ({ params, query, body, errors, signal }) => {
        const services = current()
        if (!services) throw errors.UNAVAILABLE()
        const id = Id.safeParse(params.uploadId)
        const folder = id.success ? await new Uploads(services.folder).find(id.data) : undefined
        if (!folder) throw errors.NOT_FOUND()
        const place = placeInUpload(query.get('name') ?? '')
        if (!place) throw errors.INVALID({ data: { fields: [{ path: 'name', code: 'notImportable' }] } })
        const held = await sizeOf(folder)
        if (held.count >= maxFiles || held.bytes >= maxAllBytes) throw errors.INVALID({ data: { fields: [{ path: 'content', code: 'tooLarge' }] } })
        const target = join(folder, place)
        await mkdir(dirname(target), { recursive: true, mode: 0o700 })
        try {
          await pipeline(body, createWriteStream(target, { mode: 0o600 }), { signal })
        } catch (error) {
          await rm(target, { force: true })
          throw error
        }
        return { status: 204 }
      },
    },
  ]
}

async function sizeOf(folder: string): Promise<{ count: number; bytes: number }> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(file.parentPath, file.name))).size))
  return { count: files.length, bytes: sizes.reduce((sum, size) => sum + size, 0) }
}
