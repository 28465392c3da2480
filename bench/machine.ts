import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { median } from './figures.ts'
import { canPin } from './running.ts'

/** One line about what it was measured on. `folder` is on the disk that is used. */
export function describeMachine(folder: string): string {
  const pinned = canPin
    ? 'servers on core 0, driver on core 1'
    : '**servers and driver on any core: there is no `taskset` here**'
  return (
    `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}, ` +
    `${process.platform}; ${pinned}; an fsync takes ${fsyncTime(folder).toFixed(2)} ms here`
  )
}

/**
 * What the server's core and the driver's have spent on programs, and on other machines (steal),
 * in milliseconds; nothing where that cannot be known. See proc(5): ticks of 10 ms.
 */
export function coreTimes(): number[] {
  if (!canPin) return []
  const lines = readFileSync('/proc/stat', 'utf8').match(/^cpu[01] .*/gm) ?? []
  return lines.map((line) => {
    const [user = 0, nice = 0, , , , , , steal = 0] = line.split(' ').slice(1).map(Number)
    return (user + nice + steal) * 10
  })
}

/** How long the disk takes to have 4 KiB for good, in milliseconds: the floor of a transaction. */
function fsyncTime(folder: string): number {
  const file = join(folder, 'fsync')
  const handle = openSync(file, 'w')
  const times = Array.from({ length: 101 }, () => {
    const began = performance.now()
    writeSync(handle, Buffer.alloc(4096))
    fsyncSync(handle)
    return performance.now() - began
  })
  closeSync(handle)
  rmSync(file)
  return median(times)
}
