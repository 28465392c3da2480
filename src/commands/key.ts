import type { Config } from '../config.ts'
import { addKey, keyCheck, readKeys } from '../keys.ts'
import { systemRandom } from '../lib/random.ts'
import { openApp } from '../open-app.ts'
import { replaceKeyCheck } from '../store/installation.ts'
import { say, Stop } from './terminal.ts'

/**
 * `key rotate`: from their next start on, all servers seal and hash with a new key. The older keys
 * stay in the file: what was made with them is still read.
 */
export async function keyCommand(config: Config, args: readonly string[]): Promise<void> {
  if (args.length !== 1 || args[0] !== 'rotate') throw new Stop('Usage: nightlatch key rotate', 2)
  const opened = await openApp(config, { route: null })
  try {
    const id = addKey(config.dataDir, systemRandom)
    await replaceKeyCheck(
      opened.app.db,
      keyCheck(readKeys(config.dataDir, systemRandom, false), systemRandom),
    )
    say(`The new key is ${id}. Keep a copy of ${config.dataDir}/key, and start the servers again.`)
  } finally {
    await opened.close()
  }
}
