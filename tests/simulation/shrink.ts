import { type Outcome, type Plan, Simulation } from './simulation.js'

/** A failing plan with places left out as long as it still fails: halves first, then quarters, and so on down to single ones. */
export async function shrunk(plan: Plan, budget = 400): Promise<{ plan: Plan; outcome: Outcome }> {
  let best = plan
  let outcome = await new Simulation(plan).run()
  let runs = 0
  for (let size = Math.ceil(plan.places.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.places.length && runs < budget; ) {
      const fewer = { ...plan, places: [...best.places.slice(0, at), ...best.places.slice(at + size)] }
      const tried = await new Simulation(fewer).run()
      runs++
      if (tried.problems.length > 0) {
        best = fewer
        outcome = tried
      } else at += size
    }
  }
  return { plan: best, outcome }
}
