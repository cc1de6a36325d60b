// Appends to a journal until it is killed and prints each number once its append has resolved.
import { EmergencyJournal } from '../../../src/main/store/journal.js'

const [folder = '', key = '', first = '1'] = process.argv.slice(2)
const journal = await EmergencyJournal.open({ folder, databaseKey: Buffer.from(key, 'hex'), rotateBytes: 2000 })
for (let number = Number(first); ; number += 3) {
  const numbers = [number, number + 1, number + 2]
  await Promise.all(numbers.map((n) => journal.append({ type: 'abort', site: 'child', number: n })))
  process.stdout.write(`${numbers.join('\n')}\n`)
}
