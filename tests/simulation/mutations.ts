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

/**
 * What broke earlier versions of the design, or was found in other systems. Rules whose breaking few clinics show have tests of their own that fail without
 * them: `rare.test.ts`, the tests of the hub (a late drop) and of merging what was erased.
 */
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
