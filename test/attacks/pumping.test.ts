import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { enterMessages } from '../../src/store/messages.ts'
import { addPerson, askForSms, linkSms, pretendGateway, PRICE } from '../setup/sms.ts'
import { change, tell } from '../../src/sign-in/change.ts'
import { findAccount } from '../../src/store/accounts.ts'
import { ana, DAY, HOUR, MINUTE, nobodysVisit, openWorld, type World } from '../world.ts'
import { tally } from './tools.ts'

// I-01: somebody is paid for each message that goes to numbers of theirs. They have accounts with right
// passwords and any number of addresses, know all limits, and never type a code in.

const LISTED = ['+351910', '+351912', '+351914', '+351921', '+351933', '+351937']
const UNLISTED = ['+880171', '+99890', '+92301', '+25261']

/** So many numbers, spread over these prefixes. */
const numbersIn = (prefixes: readonly string[], count: number): string[] =>
  Array.from({ length: count }, (_, index) => {
    const prefix = prefixes[index % prefixes.length]!
    return prefix + String(100_000 + index).padStart(13 - prefix.length, '0')
  })

type Attack = {
  readonly database?: 'SQLite' | 'PostgreSQL'
  readonly requests: number
  readonly accounts: number
  readonly numbers: readonly string[]
  readonly isGuarded: boolean
  readonly messagesDay: number
}
type Told = {
  /** Of the attacker's messages. */
  readonly sent: number
  readonly answers: Record<string, number>
  /** What the six who only want to sign in were told, in order. */
  readonly honest: readonly string[]
}

/** A day, from midnight on, with the requests spread evenly over it, fifty at once. */
async function attackFor(day: number, attack: Attack): Promise<Told> {
  const { database = 'SQLite', requests, numbers, isGuarded, messagesDay } = attack
  const gateway = pretendGateway()
  const world = await openWorld({ database, people: [ana], given: { routes: gateway.routes } })
  try {
    world.pass(15 * HOUR)
    // What a crash would lose is of no matter here, and waiting for the disk takes most of the time.
    if (database === 'SQLite') await sql`pragma synchronous = off`.execute(world.app.db)
    const wide = { messagesDay: 1e9, accountMessagesDay: 1e9 }
    await linkSms(world, isGuarded ? { messagesDay } : wide)
    const thieves = await people(world, 'thief', attack.accounts)
    const honest = await people(world, 'honest', 6)
    const answers: string[] = []
    const told: string[] = []
    const rounds = requests / AT_ONCE
    for (let round = 0; round < rounds; round++) {
      answers.push(
        ...(await Promise.all(
          Array.from({ length: AT_ONCE }, (_, index) => {
            const turn = round * AT_ONCE + index
            const accountId = thieves[turn % thieves.length]!
            const to = numbers[turn % numbers.length]!
            const address = `10.${turn >> 16}.${(turn >> 8) & 255}.${turn & 255}`
            const asking = { accountId, to, address }
            return isGuarded ? askForSms(world, asking) : sendUnguarded(world, asking)
          }),
        )),
      )
      if (round % Math.ceil(rounds / 24) === 0) told.push(await signIn(world, honest, told.length))
      await world.opened.delivery.settled()
      world.pass(day / rounds)
    }
    const sent = gateway.sent.filter(({ to }) => !to.startsWith(HONEST)).length
    return { sent, answers: tally(answers), honest: told }
  } finally {
    await world.close()
  }
}

const AT_ONCE = 50
const HONEST = '+351966'

async function people(world: World, name: string, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let turn = 0; turn < count; turn++)
    ids.push(await addPerson(world, `${name}${turn}@example.com`))
  return ids
}

/** Somebody asks for a code, gets it and types it in. */
async function signIn(world: World, ids: readonly string[], turn: number): Promise<string> {
  const who = turn % ids.length
  const attemptId = `honest ${turn}`
  const to = `${HONEST}00000${who}`
  const address = `203.0.113.${who}`
  const answer = await askForSms(world, { accountId: ids[who]!, to, address, attemptId })
  await world.opened.delivery.settled()
  await enterMessages(world.app.db, attemptId, world.now())
  return answer
}

