import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

interface LockedPackage {
  resolved?: string
  optionalDependencies?: Record<string, string>
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, LockedPackage> }
const packages = Object.entries(lock.packages)

it('names no registry host, so that the lock file installs from whichever registry is set', () => {
  expect(packages.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([])
})

it("holds every platform's optional packages, because npm ci refuses a lock file that lacks one", () => {
  const missing = packages.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !lock.packages[`node_modules/${name}`] && !lock.packages[`${path}/node_modules/${name}`]),
  )
  expect(missing).toEqual([])
})
