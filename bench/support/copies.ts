import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { seeded } from '../search/people.js'
import { renaming } from './synthea.js'

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const clinicTypes = new Set(['Practitioner', 'Organization'])

/** Writes a folder of FHIR bundles several times over, each patient's under new ids; the clinic's people and places stay one. */
export async function writeCopies(from: string, to: string, count: number): Promise<void> {
  if (existsSync(to)) return
  await mkdir(to, { recursive: true })
  const random = seeded(5)
  for (const name of await readdir(from)) {
    const text = await readFile(join(from, name), 'utf8')
    const { entry } = JSON.parse(text) as { entry: { resource: { resourceType: string; id: string } }[] }
    const own = new Set(entry.flatMap(({ resource }) => (clinicTypes.has(resource.resourceType) ? [] : [resource.id])))
    for (let copy = 0; copy < count; copy++) {
      const rename = renaming(random)
      await writeFile(
        join(to, `${copy}-${name}`),
        text.replace(uuid, (id) => (own.has(id) ? rename(id) : id)),
      )
    }
  }
}
