import { pino } from 'pino'
import { expect } from 'vitest'
import { ana, bob, DAY, HOUR, MINUTE, protect, type World } from '../world.ts'
import { messageTo, sayNotMe } from './not-me-tools.ts'
import { codeFor, eventsOf, noticesTo, placeOf, story, whoIs, WIDE } from './story.ts'

const carla = { ...bob, email: 'carla@example.com', name: 'Carla Reis' }

const at = (world: World, host: number) => world.visitor({ address: `198.51.100.${host}` })

const countOf = async (world: World, kind: string): Promise<number> =>
  (await noticesTo(world)).filter((notice) => notice.kind === kind).length

story(
  'of new browsers five a day are told by mail, and every sign-in is written down',
  { people: [ana, bob] },
  async (world) => {
    await world.visitor().signIn()
    for (let turn = 1; turn <= 5; turn++) {
      await at(world, turn).signIn()
      expect(await countOf(world, 'new_device'), `turn ${turn}`).toBe(turn)
      world.pass(HOUR)
    }
    const sixth = at(world, 6)
    expect(placeOf(await sixth.signIn())).toBe('/account')
    expect(await whoIs(sixth)).toBe(ana.email)
    expect(await countOf(world, 'new_device')).toBe(5)
    expect(await eventsOf(world, 'signed_in')).toHaveLength(7)
    expect(await eventsOf(world, 'notice_sent')).toHaveLength(5)

    // Each account has its own.
    await world.visitor().signIn(bob)
    await world.visitor().signIn(bob)
    expect(await noticesTo(world, bob.email)).toEqual([{ kind: 'new_device' }])

    world.pass(DAY - 5 * HOUR - 1)
    await at(world, 7).signIn()
    expect(await countOf(world, 'new_device')).toBe(5)
    world.pass(1)
    await at(world, 8).signIn()
    expect(await countOf(world, 'new_device')).toBe(6)
  },
)

story(
  'sessions that end for being too many are told five times a day, and each is written down',
  { people: [ana], settings: { SESSIONS: '1' } },
  async (world) => {
    const browsers = [at(world, 0)]
    await browsers[0]!.signIn()
    for (let turn = 1; turn <= 6; turn++) {
      world.pass(MINUTE)
      browsers.push(at(world, turn))
      await browsers[turn]!.signIn()
      expect(await whoIs(browsers[turn - 1]!), `turn ${turn}`).toBeNull()
      expect(await whoIs(browsers[turn]!), `turn ${turn}`).toBe(ana.email)
      expect(await countOf(world, 'session_ended')).toBe(Math.min(turn, 5))
      expect(await eventsOf(world, 'session_ended')).toHaveLength(turn)
    }
    // A kind that is used up takes nothing from another, and the next day brings mails again.
    expect(await countOf(world, 'new_device')).toBe(5)
    world.pass(DAY)
    await at(world, 7).signIn()
    await at(world, 8).signIn()
    expect(await eventsOf(world, 'session_ended')).toHaveLength(7)
    expect(await countOf(world, 'session_ended')).toBe(6)
    expect(await countOf(world, 'new_device')).toBe(7)
  },
)

story(
  'sixty sign-ins at the same moment, without cookies, bring five mails of each kind',
  { people: [ana], settings: { ...WIDE, PASSWORD_QUEUE: '100' } },
  async (world) => {
    await world.visitor().signIn()
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, turn) => at(world, turn + 1).signIn()),
    )
    expect(answers.map(placeOf)).toEqual(Array(60).fill('/account'))
    expect(await eventsOf(world, 'signed_in')).toHaveLength(61)
    expect(await eventsOf(world, 'session_ended')).toHaveLength(41)
    expect(await countOf(world, 'new_device')).toBe(5)
    expect(await countOf(world, 'session_ended')).toBe(5)
  },
)

const lines: string[] = []
const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
const alarms = async (world: World): Promise<string> =>
  /nightlatch_alarms_total\{kind="not_me"\} (\d+)/.exec(await world.app.metrics.text())?.[1] ?? '0'

story(
  'of what one person denies, three a day are mailed to the operators; events, log and metrics go on',
  { people: [ana, bob, carla], settings: { ...WIDE, NEW_DEVICE_MAIL: 'no' }, given: { log } },
  async (world) => {
    lines.length = 0
    // Both operators, ana since she made the installation.
    await world.app.db
      .updateTable('accounts')
      .set({ privilege: 'operator' })
      .where('email', '=', carla.email)
      .execute()
    const told = async (email: string) =>
      (await noticesTo(world, email)).filter(({ kind }) => kind === 'reported')
    await protect(world, at(world, 1), bob)
    for (let turn = 1; turn <= 5; turn++) {
      await codeFor(world, at(world, 66), bob)
      expect((await sayNotMe(world, 'code', bob.email)).status).toBe(303)
      for (const operator of [ana, carla])
        expect(await told(operator.email), `turn ${turn}`).toHaveLength(Math.min(turn, 3))
      expect(await eventsOf(world, 'not_me')).toHaveLength(turn)
      expect(await alarms(world)).toBe(String(turn))
      expect(lines).toHaveLength(turn)
      world.pass(2 * HOUR)
    }
    // Somebody else is heard all the same.
    await protect(world, at(world, 2), carla)
    await codeFor(world, at(world, 66), carla)
    await sayNotMe(world, 'code', carla.email)
    expect(await told(ana.email)).toHaveLength(4)
    expect(await told(carla.email)).toHaveLength(3)

    world.pass(DAY - 10 * HOUR)
    await codeFor(world, at(world, 66), bob)
    await sayNotMe(world, 'code', bob.email)
    expect(await told(ana.email)).toHaveLength(5)
    expect((await messageTo(world, 'reported', carla.email)).createdAt).toBe(world.now())
  },
)
