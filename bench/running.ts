import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { openConnection } from './connection.ts'
import { get } from './request.ts'
import type { Usage } from './side-channel.ts'

/** A process under test. */
export type Running = {
  readonly port: number
  /** From nothing to the first answer over HTTP, in milliseconds. */
  readonly started: number
  usage(): Promise<Usage>
  /** The code sent to that address, once. Throws when none comes for ten seconds. */
  codeFor(to: string): Promise<string>
  ask(question: object): Promise<unknown>
  stop(): Promise<void>
}

/** Can a process be tied to one core here? Then servers get core 0, and the driver has core 1. */
export const canPin =
  cpus().length > 1 && spawnSync('taskset', ['-c', '0', process.execPath, '-e', '0']).status === 0

// Where servers write their logs, as they would beside a real one.
const logs = fileURLToPath(new URL('data/', import.meta.url))

const alive = new Set<Running>()

/** Starts a program of the bench with its arguments; `first` is the path asked for at once. */
export async function start(
  program: string,
  args: string[],
  first: string | null,
): Promise<Running> {
  const began = performance.now()
  const file = fileURLToPath(new URL(program, import.meta.url))
  const command = [process.execPath, '--disable-warning=ExperimentalWarning', file, ...args]
  if (canPin) command.unshift('taskset', '-c', '0')
  const logFile = join(logs, `${basename(program)}-${alive.size}.log`)
  const log = openSync(logFile, 'w')
  const child = spawn(command[0]!, command.slice(1), {
    stdio: ['ignore', log, log, 'ipc', 'pipe'],
    env: { PATH: process.env.PATH, NODE_ENV: 'production' },
  })
  closeSync(log)
  const codeFor = listenForCodes(child.stdio[4] as Readable)
  const died = once(child, 'exit').then(([code]) => {
    throw new Error(`${program} ended (${code}):\n${readFileSync(logFile, 'utf8').slice(-3000)}`)
  })
  died.catch(() => {})
  const message = async (): Promise<unknown> =>
    Promise.race([once(child, 'message').then(([said]) => said as unknown), died])

  const { port } = (await message()) as { port: number }
  if (first !== null) {
    const connection = await openConnection(port)
    await connection.send(get(port, first, ''))
    connection.close()
  }
  const ask = (question: object | string): Promise<unknown> => {
    child.send(question)
    return message()
  }
  const running: Running = {
    port,
    started: performance.now() - began,
    usage: () => ask('usage') as Promise<Usage>,
    codeFor,
    ask,
    async stop() {
      alive.delete(running)
      if (child.exitCode !== null || child.signalCode !== null) return
      child.disconnect()
      await once(child, 'exit')
    },
  }
  alive.add(running)
  return running
}

export const stopAll = (): Promise<unknown> => Promise.all([...alive].map((each) => each.stop()))

function listenForCodes(pipe: Readable): Running['codeFor'] {
  const arrived = new Map<string, string>()
  const awaited = new Map<string, (code: string) => void>()
  createInterface({ input: pipe }).on('line', (line) => {
    const [to = '', code = ''] = line.split(' ')
    const resolve = awaited.get(to)
    awaited.delete(to)
    if (resolve) resolve(code)
    else arrived.set(to, code)
  })
  return (to) =>
    new Promise((resolve, reject) => {
      const code = arrived.get(to)
      arrived.delete(to)
      if (code !== undefined) return resolve(code)
      const patience = setTimeout(() => reject(new Error(`no code was sent to ${to}`)), 10_000)
      awaited.set(to, (late) => {
        clearTimeout(patience)
        resolve(late)
      })
    })
}
