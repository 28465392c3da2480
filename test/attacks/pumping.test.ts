import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { enterMessages } from '../../src/store/messages.ts'
import { addPerson, askForSms, linkSms, pretendGateway, PRICE } from '../setup/sms.ts'
import { change, tell } from '../../src/sign-in/change.ts'
import { findAccount } from '../../src/store/accounts.ts'
import { ana, DAY, HOUR, MINUTE, nobodysVisit, openWorld, type World } from '../world.ts'
import { readDocument } from '../setup/documents.ts'
import { tally } from './tools.ts'

const security = readDocument('docs/security.md').text.replaceAll(/\s+/g, ' ')

// I-01: somebody is paid for each message that goes to numbers of theirs. They have accounts with right
// passwords and any number of addresses, know all limits, type numbers as new ones as often as they sign in
// with proven ones, and type one code in ten in, so that their share looks better.

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
  /** The same of one whose number begins like some of the attacker's. */
  readonly neighbour: readonly string[]
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
    const [beside] = await people(world, 'beside', 1)
    const answers: string[] = []
    const told: string[] = []
    const toldBeside: string[] = []
    const rounds = requests / AT_ONCE
    for (let round = 0; round < rounds; round++) {
      answers.push(
        ...(await Promise.all(
          Array.from({ length: AT_ONCE }, (_, index) => {
            const turn = round * AT_ONCE + index
            const accountId = thieves[turn % thieves.length]!
            const to = numbers[turn % numbers.length]!
            const address = `10.${turn >> 16}.${(turn >> 8) & 255}.${turn & 255}`
            const purpose = round % 2 ? ('sign-in' as const) : ('add-factor' as const)
            const asking = { accountId, to, address, purpose, attemptId: `thief ${turn}` }
            return isGuarded ? askForSms(world, asking) : sendUnguarded(world, asking)
          }),
        )),
      )
      await world.opened.delivery.settled()
      // One in ten, and of each prefix.
      for (let tenth = 0; tenth < AT_ONCE / 10; tenth++)
        await enter(world, `thief ${round * AT_ONCE + ((round + 11 * tenth) % AT_ONCE)}`)
      if (round % Math.ceil(rounds / 24) === 0) {
        const who = told.length % honest.length
        told.push(await signIn(world, honest[who]!, `${HONEST}00000${who}`))
        toldBeside.push(await signIn(world, beside!, NEIGHBOUR))
      }
      world.pass(day / rounds)
    }
    const sent = gateway.sent.filter(({ to }) => numbers.includes(to)).length
    return { sent, answers: tally(answers), honest: told, neighbour: toldBeside }
  } finally {
    await world.close()
  }
}

const AT_ONCE = 50
const HONEST = '+351966'
const NEIGHBOUR = '+351910999999'

async function people(world: World, name: string, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let turn = 0; turn < count; turn++)
    ids.push(await addPerson(world, `${name}${turn}@example.com`))
  return ids
}

/** Somebody asks for a code, gets it and types it in. */
async function signIn(world: World, accountId: string, to: string): Promise<string> {
  const attemptId = `${to} ${world.now()}`
  const answer = await askForSms(world, { accountId, to, address: '203.0.113.1', attemptId })
  await world.opened.delivery.settled()
  await enter(world, attemptId)
  return answer
}

const enter = (world: World, attemptId: string): Promise<void> =>
  enterMessages(world.app.db, attemptId, world.now())

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
  const others = JSON.stringify([told.honest, told.neighbour].map(tally))
  const money = `${told.sent} messages, ${lost(told).toFixed(2)} EUR`
  process.stdout.write(
    `pumping, ${name}: ${money}; ${JSON.stringify(told.answers)}; the others, and the neighbour: ${others}\n`,
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
    // Nobody else notices anything of it, but those whose numbers begin like the attacker's.
    expect(tally(guarded.honest)).toEqual({ asked: guarded.honest.length })
    expect(guarded.neighbour[0]).toBe('asked')
    expect(guarded.neighbour.at(-1)).toBe('sms_stopped')
    expect(security).toContain(`prefixes among ten, ${guarded.sent} messages;`)
  })

  test('over forty prefixes, the cap of the day is the last wall, and until then all get codes', async () => {
    const prefixes = Array.from({ length: 40 }, (_, index) => `+351${910 + index}`)
    const numbers = numbersIn(prefixes, 500)
    const attack = { requests: 2_000, accounts: 200, numbers, messagesDay: 200 }
    const told = await attackFor(DAY, { ...attack, isGuarded: true })
    say('forty prefixes', told)
    const helped = told.honest.lastIndexOf('asked') + 1
    expect(told.sent + helped + told.neighbour.lastIndexOf('asked') + 1).toBe(200)
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
