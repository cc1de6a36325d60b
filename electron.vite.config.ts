import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

const at = (path: string): string => resolve(import.meta.dirname, path)

/** Entry files of the main bundle: the two hosts, the command line and the worker threads. */
const mainEntries = ['index', 'headless', 'cli', 'reader-worker', 'import-worker', 'backup-worker']
const present = Object.fromEntries(mainEntries.map((name) => [name, at(`src/main/${name}.ts`)] as const).filter(([, file]) => existsSync(file)))

export default defineConfig({
  ...(Object.keys(present).length > 0 && {
    main: {
      build: {
        outDir: at('out/main'),
        sourcemap: true,
        rolldownOptions: {
          input: present,
          // All files lie in one folder, so `new URL('./reader-worker.js', import.meta.url)` is right from any of them.
          output: { entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js' },
        },
      },
    },
  }),
  ...(existsSync(at('src/preload/index.ts')) && {
    preload: {
      build: {
        outDir: at('out/preload'),
        // A sandboxed preload can load nothing but one CommonJS file.
        externalizeDeps: false,
        rolldownOptions: { input: { index: at('src/preload/index.ts') }, output: { format: 'cjs', entryFileNames: 'index.cjs' } },
      },
    },
  }),
  ...(existsSync(at('src/renderer/index.html')) && {
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
  }),
})
