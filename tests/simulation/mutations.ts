/** A rule of the design taken back: the simulation has to notice each. */
export interface Mutation {
  name: string
  edits: readonly Edit[]
  /** Where to begin to play, for one that few seeds show; 1 otherwise. */
  from?: number
}

/** File below the project, and what is exchanged in it. */
interface Edit {
  file: string
  search: string
  replace: string
}

/** What broke earlier versions of the design, or was found in other systems. */
export const mutations: readonly Mutation[] = [
  {
    name: 'conflicts found by comparing times',
    edits: [
      { file: 'src/main/records/merge.ts', search: 'if (!hasSeen(winner, loser) && !sameValue(winner, loser))', replace: 'if (winner.stamp < loser.stamp)' },
    ],
  },
  {
    name: 'confirming when the server answers',
    edits: [
      {
        file: 'src/main/sync/pusher.ts',
        search: 'this.#sentSeq = last.seq\n',
        replace: 'this.#sentSeq = last.seq\n      await replica.receive({ records: [], confirmUpTo: last.seq })\n',
      },
    ],
  },
  {
    name: 'no chain',
    edits: [
      {
        file: 'src/main/sync/follower.ts',
        search: 'isBroken = linkOf(place.chain, entry) !== entry.chain',
        replace: 'isBroken = false && linkOf(place.chain, entry) !== entry.chain',
      },
    ],
  },
  {
    name: 'epoch only',
    edits: [
      { file: 'src/main/sync/session.ts', search: "if (status !== 'ok') {", replace: "if (status === 'epoch' || status === 'new') {" },
      {
        file: 'src/main/sync/hello.ts',
        search: "if (status === 'ok' || signal.aborted",
        replace: "if (status === 'ok' || status === 'lost' || status === 'forked' || signal.aborted",
      },
    ],
  },
  {
    name: 'writing over what the server holds',
    edits: [
      {
        file: 'tests/support/model-hub.ts',
        search: 'return existing === undefined || (record.held !== undefined && existing.equals(indexValue(record.held)))',
        replace: 'return true',
      },
    ],
  },
  {
    name: 'kept versions sent later',
    from: 3300,
    edits: [
      {
        file: 'src/main/sync/push.ts',
        search: 'for (const name of names) for (const version of replica.waitingVersions(name)) all.set(keyOf(version), version)',
        replace: '',
      },
    ],
  },
  {
    name: 'digest over stamps only',
    edits: [{ file: 'src/main/records/digest.ts', search: "\\0${cell.ancestors.join('')}\\0${canonical(cell.value)}", replace: "${canonical('')}" }],
  },
  {
    name: 'cursor outside of the transaction',
    edits: [
      {
        file: 'src/main/sync/follower.ts',
        search: 'const result = await replica.receive({',
        replace: 'replica.setState(state)\n    await replica.receive({ records: [] })\n    const result = await replica.receive({',
      },
    ],
  },
  {
    name: 'stamps made anew while merging',
    edits: [{ file: 'src/main/records/merge.ts', search: '      cells[field] = theirs\n', replace: '      cells[field] = { ...theirs, ancestors: [] }\n' }],
  },
  {
    name: 'own entries of the feed not opened',
    from: 600,
    edits: [
      {
        file: 'src/main/sync/follower.ts',
        search: 'sent.filter((record) => !replica.holds(record))',
        replace: 'sent.filter((record) => !replica.holds(record) && site !== replica.site)',
      },
      { file: 'src/main/sync/follower.ts', search: 'entries.flatMap(({ records: sent }) =>', replace: 'entries.flatMap(({ site, records: sent }) =>' },
    ],
  },
  {
    name: 'a record dropped whatever its value is by then',
    from: 200,
    edits: [{ file: 'tests/support/model-hub.ts', search: 'if (valueMark(this.#value(record)', replace: 'if (false && valueMark(this.#value(record)' }],
  },
  {
    name: 'nothing saved from the feed for a damaged record',
    from: 380,
    edits: [{ file: 'src/main/sync/incoming.ts', search: 'if (records.length > 0) await replica.receive({ records })', replace: '' }],
  },
  {
    name: 'erasure that an edit takes back',
    edits: [{ file: 'src/main/records/merge.ts', search: 'if (erased) return erasedBy(erased, held)', replace: '' }],
  },
  {
    name: 'kept versions of an erased record left',
    edits: [
      { file: 'src/main/store/transaction.ts', search: 'for (const version of erased.versionsOf(kind, id)) this.erase(keptVersion, version)', replace: '' },
    ],
  },
  {
    name: 'kept versions that arrive later kept',
    from: 1660,
    edits: [{ file: 'src/main/store/erasing.ts', search: 'return version !== undefined && erased.has(version.kind, version.id)', replace: 'return false' }],
  },
]
