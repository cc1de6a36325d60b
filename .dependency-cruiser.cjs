// Who may import whom: docs/decisions/0003-import-rules.md has the table in words. Imports of types count like any other.
// tests/architecture plants a violation of every rule and sees it reported; scripts/check-imports.mjs runs them.

const main = (...folders) => folders.map((folder) => `^src/main/${folder}/`)
const shared = '^src/shared/'
const sealing = '^src/main/security/sealing(?:/|\\.ts$)'
const featureIndex = '^src/main/features/[^/]+/index\\.ts$'
/** What every feature may import beside its own files: the types it is given and the paging cursor. */
const featureTypes = '^src/main/features/(?:handler|services|cursor)\\.ts$'
const entries = '^src/main/(?:index|headless|cli)\\.ts$'

/** Pattern of these npm packages, wherever they are installed. */
const packages = (...names) => `(?:^|/)node_modules/(?:${names.join('|')})/`

/** @type {(name: string, comment: string, from: string | object, to: object) => import('dependency-cruiser').IForbiddenRuleType} */
const rule = (name, comment, from, to) => ({ name, severity: 'error', comment, from: typeof from === 'string' ? { path: from } : from, to })

/** A row of the table: of the product's own files, those in `from` may import `allowed` and nothing else. */
const row = (name, comment, from, allowed) => rule(name, comment, from, { path: '^src/', pathNot: allowed })

/** Only files in `from` may import these packages. */
const only = (name, comment, from, ...names) => rule(name, comment, { path: '^src/', pathNot: from }, { path: packages(...names) })

const forShared = [
  row('shared', 'shared is what all processes speak: it imports nothing but itself', shared, [shared]),
  rule('shared-packages', 'shared runs in every process: zod, @orpc/contract, temporal-polyfill and uuid only', shared, {
    path: 'node_modules/',
    pathNot: packages('zod', '@orpc/contract', 'temporal-polyfill', 'uuid'),
  }),
  rule('shared-built-ins', 'shared does no input or output and runs in the browser too', shared, { dependencyTypes: ['core'] }),
]

const forPreload = [
  row('preload', 'the preload hands over a port and nothing else', '^src/preload/', ['^src/preload/', shared]),
  rule('preload-types', 'of shared the preload takes types only, so that it stays one small file', '^src/preload/', {
    path: shared,
    dependencyTypesNot: ['type-only'],
  }),
  rule('preload-packages', 'the preload imports no package but electron', '^src/preload/', { path: 'node_modules/', pathNot: packages('electron') }),
  rule('preload-built-ins', 'a sandboxed preload has no Node built-ins', '^src/preload/', { dependencyTypes: ['core'] }),
]

const forRenderer = [
  row('renderer', 'the renderer reaches the rest through the typed client only', '^src/renderer/', ['^src/renderer/', shared]),
  rule('renderer-built-ins', 'the renderer is a browser page', '^src/renderer/', { dependencyTypes: ['core'] }),
  rule('renderer-packages', 'packages of the hosts do not run in a browser page', '^src/renderer/', {
    path: packages(
      '@orpc/(?:server|openapi)',
      '@node-rs/.+',
      'better-sqlite3',
      'conf',
      'electron',
      'electron-store',
      'env-paths',
      'ioredis',
      'selfsigned',
      'ws',
    ),
  }),
  rule('renderer-features-apart', 'a feature never imports another one: app/ composes them', '^src/renderer/features/([^/]+)/', {
    path: '^src/renderer/features/',
    pathNot: '^src/renderer/features/$1/',
  }),
  rule('renderer-ui', 'ui components know no domain and no shell', '^src/renderer/ui/', { path: '^src/renderer/(?:app|features)/' }),
]

const pure = `(?:^src/main/records/|${sealing})`
const forCore = [
  row('records', 'records is pure', '^src/main/records/', [...main('records'), shared]),
  row('sealing', 'sealing is pure', sealing, [sealing, shared]),
  rule('pure-packages', 'pure parts take no package', pure, { path: 'node_modules/' }),
  rule('pure-built-ins', 'pure parts compute: of Node only hashing, compression and bytes', pure, {
    dependencyTypes: ['core'],
    pathNot: '^(?:node:)?(?:crypto|zlib|buffer|util)$',
  }),
  row('lib', 'lib knows no domain', '^src/main/lib/', [...main('lib'), shared]),
  rule('migration', 'a migration is frozen, so it imports nothing but its own type', '^src/main/store/migrations/\\d[^/]*\\.ts$', {
    pathNot: '^src/main/store/migrations/migration\\.ts$',
  }),
  row('store', 'the store stands below everything that is not pure', '^src/main/store/', [...main('store', 'records', 'lib'), sealing, shared]),
  row('redis', 'redis knows nothing of records or the database', '^src/main/redis/', [...main('redis', 'lib'), shared]),
  row('security', 'what security needs of Redis is handed in', { path: '^src/main/security/', pathNot: sealing }, [
    ...main('security', 'store', 'lib'),
    shared,
  ]),
  row('sync', 'sync stands on store and redis', '^src/main/sync/', [...main('sync', 'store', 'redis', 'records', 'security', 'lib'), shared]),
  row('cache', 'cache stands on store and redis', '^src/main/cache/', [...main('cache', 'store', 'redis', 'records', 'security', 'lib'), shared]),
  row('limits', 'limits stand on redis and what names and seals', '^src/main/limits/', [...main('limits', 'redis', 'security', 'lib'), shared]),
  row('maintenance', 'backups, checks and recovery compose a clinic and what lies below it', '^src/main/maintenance/', [
    ...main('maintenance', 'store', 'records', 'security', 'lib'),
    '^src/main/clinic\\.ts$',
    '^src/main/features/services\\.ts$',
    shared,
  ]),
]

