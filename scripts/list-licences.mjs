// Lists the packages that the product is made of, with their licences, for the About screen: node scripts/list-licences.mjs
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './project.mjs'

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
const own = packages['']

/** Development packages that the build puts into the renderer's files; the rest only builds and tests. */
const bundled = /^(?:@mantine|@dnd-kit|@tabler|@tanstack)\/|^(?:dayjs|get-nonce|i18next|react|react-dom|react-i18next|recharts)$/

/** Where Node would find a package that another one asks for. */
const find = (name, from) => {
  for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf('node_modules/') - 1))) {
    const path = `${place ? `${place}/` : ''}node_modules/${name}`
    if (packages[path]) return path
    if (!place) return undefined
  }
}

const found = new Map()
const follow = (name, from) => {
  const path = find(name, from)
  if (!path || found.has(path)) return
  const { version, license, name: given, dependencies = {}, optionalDependencies = {} } = packages[path]
  found.set(path, { name: given ?? name, version, licence: license ?? 'see the package' })
  for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) follow(next, path)
}
for (const name of Object.keys(own.dependencies)) follow(name, '')
for (const name of Object.keys(own.devDependencies)) if (bundled.test(name)) follow(name, '')
// Its own packages only fetch its binary.
const { version, license } = packages['node_modules/electron']
found.set('electron', { name: 'electron', version, licence: license })

const list = [...new Map([...found.values()].map((each) => [`${each.name} ${each.version}`, each])).values()].sort((a, b) => a.name.localeCompare(b.name, 'en'))
const lines = list.map((each) => `  ${JSON.stringify(each)}`)
writeFileSync(join(root, 'src/renderer/features/settings/licences.json'), `[\n${lines.join(',\n')}\n]\n`)
process.stdout.write(`${list.length} packages: ${[...new Set(list.map(({ licence }) => licence))].join(', ')}\n`)
