import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from './lib/random.ts'
import { keyFrom, seal, unseal, type Keys } from './lib/seal.ts'

/** The keys do not open what the database holds, or cannot be read. We must not start. */
export class WrongKeys extends Error {}

const PLACE = 'installation'

/**
 * The keys of this installation, from `DATA_DIR/key`: a line each, newest first, `id secret`. Made at
 * the first start, readable by the owner only.
 */
export function readKeys(folder: string, random: Random): Keys {
  const path = join(folder, 'key')
  const lines = readLines(path) ?? makeFile(path, random)
  const keys = lines.map((line) => {
    const [id = '', secret = ''] = line.split(' ')
    const bytes = Buffer.from(secret, 'base64url')
    if (!/^[a-z0-9]{8}$/.test(id) || bytes.length !== 32)
      throw new WrongKeys(`${path} is damaged: each line must be an id and a secret of 32 bytes`)
    return keyFrom(id, bytes)
  })
  const [newest, ...older] = keys
  if (!newest) throw new WrongKeys(`${path} holds no key`)
  return [newest, ...older]
}

/** A new key goes to the top; the older ones stay, to open what was sealed with them. */
export function addKey(folder: string, random: Random): string {
  const path = join(folder, 'key')
  const lines = readLines(path) ?? []
  const line = newLine(random)
  writeWhole(path, [line, ...lines], 'w')
  return line.split(' ')[0]!
}

/** A sealed word, kept in the database, to tell whether these keys belong to it. */
export const keyCheck = (keys: Keys, random: Random): string => seal(keys, random, PLACE, 'ours')

export function checkKeys(keys: Keys, check: string): void {
  try {
    unseal(keys, PLACE, check)
  } catch {
    throw new WrongKeys(
      'the key file does not belong to this database: put back the key file that was made with it',
    )
  }
}

function readLines(path: string): string[] | null {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

// `wx`: of two first starts at once, one makes the file and the other reads it.
function makeFile(path: string, random: Random): string[] {
  const lines = [newLine(random)]
  try {
    writeWhole(path, lines, 'wx')
    return lines
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return readLines(path) ?? []
    throw error
  }
}

const newLine = (random: Random): string =>
  `${Buffer.from(random(4)).toString('hex')} ${Buffer.from(random(32)).toString('base64url')}`

/** Without its key the database is worth nothing, so the file is on the disk before we go on. */
function writeWhole(path: string, lines: readonly string[], flag: 'w' | 'wx'): void {
  const file = openSync(path, flag, 0o600)
  try {
    writeSync(file, lines.join('\n') + '\n')
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
