import { setTimeout as sleep } from 'node:timers/promises'
import { openConnection } from './connection.ts'
import type { Flow as Work } from './drive.ts'
import type { Flow } from './figures.ts'
import { loginsWith, type Hash } from './hashes.ts'
import { start, type Running } from './running.ts'
import type { Side } from './side.ts'

/** One server under test with its database: it stays up for the whole run. */
export type Contender = {
  readonly side: Side
  readonly accounts: number
  readonly hash: Hash
  readonly server: Running
  /** Memory a second after the first answer, in bytes. */
  readonly atRest: number
  /** Whole requests that check a session, where the hash is cheap. */
  readonly checks: readonly Buffer[]
  workFor(flow: Flow): Work
}

// Sessions that are checked in turn, so that it is not always the same row.
const SESSIONS = 64

/** Starts a side on a database of its own, and signs in some people. */
export async function enter(
  side: Side,
  accounts: number,
  hash: Hash,
  folder: string,
): Promise<Contender> {
  const server = await start(side.program, [folder, hash], side.first)
  await sleep(1000)
  const { memory: atRest } = await server.usage()

  const nextLogin = loginsWith(hash, accounts)
  const signIn =
    (withPage: boolean): Work =>
    (connection) =>
      side.signIn(connection, server, nextLogin(), withPage)

  const checks = hash === 'cheap' ? await checksOf(side, server, nextLogin) : []
  const checkSession: Work = async (connection, worker) => {
    const turn = (turns[worker] = (turns[worker] ?? worker) + 1)
    side.expectSession(await connection.send(checks[turn % SESSIONS]!))
  }
  const turns: number[] = []

  const works: Record<Flow, Work> = {
    'sign-in': signIn(false),
    'sign-in with page': signIn(true),
    'session check': checkSession,
  }
  return { side, accounts, hash, server, atRest, checks, workFor: (flow) => works[flow] }
}

async function checksOf(side: Side, server: Running, nextLogin: () => string): Promise<Buffer[]> {
  const connection = await openConnection(server.port)
  const checks: Buffer[] = []
  for (let n = 0; n < SESSIONS; n++) {
    const cookies = await side.signIn(connection, server, nextLogin(), false)
    checks.push(Buffer.from(side.check(server.port, cookies)))
  }
  connection.close()
  return checks
}
