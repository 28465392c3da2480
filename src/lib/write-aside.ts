import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Random } from './random.ts'

/**
 * Writes a file of the owner's alone beside its place, where `put` brings it: it appears whole, and is on the disk
 * before we go on.
 */
export function writeAside(
  path: string,
  lines: readonly string[],
  random: Random,
  put: (made: string) => void,
): void {
  const made = `${path}.${Buffer.from(random(8)).toString('hex')}`
  try {
    onDisk(made, 'wx', (file) => writeSync(file, lines.join('\n') + '\n'))
    put(made)
    onDisk(dirname(path), 'r')
  } finally {
    rmSync(made, { force: true })
  }
}

function onDisk(path: string, flag: 'wx' | 'r', work?: (file: number) => void): void {
  const file = openSync(path, flag, 0o600)
  try {
    work?.(file)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
