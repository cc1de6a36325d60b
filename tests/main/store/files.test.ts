import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { partBytes, SealedFiles } from '../../../src/main/store/files.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const key = randomBytes(32)

/** Content in chunks of odd sizes, as a network brings it. */
async function* arriving(bytes: Uint8Array, size = 70_001): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

async function read(files: SealedFiles, hash: string, start = 0, end = Number.MAX_SAFE_INTEGER): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of files.read(hash, { start, end })) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const stored = async (bytes: Uint8Array) => {
  const files = new SealedFiles(join(temporaryFolder(), 'files'), key)
  return { files, ...(await files.put(arriving(bytes))) }
}

describe('a file', () => {
  test.each([0, 1, partBytes - 1, partBytes, partBytes + 1, 3 * partBytes + 7])('of %i bytes comes back as it was', async (length) => {
    const content = randomBytes(length)
    const { files, hash, bytes } = await stored(content)
    expect([hash, bytes]).toEqual([sha256(content), length])
    expect((await read(files, hash)).equals(content)).toBe(true)
    expect(await files.check(hash)).toBe('whole')
  })

  test('gives any part of itself, over the borders of what is sealed together', async () => {
    const content = randomBytes(3 * partBytes + 7)
    const { files, hash } = await stored(content)
    const ranges = [0, 1, partBytes - 1, partBytes, 2 * partBytes + 5, content.length - 1].flatMap((start) =>
      [start, start + 1, start + partBytes].map((end) => [start, end] as const),
    )
    for (const [start, end] of ranges) expect((await read(files, hash, start, end)).equals(content.subarray(start, end + 1))).toBe(true)
  })

  test('of the same content is stored once, under a name that tells nothing of it', async () => {
    const content = Buffer.from('Zephyrine Quillfeather '.repeat(40_000))
    const { files, hash } = await stored(content)
    const before = filesIn(files.folder)
    expect(await files.put(arriving(content))).toEqual({ hash, bytes: content.length })
    expect(filesIn(files.folder)).toEqual(before)
    expect(before).toHaveLength(1)
    expect(before[0]).not.toContain(hash.slice(0, 16))
  })

  test('leaves nothing readable on the disk, not even while it arrives', async () => {
    const folder = join(temporaryFolder(), 'files')
    const files = new SealedFiles(folder, key)
    const canary = Buffer.from('Zephyrine Quillfeather ')
    const seen: string[] = []
    const look = () => seen.push(...filesIn(folder).filter((path) => readFileSync(path).includes(canary)))
    const slowly = async function* () {
      for (let at = 0; at < 40; at++) {
        yield Buffer.alloc(100_000, canary)
        look()
      }
    }
    await files.put(slowly())
    look()
    expect(seen).toEqual([])
    expect(statSync(filesIn(folder)[0] ?? '').mode & 0o777).toBe(0o600)
  })

  test('that breaks off leaves nothing, and what a crash left is swept', async () => {
    const folder = join(temporaryFolder(), 'files')
    const files = new SealedFiles(folder, key)
    const broken = async function* () {
      yield randomBytes(600_000)
      throw new Error('The line broke.')
    }
    await expect(files.put(broken())).rejects.toThrow('The line broke.')
    expect(filesIn(folder)).toEqual([])
    writeFileSync(join(folder, '.0123456789abcdef.tmp'), 'half a file')
    await files.removeUnfinished()
    expect(filesIn(folder)).toEqual([])
  })
})

describe('damage', () => {
  const damaged = async (change: (path: string, files: SealedFiles) => void) => {
    const content = randomBytes(2 * partBytes + 100)
    const { files, hash } = await stored(content)
    change(files.pathOf(hash), files)
    return { files, hash, content }
  }
  const flip = (path: string, at: number) => {
    const bytes = readFileSync(path)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(path, bytes)
  }

  test.each([
    ['one bit in a part', (path: string) => flip(path, partBytes + 500)],
    ['one bit in the header', (path: string) => flip(path, 40)],
    ['a file cut at the end of a part', (path: string) => truncateSync(path, 74 + partBytes + 16)],
    ['a file cut to nothing', (path: string) => truncateSync(path, 0)],
    [
      'two parts exchanged',
      (path: string) => {
        const bytes = readFileSync(path)
        const size = partBytes + 16
        const [first, second] = [Buffer.from(bytes.subarray(74, 74 + size)), Buffer.from(bytes.subarray(74 + size, 74 + 2 * size))]
        bytes.set(second, 74)
        bytes.set(first, 74 + size)
        writeFileSync(path, bytes)
      },
    ],
  ])('%s is noticed, and nothing false is given out', async (_what, change) => {
    const { files, hash, content } = await damaged(change)
    expect(await files.check(hash)).toBe('damaged')
    await expect(read(files, hash)).rejects.toMatchObject({ name: 'FileProblem', code: 'damaged' })
    // The same content heals it.
    await files.put(arriving(content))
    expect(await files.check(hash)).toBe('whole')
  })

  test('another file in its place is noticed', async () => {
    const other = randomBytes(1000)
    const { files, hash } = await damaged(() => {})
    const { hash: otherHash } = await files.put(arriving(other))
    writeFileSync(files.pathOf(hash), readFileSync(files.pathOf(otherHash)))
    expect(await files.check(hash)).toBe('damaged')
  })

  test('another clinic’s key finds and opens nothing', async () => {
    const { files, hash } = await damaged(() => {})
    const stranger = new SealedFiles(files.folder, randomBytes(32))
    expect(await stranger.find(hash)).toBeUndefined()
    expect(await stranger.check(hash)).toBe('missing')
  })
})
