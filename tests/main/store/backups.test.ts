import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeKeysFile, newClinicKeys, openKeysByRecoveryCode, readKeysFile, saveKeysFile } from '../../../src/main/security/keys.js'
import { makeRecoveryCode } from '../../../src/main/security/recovery-code.js'
import { newKey } from '../../../src/main/security/sealing.js'
import { backupsToKeep, rotateBackups } from '../../../src/main/store/backup-rotation.js'
import { check } from '../../../src/main/store/backup-work.js'
import {
  type Backup,
  type BackupRequest,
  copyBackup,
  inspectBackup,
  listBackups,
  makeBackup,
  unpackBackup,
  verifyBackup,
} from '../../../src/main/store/backups.js'
import { openDatabase } from '../../../src/main/store/database.js'
import { patient } from '../../../src/shared/entities/patient.js'
import { openTestStore, type TestStore } from '../../support/store.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { hasTestData, testData } from '../../support/test-data.js'

const madeAt = '2026-11-20T09:00:00.000Z'
const recoveryCode = makeRecoveryCode()

interface Clinic extends TestStore {
  request: BackupRequest
  to: string
  register(count?: number): Promise<void>
}

async function clinic(): Promise<Clinic> {
  const opened = await openTestStore()
  const { folder, key, clinicKey } = opened
  await saveKeysFile(
    folder,
    await makeKeysFile(
      { ...newClinicKeys('clinic-1'), databaseKey: key, clinicKey, generations: new Map([[1, clinicKey]]) },
      { recoveryCode, keyStore: 'keyFile', madeAt },
    ),
  )
  const filesFolder = join(folder, 'files')
  mkdirSync(join(filesFolder, 'ab'), { recursive: true })
  writeFileSync(join(filesFolder, 'ab', 'abcdef'), 'sealed bytes')
  const to = join(folder, 'backups')
  const request: BackupRequest = {
    databaseFile: opened.file,
    databaseKey: key,
    keysFile: join(folder, 'keys.json'),
    filesFolder,
    to,
    reason: 'daily',
    dataset: 'clinic-1',
    madeAt,
    program: '0.1.0',
    journalMark: 7,
  }
  const register = async (count = 1) => {
    for (let n = 0; n < count; n++) {
      await opened.store.write({ actor: {}, act: 'patients.register' }, (tx) =>
        tx.create(patient, { recordNumber: `P-${n}`, familyName: 'Canary', givenName: 'Yellow', sex: 'other' }),
      )
    }
  }
  return { ...opened, request, to, register }
}

/** Codes of what is wrong, found in this thread: starting a worker for each case would only cost time. */
const codes = async (folder: string, databaseKey?: Uint8Array): Promise<string[]> =>
  check({ task: 'check', folder, ...(databaseKey && { databaseKey }) }).findings.map(({ code }) => code)

