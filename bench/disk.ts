import { report } from './support/report.js'
import { databaseBytes, type TierName, tierOf } from './support/tier.js'

/** What a record takes on disk, indexes, operations, audit and search included. */
export async function run(names: readonly TierName[]): Promise<void> {
  for (const name of names) {
    const { folder, recordCount } = await tierOf(name)
    const each = databaseBytes(folder) / recordCount
    report({
      what: `disk, ${recordCount.toLocaleString('en')} records, ${name}`,
      measured: `${Math.round(each)} B per record`,
      budget: '≤ 1,500 B on M',
      isMet: each <= 1500,
    })
  }
}
