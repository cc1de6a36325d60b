import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { backUpBeforeMigration } from '../../../src/main/maintenance/backup-care.js'
import { listBackups, verifyBackup } from '../../../src/main/store/backups.js'
import { openDatabase } from '../../../src/main/store/database.js'
import { migrate, migrations, versionOf } from '../../../src/main/store/migrations/index.js'
import { ManualClock } from '../../support/manual-clock.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { makeClinic, namesIn, register } from './support.js'

const HOUR_MS = 3600_000
const start = Date.parse('2026-11-02T09:00:00Z')

/** A clinic whose clock the test moves. */
async function clinicAt() {
  const clock = new ManualClock(start)
  const made = await makeClinic({ now: () => clock.now() })
  return { ...made, pass: (ms: number) => clock.pass(ms) }
}

it('makes the first backup when asked to look, and the next one a day later', async () => {
  const { open, pass } = await clinicAt()
  const { backups } = await open()
  expect((await backups.makeIfDue())?.name).toMatch(/-daily$/)
  pass(23 * HOUR_MS)
  expect(await backups.makeIfDue()).toBeUndefined()
  pass(2 * HOUR_MS)
  expect((await backups.makeIfDue())?.madeAt).toBe('2026-11-03T10:00:00.000Z')
})

it('is not held up by a backup from the future after the clock was put back', async () => {
  const { open, pass } = await clinicAt()
  const { backups } = await open()
  pass(1000 * HOUR_MS)
  await backups.makeIfDue()
  pass(-1000 * HOUR_MS)
  expect(await backups.makeIfDue()).toBeDefined()
})

it('keeps seven days and four weeks of daily backups, here and in the second place', async () => {
  const { open, place, pass, keys } = await clinicAt()
  const { backups } = await open()
  const second = join(temporaryFolder(), 'second')
  await backups.setSecondPlace(second)
  for (let day = 0; day < 10; day++) {
    await backups.makeIfDue()
    pass(24 * HOUR_MS)
  }
  const kept = (await listBackups(join(place.folder, 'backups'))).map(({ name }) => name)
  // 2 to 11 November: the last seven days reach into both weeks, so that no older one is the newest of a week.
  expect(kept).toHaveLength(7)
  expect((await listBackups(second)).map(({ name }) => name)).toEqual(kept)
  expect(await verifyBackup(join(second, kept[0] ?? ''), keys.databaseKey)).toEqual({ isGood: true, findings: [] })
}, 60_000)

it('says what cleaning up removed and kept in each place, and leaves a place alone that is not there', async () => {
  const { open, place, pass } = await clinicAt()
  const { backups } = await open()
  expect(await backups.rotate()).toEqual([{ place: 'own', removed: [], removedFiles: 0, kept: 0 }])
  const second = join(temporaryFolder(), 'second')
  await backups.setSecondPlace(second)
  const { name: first } = await backups.make('manual')
  pass(HOUR_MS)
  await backups.make('manual')
  // As it is after the backups of another day were copied back by hand: more of one day than are kept.
  cpSync(join(second, (await listBackups(second))[0]?.name ?? ''), join(second, first), { recursive: true })
  expect(await backups.rotate()).toEqual([
    { place: 'own', removed: [], removedFiles: 0, kept: 1 },
    { place: 'second', removed: [first], removedFiles: 0, kept: 1 },
  ])
  rmSync(second, { recursive: true })
  expect(await backups.rotate()).toMatchObject([{ place: 'own' }, { place: 'second', problem: 'unreachable' }])
  for (const { folder } of await listBackups(join(place.folder, 'backups'))) writeFileSync(join(folder, 'medinsight.db'), 'broken')
  expect(await backups.rotate()).toMatchObject([{ place: 'own', removed: [], kept: 1, problem: 'noWhole' }, {}])
})

it('cuts the journal up to what two backups hold, and a cut journal is still whole', async () => {
  const { open, place, pass } = await clinicAt()
  const clinic = await open()
  const files = () => readdirSync(join(place.folder, 'journal'))
  await register(clinic, 2)
  await clinic.backups.make('manual')
  const reopened = async () => {
    await clinic.stop()
    return open()
  }
  const second = await reopened()
  await register(second, 1, 'Later')
  expect(files()).toHaveLength(3)
  pass(24 * HOUR_MS)
  await second.backups.make('manual')
  expect(files().length).toBe(1)
  expect((await second.backups.verify()).problems).toEqual([])
})

