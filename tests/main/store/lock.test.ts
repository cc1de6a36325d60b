import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { askHolder, FolderHeld, HolderRefused, type HolderRequest, holderOf, holdFolder, refuseRequests } from '../../../src/main/store/lock.js'
import { killNow, linesOf, startProcess } from '../../support/source-process.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

async function held(folder: string, serve: (request: HolderRequest) => Promise<unknown> = async () => null) {
  const holding = await holdFolder(folder, serve)
  let isReleased = false
  const release = async () => {
    if (!isReleased) await holding.release()
    isReleased = true
  }
  onTestFinished(release)
  return { release }
}

const holder = (folder: string) => JSON.parse(readFileSync(join(folder, 'lock'), 'utf8')) as { pid: number; socket: string; token: string }

/** Starts a process that holds the folder and gives back the first line that it prints. */
async function otherProcess(folder: string) {
  const child = startProcess(new URL('./lock-holder.ts', import.meta.url), [folder])
  for await (const line of linesOf(child)) return { child, line }
  throw new Error('The process said nothing.')
}

/** What the socket of a folder answers to raw text; empty when it closes without an answer. */
const raw = (folder: string, text: string): Promise<string> =>
  new Promise((resolve) => {
    let received = ''
    const socket = connect(holder(folder).socket, () => socket.write(text))
    socket.on('data', (part) => (received += String(part)))
    socket.on('error', () => resolve(received))
    socket.on('close', () => resolve(received))
  })

describe('a clinic’s folder', () => {
  it('is held by one process, which answers the others', async () => {
    const folder = join(temporaryFolder(), 'clinic')
    const { child, line } = await otherProcess(folder)
    expect(line).toBe('held')
    await expect(holdFolder(folder, async () => null)).rejects.toThrow(expect.objectContaining({ name: 'FolderHeld', pid: child.pid }))
    await expect(holdFolder(folder, async () => null)).rejects.toThrow(String(child.pid))
    expect(holderOf(folder)).toBe(child.pid)
    expect(await askHolder(folder, { command: 'status', args: { a: 1 } })).toEqual({ answer: { pid: child.pid, command: 'status', args: { a: 1 } } })
  })

  it('is free again at once when its holder is killed', async () => {
    const folder = temporaryFolder()
    const { child } = await otherProcess(folder)
    const left = holder(folder)
    await killNow(child)
    expect(holderOf(folder)).toBeUndefined()
    expect(await askHolder(folder, { command: 'status' })).toBeUndefined()
    await held(folder)
    expect(holder(folder).pid).toBe(process.pid)
    expect(existsSync(left.socket)).toBe(false)
  })

  it('goes to exactly one of several that want a dead holder’s place at once', async () => {
    const folder = temporaryFolder()
    await killNow((await otherProcess(folder)).child)
    const lines = (await Promise.all([1, 2, 3, 4].map(() => otherProcess(folder)))).map(({ line }) => line)
    expect(lines.filter((line) => line === 'held')).toHaveLength(1)
    expect(lines.filter((line) => line.startsWith('refused'))).toHaveLength(3)
  })

  it('is not held twice by one process, and can be held again after its release', async () => {
    const folder = temporaryFolder()
    const { release } = await held(folder)
    await expect(holdFolder(folder, async () => null)).rejects.toThrow(FolderHeld)
    const { socket } = holder(folder)
    await release()
    expect([existsSync(join(folder, 'lock')), existsSync(socket)]).toEqual([false, false])
    await held(folder)
  })

  it('is not blocked by a damaged lock file or one with a living pid', async () => {
    for (const content of ['', '{', '[]', JSON.stringify({ pid: process.ppid, socket: '/nowhere', token: 'x' })]) {
      const folder = temporaryFolder()
      writeFileSync(join(folder, 'lock'), content)
      expect(await askHolder(folder, { command: 'status' })).toBeUndefined()
      await held(folder)
    }
  })

  it('answers this user alone', async () => {
    const folder = temporaryFolder()
    const asked: string[] = []
    await held(folder, async ({ command }) => asked.push(command))
    const { socket, token } = holder(folder)
    expect(statSync(join(folder, 'lock')).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(socket)).mode & 0o777).toBe(0o700)
    for (const text of [
      '{"command":"status"}\n',
      `{"token":"${'0'.repeat(token.length)}","command":"status"}\n`,
      `{"token":"${token}"}\n`,
      'x\n',
      `${'x'.repeat(100_000)}\n`,
    ]) {
      expect(await raw(folder, text)).toBe('')
    }
    expect(asked).toEqual([])
    expect(await raw(folder, `${JSON.stringify({ token, command: 'status' })}\n`)).toBe('{"answer":1}')
  })

  it('tells why a request failed, without what is not meant for others', async () => {
    const folder = temporaryFolder()
    await held(folder, async ({ command }) => {
      throw Object.assign(new Error('secret row'), { code: 'NO_ROOM', ...(command === 'public' && { message: 'The disk is full.', isPublic: true }) })
    })
    await expect(askHolder(folder, { command: 'public' })).rejects.toThrow(expect.objectContaining({ code: 'NO_ROOM', message: 'The disk is full.' }))
    const refusal = await askHolder(folder, { command: 'other' }).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(HolderRefused)
    expect(String(refusal)).not.toContain('secret')
  })

  it('says when the holder dies while it is asked', async () => {
    const folder = temporaryFolder()
    const { child } = await otherProcess(folder)
    child.kill('SIGSTOP')
    const asking = askHolder(folder, { command: 'status' }).catch((error: unknown) => error)
    await killNow(child)
    const outcome = await asking
    expect(outcome === undefined || (outcome instanceof HolderRefused && outcome.code === 'HOLDER_GONE')).toBe(true)
  })

  it('is made when it is missing', async () => {
    const folder = join(temporaryFolder(), 'a', 'b')
    mkdirSync(dirname(folder))
    await held(folder)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it('refuses to answer while it works for itself, so that nobody takes silence for a backup made', async () => {
    const folder = temporaryFolder()
    await held(folder, refuseRequests)
    await expect(askHolder(folder, { command: 'backup' })).rejects.toThrow(expect.objectContaining({ code: 'BUSY', isPublic: true }))
  })
})
