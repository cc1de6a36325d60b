import { randomBytes, timingSafeEqual } from 'node:crypto'
import { lstatSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { makePrivateFolder, writeDurably } from '../lib/durable-file.js'

const FILE = 'lock'
const GUARD = 'lock.guard'
const MAX_REQUEST_BYTES = 64 * 1024
/** Longest path of a socket that every system accepts (macOS: 104 with the final zero). */
const MAX_SOCKET_PATH = 100

/** What stands in the file `lock`, readable for this user alone. */
interface Holder {
  pid: number
  socket: string
  token: string
}

/** What the command line asks of the process that holds a folder. */
export interface HolderRequest {
  command: string
  args?: unknown
}

/** Another process works with this clinic's folder. */
export class FolderHeld extends Error {
  override readonly name = 'FolderHeld'
  readonly code = 'FOLDER_HELD'
  readonly isPublic = true
  constructor(readonly pid: number | undefined) {
    super(
      `Another process${pid === undefined ? '' : ` (${pid})`} works with this clinic’s folder. Nothing was changed. Stop it first, or use the commands that ask it.`,
    )
  }
}

/** The holder refused or failed a request; the message is its own. */
export class HolderRefused extends Error {
  override readonly name = 'HolderRefused'
  readonly isPublic = true
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message)
  }
}

/** A held folder; `release` lets the next process have it. */
export interface Held {
  release(): Promise<void>
}

/** Answer of a process that holds a folder for work of its own: an empty answer would look like a request carried out. */
export const refuseRequests = async (): Promise<never> => {
  throw new HolderRefused('Another command is working in this clinic’s folder. Nothing was done for this one; try again when the other has ended.', 'BUSY')
}

/**
 * Takes a clinic's folder for this process and answers what other processes of this user ask through a local socket.
 * Who holds it is decided by a lock of the operating system, which ends with the process however it dies: nothing is ever stale
 * and two processes cannot both take over. Throws `FolderHeld` with the pid.
 */
export async function holdFolder(folder: string, serve: (request: HolderRequest) => Promise<unknown>): Promise<Held> {
  await makePrivateFolder(folder)
  const guard = takeGuard(folder)
  let server: Server | undefined
  try {
    const before = readHolder(folder)
    const token = randomBytes(32).toString('hex')
    const socket = socketPath()
    // The socket of a process that was killed stays as a file: nobody answers there.
    if (before && process.platform !== 'win32' && before.socket.startsWith(socketFolder())) rmSync(before.socket, { force: true })
    server = await listen(socket, token, serve)
    await writeDurably(join(folder, FILE), `${JSON.stringify({ pid: process.pid, socket, token } satisfies Holder)}\n`)
    const running = server
    return {
      release: async () => {
        await stop(running)
        rmSync(join(folder, FILE), { force: true })
        guard.close()
      },
    }
  } catch (error) {
    if (server) await stop(server)
    guard.close()
    throw error
  }
}

/**
 * Asks the process that holds a folder; undefined when none does, so that the caller may take it. Waits as long as the holder works.
 * Throws `HolderRefused` with the holder's reason.
 */
export async function askHolder(folder: string, request: HolderRequest): Promise<{ answer: unknown } | undefined> {
  const holder = readHolder(folder)
  if (!holder) return undefined
  const socket = await new Promise<Socket | undefined>((resolve) => {
    const connection = connect(holder.socket, () => resolve(connection))
    connection.once('error', () => resolve(undefined))
  })
  if (!socket) return undefined
  const text = await new Promise<string>((resolve, reject) => {
    let received = ''
    socket.setEncoding('utf8')
    socket.on('data', (part: string) => (received += part))
    socket.once('end', () => resolve(received))
    socket.once('error', reject)
    socket.end(`${JSON.stringify({ token: holder.token, ...request })}\n`)
  }).catch(() => '')
  socket.destroy()
  if (text === '') throw new HolderRefused('The process that holds this clinic’s folder ended before it answered. Try again.', 'HOLDER_GONE')
  const answer = JSON.parse(text) as { answer?: unknown; error?: { message: string; code: string } }
  if (answer.error) throw new HolderRefused(answer.error.message, answer.error.code)
  return { answer: answer.answer }
}

