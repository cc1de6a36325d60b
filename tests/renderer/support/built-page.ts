import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { build, preview } from 'vite'

/** The policy of the product's own hosts, with a fixed nonce. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-board'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"

/** Builds a small page around a component as the product is built and serves it; `folder` is relative to the project. */
export async function serveBuiltPage(folder: string): Promise<{ url: string; close: () => Promise<void> }> {
  const outDir = mkdtempSync(join(tmpdir(), 'built-page-'))
  const shared = { root: resolve(folder), configFile: false as const, logLevel: 'error' as const, build: { outDir, emptyOutDir: true, assetsInlineLimit: 0 } }
  await build({ ...shared, plugins: [react()] })
  const server = await preview({ ...shared, preview: { port: 0, host: '127.0.0.1', headers: { 'Content-Security-Policy': policy } } })
  const address = server.httpServer.address()
  if (address === null || typeof address === 'string') throw new Error('The page has no port.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      await new Promise<void>((done) => server.httpServer.close(() => done()))
      rmSync(outDir, { recursive: true, force: true })
    },
  }
}