it('goes on when the second place is gone, says so, and forgets it with the next copy', async () => {
  const { open } = await clinicAt()
  const { backups } = await open()
  const drive = temporaryFolder()
  await backups.setSecondPlace(join(drive, 'second'))
  rmSync(join(drive, 'second'), { recursive: true })
  writeFileSync(join(drive, 'second'), 'not a folder')
  const made = await backups.make('manual')
  expect(made.copyProblem).toMatch(/second place/)
  expect(backups.problem).toBe(made.copyProblem)
  rmSync(join(drive, 'second'))
  expect((await backups.make('manual')).copy).toBeDefined()
  expect(backups.problem).toBeUndefined()
})

it('refuses a second place inside the clinic’s folder, a part of a path, and one that cannot be written', async () => {
  const { open, place } = await clinicAt()
  const { backups } = await open()
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, '')
  await expect(backups.setSecondPlace(join(place.folder, 'backups'))).rejects.toThrow(/own folder/)
  await expect(backups.setSecondPlace('relative')).rejects.toThrow(/whole path/)
  await expect(backups.setSecondPlace(join(file, 'below'))).rejects.toThrow(/cannot be written/)
  expect(backups.secondPlace).toBeUndefined()
})

it('work goes on while a backup is made', async () => {
  const { open } = await clinicAt()
  const clinic = await open()
  let isMade = false
  const backup = clinic.backups.make('manual').then(() => {
    isMade = true
  })
  await register(clinic, 5, 'Meanwhile')
  expect(isMade).toBe(false)
  await backup
  expect(namesIn(clinic)).toHaveLength(5)
})

/** The schema of this version, and one after it. */
const present = migrations.at(-1)?.version ?? 0
const next = present + 10

const later = { version: next, up: (db: { exec(sql: string): unknown }) => db.exec('ALTER TABLE meta ADD COLUMN later TEXT') }

it('a verified backup is made before the first step of a migration, and rows are kept', async () => {
  const { open, place, keys } = await clinicAt()
  const clinic = await open()
  await register(clinic, 2)
  await clinic.stop()
  const db = openDatabase(join(place.folder, 'medinsight.db'), keys.databaseKey, {})
  await migrate(db, backUpBeforeMigration(place, keys), [...migrations, later])
  expect(versionOf(db)).toBe(next)
  expect(db.prepare('SELECT count(*) FROM patient').pluck().get()).toBe(2)
  db.close()
  const [backup] = await listBackups(join(place.folder, 'backups'))
  expect(backup?.manifest).toMatchObject({ reason: 'migration', schema: present, counts: { patient: 2 } })
})

it('a migration that fails, or whose backup fails, leaves the database as it was', async () => {
  const { open, place, keys } = await clinicAt()
  const clinic = await open()
  await register(clinic, 1)
  await clinic.stop()
  const file = join(place.folder, 'medinsight.db')
  const failing = {
    version: next,
    up: (db: { exec(sql: string): unknown }) => {
      db.exec('DELETE FROM patient')
      throw new Error('no further')
    },
  }
  const db = openDatabase(file, keys.databaseKey, {})
  await expect(migrate(db, backUpBeforeMigration(place, keys), [...migrations, failing])).rejects.toThrow('no further')
  await expect(migrate(db, backUpBeforeMigration({ ...place, folder: join(place.folder, 'missing') }, keys), [...migrations, later])).rejects.toThrow()
  expect(versionOf(db)).toBe(present)
  db.close()
  expect(namesIn(await open())).toHaveLength(1)
})

it('each migration goes up from an empty database and keeps the rows of the version before', async () => {
  for (const [at, step] of migrations.entries()) {
    const file = join(temporaryFolder(), 'medinsight.db')
    const db = openDatabase(file, Buffer.alloc(32, 1), { create: true })
    await migrate(db, async () => undefined, migrations.slice(0, at))
    const before = at === 0 ? 0 : Number(db.prepare('SELECT count(*) FROM sqlite_master').pluck().get())
    if (at > 0) db.prepare("INSERT INTO meta (key, value) VALUES ('kept', 'row')").run()
    await migrate(db, async () => undefined, migrations.slice(0, at + 1))
    expect(versionOf(db)).toBe(step.version)
    expect(Number(db.prepare('SELECT count(*) FROM sqlite_master').pluck().get())).toBeGreaterThanOrEqual(before)
    if (at > 0) expect(db.prepare("SELECT value FROM meta WHERE key = 'kept'").pluck().get()).toBe('row')
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    db.close()
  }
})
