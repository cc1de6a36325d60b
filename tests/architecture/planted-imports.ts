/** An import that a rule must report: `to` is a file of the product, a package, or a Node built-in; `how` is the statement, `import` unless said. */
export interface PlantedImport {
  rule: string
  from: string
  to: string
  how?: 'import' | 'type' | 'export'
}

const bad = (rule: string, from: string, to: string, how?: PlantedImport['how']): PlantedImport => ({ rule, from, to, ...(how && { how }) })

/** At least one violation of every rule, each row of the table with what it is most tempting to import. */
export const forbiddenImports: PlantedImport[] = [
  bad('shared', 'src/shared/bad-reach.ts', 'src/main/lib/clock.ts'),
  bad('shared', 'src/shared/bad-type-reach.ts', 'src/main/store/store.ts', 'type'),
  bad('shared-packages', 'src/shared/bad-package.ts', 'ws'),
  bad('shared-built-ins', 'src/shared/bad-built-in.ts', 'node:fs'),
  bad('preload', 'src/preload/bad-reach.ts', 'src/main/ipc/router.ts'),
  bad('preload-types', 'src/preload/bad-value.ts', 'src/shared/time.ts'),
  bad('preload-packages', 'src/preload/bad-package.ts', 'zod'),
  bad('preload-built-ins', 'src/preload/bad-built-in.ts', 'node:path'),
  bad('renderer', 'src/renderer/app/bad-reach.ts', 'src/main/ipc/router.ts', 'type'),
  bad('renderer-built-ins', 'src/renderer/app/bad-built-in.ts', 'node:crypto'),
  bad('renderer-packages', 'src/renderer/api/bad-package.ts', '@orpc/server'),
  bad('renderer-features-apart', 'src/renderer/features/patients/bad-neighbour.ts', 'src/renderer/features/billing/screen.ts'),
  bad('renderer-ui', 'src/renderer/ui/bad-domain.ts', 'src/renderer/features/billing/screen.ts'),
  bad('records', 'src/main/records/bad-reach.ts', 'src/main/lib/clock.ts'),
  bad('sealing', 'src/main/security/sealing/bad-reach.ts', 'src/main/lib/clock.ts'),
  bad('pure-packages', 'src/main/records/bad-package.ts', 'zod'),
  bad('pure-built-ins', 'src/main/security/sealing/bad-built-in.ts', 'node:fs'),
  bad('lib', 'src/main/lib/bad-reach.ts', 'src/main/store/store.ts'),
  bad('migration', 'src/main/store/migrations/0090-bad-reach.ts', 'src/main/store/store.ts'),
  bad('migration', 'src/main/store/migrations/0091-bad-shared.ts', 'src/shared/time.ts'),
  bad('migration', 'src/main/store/migrations/0092-bad-package.ts', 'zod'),
  bad('store', 'src/main/store/bad-reach.ts', 'src/main/sync/queue.ts'),
  bad('store', 'src/main/store/bad-security.ts', 'src/main/security/sessions.ts'),
  bad('redis', 'src/main/redis/bad-reach.ts', 'src/main/store/store.ts'),
  bad('security', 'src/main/security/bad-reach.ts', 'src/main/redis/connection.ts'),
  bad('sync', 'src/main/sync/bad-reach.ts', 'src/main/cache/layers.ts'),
  bad('cache', 'src/main/cache/bad-reach.ts', 'src/main/features/billing/index.ts'),
  bad('maintenance', 'src/main/maintenance/bad-reach.ts', 'src/main/features/billing/index.ts'),
  bad('features', 'src/main/features/patients/bad-reach.ts', 'src/main/redis/connection.ts'),
  bad('features', 'src/main/features/patients/bad-neighbour.ts', 'src/main/features/billing/queries.ts'),
  bad('features-sync-monitor', 'src/main/features/monitor/bad-reach.ts', 'src/main/ipc/router.ts'),
  bad('feature-types', 'src/main/features/services.ts', 'src/main/ipc/router.ts', 'type'),
  bad('feature-reads', 'src/main/features/reads.ts', 'src/main/ipc/router.ts'),
  bad('ipc', 'src/main/ipc/bad-reach.ts', 'src/main/store/store.ts'),
  bad('web', 'src/main/web/bad-reach.ts', 'src/main/features/billing/index.ts'),
  bad('electron', 'src/main/electron/bad-reach.ts', 'src/main/store/store.ts'),
  bad('entries', 'src/main/bad-worker.ts', 'src/renderer/features/billing/screen.ts'),
  bad('host-electron', 'src/main/workstation.ts', 'src/main/electron/window.ts'),
  bad('host-web', 'src/main/workstation.ts', 'src/main/web/server.ts'),
  bad('entries-are-ends', 'src/main/reader-worker.ts', 'src/main/cli.ts'),
  bad('headless-is-an-end', 'src/main/reader-worker.ts', 'src/main/headless.ts'),
  bad('workstation-is-composed', 'src/main/ipc/bad-composition.ts', 'src/main/workstation.ts'),
  bad('better-sqlite3-in-store', 'src/main/features/billing/bad-database.ts', 'better-sqlite3'),
  bad('ioredis-in-redis', 'src/main/sync/bad-redis.ts', 'ioredis'),
  bad('electron-in-shell', 'src/main/lib/bad-shell.ts', 'electron', 'type'),
  bad('electron-in-shell', 'src/main/web/bad-settings.ts', 'electron-store'),
  bad('installed-with-product', 'src/main/lib/bad-tool.ts', 'vitest'),
  bad('declared-package', 'src/main/lib/bad-undeclared.ts', 'left-behind'),
  bad('no-cycles', 'src/main/lib/bad-cycle-a.ts', 'src/main/lib/bad-cycle-b.ts'),
  bad('no-unresolved', 'src/main/lib/bad-missing.ts', './nowhere.js'),
  bad('no-barrels', 'src/shared/bad-barrel.ts', 'src/shared/time.ts', 'export'),
  bad('product-only', 'src/main/lib/bad-test.ts', 'tests/support/clock.ts'),
  bad('known-place', 'src/main/helpers/bad-place.ts', 'src/shared/time.ts'),
]

