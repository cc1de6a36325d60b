import { people, seeded } from './search/people.js'
import { queryKinds } from './search/queries.js'
import { type Client, type Host, startHost } from './support/host.js'
import { megabytes, ms, quantile, report, spread, tell, timesOf } from './support/report.js'
import { type Tier, type TierName, tierOf, tiers } from './support/tier.js'

const samplesPerKind = 40

/** What screens ask for, through the WebSocket to the built host. */
export async function run(names: readonly TierName[]): Promise<void> {
  for (const name of names) {
    const tier = await tierOf(name)
    await startUp(name, tier)
    await onHost(tier, async (client, host) => {
      await dashboard(name, client)
      await schedule(name, tier, client)
      if (tier.longChartId) await chart(name, tier, client)
      await new Promise((resolve) => setTimeout(resolve, 2000))
      report({ what: `memory after that, ${name}`, measured: megabytes(host.memory()), budget: '≤ 250 MB idle on L', isMet: host.memory() <= 250e6 })
    })
    await onHost(tier, (client) => search(name, client))
  }
}

async function onHost(tier: Tier, use: (client: Client, host: Host) => Promise<void>): Promise<void> {
  const host = await startHost(tier)
  try {
    const client = await host.client()
    await use(client, host)
    client.close()
  } finally {
    await host.stop()
  }
}

async function startUp(name: TierName, tier: Tier): Promise<void> {
  const times: number[] = []
  let memory = 0
  for (let round = 0; round < 3; round++) {
    const host = await startHost(tier)
    times.push(host.startMs)
    await new Promise((resolve) => setTimeout(resolve, 500))
    memory = host.memory()
    await host.stop()
  }
  report({ what: `web host answers, ${name}`, measured: ms(quantile(times, 0.5)), budget: '≤ 1.5 s on M', isMet: quantile(times, 0.5) <= 1500 })
  report({ what: `memory idle after the start, ${name}`, measured: megabytes(memory), budget: '≤ 250 MB on L', isMet: memory <= 250e6 })
}

async function dashboard(name: TierName, { api }: Client): Promise<void> {
  const [cold = 0] = await timesOf(1, () => api.dashboard.today({}))
  const warm = await timesOf(20, () => api.dashboard.today({}))
  report({ what: `dashboard, first call after the start, ${name}`, measured: ms(cold), budget: '≤ 100 ms', isMet: cold <= 100, note: `then ${spread(warm)}` })
}

async function schedule(name: TierName, { week }: Tier, { api }: Client): Promise<void> {
  const { appointments } = await api.appointments.day({ date: week })
  const day = await timesOf(40, () => api.appointments.day({ date: week }))
  report({ what: `day of ${appointments.length} bookings, RPC, ${name}`, measured: spread(day), budget: 'painted ≤ 100 ms', isMet: quantile(day, 0.95) <= 100 })
  const { days } = await api.appointments.week({ date: week })
  const all = await timesOf(20, () => api.appointments.week({ date: week }))
  const count = days.reduce((sum, { appointments: booked }) => sum + booked.length, 0)
  report({
    what: `week of ${count.toLocaleString('en')} bookings, RPC, ${name}`,
    measured: spread(all),
    budget: 'painted ≤ 200 ms',
    isMet: quantile(all, 0.95) <= 200,
  })
}

async function chart(name: TierName, { longChartId: patientId }: Tier, { api }: Client): Promise<void> {
  const overview = await timesOf(40, () => api.chart.overview({ patientId }))
  report({ what: `chart of 738 encounters, overview, ${name}`, measured: spread(overview), budget: 'p95 ≤ 50 ms', isMet: quantile(overview, 0.95) <= 50 })
  const timeline = await timesOf(40, () => api.chart.timeline({ patientId, limit: 100 }))
  report({
    what: `the same, first 100 lines of the timeline, ${name}`,
    measured: spread(timeline),
    budget: 'p95 ≤ 50 ms',
    isMet: quantile(timeline, 0.95) <= 50,
  })
  const visits = await timesOf(40, () => api.chart.timeline({ patientId, kinds: ['encounter'], limit: 100 }))
  report({ what: `the same, 100 encounters, ${name}`, measured: spread(visits), budget: 'p95 ≤ 50 ms', isMet: quantile(visits, 0.95) <= 50 })
}

async function search(name: TierName, { api }: Client): Promise<void> {
  const everybody = people(tiers[name].patientCount, 7)
  const random = seeded(11)
  const all: number[] = []
  const worst: string[] = []
  for (const [kind, queryOf] of Object.entries(queryKinds)) {
    const queries = Array.from({ length: samplesPerKind }, () =>
      queryOf(everybody[Math.floor(random() * everybody.length)] ?? everybody[0] ?? { familyName: '', givenName: '' }, random),
    )
    const times = await timesOf(samplesPerKind, (at) => api.patients.list({ query: queries[at] ?? '' }))
    all.push(...times)
    tell(`${kind.padEnd(32)} ${spread(times)}`)
    if (quantile(times, 0.95) > 20) worst.push(`${kind} ${ms(quantile(times, 0.95))}`)
  }
  const p95 = quantile(all, 0.95)
  report({
    what: `patient search of all kinds, RPC, ${name}`,
    measured: spread(all),
    budget: 'p95 ≤ 20 ms on L',
    isMet: p95 <= 20,
    ...(worst.length > 0 && { note: `kinds above 20 ms at their p95: ${worst.join(', ')}` }),
  })
}
