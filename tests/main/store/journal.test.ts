import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { newKey } from '../../../src/main/security/sealing.js'
import { EmergencyJournal, JournalFailed } from '../../../src/main/store/journal.js'
import { type JournalPart, readJournal, survivingOperations } from '../../../src/main/store/journal-reading.js'
import type { JournalEntry } from '../../../src/main/store/store.js'
import { killNow, linesOf, startProcess } from '../../support/source-process.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const databaseKey = newKey()
let folder: string
beforeEach(() => {
  folder = join(temporaryFolder(), 'journal')
})

const operation = (number: number, act = 'register'): JournalEntry => ({ type: 'operation', site: 's', number, at: '2026-11-20T09:00:00Z', act, records: [] })
const opened = async (rotateBytes?: number): Promise<EmergencyJournal> => {
  const journal = await EmergencyJournal.open({ folder, databaseKey, ...(rotateBytes && { rotateBytes }) })
  onTestFinished(() => journal.close())
  return journal
}
const all = async (parts: AsyncIterable<JournalPart>): Promise<JournalPart[]> => {
  const list: JournalPart[] = []
  for await (const part of parts) list.push(part)
  return list
}
const read = (expected?: number, key = databaseKey) => all(readJournal({ folder, databaseKey: key, ...(expected !== undefined && { expected }) }))
const numbers = (parts: readonly JournalPart[]): number[] => parts.flatMap((part) => (part.type === 'entry' ? part.entry.number : []))
const problems = (parts: readonly JournalPart[]): string[] => parts.flatMap((part) => (part.type === 'problem' ? part.problem : []))
const files = (): string[] => readdirSync(folder).sort()

/** A closed journal with `count` entries of about 200 bytes, in files of about four. */
async function written(count: number): Promise<void> {
  const journal = await EmergencyJournal.open({ folder, databaseKey, rotateBytes: 700 })
  for (let n = 1; n <= count; n++) await journal.append(operation(n))
  await journal.close()
}

