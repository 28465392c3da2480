import type { Database } from '../store/open.ts'
import { write } from '../store/write.ts'
import type { Afterwards } from './alarm.ts'

/** Writes, and once it is on the disk does what the work has left to be done: `then` is told of it. */
export async function writeThen<T>(
  db: Database,
  work: (tx: Database, then: (more: Afterwards) => void) => Promise<T>,
): Promise<T> {
  let afterwards: Afterwards = []
  const result = await write(db, (tx) => {
    afterwards = []
    return work(tx, (more) => {
      afterwards = [...afterwards, ...more]
    })
  })
  for (const each of afterwards) each()
  return result
}
