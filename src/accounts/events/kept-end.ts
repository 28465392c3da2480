import { readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from '../../app.ts'
import { keyedHash } from '../../lib/seal.ts'
import { writeAside } from '../../lib/write-aside.ts'
import { findChained, type Chain } from '../../store/chain.ts'
import type { Database } from '../../store/open.ts'
import { isOurs } from './links.ts'

type Tools = Pick<App, 'keys' | 'config' | 'random'>

/** An end of the chain that was noted earlier. */
export type NotedEnd = { readonly place: number; readonly link: string }

/** Beside the key, outside the database: whoever can write only there cannot put it back. */
export const KEPT_END = 'events-end'

const pathIn = ({ dataDir }: App['config']): string => join(dataDir, KEPT_END)

/** The end that was kept last in the folder of this process. `null`: none yet; `foreign`: what is there is not ours. */
export function readKeptEnd({ keys, config }: Omit<Tools, 'random'>): NotedEnd | 'foreign' | null {
  const line = lineIn(pathIn(config))
  if (line === null) return null
  const [, end, place, link, seal] = /^((\d{1,15}):(\S+)) (\S+)$/.exec(line) ?? []
  if (!end || !link || !seal) return 'foreign'
  const isSealed = isOurs(keys, seal, (keyId) => keyedHash(keys, PURPOSE, end, keyId))
  return isSealed ? { place: Number(place), link } : 'foreign'
}

const PURPOSE = 'kept end of events'

export function writeKeptEnd({ keys, config, random }: Tools, { place, link }: NotedEnd): void {
  const path = pathIn(config)
  const end = `${place}:${link}`
  const lines = [`${end} ${keyedHash(keys, PURPOSE, end)}`]
  writeAside(path, lines, random, (made) => renameSync(made, path))
}

function lineIn(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trimEnd()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Was this once the end of the chain? Where it has become too old, nobody can tell any more. */
export async function wasEnd(
  db: Database,
  chain: Chain,
  { place, link }: NotedEnd,
): Promise<boolean> {
  if (place === chain.lastPlace) return link === chain.lastLink
  if (place === chain.firstPlace) return link === chain.firstLink
  if (place < chain.firstPlace) return true
  return (await findChained(db, place))?.link === link
}