describe('emergency journal', () => {
  it('gives back what was appended, across restarts and files, in order', async () => {
    await written(10)
    const journal = await opened()
    expect(journal.mark).toBe(10)
    await journal.append(operation(11, 'x'.repeat(50_000)))
    const parts = await all(journal.read())
    expect(parts.map((part) => (part.type === 'entry' ? part.sequence : part))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect(parts[0]).toEqual({ type: 'entry', sequence: 1, entry: operation(1) })
    expect(parts[10]).toEqual({ type: 'entry', sequence: 11, entry: operation(11, 'x'.repeat(50_000)) })
    expect(files().length).toBeGreaterThan(2)
  })

  it('holds nothing readable and is for its owner alone', async () => {
    await written(3)
    for (const file of files()) {
      expect(readFileSync(join(folder, file)).includes('register')).toBe(false)
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600)
    }
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it('reports entries of another key as sealed', async () => {
    await written(2)
    expect(problems(await read(0, newKey()))).toEqual(['sealed', 'sealed'])
  })

  it('reads an empty and a missing folder as nothing', async () => {
    expect(await read()).toEqual([])
    await opened()
    expect(await read()).toEqual([])
  })

  it('goes on behind a mark known from elsewhere when its folder was lost', async () => {
    const journal = await EmergencyJournal.open({ folder, databaseKey, after: 41 })
    await journal.append(operation(1))
    expect(journal.mark).toBe(42)
    await journal.close()
    expect((await EmergencyJournal.open({ folder, databaseKey })).mark).toBe(42)
  })

  it('leaves out operations whose commit failed', async () => {
    const journal = await opened()
    for (const entry of [operation(1), operation(2), { type: 'abort', site: 's', number: 2 } as const, operation(3)]) await journal.append(entry)
    const left: number[] = []
    for await (const entry of survivingOperations(
      () => journal.read(),
      () => expect.unreachable(),
    ))
      left.push(entry.number)
    expect(left).toEqual([1, 3])
  })

  it('keeps the entry as it was when it was appended', async () => {
    const journal = await opened()
    const entry = { ...operation(1), act: 'before' } as Extract<JournalEntry, { type: 'operation' }>
    const done = journal.append(entry)
    entry.act = 'after'
    await done
    expect(await all(journal.read())).toMatchObject([{ entry: { act: 'before' } }])
  })

  describe('durability', () => {
    afterEach(() => vi.restoreAllMocks())

    it('syncs once for each append that is awaited, and once for many that wait together', async () => {
      const probe = await open(new URL(import.meta.url), 'r')
      const datasync = vi.spyOn(Object.getPrototypeOf(probe) as { datasync(): Promise<void> }, 'datasync')
      await probe.close()
      const journal = await opened()
      await journal.append(operation(1))
      datasync.mockClear()
      for (let n = 2; n <= 21; n++) await journal.append(operation(n))
      expect(datasync).toHaveBeenCalledTimes(20)
      datasync.mockClear()
      await Promise.all(Array.from({ length: 100 }, (_, i) => journal.append(operation(22 + i))))
      expect(datasync.mock.calls.length).toBeLessThanOrEqual(2)
      expect(numbers(await all(journal.read()))).toEqual(Array.from({ length: 121 }, (_, i) => i + 1))
    })

    it('says so when syncing fails, and what was not acknowledged does not disturb what comes after', async () => {
      const journal = await opened()
      await journal.append(operation(1))
      const probe = await open(new URL(import.meta.url), 'r')
      const datasync = vi.spyOn(Object.getPrototypeOf(probe) as { datasync(): Promise<void> }, 'datasync')
      await probe.close()
      datasync.mockRejectedValue(Object.assign(new Error('EIO'), { code: 'EIO' }))
      await expect(journal.append(operation(2))).rejects.toThrow(expect.objectContaining({ name: 'JournalFailed', code: 'EIO' }))
      datasync.mockRestore()
      await journal.append(operation(3))
      const parts = await all(journal.read())
      expect([numbers(parts), problems(parts)]).toEqual([[1, 3], []])
    })

    it('goes on in a new file when its folder was removed underneath', async () => {
      const journal = await opened(300)
      await journal.append(operation(1))
      await journal.append(operation(2))
      rmSync(folder, { recursive: true })
      await journal.append(operation(3))
      await journal.append(operation(4))
      expect(numbers(await read())).toContain(4)
    })

    it('loses nothing acknowledged when its process is killed, time after time', async () => {
      const acknowledged: number[] = []
      for (let round = 0; round < 4; round++) {
        const child = startProcess(new URL('./journal-writer.ts', import.meta.url), [folder, databaseKey.toString('hex'), String(round * 1_000_000 + 1)])
        let count = 0
        for await (const line of linesOf(child)) {
          acknowledged.push(Number(line))
          if (++count >= 40 + round * 25) break
        }
        await killNow(child)
      }
      const parts = await read()
      const found = new Set(numbers(parts))
      expect(acknowledged.filter((n) => !found.has(n))).toEqual([])
      expect(found.size).toBe(numbers(parts).length)
      expect(problems(parts).filter((problem) => problem !== 'torn')).toEqual([])
    }, 60_000)
  })

  describe('with damage', () => {
    it('reads everything before a write that was torn at any byte, and goes on after it', async () => {
      const journal = await EmergencyJournal.open({ folder, databaseKey })
      await journal.append(operation(1))
      await journal.append(operation(2))
      const path = join(folder, '0001.mj')
      const before = statSync(path).size
      await journal.append(operation(3))
      await journal.close()
      const whole = readFileSync(path)
      for (let size = whole.length - 1; size >= 0; size--) {
        rmSync(folder, { recursive: true })
        mkdirSync(folder)
        writeFileSync(path, whole.subarray(0, size))
        const parts = await read()
        const atBoundary = size === before
        if (size >= before) expect(numbers(parts)).toEqual([1, 2])
        expect(problems(parts)).toEqual(atBoundary || size === 0 || decodable(whole, size) ? [] : ['torn'])
        if (size % 7 === 0) {
          const next = await EmergencyJournal.open({ folder, databaseKey })
          await next.append(operation(9))
          await next.close()
          expect(numbers(await read()).at(-1)).toBe(9)
          expect(problems(await read()).filter((problem) => problem !== 'torn')).toEqual([])
        }
      }
    })

    it('reports a clean cut at the end when the last number is known from elsewhere', async () => {
      await written(3)
      expect(problems(await read(3))).toEqual([])
      expect(problems(await read(4))).toEqual(['missing'])
    })

    it('loses only the entry that a changed byte hit', async () => {
      const journal = await EmergencyJournal.open({ folder, databaseKey })
      const ends: number[] = []
      for (let n = 1; n <= 3; n++) {
        await journal.append(operation(n))
        ends.push(statSync(join(folder, '0001.mj')).size)
      }
      await journal.close()
      const path = join(folder, '0001.mj')
      const whole = readFileSync(path)
      for (let at = ends[0] ?? 0; at < (ends[1] ?? 0); at++) {
        const changed = Buffer.from(whole)
        changed[at] = (changed[at] ?? 0) ^ 0x10
        writeFileSync(path, changed)
        const parts = await read()
        expect(numbers(parts)).toEqual([1, 3])
        expect(problems(parts)).toEqual(['damaged'])
      }
      for (let at = 0; at < 48; at++) {
        const changed = Buffer.from(whole)
        changed[at] = (changed[at] ?? 0) ^ 0x01
        writeFileSync(path, changed)
        expect(numbers(await read())).toEqual([1, 2, 3])
        expect(problems(await read())).toEqual(['damaged'])
      }
    })

    it('reports entries and files that were taken out or exchanged', async () => {
      await written(12)
      const names = files()
      expect(names.length).toBeGreaterThanOrEqual(3)
      const [first = '', second = '', third = ''] = names.map((name) => join(folder, name))
      copyFileSync(second, `${second}.aside`)
      unlinkSync(second)
      expect(problems(await read())).toEqual(['missing'])
      renameSync(`${second}.aside`, second)
      expect(problems(await read())).toEqual([])
      truncateSync(first, statSync(first).size - entrySize(first))
      expect(problems(await read())).toEqual(['missing'])
      copyFileSync(third, `${third}.aside`)
      renameSync(second, third)
      renameSync(`${third}.aside`, second)
      expect(problems(await read())).toContain('missing')
    })

    it('ignores other files and keeps going over garbage', async () => {
      await written(2)
      writeFileSync(join(folder, 'notes.txt'), 'x')
      writeFileSync(join(folder, '0000.mj'), '')
      appendFileSync(join(folder, files().at(-2) ?? ''), 'MJE1garbage')
      const parts = await read()
      expect(numbers(parts)).toEqual([1, 2])
      expect(problems(parts)).toEqual(['torn'])
    })

    it.runIf(process.getuid?.() === 0 && process.platform === 'linux')('says when the disk is full, and goes on once there is room', async ({ skip }) => {
      mkdirSync(folder)
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'pipe' })
      } catch {
        skip('This machine does not allow a small file system to be mounted.')
      }
      try {
        const journal = await EmergencyJournal.open({ folder, databaseKey, rotateBytes: 8000 })
        const acknowledged: number[] = []
        let failure: unknown
        for (let n = 1; n < 2000 && !failure; n++) {
          await journal.append(operation(n)).then(
            () => acknowledged.push(n),
            (error: unknown) => (failure = error),
          )
        }
        expect(failure).toBeInstanceOf(JournalFailed)
        expect(failure).toMatchObject({ code: 'ENOSPC', message: expect.stringContaining('disk is full') as string })
        expect(numbers(await all(journal.read()))).toEqual(acknowledged)
        await journal.cutTo(journal.mark)
        await journal.append(operation(5000))
        const parts = await all(journal.read())
        expect(numbers(parts).at(-1)).toBe(5000)
        expect(problems(parts)).toEqual([])
        await journal.close()
      } finally {
        execFileSync('umount', [folder])
      }
    })
  })

  describe('rewriting', () => {
    const forget = (number: number) => (entry: JournalEntry) => (entry.type === 'operation' && entry.number === number ? { ...entry, act: 'forgotten' } : entry)

    it('changes the entries asked for and leaves every number, the order and the chain, also for what is appended meanwhile and later', async () => {
      await written(10)
      const journal = await opened(700)
      await journal.append(operation(11))
      const rewriting = journal.rewrite(forget(6))
      const meanwhile = journal.append(operation(12))
      expect(await rewriting).toBe(1)
      await meanwhile
      await journal.append(operation(13))
      await journal.close()
      const parts = await read(13)
      expect(problems(parts)).toEqual([])
      expect(numbers(parts)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])
      expect(
        parts.flatMap((part) => (part.type === 'entry' && part.entry.type === 'operation' && part.entry.act === 'forgotten' ? part.sequence : [])),
      ).toEqual([6])
    })

    it('touches no file when nothing changes', async () => {
      await written(10)
      const before = files().map((name) => readFileSync(join(folder, name)).toString('hex'))
      const journal = await opened()
      expect(await journal.rewrite((entry) => entry)).toBe(0)
      expect(files().map((name) => readFileSync(join(folder, name)).toString('hex'))).toEqual(before)
    })

    it('does not hide a damaged place, and keeps everything else', async () => {
      await written(10)
      const second = join(folder, files()[1] as string)
      const bytes = readFileSync(second)
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1
      writeFileSync(second, bytes)
      const before = numbers(await read())
      const journal = await opened()
      await journal.rewrite(forget(1))
      await journal.close()
      const parts = await read()
      expect(numbers(parts)).toEqual(before)
      expect(problems(parts)).not.toEqual([])
    })

    it('that was interrupted between two files is finished when the journal is opened, and one that was only prepared is taken back', async () => {
      await written(10)
      const old = files().map((name) => readFileSync(join(folder, name)))
      let journal = await opened()
      await journal.rewrite(forget(1))
      await journal.close()
      const rewritten = files()
      const prepare = () => {
        for (const [i, name] of rewritten.entries()) {
          if (i === 0) continue
          renameSync(join(folder, name), join(folder, `${name}.next`))
          writeFileSync(join(folder, name), old[i] as Buffer)
        }
      }
      prepare()
      writeFileSync(join(folder, 'rewritten'), '')
      journal = await opened()
      await journal.close()
      expect(files()).toEqual(rewritten)
      expect(problems(await read())).toEqual([])
      prepare()
      writeFileSync(join(folder, rewritten[0] as string), old[0] as Buffer)
      journal = await opened()
      await journal.close()
      expect(files()).toEqual(rewritten)
      expect(problems(await read())).toEqual([])
      expect(numbers(await read())).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    })
  })

  describe('cutting', () => {
    it('removes the files that a mark covers wholly, and nothing else', async () => {
      await written(12)
      const journal = await opened(700)
      await journal.append(operation(13))
      await journal.cutTo(0)
      expect(numbers(await all(journal.read()))).toHaveLength(13)
      await journal.cutTo(6)
      const left = numbers(await all(journal.read()))
      expect(left).toEqual(expect.arrayContaining([7, 8, 9, 10, 11, 12, 13]))
      expect(left.length).toBeLessThan(13)
      expect(problems(await all(journal.read()))).toEqual([])
      await journal.cutTo(13)
      expect(files()).toHaveLength(1)
      await journal.append(operation(14))
      expect(numbers(await all(journal.read())).at(-1)).toBe(14)
    })

    it('does not count again from one after everything was cut', async () => {
      await written(12)
      const journal = await opened()
      await journal.cutTo(12)
      await journal.close()
      expect((await EmergencyJournal.open({ folder, databaseKey })).mark).toBe(12)
    })

    it('keeps appends that come while it cuts', async () => {
      await written(12)
      const journal = await opened(700)
      const appends = [journal.append(operation(13)), journal.cutTo(12), journal.append(operation(14)), journal.cutTo(12), journal.append(operation(15))]
      await Promise.all(appends)
      expect(numbers(await all(journal.read())).slice(-3)).toEqual([13, 14, 15])
    })

    it('refuses appends once it is closed', async () => {
      const journal = await opened()
      const last = journal.append(operation(1))
      await journal.close()
      await last
      await expect(journal.append(operation(2))).rejects.toThrow(JournalFailed)
      expect(numbers(await read())).toEqual([1])
    })
  })
})

/** Size of the first entry of a file, with its head. */
const entrySize = (path: string): number => 48 + readFileSync(path).readUInt32BE(48 + 4)

/** Whether a cut lies between two entries or right behind the file's head, where nothing shows that there was more. */
function decodable(whole: Buffer, size: number): boolean {
  let end = 48
  while (end < size) end += 48 + whole.readUInt32BE(end + 4)
  return end === size
}
