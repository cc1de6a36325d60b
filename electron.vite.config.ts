import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

const at = (path: string): string => resolve(import.meta.dirname, path)

const isMainEntry = (file: string): boolean => /^(?:index|headless|cli|.+-worker)\.ts$/.test(file)

/** Entry files of the main bundle: the two hosts, the command line and every worker thread. */
const mainEntries = Object.fromEntries(
  readdirSync(at('src/main'))
    .filter(isMainEntry)
    .map((file) => [file.replace(/\.ts$/, ''), at(`src/main/${file}`)]),
)

export default defineConfig({
  main: {
    build: {
      outDir: at('out/main'),
      sourcemap: true,
      rolldownOptions: {
        input: mainEntries,
        // All files lie in one folder, so `new URL('./reader-worker.js', import.meta.url)` is right from any of them.
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: at('out/preload'),
      // A sandboxed preload can load nothing but one CommonJS file.
      externalizeDeps: false,
      rolldownOptions: { input: { index: at('src/preload/index.ts') }, output: { format: 'cjs', entryFileNames: 'index.cjs' } },
    },
  },
  renderer: {
    root: at('src/renderer'),
    // Both hosts serve from their root, and a deep link such as /patients/1 must still find /assets.
    plugins: [react(), { name: 'root-base', enforce: 'post', config: () => ({ base: '/' }) }],
    build: {
      outDir: at('out/renderer'),
      emptyOutDir: true,
      minify: true,
      // The content security policy allows fonts and scripts from files only, never inlined.
      assetsInlineLimit: 0,
      rolldownOptions: { input: { index: at('src/renderer/index.html') } },
    },
  },
})