const belowFeatures = [...main('store', 'records', 'cache', 'limits', 'security', 'lib'), shared]
const acrossFeatures = ['^src/main/features/$1/', featureIndex, featureTypes]
const forFeatures = [
  row(
    'features',
    'a feature imports its own files, the parts below and the index.ts of another one',
    { path: '^src/main/features/([^/]+)/', pathNot: '^src/main/features/(?:sync|monitor)/' },
    [...acrossFeatures, ...belowFeatures],
  ),
  row('features-sync-monitor', 'features sync and monitor show main/sync and main/redis', '^src/main/features/(sync|monitor)/', [
    ...acrossFeatures,
    ...belowFeatures,
    ...main('sync', 'redis'),
  ]),
  row('feature-reads', 'reads.ts lists the reads of all features for the reader thread', '^src/main/features/reads\\.ts$', [
    ...main('features'),
    ...belowFeatures,
  ]),
  row('feature-types', 'handler.ts and services.ts name what features are given', featureTypes, [
    featureTypes,
    featureIndex,
    ...belowFeatures,
    ...main('sync', 'redis'),
  ]),
]

const forHosts = [
  row('ipc', 'ipc wires the features behind session, permission, limit and audit', '^src/main/ipc/', [
    ...main('ipc', 'features', 'cache', 'security', 'lib'),
    shared,
  ]),
  row('web', 'the web host sees ipc only', '^src/main/web/', [...main('web', 'ipc', 'lib'), shared]),
  row('electron', 'the desktop shell sees ipc only', '^src/main/electron/', [...main('electron', 'ipc', 'lib'), shared]),
  row('entries', 'entry files compose parts of main', '^src/main/(?:[^/]+\\.ts$|cli/)', ['^src/main/', shared]),
  rule(
    'host-electron',
    'only index.ts composes the desktop shell',
    { path: '^src/', pathNot: '^src/main/(?:electron/|index\\.ts$)' },
    { path: '^src/main/electron/' },
  ),
  rule('host-web', 'only an entry composes the web host', { path: '^src/', pathNot: `(?:^src/main/(?:web|cli)/|${entries})` }, { path: '^src/main/web/' }),
  rule(
    'entries-are-ends',
    'nothing imports an entry, but the command line may start the web host',
    { path: '^src/' },
    { path: '^src/main/(?:index|cli)\\.ts$' },
  ),
  rule(
    'headless-is-an-end',
    'only the command line may start the web host',
    { path: '^src/', pathNot: '^src/main/cli(?:/|\\.ts$)' },
    { path: '^src/main/headless\\.ts$' },
  ),
  rule(
    'workstation-is-composed',
    'the workstation is composed by entries only',
    { path: '^src/main/[^/]+/', pathNot: '^src/main/cli/' },
    { path: '^src/main/workstation\\.ts$' },
  ),
]

const forPackages = [
  only('better-sqlite3-in-store', 'nobody else opens a database', '^src/main/store/', 'better-sqlite3', '@types/better-sqlite3'),
  only('ioredis-in-redis', 'nobody else speaks to Redis', '^src/main/redis/', 'ioredis'),
  only('electron-in-shell', 'everything else also runs without Electron', '^src/(?:main/electron/|main/index\\.ts$|preload/)', 'electron', 'electron-store'),
  rule('installed-with-product', 'main, preload and shared run on packages that are installed with the product', '^src/(?:main|preload|shared)/', {
    dependencyTypes: ['npm-dev'],
    dependencyTypesNot: ['type-only'],
    pathNot: packages('electron', '@types/.+'),
  }),
  rule('declared-package', 'a package is named in package.json before it is imported', '^src/', { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] }),
]

const forAll = [
  rule('no-cycles', 'modules that need each other are one module', '^src/', { circular: true }),
  rule('no-unresolved', 'every import leads to a file', '^src/', { couldNotResolve: true }),
  rule(
    'no-orphans',
    'a file that nothing imports and that imports nothing is left over',
    { path: '^src/', orphan: true, pathNot: ['\\.d\\.ts$', '/public/', '^src/main/[^/]+\\.ts$', '^src/preload/index\\.ts$', '^src/renderer/main\\.tsx$'] },
    {},
  ),
  rule('no-barrels', "only a feature's index.ts hands on what other files export", { path: '^src/', pathNot: featureIndex }, { dependencyTypes: ['export'] }),
  rule('product-only', 'the product does not import tests, scripts or benchmarks', '^src/', { path: '^(?:tests|scripts|bench|bin)/' }),
  rule(
    'known-place',
    'a new folder needs its row in the table',
    {
      path: '^src/',
      pathNot: [
        '^src/(?:shared|preload|renderer)/',
        '^src/main/(?:electron|web|ipc|store|redis|records|sync|cache|limits|security|features|maintenance|lib|cli)/',
        '^src/main/[^/]+\\.ts$',
      ],
    },
    { path: '.' },
  ),
]

module.exports = {
  forbidden: [...forShared, ...forPreload, ...forRenderer, ...forCore, ...forFeatures, ...forHosts, ...forPackages, ...forAll],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Types are architecture too: an import of a type binds as much as any other.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json', '.css', '.d.ts'],
    },
  },
}
