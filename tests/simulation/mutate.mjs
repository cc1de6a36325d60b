// Node's hook that exchanges texts of files while they are loaded: MUTATION is a JSON text of [{ file, search, replace }].
import { registerHooks } from 'node:module'

const edits = JSON.parse(process.env.MUTATION ?? '[]')

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context)
    for (const { file, search, replace } of edits) {
      if (!url.endsWith(file)) continue
      const source = String(loaded.source)
      if (!source.includes(search)) throw new Error(`The text to be exchanged is not in ${file} any more.`)
      loaded.source = source.replace(search, () => replace)
    }
    return loaded
  },
})
