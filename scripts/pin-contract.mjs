// Pins the wire shape of the contract and adds a line to its history: npm run contract:pin -- "why it changed"
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runnerImport } from 'vite'
import { root } from './project.mjs'

const shapeFile = join(root, 'tests/contract/wire-shape.json')
const historyFile = join(root, 'src/shared/contract/HISTORY.md')
const why = process.argv.slice(2).join(' ').trim()

const { module } = await runnerImport(join(root, 'tests/contract/wire-shape.ts'), { root, configFile: false, logLevel: 'error' })
const pinned = existsSync(shapeFile) ? JSON.parse(readFileSync(shapeFile, 'utf8')) : { version: 0, shapes: {} }
const shapes = module.wireShapes()
const changed = module.differences(pinned.shapes, shapes)

if (changed.length === 0) console.log(`The wire shape is the pinned one, version ${pinned.version}.`)
else if (why === '' || /[\r\n]/.test(why)) {
  console.error(`Changed: ${changed.join(', ')}. Say why in one line: npm run contract:pin -- "why it changed"`)
  process.exitCode = 2
} else {
  const version = pinned.version + 1
  const history = existsSync(historyFile) ? readFileSync(historyFile, 'utf8').trimEnd() : '# Versions of the wire shape\n'
  // One line for each procedure: a change shows as the lines of the procedures it touches.
  const lines = Object.entries(shapes).map(([name, shape]) => `    ${JSON.stringify(name)}: ${JSON.stringify(shape)}`)
  writeFileSync(shapeFile, `{\n  "version": ${version},\n  "shapes": {\n${lines.join(',\n')}\n  }\n}\n`)
  writeFileSync(
    historyFile,
    `${history}\n${version} · ${new Date().toISOString().slice(0, 10)} · ${why} (${changed.length > 8 ? `${changed.length} procedures` : changed.join(', ')})\n`,
  )
  console.log(`Pinned version ${version}: ${changed.join(', ')}`)
}
