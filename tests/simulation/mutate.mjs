// Node's hook that exchanges the text of one file while it is loaded: MUTATION is a JSON text of { file, search, replace }.
import { registerHooks } from 'node:module'

const { file, search, replace } = JSON.parse(process.env.MUTATION ?? '{}')

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context)
    if (!file || !url.endsWith(file)) return loaded
    const source = String(loaded.source)
    if (!source.includes(search)) throw new Error(`The text to be exchanged is not in ${file} any more.`)
    return { ...loaded, source: source.replace(search, () => replace) }
  },
})
