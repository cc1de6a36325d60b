import { sendFile } from '../../api/upload.js'
import type { Chosen } from './choose-files.js'

/** Files on their way at the same time: a folder of bundles is many small ones. */
const sideBySide = 4

/** Sends the chosen files to an upload; `onDone` is told how many are there. */
export async function uploadAll(uploadId: string, chosen: readonly Chosen[], signal: AbortSignal, onDone: (done: number) => void): Promise<void> {
  let next = 0
  let done = 0
  const work = async (): Promise<void> => {
    for (let item = chosen[next++]; item; item = chosen[next++]) {
      signal.throwIfAborted()
      await sendFile('PUT', `/exchange/uploads/${uploadId}/files?name=${encodeURIComponent(item.name)}`, item.file, { signal })
      onDone(++done)
    }
  }
  await Promise.all(Array.from({ length: sideBySide }, work))
}
