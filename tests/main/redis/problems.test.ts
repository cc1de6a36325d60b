import { describe, expect, it } from 'vitest'
import { HubProblem, type HubProblemCode } from '../../../src/main/redis/hub.js'
import { problemOf } from '../../../src/main/redis/problems.js'
import { serverProblem } from '../../../src/main/redis/server-info.js'

const nodeError = (code: string) => Object.assign(new Error(`connect ${code} quince.example:6379`), { code, syscall: 'connect' })
const said = (message: string) => Object.assign(new Error(message), { name: 'ReplyError', command: { name: 'set', args: ['quince', 'quince'] } })

const cases: [HubProblemCode, unknown][] = [
  ['unreachable', nodeError('ECONNREFUSED')],
  ['unreachable', nodeError('EHOSTUNREACH')],
  ['unreachable', nodeError('ENOENT')],
  ['unreachable', Object.assign(new AggregateError([nodeError('ECONNREFUSED')], 'quince'), { code: 'ECONNREFUSED' })],
  ['unreachable', new AggregateError([nodeError('ECONNREFUSED'), nodeError('ETIMEDOUT')])],
  ['unreachable', Object.assign(new Error('Failed to refresh slots cache.'), { lastNodeError: nodeError('ECONNREFUSED') })],
  ['unreachable', new Error('None of startup nodes is available')],
  [
    'auth',
    Object.assign(new Error('Failed to refresh slots cache.'), { lastNodeError: said('WRONGPASS invalid username-password pair or user is disabled.') }),
  ],
  ['host', nodeError('ENOTFOUND')],
  ['host', nodeError('EAI_AGAIN')],
  ['timeout', nodeError('ETIMEDOUT')],
  ['timeout', new Error('Command timed out')],
  ['closed', nodeError('ECONNRESET')],
  ['closed', nodeError('EPIPE')],
  ['closed', new Error('Connection is closed.')],
  ['closed', new Error("Stream isn't writeable and enableOfflineQueue options is false")],
  ['closed', new Error('Socket closed unexpectedly')],
  ['tls', nodeError('EPROTO')],
  ['tls', nodeError('ERR_SSL_WRONG_VERSION_NUMBER')],
  ['tls', nodeError('ERR_TLS_HANDSHAKE_TIMEOUT')],
  ['certificate', nodeError('SELF_SIGNED_CERT_IN_CHAIN')],
  ['certificate', nodeError('ERR_TLS_CERT_ALTNAME_INVALID')],
  ['certificate', nodeError('CERT_HAS_EXPIRED')],
  ['certificate', nodeError('UNABLE_TO_VERIFY_LEAF_SIGNATURE')],
  ['auth', said('NOAUTH Authentication required.')],
  ['auth', said('WRONGPASS invalid username-password pair or user is disabled.')],
  ['auth', said('ERR invalid password')],
  ['auth', said('ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?')],
  ['permission', said("NOPERM this user has no permissions to run the 'quince' command")],
  ['permission', said('NOPERM No permissions to access a key')],
  ['permission', said('DENIED Redis is running in protected mode because protected mode is enabled')],
  ['permission', said("ERR ACL failure in script: User quince has no permissions to run the 'xadd' command script: 9c, on @user_script:76.")],
  ['permission', said("ERR The user executing the script can't run this command or subcommand script: 9c, on @user_script:76.")],
  ['full', said("OOM command not allowed when used memory > 'maxmemory'. script: 9c, on @user_script:76.")],
  ['full', said("ERR Error running script (call to f_9c): @user_script:76: -OOM command not allowed when used memory > 'maxmemory'.")],
  ['readOnly', said("READONLY You can't write against a read only replica.")],
  ['readOnly', said("ERR Error running script (call to f_9c): @user_script:1: -READONLY You can't write against a read only replica.")],
  ['readOnly', said('UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)')],
  ['loading', said('LOADING Redis is loading the dataset in memory')],
  ['masterDown', said("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.")],
  ['clusterDown', said('CLUSTERDOWN Hash slot not served')],
  ['cluster', said('MOVED 3999 10.0.0.1:6381')],
  ['cluster', said("CROSSSLOT Keys in request don't hash to the same slot")],
  ['cluster', said('ERR This instance has cluster support disabled')],
  ['misconfigured', said('MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist on disk.')],
  ['replicas', said('NOREPLICAS Not enough good replicas to write.')],
  ['busy', said('BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.')],
  ['busy', said('TRYAGAIN Multiple keys request during rehashing of slot')],
  ['busy', said('ERR max number of clients reached')],
  ['busy', said('ERR max concurrent connections exceeded')],
  ['busy', said('ERR max requests limit exceeded. Limit: 500000, Usage: 500001')],
  ['busy', said('ERR max daily request limit exceeded')],
  ['full', said('ERR DB capacity quota exceeded')],
  ['record', said('ERR max request size exceeded. Limit: 1048576 bytes')],
  ['record', said('ERR max single record size exceeded')],
  ['version', said("ERR unknown command 'evalsha', with args beginning with: 'quince'")],
  ['version', said("ERR Command is not available: 'quince'. See https://example.com")],
  ['database', said('ERR DB index is out of range')],
  ['notRedis', new Error('Unknown RESP type 72 "H"')],
  ['record', said('ERR Protocol error: invalid bulk length')],
  ['unexpected', said('WRONGTYPE Operation against a key holding the wrong kind of value')],
  ['unexpected', new TypeError('quince is not a function')],
  ['unexpected', 'quince'],
  ['unexpected', undefined],
]

describe('a problem', () => {
  it.each(cases)('is %s behind %s', (code, error) => {
    const problem = problemOf(error)
    expect(problem).toBeInstanceOf(HubProblem)
    expect(problem.code).toBe(code)
    expect(problem.message).toMatch(/^\p{Lu}.*\.$/u)
  })

  it.each(cases)('(%s) passes nothing on of what %s says', (_, error) => {
    const problem = problemOf(error)
    const told = [problem.message, problem.stack, String(problem.cause), (problem.cause as Error | undefined)?.stack, JSON.stringify(problem)]
    expect(told.join('\n')).not.toMatch(/quince/)
  })

  it('stays the same when it is looked at again', () => {
    const problem = problemOf(nodeError('ECONNREFUSED'))
    expect(problemOf(problem)).toBe(problem)
  })
})

describe('what a server tells of itself', () => {
  const info = (lines: Record<string, string>) => (name: string) => lines[name]
  it.each([
    ['6.0.16', 'version'],
    ['5.0.7', 'version'],
    ['6.2.0', undefined],
    ['7.4.1', undefined],
    ['8.0.0', undefined],
    ['255.255.255', undefined],
    ['unknown', undefined],
  ])('version %s is answered with %s', (version, code) => {
    expect(serverProblem(info({ redis_version: version }), false)?.code).toBe(code)
  })

  it('rules out a replica and a server that loads, but not a node of a cluster', () => {
    expect(serverProblem(info({ role: 'slave' }), false)?.code).toBe('readOnly')
    expect(serverProblem(info({ role: 'slave' }), true)).toBeUndefined()
    expect(serverProblem(info({ loading: '1' }), false)?.code).toBe('loading')
    expect(serverProblem(info({}), false)).toBeUndefined()
  })
})
