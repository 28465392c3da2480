import { noRoutes } from '../delivery/routes.ts'
import type { Config } from '../config.ts'
import { addKey, keyCheck, readKeys } from '../keys.ts'
import { systemRandom } from '../lib/random.ts'
import { openApp } from '../open-app.ts'
import { holdInstallation, replaceKeyCheck } from '../store/installation.ts'
import { write } from '../store/write.ts'
import { say, Stop } from './terminal.ts'

/**
 * `key rotate`: from their next start on, all servers seal and hash with a new key. The older keys
 * stay in the file: what was made with them is still read.
 */
export async function keyCommand(config: Config, args: readonly string[]): Promise<void> {
  if (args.length !== 1 || args[0] !== 'rotate') throw new Stop('Usage: nightlatch key rotate', 2)
  const opened = await openApp(config, { routes: noRoutes })
  try {
    // One at a time: of two, the second reads what the first has added.
    const id = await write(opened.app.db, async (tx) => {
      await holdInstallation(tx)
      const id = addKey(config.dataDir, systemRandom)
      await replaceKeyCheck(
        tx,
        keyCheck(readKeys(config.dataDir, systemRandom, false), systemRandom),
      )
      return id
    })
    say(`The new key is ${id}. Keep a copy of ${config.dataDir}/key, and start the servers again.`)
  } finally {
    await opened.close()
  }
}