describe('a backup', () => {
  it('holds what the running database held, verified, with its keys and files', async () => {
    const { request, to, key, register, store, clinicKey } = await clinic()
    await register(3)
    const made = await makeBackup(request)
    await register(2)
    expect(made.name).toBe('20261120T090000Z-daily')
    expect(made.manifest).toMatchObject({
      dataset: 'clinic-1',
      reason: 'daily',
      madeAt,
      journalMark: 7,
      counts: { patient: 3, appointment: 0 },
      files: { count: 1, bytes: 12 },
    })
    expect(await verifyBackup(made.folder, key)).toEqual({ isGood: true, findings: [] })
    expect(await verifyBackup(made.folder)).toEqual({ isGood: true, findings: [] })
    const { facts } = await inspectBackup(join(made.folder, 'medinsight.db'), key)
    expect(facts).toEqual({ schema: made.manifest.schema, counts: made.manifest.counts, digest: made.manifest.digest })
    expect(made.manifest.digest).not.toBe(store.digest())
    expect(readFileSync(join(to, 'files', 'ab', 'abcdef'), 'utf8')).toBe('sealed bytes')
    expect((await openKeysByRecoveryCode(await readKeysFile(made.folder), recoveryCode)).clinicKey).toEqual(clinicKey)
    expect(readdirSync(to).filter((name) => name.startsWith('.'))).toEqual([])
  })

  it('says the same digest as the workstation when nothing was written since', async () => {
    const { request, register, store } = await clinic()
    await register(5)
    expect((await makeBackup(request)).manifest.digest).toBe(store.digest())
  })

  it('shows nothing readable and is for its owner alone', async () => {
    const { request, register } = await clinic()
    await register()
    const { folder } = await makeBackup(request)
    for (const name of readdirSync(folder)) {
      expect(readFileSync(join(folder, name)).includes('Canary')).toBe(false)
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
    }
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it('is made while the workstation goes on writing, and holds whole operations', async () => {
    const { request, register, key } = await clinic()
    await register(20)
    const making = makeBackup(request)
    let isMade = false
    void making.then(() => (isMade = true))
    let count = 20
    while (!isMade) {
      await register()
      count++
      await new Promise(setImmediate)
    }
    const { manifest, folder } = await making
    expect(manifest.counts.patient).toBeGreaterThanOrEqual(20)
    expect(manifest.counts.patient).toBeLessThanOrEqual(count)
    expect(await codes(folder, key)).toEqual([])
    const copy = openDatabase(join(folder, 'medinsight.db'), key, { readonly: true })
    expect(copy.prepare('SELECT count(*) FROM operation').pluck().get()).toBe(manifest.counts.patient)
    copy.close()
  })

  it('takes a name of its own when one of the same second is there', async () => {
    const { request } = await clinic()
    const names = [await makeBackup(request), await makeBackup(request)].map(({ name }) => name)
    expect(names).toEqual(['20261120T090000Z-daily', '20261120T090000Z-daily-2'])
  })

  it('copies each media file once for all backups', async () => {
    const { request, to } = await clinic()
    await makeBackup(request)
    const pooled = join(to, 'files', 'ab', 'abcdef')
    utimesSync(pooled, 1, 1)
    writeFileSync(join(request.filesFolder, 'cdef01'), 'more')
    writeFileSync(join(request.filesFolder, 'half.tmp'), 'not finished')
    const { manifest } = await makeBackup(request)
    expect(manifest.files.count).toBe(2)
    expect(statSync(pooled).mtimeMs).toBe(1000)
    expect(readdirSync(join(to, 'files')).sort()).toEqual(['ab', 'cdef01'])
  })

  it('is copied to a second place and opens there', async () => {
    const { request, register, key } = await clinic()
    await register(2)
    const made = await makeBackup(request)
    const second = join(temporaryFolder(), 'stick', 'clinic')
    const copied = await copyBackup(made.folder, second)
    expect(copied.manifest).toEqual(made.manifest)
    expect(await codes(copied.folder, key)).toEqual([])
    expect((await listBackups(second)).map(({ name }) => name)).toEqual([made.name])
  })

  it('is unpacked into a folder from which the clinic opens', async () => {
    const { request, register, key } = await clinic()
    await register(4)
    const { folder } = await makeBackup(request)
    const target = join(temporaryFolder(), 'restored')
    await unpackBackup(folder, target)
    expect(readdirSync(target).sort()).toEqual(['files', 'keys.json', 'medinsight.db'])
    expect(readFileSync(join(target, 'files', 'ab', 'abcdef'), 'utf8')).toBe('sealed bytes')
    const db = openDatabase(join(target, 'medinsight.db'), key, {})
    expect(db.prepare('SELECT count(*) FROM patient').pluck().get()).toBe(4)
    db.close()
  })
})

describe('a backup that fails', () => {
  it('says why and leaves nothing half made', async () => {
    const { request, to } = await clinic()
    await makeBackup(request)
    await expect(makeBackup({ ...request, databaseKey: newKey() })).rejects.toThrow(expect.objectContaining({ code: 'wrongKeyOrDamaged' }))
    await expect(makeBackup({ ...request, keysFile: join(to, 'none') })).rejects.toThrow(expect.objectContaining({ code: 'ENOENT' }))
    writeFileSync(join(temporaryFolder(), 'file'), '')
    expect(readdirSync(to).sort()).toEqual(['20261120T090000Z-daily', 'files'])
  })

  it('of a damaged database is refused, so that it cannot push a good one out', async () => {
    const { request, register, folder, file, key, store, to } = await clinic()
    await register(200)
    store.db.pragma('wal_checkpoint(TRUNCATE)')
    const damaged = join(folder, 'damaged.db')
    const bytes = readFileSync(file)
    for (let at = 4096 * 20 + 100; at < bytes.length; at += 4096) bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(damaged, bytes)
    await expect(makeBackup({ ...request, databaseFile: damaged, databaseKey: key })).rejects.toThrow(expect.objectContaining({ name: 'BackupFailed' }))
    expect(readdirSync(to)).toEqual([])
  })

  it.runIf(process.getuid?.() === 0 && process.platform === 'linux')('for want of room keeps what was there', async ({ skip }) => {
    const { request, register } = await clinic()
    await register(50)
    const small = temporaryFolder()
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=600k', 'tmpfs', small], { stdio: 'pipe' })
    } catch {
      skip('This machine does not allow a small file system to be mounted.')
    }
    try {
      await expect(makeBackup({ ...request, to: small })).rejects.toThrow(
        expect.objectContaining({ code: 'ENOSPC', message: expect.stringContaining('not enough room') as string }),
      )
      expect(readdirSync(small)).toEqual([])
    } finally {
      execFileSync('umount', [small])
    }
  })
})

describe('looking into a backup', () => {
  async function made() {
    const all = await clinic()
    await all.register(30)
    return { ...all, backup: await makeBackup(all.request) }
  }

  it('says clearly what is wrong with its database', async () => {
    const { backup, key } = await made()
    const database = join(backup.folder, 'medinsight.db')
    const whole = readFileSync(database)
    const put = (bytes: Buffer) => writeFileSync(database, bytes)
    put(Buffer.alloc(0))
    expect(await codes(backup.folder, key)).toEqual(['databaseEmpty'])
    put(whole.subarray(0, Math.floor(whole.length / 2)))
    expect(await codes(backup.folder, key)).toEqual(['databaseCut', expect.stringMatching(/databaseDamaged|databaseUnreadable/)])
    put(whole.subarray(0, 4096 * 3))
    expect(await codes(backup.folder, key)).toEqual(['databaseCut', expect.stringMatching(/databaseDamaged|databaseUnreadable/)])
    for (const at of [20, 200, 4096 * 4 + 17, whole.length - 50]) {
      const changed = Buffer.from(whole)
      changed[at] = (changed[at] ?? 0) ^ 4
      put(changed)
      const found = await codes(backup.folder, key)
      expect(found[0]).toBe('databaseChanged')
      expect(await codes(backup.folder)).toEqual(['databaseChanged'])
    }
    unlinkSync(database)
    expect(await codes(backup.folder, key)).toEqual(['databaseMissing'])
    put(whole)
    expect(await codes(backup.folder, key)).toEqual([])
  })

  it('says when the key is another one', async () => {
    const { backup } = await made()
    expect(await codes(backup.folder, newKey())).toEqual(['manifestChanged', 'wrongKey'])
  })

  it('says what is wrong with its manifest', async () => {
    const { backup, key } = await made()
    const path = join(backup.folder, 'manifest.json')
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, text.replace('"patient": 30', '"patient": 31'))
    expect(await codes(backup.folder, key)).toEqual(['manifestChanged', 'countsDiffer'])
    writeFileSync(path, text.replace('"format": 1', '"format": 2'))
    expect(await codes(backup.folder, key)).toEqual(['manifestLater'])
    for (const damaged of ['', '{', 'null', '[]', text.replace('"schema"', '"scheme"')]) {
      writeFileSync(path, damaged)
      expect(await codes(backup.folder, key)).toEqual(['manifestDamaged'])
    }
    unlinkSync(path)
    expect(await codes(backup.folder, key)).toEqual(['manifestMissing'])
    const report = await inspectBackup(backup.folder, key)
    expect(report.facts?.counts.patient).toBe(30)
    expect((await listBackups(backup.folder.slice(0, -backup.name.length)))[0]).toMatchObject({ problem: { code: 'manifestMissing' } })
  })

  it('says what is wrong with its keys and files', async () => {
    const { backup, key, to } = await made()
    const keys = join(backup.folder, 'keys.json')
    renameSync(keys, `${keys}.aside`)
    expect(await codes(backup.folder, key)).toEqual(['keysMissing'])
    writeFileSync(keys, '{}')
    expect(await codes(backup.folder, key)).toEqual(['keysDamaged'])
    renameSync(`${keys}.aside`, keys)
    truncateSync(join(to, 'files', 'ab', 'abcdef'), 3)
    expect(await codes(backup.folder, key)).toEqual(['filesMissing'])
    rmSync(join(to, 'files'), { recursive: true })
    expect(await codes(backup.folder, key)).toEqual(['filesMissing'])
    writeFileSync(join(backup.folder, 'files.txt'), '12 ../../../etc/passwd\n')
    expect(await codes(backup.folder, key)).toEqual(['listDamaged'])
  })

  it('says when there is none', async () => {
    expect(await codes(join(temporaryFolder(), 'none'))).toEqual(['folderMissing'])
    expect(await listBackups(join(temporaryFolder(), 'none'))).toEqual([])
  })

  it.runIf(hasTestData)(
    'is not misled by corrupt databases in place of the real one',
    async () => {
      const { backup, key } = await made()
      const folder = testData('sqlite-corrupt')
      for (const name of readdirSync(folder).filter((file) => file.endsWith('.db'))) {
        unlinkSync(join(backup.folder, 'medinsight.db'))
        copyFileSync(join(folder, name), join(backup.folder, 'medinsight.db'))
        const report = await inspectBackup(backup.folder, key)
        expect(report.findings[0]?.code).toMatch(/databaseCut|databaseChanged/)
        expect(report.findings[1]?.code).toMatch(/databaseNotEncrypted|databaseUnreadable|databaseDamaged/)
        expect(report.facts).toBeUndefined()
      }
    },
    30_000,
  )
})

