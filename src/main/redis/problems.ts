import { HubProblem, type HubProblemCode } from './hub.js'

/** What happened and what to do, for each code; a person at the settings screen reads it, or its translation there. */
const sentences: Readonly<Record<HubProblemCode, string>> = {
  unreachable: 'Nothing answers at the server’s address. Check that the server runs and that host and port are right.',
  timeout: 'The server did not answer in time. It may be overloaded, or a firewall swallows the connection.',
  closed: 'The connection to the server ended. It is made again by itself.',
  host: 'The server’s host name is not known. Check its spelling and this computer’s network.',
  tls: 'The encrypted connection could not be made. Check whether the port expects TLS.',
  certificate: 'The server’s certificate is not trusted. Choose the certificate authority that signed it, or have the certificate renewed.',
  auth: 'The server refused the user name or the password.',
  permission: 'The server’s user is not allowed to do this. Give it the permissions that the documentation lists.',
  full: 'The server’s memory is full. Everything stays saved here; give the server more memory.',
  readOnly: 'The server is a replica that takes no changes. The connection looks for the new master.',
  loading: 'The server is starting and still loads its data.',
  masterDown: 'The server is a replica that lost its master.',
  clusterDown: 'The cluster is not complete, so it takes no commands.',
  misconfigured: 'The server cannot save its data to disk and takes no changes. Look at its disk and its log.',
  replicas: 'The server takes no changes because too few replicas are connected.',
  busy: 'The server is busy with something else. It is tried again by itself.',
  version: 'The server lacks a command that is needed. Redis 6.2 or later is.',
  database: 'The server has no database of that number.',
  cluster: 'The settings do not fit the server: one is a cluster, the other is not.',
  notRedis: 'What answers at the server’s address is not Redis.',
  record: 'The server refuses this for its own sake, also when it is sent again.',
  unexpected: 'The server gave an answer that was not expected.',
}

/** A failure with this code; `message` replaces the code's sentence and must hold no command, value or address. */
export const hubProblem = (code: HubProblemCode, message: string = sentences[code], options?: ErrorOptions): HubProblem =>
  new HubProblem(code, message, options)

/** First words of Redis's refusals. */
const byWord: Readonly<Record<string, HubProblemCode>> = {
  NOAUTH: 'auth',
  WRONGPASS: 'auth',
  NOPERM: 'permission',
  DENIED: 'permission',
  OOM: 'full',
  READONLY: 'readOnly',
  UNBLOCKED: 'readOnly',
  LOADING: 'loading',
  MASTERDOWN: 'masterDown',
  CLUSTERDOWN: 'clusterDown',
  MISCONF: 'misconfigured',
  NOREPLICAS: 'replicas',
  BUSY: 'busy',
  TRYAGAIN: 'busy',
  MOVED: 'cluster',
  ASK: 'cluster',
  CROSSSLOT: 'cluster',
}

