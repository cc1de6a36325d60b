// Patient search at 100,000 patients (or the number given): time per kind of query, recall with typing errors, size, indexing time.
// node_modules/node/bin/node bench/search/run.mjs [patients]
import { runnerImport } from 'vite'

const { module } = await runnerImport(new URL('./patient-search.ts', import.meta.url).pathname)
module.run(Number(process.argv[2] ?? 100_000))
