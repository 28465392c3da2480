import { writeSync } from 'node:fs'

// The wire between the bench and a server under test, beside its HTTP: the server tells where it
// listens and what it has used, and hands over each code that it sent. Codes have a pipe of their
// own, because an IPC message costs the server ten times as much as a line in a pipe.
const CODES = 4

/**
 * What a process has used: CPU (user and system together, and user alone) in milliseconds, memory
 * in bytes.
 */
export type Usage = { readonly cpu: number; readonly user: number; readonly memory: number }

export const usage = (): Usage => {
  const { user, system } = process.cpuUsage()
  return { cpu: (user + system) / 1000, user: user / 1000, memory: process.memoryUsage.rss() }
}

/** Called by a server when it listens: tells the bench where, and answers its questions. */
export function reportHome(port: number): void {
  process.on('message', (question) => {
    if (question === 'usage') process.send?.(usage())
  })
  process.on('disconnect', () => process.exit())
  process.send?.({ port })
}

/** Called by a server in place of sending a mail. */
export function tellCode(to: string, code: string): void {
  writeSync(CODES, `${to} ${code}\n`)
}