describe('rotation', () => {
  const fake = (at: string, reason: 'daily' | 'manual' | 'migration' = 'daily', schema = 10) =>
    ({ folder: '', name: `${at} ${reason} ${schema}`, manifest: { madeAt: at, reason, schema } }) as Backup & { manifest: NonNullable<Backup['manifest']> }
  const names = (backups: readonly Backup[]) => backups.map(({ name }) => name)

  it('keeps the newest of seven days and four weeks', () => {
    const start = Date.parse('2026-11-20T18:00:00Z')
    const backups = Array.from({ length: 120 }, (_, n) => fake(new Date(start - n * 12 * 3600_000).toISOString()))
    const kept = names(backupsToKeep(backups, 'UTC')).map((name) => name.slice(0, 13))
    expect(kept).toEqual([...['20', '19', '18', '17', '16', '15', '14'].map((day) => `2026-11-${day}T18`), '2026-11-08T18', '2026-11-01T18'])
  })

  it('counts days of the clinic, and only days with a backup', () => {
    const backups = ['2026-11-20T03:00:00Z', '2026-11-19T23:00:00Z', '2026-11-19T22:00:00Z', '2026-06-01T12:00:00Z'].map((at) => fake(at))
    expect(names(backupsToKeep(backups, 'America/Bogota'))).toHaveLength(2)
    expect(names(backupsToKeep(backups, 'UTC'))).toHaveLength(3)
  })

  it('keeps all backups before the last three schema changes', () => {
    const backups = [
      ...Array.from({ length: 8 }, (_, n) => fake(`2026-11-${20 - n}T09:00:00Z`)),
      ...[50, 40, 40, 30, 20, 10].map((schema, n) => fake(`2026-0${6 - n}-01T09:00:00Z`, 'migration', schema)),
    ]
    expect(names(backupsToKeep(backups, 'UTC')).filter((name) => name.includes('migration'))).toHaveLength(4)
  })

  it('removes what is not needed, but never the last whole one, and leaves others’ alone', async () => {
    const { request, to } = await clinic()
    const first = await makeBackup({ ...request, madeAt: '2026-01-01T09:00:00.000Z' })
    const manifest = readFileSync(join(first.folder, 'manifest.json'), 'utf8')
    for (let day = 1; day <= 12; day++) {
      const at = `2026-03-${String(day).padStart(2, '0')}T09:00:00.000Z`
      const folder = join(to, `202603${String(day).padStart(2, '0')}T090000Z-daily`)
      cpSync(first.folder, folder, { recursive: true })
      writeFileSync(join(folder, 'manifest.json'), manifest.replaceAll('2026-01-01T09:00:00.000Z', at))
      writeFileSync(join(folder, 'medinsight.db'), 'damaged')
    }
    const other = join(to, '20200101T090000Z-daily')
    cpSync(first.folder, other, { recursive: true })
    writeFileSync(join(other, 'manifest.json'), manifest.replace('clinic-1', 'clinic-2'))
    mkdirSync(join(to, '20200102T090000Z-daily'))
    const rotation = await rotateBackups(to, 'clinic-1', 'UTC', Date.parse('2026-03-12T10:00:00Z'))
    expect(rotation.newestGood).toBe(first.name)
    expect(rotation.removed).toEqual(['20260305T090000Z-daily', '20260304T090000Z-daily', '20260303T090000Z-daily', '20260302T090000Z-daily'])
    expect(existsSync(first.folder)).toBe(true)
    expect(existsSync(other)).toBe(true)
    expect(existsSync(join(to, '20200102T090000Z-daily'))).toBe(true)
  })

  it('removes nothing when no backup is whole', async () => {
    const { request, to } = await clinic()
    const { folder } = await makeBackup({ ...request, madeAt: '2026-01-01T09:00:00.000Z' })
    writeFileSync(join(folder, 'medinsight.db'), 'damaged')
    expect(await rotateBackups(to, 'clinic-1', 'UTC', Date.now())).toEqual({ removed: [], removedFileCount: 0 })
    expect(existsSync(folder)).toBe(true)
  })

  it('removes media files that no backup needs any more, and what was left unfinished', async () => {
    const { request, to } = await clinic()
    await makeBackup(request)
    const old = new Date(Date.now() - 3 * 24 * 3600_000)
    const unused = join(to, 'files', 'ab', 'unused')
    writeFileSync(unused, 'x')
    utimesSync(unused, old, old)
    writeFileSync(join(to, 'files', 'young'), 'x')
    mkdirSync(join(to, '.making-old'))
    utimesSync(join(to, '.making-old'), old, old)
    mkdirSync(join(to, '.making-new'))
    mkdirSync(join(to, '.removing-x'))
    const rotation = await rotateBackups(to, 'clinic-1', 'UTC', Date.now())
    expect(rotation.removedFileCount).toBe(1)
    expect(readdirSync(to).sort()).toEqual(['.making-new', '20261120T090000Z-daily', 'files'])
    expect(readdirSync(join(to, 'files')).sort()).toEqual(['ab', 'young'])
    expect(readdirSync(join(to, 'files', 'ab'))).toEqual(['abcdef'])
  })
})
