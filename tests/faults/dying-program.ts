// A workstation as a process of its own that kills itself at a named point of its work; otherwise `process-program.ts`.
import { RedisHub } from '../../src/main/redis/redis-hub.js'
import type { Act } from '../../src/main/store/act.js'
import { Store } from '../../src/main/store/store.js'
import type { Transaction } from '../../src/main/store/transaction.js'

/** Where a process dies: with a change made and not committed; committed, and its journal not on disk; sent, and its answer unseen; in a comparison. */
export type DyingPoint = 'before commit' | 'after commit' | 'after push' | 'during reconcile'

const point = process.env.DIES as DyingPoint
/** Kill -9 of this process; the call does not come back. */
const die = () => process.kill(process.pid, 'SIGKILL')

const { write, receive } = Store.prototype
const { push } = RedisHub.prototype
if (point === 'before commit')
  Store.prototype.write = function <T>(this: Store, act: Act, change: (tx: Transaction) => T): Promise<T> {
    return write.call<Store, [Act, (tx: Transaction) => T], Promise<T>>(this, act, (tx) => {
      const result = change(tx)
      if (act.act === 'drill') die()
      return result
    })
  }
if (point === 'after commit')
  Store.prototype.write = function <T>(this: Store, act: Act, change: (tx: Transaction) => T): Promise<T> {
    // The transaction has ended when the call returns; what is awaited is the journal's disk.
    const written = write.call<Store, [Act, (tx: Transaction) => T], Promise<T>>(this, act, change)
    if (act.act === 'drill') die()
    return written
  }
if (point === 'after push')
  RedisHub.prototype.push = async function (request) {
    const answer = await push.call(this, request)
    if (answer.status === 'ok') die()
    return answer
  }
if (point === 'during reconcile')
  Store.prototype.receive = async function (received) {
    const isComparing = this.replication.state().reconcile !== undefined
    const result = await receive.call(this, received)
    if (isComparing && received.records.length > 0) die()
    return result
  }

await import('./process-program.js')
