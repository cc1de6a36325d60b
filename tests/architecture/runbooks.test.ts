import { globSync, readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const folder = new URL('../../docs/runbooks/', import.meta.url)
const source = new URL('../../src/', import.meta.url)
const pages = readdirSync(folder).map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }))

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Every text of the screens, in whatever language it is written, as a pattern in which its blanks stand for anything. */
const shown = globSync('renderer/**/{*texts,screens}.ts', { cwd: source })
  .flatMap((name) => [...readFileSync(new URL(name, source), 'utf8').matchAll(/'((?:[^'\\\n]|\\.)+)'/g)].map(([, text = '']) => text))
  .map((text) => ({ text, words: text.replace(/\{\{[^{}]*\}\}/g, '').trim() }))
  // A text that is all blank would fit anything.
  .filter(({ words }) => words.length > 3)
  .map(({ text }) => ({ text, pattern: new RegExp(`^${escaped(text).replace(/\\\{\\\{[^{}]*\\\}\\\}/g, '.+')}$`) }))

/** What a page quotes from outside of the screens: words of people, not of the program. */
const ownWords = ['quotation marks', 'set it up', 'to help', 'Online']

it('runbooks quote the screens in their exact words', () => {
  expect(shown.length).toBeGreaterThan(1000)
  const wrong = pages.flatMap(({ name, text }) =>
    [...text.matchAll(/“([^”]+)”/g)]
      .map(([, quote = '']) => quote)
      .filter((quote) => !ownWords.includes(quote) && !shown.some((one) => one.text.includes(quote) || one.pattern.test(quote)))
      .map((quote) => `${name}: ${quote}`),
  )
  expect(wrong).toEqual([])
})

it('runbooks name commands and options that there are', () => {
  const usages = new Map(
    globSync('main/cli/*.ts', { cwd: source }).flatMap((name) => {
      const text = readFileSync(new URL(name, source), 'utf8')
      const usage = /^ {2}usage: '(.*)',$/m.exec(text)?.[1]
      return usage === undefined ? [] : [[name.replace(/^.*\/|\.ts$/g, ''), usage] as const]
    }),
  )
  expect(usages.size).toBeGreaterThan(10)
  const commands = pages.flatMap(({ text }) => [...text.matchAll(/`medinsight ([a-z-]+)([^`]*)`/g)].map(([, name = '', options = '']) => ({ name, options })))
  expect(commands.length).toBeGreaterThan(5)
  for (const { name, options } of commands.filter((command) => command.name !== 'help')) {
    expect([...usages.keys()]).toContain(name)
    for (const option of options.match(/--[a-z-]+/g) ?? []) expect(usages.get(name)).toContain(option)
  }
})

it('runbooks lead to pages that there are, and the list names every page', () => {
  for (const { text } of pages) for (const [, to = ''] of text.matchAll(/\]\(([^)#]+)\)/g)) expect(globSync(to, { cwd: folder }), to).toHaveLength(1)
  const list = pages.find(({ name }) => name === 'README.md')?.text ?? ''
  for (const { name } of pages) if (name !== 'README.md') expect(list).toContain(`(${name})`)
})