/** The import that closes the cycle; a cycle is reported once, and one that only types close is a cycle too. */
export const closingImport: Omit<PlantedImport, 'rule'> = { from: 'src/main/lib/bad-cycle-b.ts', to: 'src/main/lib/bad-cycle-a.ts', how: 'type' }

/** A file that imports nothing and that nothing imports: reported by `no-orphans`. */
export const orphan = 'src/main/lib/bad-orphan.ts'

/** What the table allows, so that the rules above are seen to forbid no more than they should. */
export const allowedImports: Omit<PlantedImport, 'rule'>[] = [
  { from: 'src/shared/ids.ts', to: 'zod' },
  { from: 'src/shared/ids.ts', to: 'src/shared/time.ts' },
  { from: 'src/preload/index.ts', to: 'electron' },
  { from: 'src/preload/index.ts', to: 'src/shared/time.ts', how: 'type' },
  { from: 'src/renderer/main.tsx', to: 'src/renderer/app/shell.ts' },
  { from: 'src/renderer/app/shell.ts', to: 'src/renderer/features/billing/screen.ts' },
  { from: 'src/renderer/features/billing/screen.ts', to: 'react' },
  { from: 'src/renderer/features/billing/screen.ts', to: 'src/shared/time.ts' },
  { from: 'src/main/records/cell.ts', to: 'node:crypto' },
  { from: 'src/main/records/cell.ts', to: 'src/shared/time.ts' },
  { from: 'src/main/security/sealing/seal.ts', to: 'node:zlib' },
  { from: 'src/main/store/migrations/0010-first.ts', to: 'src/main/store/migrations/migration.ts', how: 'type' },
  { from: 'src/main/store/migrations/migration.ts', to: 'better-sqlite3', how: 'type' },
  { from: 'src/main/store/store.ts', to: 'better-sqlite3' },
  { from: 'src/main/store/store.ts', to: 'src/main/records/cell.ts' },
  { from: 'src/main/store/store.ts', to: 'src/main/security/sealing/seal.ts' },
  { from: 'src/main/store/store.ts', to: 'src/main/store/migrations/0010-first.ts' },
  { from: 'src/main/redis/connection.ts', to: 'ioredis' },
  { from: 'src/main/redis/connection.ts', to: 'src/main/lib/clock.ts' },
  { from: 'src/main/security/sessions.ts', to: 'src/main/store/store.ts' },
  { from: 'src/main/sync/queue.ts', to: 'src/main/redis/connection.ts' },
  { from: 'src/main/cache/layers.ts', to: 'src/main/redis/connection.ts' },
  { from: 'src/main/features/handler.ts', to: 'src/shared/time.ts', how: 'type' },
  { from: 'src/main/features/billing/index.ts', to: 'src/main/features/billing/queries.ts', how: 'export' },
  { from: 'src/main/features/billing/queries.ts', to: 'src/main/store/store.ts' },
  { from: 'src/main/features/patients/handlers.ts', to: 'src/main/features/billing/index.ts' },
  { from: 'src/main/features/patients/handlers.ts', to: 'src/main/features/handler.ts', how: 'type' },
  { from: 'src/main/features/monitor/handlers.ts', to: 'src/main/sync/queue.ts' },
  { from: 'src/main/features/reads.ts', to: 'src/main/features/billing/queries.ts' },
  { from: 'src/main/ipc/router.ts', to: 'src/main/features/patients/handlers.ts' },
  { from: 'src/main/ipc/router.ts', to: 'src/main/security/sessions.ts' },
  { from: 'src/main/web/server.ts', to: 'src/main/ipc/router.ts' },
  { from: 'src/main/electron/window.ts', to: 'electron' },
  { from: 'src/main/electron/window.ts', to: 'electron-store' },
  { from: 'src/main/electron/window.ts', to: 'src/main/ipc/router.ts' },
  { from: 'src/main/workstation.ts', to: 'src/main/ipc/router.ts' },
  { from: 'src/main/workstation.ts', to: 'src/main/sync/queue.ts' },
  { from: 'src/main/index.ts', to: 'src/main/workstation.ts' },
  { from: 'src/main/index.ts', to: 'src/main/electron/window.ts' },
  { from: 'src/main/headless.ts', to: 'src/main/workstation.ts' },
  { from: 'src/main/headless.ts', to: 'src/main/web/server.ts' },
  { from: 'src/main/cli.ts', to: 'src/main/headless.ts' },
  { from: 'src/main/reader-worker.ts', to: 'src/main/store/store.ts' },
]