/** Refusals that begin with the general word ERR, and what ioredis says itself; a sentence of its own where the code's does not fit. */
const byText: readonly [pattern: RegExp, code: HubProblemCode, sentence?: string][] = [
  [/^ERR (?:invalid password|AUTH |Client sent AUTH)/i, 'auth'],
  [/has no permissions|can't run this command|can't access at least one|ACL failure/i, 'permission'],
  [/^ERR (?:unknown (?:sub)?command|Unknown Redis command|This Redis command is not allowed|Command is not available)/i, 'version'],
  [/^ERR (?:max number of clients|max concurrent connections)/i, 'busy', 'The server has no room for another connection. It is tried again by itself.'],
  [/^ERR max (?:daily )?requests? limit/i, 'busy', 'The server’s host allows no more requests for now. Everything stays saved here; look at its plan.'],
  [/^ERR DB capacity quota/i, 'full'],
  [/^ERR max (?:request|single record|key) size/i, 'record'],
  [/^ERR (?:DB index is out of range|invalid DB index|SELECT is not allowed)/i, 'database'],
  [/cluster support disabled/i, 'cluster'],
  [/^ERR Protocol error: (?:invalid bulk length|too big)/i, 'record'],
  [/Command timed out|ETIMEDOUT|timed out/i, 'timeout'],
  [/^Unknown RESP type|^Command queue state error/, 'notRedis'],
  [/Failed to refresh slots cache|None of startup nodes/i, 'unreachable'],
  [/Connection is closed|Stream isn't writeable|Socket closed|Connection ended|max retries per request/i, 'closed'],
]

const byNodeCode: Readonly<Record<string, HubProblemCode>> = {
  ECONNREFUSED: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ENOENT: 'unreachable',
  EACCES: 'unreachable',
  ENOTSOCK: 'unreachable',
  ENOTFOUND: 'host',
  EAI_AGAIN: 'host',
  EAI_FAIL: 'host',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'closed',
  ECONNABORTED: 'closed',
  EPIPE: 'closed',
  EPROTO: 'tls',
  CERT_HAS_EXPIRED: 'certificate',
  CERT_NOT_YET_VALID: 'certificate',
  CERT_REVOKED: 'certificate',
  CERT_UNTRUSTED: 'certificate',
  CERT_SIGNATURE_FAILURE: 'certificate',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate',
}

const certificateSentences: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'The server’s certificate has expired. Have it renewed; check this computer’s clock as well.',
  CERT_NOT_YET_VALID: 'The server’s certificate is not valid yet. Check this computer’s clock.',
  CERT_REVOKED: 'The server’s certificate was revoked.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The server’s certificate is for another host name. Use the name that stands in the certificate.',
}

/** The problem behind anything that ioredis, Node or Redis may throw. Nothing of the error's own text is passed on: it may quote a command. */
export function problemOf(error: unknown): HubProblem {
  if (error instanceof HubProblem) return error
  const { code: word = '', message, cause } = describe(error)
  if (byNodeCode[word]) return hubProblem(byNodeCode[word], certificateSentences[word], { cause })
  if (/^ERR_(?:SSL|TLS)/.test(word)) return hubProblem('tls', undefined, { cause })
  const [code, sentence] = readText(message)
  return hubProblem(code, sentence, { cause })
}

function readText(message: string): [code: HubProblemCode, sentence?: string | undefined] {
  // Redis before 7 wraps what a command in a script answered.
  const inScript = message.startsWith('ERR Error running script') ? /-([A-Z]+) /.exec(message)?.[1] : undefined
  const word = inScript ?? /^-?([A-Z]+)/.exec(message)?.[1] ?? ''
  if (byWord[word]) return [byWord[word]]
  const [, code = 'unexpected', sentence] = byText.find(([pattern]) => pattern.test(message)) ?? []
  return [code, sentence]
}

/** Code and text of an error, or of the error inside that tells more. `cause` is the kind of error alone. */
function describe(error: unknown): { code: string | undefined; message: string; cause: Error } {
  const inner = insideOf(error)
  const { code, message, name } = (inner instanceof Error ? inner : new Error('')) as Error & { code?: unknown }
  const word = typeof code === 'string' ? code : undefined
  const cause = Object.assign(new Error(word ?? /^[A-Z]{2,}/.exec(message)?.[0] ?? name), { name, ...(word !== undefined && { code: word }) })
  return { code: word, message, cause }
}

function insideOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { lastNodeError, previousErrors, errors } = error as Error & { lastNodeError?: unknown; previousErrors?: unknown; errors?: unknown }
  if (lastNodeError instanceof Error) return insideOf(lastNodeError)
  if (Array.isArray(previousErrors) && previousErrors.at(-1) instanceof Error) return insideOf(previousErrors.at(-1))
  if (Array.isArray(errors) && !('code' in error && error.code) && errors[0] instanceof Error) return insideOf(errors[0])
  return error
}
