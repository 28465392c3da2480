import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, fillWithApps } from './apps.ts'
import { openConnection } from './connection.ts'
import { driveThrough, type Flow, type Measure } from './drive.ts'
import { add, keyOf, type Alone } from './figures.ts'
import { loginsWith } from './hashes.ts'
import { enterPassword, nightlatch, secondStep, sessionAfter } from './nightlatch.ts'
import type { Plan } from './plan.ts'
import { start, type Running } from './running.ts'

/** Who checks the codes in our server, and who checks them alone. */
export const inside = ['Nightlatch', 'otplib'] as const
export const alone = ['Nightlatch', 'otplib', 'otpauth'] as const
export const codes = ['right', 'wrong'] as const

/** Each list has one entry for each round. */
export type SecondSteps = {
  readonly steps: Map<(typeof inside)[number], Measure[]>
  /** By who checks, and whether the codes are right or wrong. */
  readonly checks: Map<string, Alone[]>
}

const programs = { Nightlatch: nightlatch.program, otplib: 'peer/serve-otplib.mjs' }
const IN_FLIGHT = 8

/**
 * The second step with the code of an authenticator app: by our server as it is, and by the same with
 * otplib inside, in turn. Then the check alone.
 */
export async function secondSteps(
  { totp: plan }: Plan,
  data: string,
  say: (text: string) => void,
): Promise<SecondSteps> {
  const figures: SecondSteps = { steps: new Map(), checks: new Map() }
  say(`Authenticator apps: filling a database with ${plan.accounts.toLocaleString('en')} accounts`)
  const folder = join(data, 'apps')
  await mkdir(folder, { mode: 0o700 })
  await fillWithApps(folder, plan.accounts)

  const contenders = []
  for (const name of inside) {
    const own = `${folder}-${name}`
    await cp(folder, own, { recursive: true })
    const server = await start(programs[name], [own, 'cheap'], nightlatch.first)
    contenders.push({ name, server, nextLogin: loginsWith('cheap', plan.accounts) })
  }
  const checks = await start('peer/checks.mjs', [], null)

  for (let round = 0; round <= plan.rounds; round++) {
    const tell = (what: string) => say(round === 0 ? 'Warming up' : `Round ${round}: ${what}`)
    // Who comes first has no advantage of it.
    for (const { name, server, nextLogin } of round % 2 ? contenders : contenders.toReversed()) {
      const flows = await afterPassword(server, plan.steps, nextLogin)
      const measured = await driveThrough(server, flows, IN_FLIGHT)
      if (round > 0) add(figures.steps, name, measured)
      const { perSecond, cpu } = measured
      tell(`${name}: ${perSecond.toFixed(0)} a second, ${cpu.toFixed(3)} ms CPU each`)
    }
    for (const kind of codes)
      for (const by of alone) {
        const asked = { by, codes: kind, seconds: plan.checks }
        const measured = (await checks.ask(asked)) as Alone
        if (round > 0) add(figures.checks, keyOf(by, kind), measured)
      }
  }
  return figures
}

/** The second steps of so many people who have entered their password. Each can go only once. */
async function afterPassword(
  server: Running,
  count: number,
  nextLogin: () => string,
): Promise<Flow[]> {
  const { port } = server
  const opened: { readonly login: string; readonly attempt: string }[] = []
  const open = async () => {
    const connection = await openConnection(port)
    while (opened.length < count) {
      const login = nextLogin()
      opened.push({ login, attempt: await enterPassword(connection, port, login) })
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, open))

  return opened.map(({ login, attempt }): Flow => async (connection) => {
    const answer = await connection.send(secondStep(port, attempt, codeOf(login)))
    sessionAfter(answer, attempt)
  })
}
