import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { findStrace } from '../../../scripts/programs.mjs'
import { sourceArguments } from '../../../src/main/lib/worker-thread.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { makeClinic, register } from './support.js'

const writeCount = 200

it.skipIf(process.platform !== 'linux')(
  'each of 200 writes to a reopened database is fsynced, in the database and in the journal',
  async () => {
    const strace = findStrace()
    if (!strace) throw new Error('strace is missing: run npm run prepare-tests, which installs it or says how.')
    const { place, keys } = await makeClinic()
    const trace = join(temporaryFolder(), 'trace')
    const child = spawnSync(
      strace,
      [
        ...['--follow-forks', '--decode-fds=path', '--trace=fsync,fdatasync', `--output=${trace}`, process.execPath, ...sourceArguments],
        ...[join(import.meta.dirname, 'clinic-writer.ts'), place.folder, keys.databaseKey.toString('hex'), temporaryFolder(), String(writeCount)],
      ],
      { encoding: 'utf8' },
    )
    if (child.status !== 0) throw new Error(`strace could not follow the writer, so that nothing was counted: ${child.stderr.slice(-500)}`)
    // SQLite's own word for FULL, asked after the writes.
    expect(child.stdout).toContain('synchronous 2')
    const calls = readFileSync(trace, 'utf8').split('\n')
    const count = (path: string) => calls.filter((call) => /f(?:data)?sync\(/.test(call) && call.includes(`<${path}`)).length
    expect(count(join(place.folder, 'medinsight.db'))).toBeGreaterThanOrEqual(writeCount)
    expect(count(join(place.folder, 'journal'))).toBeGreaterThanOrEqual(writeCount)
  },
  120_000,
)

it('the connection that writes has synchronous=FULL and a write-ahead log at every opening, also after a write', async () => {
  const made = await makeClinic()
  for (let opening = 0; opening < 3; opening++) {
    const clinic = await made.open()
    await register(clinic, 1, `Opening ${opening}`)
    expect(clinic.store.db.pragma('synchronous', { simple: true })).toBe(2)
    expect(clinic.store.db.pragma('journal_mode', { simple: true })).toBe('wal')
    await clinic.stop()
  }
})
