import type { TierName } from './support/tier.js'

// Runs one benchmark in this process; its rows go to standard output.
const [name, ...tierNames] = process.argv.slice(2)
const tiers = tierNames as TierName[]
if (name === 'save') await (await import('./save.js')).run()
else if (name === 'import') await (await import('./import.js')).run()
else if (name === 'rpc') await (await import('./rpc.js')).run(tiers)
else if (name === 'disk') await (await import('./disk.js')).run(tiers)
else if (name === 'bundle') await (await import('./bundle.js')).run()
else if (name === 'sync') await (await import('./sync/exchange.js')).run()
else if (name === 'sync-visible') await (await import('./sync/visible.js')).run()
else if (name === 'sync-differ') await (await import('./sync/differ.js')).run()
else if (name === 'sync-fill') await (await import('./sync/fill.js')).run('fill', 15_000)
else if (name === 'sync-fill-small') await (await import('./sync/fill.js')).run('small')
else if (name === 'sync-backlog') await (await import('./sync/backlog.js')).run()
else if (name === 'peers') await (await import('./peers/peers.js')).run()
else if (name === 'cache') await (await import('./cache/compare.js')).run()
else if (name === 'monitor') await (await import('./monitor.js')).run()
else if (name === 'day') await (await import('./day.js')).run(tiers)
else throw new Error(`There is no benchmark ${name}.`)
