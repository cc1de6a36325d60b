// @ts-check
// A process of a peer: does what its parent asks by message, one thing after the other, and tells how long it took and how much memory it ever had.

/** Milliseconds between two looks at the memory. */
const everyMs = 20

let peakBytes = 0
setInterval(() => void (peakBytes = Math.max(peakBytes, process.memoryUsage.rss())), everyMs).unref()

/** @param {Record<string, (input: any) => unknown>} calls */
export function serve(calls) {
  process.on('disconnect', () => process.exit())
  process.on('message', async (/** @type {{ name: string, input: unknown }} */ { name, input }) => {
    const started = performance.now()
    try {
      const output = await calls[name]?.(input)
      process.send?.({ output, ms: performance.now() - started, peakBytes })
    } catch (error) {
      process.send?.({ error: String(/** @type {Error} */ (error).stack) })
    }
  })
}

/** Resolves when something is so, looking often. @param {() => unknown} isSo */
export async function until(isSo) {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 2))
}
