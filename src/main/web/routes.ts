import { traverseContractProcedures } from '@orpc/server'
import type { DeclaredContract } from '../../shared/contract/procedure.js'
import { type PathPattern, pathPattern } from '../ipc/path-pattern.js'

/** One REST route of the contract. */
export interface Route {
  method: string
  path: string
  procedure: string
  pattern: PathPattern
}

/** Every REST route of a contract. Throws when two procedures claim the same one. */
export function routesOf(contract: DeclaredContract): Route[] {
  const routes: Route[] = []
  traverseContractProcedures({ router: contract, path: [] }, ({ contract: declared, path }) => {
    const { method = 'POST', path: route } = declared['~orpc'].route
    const procedure = path.join('.')
    if (route === undefined) throw new Error(`The procedure ${procedure} declares no REST route.`)
    const taken = routes.find((other) => other.method === method && other.path.replace(/\{\w+\}/g, '{}') === route.replace(/\{\w+\}/g, '{}'))
    if (taken) throw new Error(`The procedures ${taken.procedure} and ${procedure} claim the same route ${method} ${route}.`)
    routes.push({ method, path: route, procedure, pattern: pathPattern(route) })
  })
  // A fixed name wins over a parameter in its place, as in oRPC's own matching.
  return routes.sort((a, b) => a.pattern.names.length - b.pattern.names.length)
}
