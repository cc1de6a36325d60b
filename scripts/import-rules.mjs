// @ts-check
import { cruise } from 'dependency-cruiser'
import configuration from '../.dependency-cruiser.cjs'

/** @typedef {{ rule: string, from: string, to: string }} Violation */

/** Names of all import rules. */
export const ruleNames = configuration.forbidden.map((rule) => rule.name)

/**
 * Checks the import rules over `src` below a folder. Throws when nothing was found to check, because a check of nothing passes always.
 * @param {string} folder
 * @returns {Promise<{ moduleCount: number, violations: Violation[] }>}
 */
export const checkImports = async (folder) => {
  const { output } = await cruise(['src'], { ...configuration.options, baseDir: folder, validate: true, ruleSet: { forbidden: configuration.forbidden } })
  if (typeof output === 'string') throw new Error('dependency-cruiser answered with text instead of a result.')
  const moduleCount = output.modules.filter((module) => module.source.startsWith('src/')).length
  if (moduleCount === 0) throw new Error('No module was found to check; dependency-cruiser cannot read these sources (it needs TypeScript 6).')
  return { moduleCount, violations: output.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })) }
}
