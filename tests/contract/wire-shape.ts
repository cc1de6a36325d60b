import { type AnySchema, getEventIteratorSchemaDetails } from '@orpc/contract'
import { traverseContractProcedures } from '@orpc/server'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { contract } from '../../src/shared/contract/index.js'
import { commonErrors, type ProcedureMeta } from '../../src/shared/contract/procedure.js'

/** What clients of one procedure depend on. */
interface ProcedureShape {
  route: string
  type: ProcedureMeta['type']
  permission: ProcedureMeta['permission']
  input: unknown
  output: unknown
}

/** What is pinned: the shape of every procedure and of the errors they share, and how often it has changed. */
export interface WireShape {
  version: number
  shapes: Record<string, unknown>
}

const converter = new ZodToJsonSchemaConverter()

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, child]) => [key, sorted(child)]),
        )
      : value

const json = (schema: AnySchema | undefined, strategy: 'input' | 'output') => (schema ? sorted(converter.convert(schema, { strategy })[1]) : null)

/** The shape of the contract as it stands, by the procedures' names. */
export function wireShapes(): WireShape['shapes'] {
  const shapes: [string, ProcedureShape][] = []
  traverseContractProcedures({ router: contract, path: [] }, ({ contract: { '~orpc': declared }, path }) => {
    const { permission, type } = declared.meta as ProcedureMeta
    const { method, path: route, successStatus = 200 } = declared.route
    const events = getEventIteratorSchemaDetails(declared.outputSchema)
    const undeclared = Object.keys(declared.errorMap).filter((code) => !(code in commonErrors))
    if (undeclared.length > 0) throw new Error(`${path.join('.')} declares errors of its own, which clients do not know: ${undeclared.join(', ')}`)
    shapes.push([
      path.join('.'),
      {
        route: `${method} ${route} ${successStatus}`,
        type,
        permission,
        input: json(declared.inputSchema, 'input'),
        output: json(events?.yields ?? declared.outputSchema, 'output'),
      },
    ])
  })
  const errors = Object.entries(commonErrors).map(([code, { status, data }]) => [code, { status, data: json(data, 'output') }])
  return { errors: Object.fromEntries(errors), ...Object.fromEntries(shapes.sort(([a], [b]) => (a < b ? -1 : 1))) }
}

/** The names of procedures that were added, removed or changed between two shapes. */
export function differences(before: WireShape['shapes'], after: WireShape['shapes']): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return names.flatMap((name) => {
    const [old, now] = [before[name], after[name]]
    if (!old) return [`${name} (new)`]
    if (!now) return [`${name} (gone)`]
    return JSON.stringify(sorted(old)) === JSON.stringify(sorted(now)) ? [] : [`${name} (changed)`]
  })
}
