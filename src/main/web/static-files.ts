import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, relative, sep } from 'node:path'
import { contentPolicy } from '../lib/page-security.js'
import { HttpRefusal } from './replies.js'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
}

interface StaticFile {
  file: string
  type: string
  size: number
  etag: string
  isHashed: boolean
}

/** Serves the built renderer: its files by their names, `index.html` for every other path, because the screens have addresses of their own. */
export class StaticFiles {
  // Files are looked up in this list and never by joining a requested path: there is no way out of the folder.
  readonly #files = new Map<string, StaticFile>()
  readonly #index: string | undefined

  constructor(folder: string) {
    const index = join(folder, 'index.html')
    this.#index = existsSync(index) ? readFileSync(index, 'utf8') : undefined
    if (this.#index === undefined) return
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name)
      const type = types[extname(entry.name)]
      if (!entry.isFile() || type === undefined || file === index) continue
      const { size, mtimeMs } = statSync(file)
      const path = `/${relative(folder, file).split(sep).join('/')}`
      this.#files.set(path, {
        file,
        type,
        size,
        etag: `"${createHash('sha256').update(`${path} ${size} ${mtimeMs}`).digest('base64url').slice(0, 22)}"`,
        isHashed: /^\/assets\/.*-[\w-]{8,}\.\w+$/.test(path),
      })
    }
  }

  /** @throws HttpRefusal */
  answer(req: IncomingMessage, res: ServerResponse, path: string): void {
    if (req.method !== 'GET' && req.method !== 'HEAD')
      throw new HttpRefusal(405, 'METHOD_NOT_ALLOWED', 'Pages can only be read.', { headers: { allow: 'GET, HEAD' } })
    const found = this.#files.get(path)
    if (found) {
      this.#file(req, res, found)
      return
    }
    // A missing script answered with a page would show as a syntax error far from its cause.
    if (extname(path) !== '' && path !== '/index.html') throw new HttpRefusal(404, 'NOT_FOUND', 'There is no such file here.')
    this.#page(req, res)
  }

  #file(req: IncomingMessage, res: ServerResponse, { file, type, size, etag, isHashed }: StaticFile): void {
    res.setHeader('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    res.setHeader('etag', etag)
    res.removeHeader('content-security-policy')
    if (req.headers['if-none-match'] === etag) return void res.writeHead(304).end()
    res.writeHead(200, { 'content-type': type, 'content-length': size })
    if (req.method === 'HEAD') return void res.end()
    createReadStream(file)
      .on('error', () => res.destroy())
      .pipe(res)
  }

  #page(req: IncomingMessage, res: ServerResponse): void {
    if (this.#index === undefined) throw new HttpRefusal(503, 'UNAVAILABLE', 'The screens have not been built; run `npm run build` and start again.')
    const nonce = randomBytes(16).toString('base64')
    const page = Buffer.from(this.#index.replace(/<head(\s[^>]*)?>/i, (head) => `${head}<meta property="csp-nonce" nonce="${nonce}">`))
    res.setHeader('content-security-policy', contentPolicy(nonce))
    res.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': page.length })
    res.end(req.method === 'HEAD' ? undefined : page)
  }
}
