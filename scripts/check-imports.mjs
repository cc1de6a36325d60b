// @ts-check
import configuration from '../.dependency-cruiser.cjs'
import { checkImports } from './import-rules.mjs'
import { root } from './project.mjs'

// Prints every import that breaks a rule of .dependency-cruiser.cjs and exits 1 when there is one, or when nothing was checked.

const comments = new Map(configuration.forbidden.map((rule) => [rule.name, rule.comment]))
const { moduleCount, violations } = await checkImports(root)
for (const { rule, from, to } of violations) console.error(`${rule}: ${from} → ${to}\n  ${comments.get(rule)}`)
console.log(`${moduleCount} modules, ${violations.length} forbidden imports`)
process.exitCode = violations.length > 0 ? 1 : 0
