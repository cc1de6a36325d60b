import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { restoreBackup } from '../../../src/main/maintenance/restore.js'
import { previewRestore } from '../../../src/main/maintenance/restore-preview.js'
import { patient } from '../../../src/shared/entities/patient.js'
import { memoryKeyStore } from '../../support/clinic.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { makeClinic, namesIn, register } from './support.js'

async function clinicWithBackup() {
  const made = await makeClinic()
  const clinic = await made.open()
  const ids = await register(clinic, 2, 'Before')
  const backup = await clinic.backups.make('manual')
  return { ...made, clinic, ids, backup }
}

describe('a dry run of restoring', () => {
  it('counts what comes back and what would be lost, and changes nothing', async () => {
    const { place, clinic, backup } = await clinicWithBackup()
    await register(clinic, 3, 'After')
    await clinic.stop()
    const before = readFileSync(join(place.folder, 'medinsight.db'))
    const preview = await previewRestore(place, backup.folder)
    expect(preview).toMatchObject({ comesBack: 3, lost: 0, unreadablePlaces: 0 })
    expect(preview.backup).toMatchObject({ name: backup.name, madeAt: backup.madeAt, counts: { patient: 2 } })
    expect(preview.current).toMatchObject({ patient: 5 })
    expect(readFileSync(join(place.folder, 'medinsight.db')).equals(before)).toBe(true)
    expect(existsSync(join(place.folder, 'aside'))).toBe(false)
  })

  it('says how many operations neither the backup nor the journal holds', async () => {
    const { place, clinic, backup } = await clinicWithBackup()
    await register(clinic, 3, 'After')
    await clinic.stop()
    for (const file of readdirSync(join(place.folder, 'journal'))) truncateSync(join(place.folder, 'journal', file), 0)
    expect(await previewRestore(place, backup.folder)).toMatchObject({ comesBack: 0, lost: 3 })
  })
})

describe('restoring', () => {
  it('backs up what is there, then brings back records, edits and deletions made after the backup', async () => {
    const { place, open, clinic, ids, backup } = await clinicWithBackup()
    const [edited = '', deleted = ''] = ids
    await register(clinic, 1, 'After')
    await clinic.store.write({ actor: {}, act: 'patients.edit' }, (tx) => tx.update(patient, edited, { familyName: 'Renamed' }))
    await clinic.store.write({ actor: {}, act: 'patients.remove' }, (tx) => tx.remove(patient, deleted))
    const digest = clinic.store.digest()
    await clinic.stop()
    const restored = await restoreBackup(place, join(backup.folder, 'medinsight.db'))
    expect(restored.replayed).toMatchObject({ operations: 3, records: 3 })
    expect(restored.verification.problems).toEqual([])
    expect(readdirSync(join(place.folder, 'backups'))).toContain(restored.backupBefore)
    const again = await open()
    expect(namesIn(again)).toEqual(['After 0', 'Renamed'])
    // The same cells, stamps and all: another workstation sees no difference.
    expect(again.store.digest()).toBe(digest)
    expect(again.store.find(patient, deleted)).toBeUndefined()
    const acts = again.store.db.prepare('SELECT act FROM audit ORDER BY seq').pluck().all()
    expect(acts).toContain('recovery.restore')
    expect(again.store.replication.state().reconcile).toBe('recovery')
  })

  it('the access log names who made each operation that came back, and when', async () => {
    const { place, open, clinic, backup } = await clinicWithBackup()
    const userId = clinic.store.db.prepare('SELECT id FROM user').pluck().get() as string
    await clinic.store.write({ actor: { userId }, act: 'patients.register' }, (tx) =>
      tx.create(patient, { familyName: 'Signed', givenName: '', sex: 'unknown', recordNumber: 'S-1' }),
    )
    await clinic.stop()
    await restoreBackup(place, backup.folder)
    const detail = (await open()).store.db.prepare("SELECT detail FROM audit WHERE act = 'recovery.replay'").pluck().get() as string
    expect(JSON.parse(detail)).toMatchObject({ operation: { userId, act: 'patients.register' } })
  })

  it('a second restore of the same backup brings the same state', async () => {
    const { place, open, clinic, backup } = await clinicWithBackup()
    await register(clinic, 1, 'After')
    const digest = clinic.store.digest()
    await clinic.stop()
    await restoreBackup(place, backup.folder)
    const second = await restoreBackup(place, backup.folder)
    expect(second.verification.isSound).toBe(true)
    expect((await open()).store.digest()).toBe(digest)
  })

  it('puts a backup into an empty folder of a new computer with the recovery code', async () => {
    const { clinic, backup, recoveryCode, place: old } = await clinicWithBackup()
    await clinic.stop()
    const place = { ...old, folder: join(temporaryFolder(), 'new'), keyStore: memoryKeyStore() }
    await expect(restoreBackup(place, backup.folder)).rejects.toThrow(/no database key/)
    const restored = await restoreBackup(place, backup.folder, recoveryCode)
    expect(restored.verification.isSound).toBe(true)
    expect(restored.current).toBeNull()
  })

  it('keeps a damaged database aside when no backup can be made of it', async () => {
    const { place, open, clinic, backup } = await clinicWithBackup()
    await clinic.stop()
    writeFileSync(join(place.folder, 'medinsight.db'), 'broken')
    const restored = await restoreBackup(place, backup.folder)
    expect(restored.backupBefore).toBeUndefined()
    expect(readFileSync(join(restored.keptAside ?? '', 'medinsight.db'), 'utf8')).toBe('broken')
    expect(namesIn(await open())).toEqual(['Before 0', 'Before 1'])
  })

  it.each([
    ['is cut off', (folder: string) => truncateSync(join(folder, 'medinsight.db'), 8192), /cut off/],
    ['has no manifest', (folder: string) => writeFileSync(join(folder, 'manifest.json'), '{}'), /manifest.json is damaged/],
  ])('refuses a backup that %s and changes nothing', async (_, damage, sentence) => {
    const { place, clinic, backup } = await clinicWithBackup()
    await clinic.stop()
    const before = readFileSync(join(place.folder, 'medinsight.db'))
    damage(backup.folder)
    await expect(restoreBackup(place, backup.folder)).rejects.toThrow(sentence)
    expect(readFileSync(join(place.folder, 'medinsight.db')).equals(before)).toBe(true)
  })

  it('refuses a backup of another clinic', async () => {
    const mine = await clinicWithBackup()
    const other = await clinicWithBackup()
    await mine.clinic.stop()
    await expect(restoreBackup(mine.place, other.backup.folder)).rejects.toThrow(/another clinic/)
  })
})