/** Pid of the process that holds a folder; undefined when none does. */
export function holderOf(folder: string): number | undefined {
  try {
    takeGuard(folder).close()
    return undefined
  } catch (error) {
    if (error instanceof FolderHeld) return error.pid
    throw error
  }
}

/** An exclusive SQLite lock on an empty file: the operating system's file lock on every platform, without code of our own. */
function takeGuard(folder: string): Database.Database {
  const guard = new Database(join(folder, GUARD), { timeout: 0 })
  try {
    guard.exec('BEGIN EXCLUSIVE')
    return guard
  } catch (error) {
    guard.close()
    if ((error as { code?: unknown }).code === 'SQLITE_BUSY') throw new FolderHeld(readHolder(folder)?.pid)
    throw error
  }
}

function readHolder(folder: string): Holder | undefined {
  try {
    const { pid, socket, token } = JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as Partial<Holder>
    return typeof pid === 'number' && typeof socket === 'string' && typeof token === 'string' ? { pid, socket, token } : undefined
  } catch {
    return undefined
  }
}

const socketFolder = (): string => join(tmpdir(), `medinsight-${process.getuid?.() ?? 'user'}`)

/** A new socket's path in a folder that only this user may enter. The folder has a guessable name, so it is checked, not trusted. */
function socketPath(): string {
  const name = randomBytes(9).toString('hex')
  if (process.platform === 'win32') return `\\\\.\\pipe\\medinsight-${name}`
  const folder = socketFolder()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const facts = lstatSync(folder)
  if (!facts.isDirectory() || facts.uid !== process.getuid?.() || (facts.mode & 0o077) !== 0) {
    throw Object.assign(
      new Error('The folder for local sockets in the temporary folder can be entered by other users. Remove it, or set TMPDIR to a folder of your own.'),
      {
        code: 'SOCKET_FOLDER_UNSAFE',
        isPublic: true,
      },
    )
  }
  const path = join(folder, name)
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH) {
    throw Object.assign(new Error('The path of the temporary folder is too long for a local socket. Set TMPDIR to a shorter one.'), {
      code: 'SOCKET_PATH_TOO_LONG',
      isPublic: true,
    })
  }
  return path
}

async function listen(path: string, token: string, serve: (request: HolderRequest) => Promise<unknown>): Promise<Server> {
  // The asking side ends its half after the request and still waits for the answer.
  const server = createServer({ allowHalfOpen: true }, (socket) => void answer(socket, token, serve))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ path, readableAll: false, writableAll: false }, resolve)
  })
  return server
}

async function answer(socket: Socket, token: string, serve: (request: HolderRequest) => Promise<unknown>): Promise<void> {
  const text = await readLine(socket)
  const request = text === undefined ? undefined : parseRequest(text, token)
  // Whoever does not know the token learns nothing, not even that the request was understood.
  if (!request) return void socket.destroy()
  let result: string
  try {
    result = JSON.stringify({ answer: (await serve(request)) ?? null })
  } catch (error) {
    const { message, code, isPublic } = error as { message?: unknown; code?: unknown; isPublic?: unknown }
    result = JSON.stringify({
      error: {
        message: isPublic === true ? String(message) : 'The process that holds this clinic’s folder could not do this; its log says why.',
        code: typeof code === 'string' ? code : 'FAILED',
      },
    })
  }
  socket.end(result)
}

/** The first line that a socket sends; undefined when it ends before, or sends too much. */
function readLine(socket: Socket): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = ''
    socket.setEncoding('utf8')
    socket.setTimeout(10_000, () => resolve(undefined))
    socket.on('error', () => resolve(undefined))
    socket.on('end', () => resolve(undefined))
    socket.on('data', (part: string) => {
      text += part
      const end = text.indexOf('\n')
      if (end >= 0) {
        socket.setTimeout(0)
        resolve(text.slice(0, end))
      } else if (text.length > MAX_REQUEST_BYTES) resolve(undefined)
    })
  })
}

function parseRequest(text: string, token: string): HolderRequest | undefined {
  try {
    const { token: given, command, args } = JSON.parse(text) as { token?: unknown; command?: unknown; args?: unknown }
    if (typeof given !== 'string' || typeof command !== 'string' || given.length !== token.length) return undefined
    return timingSafeEqual(Buffer.from(given), Buffer.from(token)) ? { command, args } : undefined
  } catch {
    return undefined
  }
}

/** Ends the socket; answers that are under way are finished first. */
function stop(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
