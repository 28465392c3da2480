import { linkSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from './lib/random.ts'
import { keyFrom, seal, unseal, type Keys } from './lib/seal.ts'
import { writeAside } from './lib/write-aside.ts'

/** The keys do not open what the database holds, or cannot be read. We must not start. */
export class WrongKeys extends Error {}

const PLACE = 'installation'

/**
 * The keys of this installation, from `DATA_DIR/key`: a line each, newest first, `id secret`. At the
 * first start they are made (`isFirst`), readable by the owner only; later they must be there.
 */
export function readKeys(folder: string, random: Random, isFirst: boolean): Keys {
  const path = join(folder, 'key')
  const lines = readLines(path) ?? (isFirst ? makeFile(path, random) : null)
  if (lines === null)
    throw new WrongKeys(
      `the key file ${path} is missing, and the database was made with one. ` +
        'Put back your copy of it.',
    )
  const keys = lines.map((line) => {
    const [, id, secret] = /^([a-z0-9]{8}) ([\w-]{43})$/.exec(line) ?? []
    if (!id || !secret)
      throw new WrongKeys(
        `the key file ${path} is damaged: each line must be an id and a secret of 32 bytes. ` +
          'Put back your copy of it.',
      )
    return keyFrom(id, Buffer.from(secret, 'base64url'))
  })
  const [newest, ...older] = keys
  if (!newest) throw new WrongKeys(`the key file ${path} is empty. Put back your copy of it.`)
  return [newest, ...older]
}

/** A new key goes to the top; the older ones stay, to open what was sealed with them. */
export function addKey(folder: string, random: Random): string {
  const path = join(folder, 'key')
  const line = newLine(random)
  const lines = [line, ...(readLines(path) ?? [])]
  writeAside(path, lines, random, (made) => renameSync(made, path))
  return line.split(' ')[0]!
}

/** A sealed word, kept in the database, to tell whether these keys belong to it. */
export const keyCheck = (keys: Keys, random: Random): string => seal(keys, random, PLACE, 'ours')

export function checkKeys(keys: Keys, check: string): void {
  try {
    unseal(keys, PLACE, check)
  } catch {
    throw new WrongKeys(
      'the key file in DATA_DIR does not belong to this database. ' +
        'Put back the key file that was made with it.',
    )
  }
}

function readLines(path: string): string[] | null {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/).filter(Boolean)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    throw new WrongKeys(`the key file cannot be read: ${message}`)
  }
}

// Without its key the database is worth nothing: it is on the disk before we go on.
// A link refuses where a file is: of two first starts at once, one makes it and the other reads it.
function makeFile(path: string, random: Random): string[] {
  const lines = [newLine(random)]
  try {
    writeAside(path, lines, random, (made) => linkSync(made, path))
    return lines
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return readLines(path) ?? []
    throw error
  }
}

const newLine = (random: Random): string =>
  `${Buffer.from(random(4)).toString('hex')} ${Buffer.from(random(32)).toString('base64url')}`
