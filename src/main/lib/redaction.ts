type Check = (value: unknown) => boolean

const isNumber: Check = (value) => typeof value === 'number' || typeof value === 'bigint'
const isBoolean: Check = (value) => typeof value === 'boolean'
/** Words of the program: identifiers, dotted names, versions. No spaces, so that no name or sentence gets through. */
const isWord: Check = (value) => typeof value === 'string' && /^[A-Za-z][A-Za-z0-9_.:-]{0,79}$/.test(value)
const isVersion: Check = (value) => isNumber(value) || (typeof value === 'string' && /^v?[0-9][A-Za-z0-9.+-]{0,39}$/.test(value))
const isId: Check = (value) => typeof value === 'string' && /^[0-9a-f-]{6,64}$/.test(value)
const isInstant: Check = (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)
const isVariable: Check = (value) => typeof value === 'string' && /^[A-Z][A-Z0-9_]{0,60}$/.test(value)
const isMethod: Check = (value) => typeof value === 'string' && /^[A-Z]{3,8}$/.test(value)

/**
 * The fields that a log line may have, each with what its value has to look like. Whatever is not listed is left out: a field
 * is added here only when its values are made by the program and never by a person or a record.
 */
const allowed: Readonly<Record<string, Check>> = {
  ...each(
    isNumber,
    'count',
    'total',
    'bytes',
    'ms',
    'port',
    'pid',
    'exitCode',
    'status',
    'attempt',
    'waiting',
    'sent',
    'received',
    'failed',
    'created',
    'updated',
    'unchanged',
    'skipped',
    'sequence',
    'mark',
    'free',
    'size',
    'rows',
    'files',
    'connections',
    'retryAfterSeconds',
  ),
  ...each(isBoolean, 'ok', 'isTls', 'isDemo', 'isEncrypted'),
  ...each(
    isWord,
    'code',
    'kind',
    'state',
    'from',
    'to',
    'reason',
    'procedure',
    'command',
    'signal',
    'category',
    'host',
    'role',
    'layer',
    'step',
    'problem',
    'transport',
    'platform',
    'arch',
    'worker',
  ),
  ...each(isVersion, 'version', 'node', 'electron', 'sqlite', 'schema', 'redis'),
  ...each(isId, 'ref', 'id', 'dataset', 'site', 'userId', 'sessionId', 'commandId', 'importId', 'workstationId', 'digest'),
  ...each(isInstant, 'at', 'since', 'until', 'madeAt'),
  ...each(isVariable, 'variable', 'alias'),
  ...each(isMethod, 'method'),
}

function each(check: Check, ...names: string[]): Record<string, Check> {
  return Object.fromEntries(names.map((name) => [name, check]))
}

/** What of an error may be logged: where it happened and what kind it is, and its sentence only when the error says it is public. */
export interface SafeError {
  name: string
  code?: string
  message?: string
  stack?: string[]
  cause?: SafeError
}

/** The fields that may be logged; of the others only how many were left out, since names can be data too. */
export function redact(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const safe: Record<string, unknown> = {}
  let leftOut = 0
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue
    if (name === 'error') safe.error = redactError(value)
    else if (Object.hasOwn(allowed, name) && allowed[name]?.(value)) safe[name] = typeof value === 'bigint' ? Number(value) : value
    else leftOut++
  }
  if (leftOut > 0) safe.leftOut = leftOut
  return safe
}

/** An error without its message, which may quote a record, SQL or a path; the places in the program where it passed are kept. */
export function redactError(error: unknown, depth = 0): SafeError {
  if (!(error instanceof Error)) return { name: typeof error }
  const { code, isPublic, cause } = error as Error & { code?: unknown; isPublic?: unknown }
  const safe: SafeError = { name: isWord(error.name) ? error.name : 'Error' }
  if (isWord(code)) safe.code = code as string
  if (isPublic === true) safe.message = error.message
  const stack = placesOf(error)
  if (stack.length > 0) safe.stack = stack
  if (cause !== undefined && depth < 3) safe.cause = redactError(cause, depth + 1)
  return safe
}

/** `file:line:column` of each frame. The message, which a stack repeats and which may look like a frame itself, is cut off first. */
function placesOf({ stack = '', message }: Error): string[] {
  const from = stack.indexOf(message)
  const places: string[] = []
  for (const line of stack.slice(from < 0 ? stack.length : from + message.length).split('\n')) {
    const found = /^ {4}at (?:.*[\\/( ])?([\w.@-]+:\d+:\d+)\)?$/.exec(line)
    if (found?.[1]) places.push(found[1])
    if (places.length === 8) break
  }
  return places
}