/** What a server does that looks at nothing. */
const sendUnguarded = (
  { app }: World,
  { accountId, to }: { readonly accountId: string; readonly to: string },
): Promise<string> =>
  change(app, nobodysVisit, async (change) => {
    const account = (await findAccount(change.db, accountId))!
    const notice = { kind: 'code', purpose: 'sign-in', code: '042917', minutes: 5 } as const
    await tell(change, account, notice, {
      by: 'sms',
      recipient: to,
      until: change.now + 5 * MINUTE,
    })
    return 'asked'
  })

/** In euros. */
const lost = ({ sent }: Told): number => (sent * PRICE) / 1e6

function say(name: string, told: Told): void {
  const honest = JSON.stringify(tally(told.honest))
  const money = `${told.sent} messages, ${lost(told).toFixed(2)} EUR`
  process.stdout.write(
    `pumping, ${name}: ${money}; ${JSON.stringify(told.answers)}; the others: ${honest}\n`,
  )
}

/** At most so many are sent to a prefix before it is stopped, if those under way are not counted. */
const BEFORE_A_STOP = 10

describe('pumping (I-01)', () => {
  test('10,000 requests for codes to 500 numbers over a day, beside a server that sends them all', async () => {
    const numbers = numbersIn([...LISTED, ...UNLISTED], 500)
    const attack = { requests: 10_000, accounts: 200, numbers, messagesDay: 200 }
    const guarded = await attackFor(DAY, { ...attack, isGuarded: true })
    const unguarded = await attackFor(DAY, { ...attack, isGuarded: false })
    say('guarded', guarded)
    say('unguarded', unguarded)

    expect(unguarded.sent).toBe(10_000)
    expect(lost(unguarded)).toBe(700)
    expect(guarded.sent).toBeGreaterThan(0)
    expect(guarded.sent).toBeLessThanOrEqual(LISTED.length * BEFORE_A_STOP + AT_ONCE)
    expect(lost(guarded)).toBeLessThan(10)
    expect(guarded.answers).toMatchObject({ asked: guarded.sent, sms_country: 4_000 })
    // Nobody else notices anything of it.
    expect(tally(guarded.honest)).toEqual({ asked: guarded.honest.length })
  })

  test('over forty prefixes, the cap of the day is the last wall, and until then all get codes', async () => {
    const prefixes = Array.from({ length: 40 }, (_, index) => `+351${910 + index}`)
    const numbers = numbersIn(prefixes, 500)
    const attack = { requests: 2_000, accounts: 200, numbers, messagesDay: 200 }
    const told = await attackFor(DAY, { ...attack, isGuarded: true })
    say('forty prefixes', told)
    const helped = told.honest.lastIndexOf('asked') + 1
    expect(told.sent + helped).toBe(200)
    expect(helped).toBeGreaterThan(0)
    expect(tally(told.honest)).toEqual({ asked: helped, sms_stopped: told.honest.length - helped })
  })

  test('PostgreSQL: 1,000 requests for codes to 500 numbers over three hours', async () => {
    const numbers = numbersIn([...LISTED, ...UNLISTED], 500)
    const attack = { requests: 1_000, accounts: 100, numbers, messagesDay: 200 }
    const database = 'PostgreSQL'
    const told = await attackFor(3 * HOUR, { ...attack, database, isGuarded: true })
    say('PostgreSQL', told)
    expect(told.sent).toBeGreaterThan(0)
    expect(told.sent).toBeLessThanOrEqual(LISTED.length * BEFORE_A_STOP + AT_ONCE)
    expect(told.answers).toMatchObject({ asked: told.sent, sms_country: 400 })
    expect(tally(told.honest)).toEqual({ asked: told.honest.length })
  })
})
