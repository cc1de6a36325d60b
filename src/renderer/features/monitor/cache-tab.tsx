import { useSession } from '../../app/session.js'
import { CacheWorth } from './cache-effect.js'
import { CacheTimes } from './cache-times.js'
import { Clearing } from './clearing.js'
import classes from './monitor.module.css'
import { Trends } from './trends.js'

/** What the cache is worth and why, clearing it, and for how long it keeps values. */
export function CacheTab() {
  const { can } = useSession()
  return (
    <div className={classes.stack}>
      <CacheWorth />
      <Trends names={['hitShare', 'requests', 'redisAway']} />
      {can('monitor.write') && <Clearing />}
      <CacheTimes />
    </div>
  )
}
