import { readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import type { CustomScheme, Session } from 'electron'
import { newStyleNonce, pageHeaders, withStyleNonce } from '../lib/page-security.js'
import { appScheme, isAppPage } from './app-page.js'

/** The scheme of the pages, to be registered before Electron is ready: an origin of its own, secure, bound by its content policy. Streaming lets videos play before all of them is there. */
export const appSchemePrivileges: CustomScheme = {
  scheme: appScheme,
  privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: false, bypassCSP: false, allowServiceWorkers: false, stream: true },
}

/** Only files of these kinds are served; a source map, a note or anything else that strays into the folder is not there. */
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

/** Serves the built renderer in `folder` as `app://clinic/` to the session; what `first` answers (files of patients) is no page. */
export const serveAppPages = (session: Session, folder: string, first: (request: Request) => Promise<Response | undefined> = async () => undefined): void => {
  const answer = pageAnswers(folder)
  session.protocol.handle(appScheme, async (request) => (isAppPage(request.url) ? await first(request) : undefined) ?? answer(request))
}

/**
 * Answers requests for files below `folder`, and the page itself for every address without a file ending, since the
 * router of the page knows those. Nothing outside the folder is reachable: not by dots, encodings or links.
 */
export const pageAnswers =
  (folder: string) =>
  async (request: Pick<Request, 'method' | 'url'>): Promise<Response> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405)
    if (!isAppPage(request.url)) return refusal(404)
    const path = safePath(new URL(request.url).pathname)
    if (path === undefined) return refusal(400)
    const name = extname(path) === '' ? 'index.html' : path
    const file = await fileInside(folder, name)
    const type = contentTypes[extname(name).toLowerCase()]
    if (!file || !type) return refusal(404)
    const isPage = name.endsWith('.html')
    const nonce = isPage ? newStyleNonce() : undefined
    const body = nonce === undefined ? await readFile(file) : desktopPage(await readFile(file, 'utf8'), nonce)
    const caching = isPage ? 'no-store' : 'no-cache'
    return new Response(request.method === 'HEAD' ? null : body, { headers: { ...pageHeaders(nonce), 'Content-Type': type, 'Cache-Control': caching } })
  }

/** The page with its style nonce, and with the name of its host: the page asks for a message port instead of a socket. */
const desktopPage = (html: string, nonce: string): string => withStyleNonce(html, nonce).replace('</head>', '<meta name="host" content="desktop"></head>')

const refusal = (status: number): Response => new Response(null, { status, headers: pageHeaders() })

/** The decoded path in plain segments, or undefined for anything a well-behaved page never asks for. */
const safePath = (pathname: string): string | undefined => {
  let path: string
  try {
    path = decodeURIComponent(pathname)
  } catch {
    return undefined
  }
  // Decoding once more would change it: an attempt to get dots or separators past the check.
  if (/[\\:%]|\p{Cc}/u.test(path)) return undefined
  const segments = path.split('/').filter((segment) => segment !== '')
  return segments.some((segment) => segment.startsWith('.')) ? undefined : segments.join('/')
}

/** The real path of a file in the folder. Links are followed before the comparison, so that none leads out. */
const fileInside = async (folder: string, name: string): Promise<string | undefined> => {
  try {
    const root = await realpath(folder)
    const file = await realpath(join(root, name))
    return file.startsWith(root + sep) ? file : undefined
  } catch {
    return undefined
  }
}
