import { expect } from 'vitest'
import { pino } from 'pino'
import { textsOf } from '../../src/pages/texts/all.ts'
import {
  ana,
  bob,
  DAY,
  HOUR,
  MINUTE,
  openWorld,
  protect,
  signInFully,
  type Visitor,
  type World,
} from '../world.ts'
import {
  asHtml,
  codeFor,
  codesSentTo,
  copyOf,
  eventsOf,
  kept,
  notThe,
  placeOf,
  story,
  waitOf,
  whoIs,
  WIDE,
} from './story.ts'

const SECOND = 1000
const { problems } = textsOf('en')
const carla = { ...bob, email: 'carla@example.com', name: 'Carla Reis' }

const WRONG = 'not the right one'
const guess = (browser: Visitor, email = ana.email) => browser.signIn({ email, password: WRONG })

/** A browser at one of many addresses. */
const at = (world: World, host: number) => world.visitor({ address: `198.51.100.${host}` })

async function expectToWait(answer: Response, seconds: number): Promise<void> {
  expect(answer.status).toBe(429)
  expect(waitOf(answer)).toBe(seconds)
  expect(await answer.text()).toContain(asHtml(problems.slow_down({ wait: seconds })))
  expect(answer.headers.getSetCookie()).toEqual([])
}

/** Past the password, in an attempt that no wrong code has been tried in. */
async function atSecondStep(world: World, browser: Visitor, typed = ana) {
  const code = await codeFor(world, browser, typed)
  return {
    right: () => browser.post('/sign-in/second', { code }),
    wrong: () => browser.post('/sign-in/second', { code: notThe(code) }),
    wrongRecovery: () =>
      browser.post('/sign-in/second', { code: '0000-0000-0000-0000', with: 'recovery' }),
  }
}

story(
  'five wrong second steps in five minutes, over all attempts and ways: then the account waits',
  { people: [ana, bob] },
  async (world) => {
    await protect(world, at(world, 1))
    await protect(world, at(world, 1), bob)
    const first = await atSecondStep(world, at(world, 1))
    for (let turn = 1; turn <= 3; turn++) expect((await first.wrong()).status).toBe(401)
    world.pass(MINUTE)
    const second = await atSecondStep(world, at(world, 2))
    for (let turn = 4; turn <= 5; turn++) expect((await second.wrongRecovery()).status).toBe(401)

    const elsewhere = at(world, 3)
    const third = await atSecondStep(world, elsewhere)
    const before = await kept(world)
    await expectToWait(await third.right(), 4 * 60)
    await expectToWait(await third.wrongRecovery(), 4 * 60)
    expect(await kept(world)).toEqual(before)
    const bobs = await atSecondStep(world, at(world, 1), bob)
    expect(placeOf(await bobs.right())).toBe('/account')

    world.pass(4 * MINUTE - 1)
    expect((await third.right()).status).toBe(429)
    world.pass(1)
    expect(placeOf(await third.right())).toBe('/account')
    expect(await whoIs(elsewhere)).toBe(ana.email)
  },
)

story('a right second step does not wipe out the wrong ones', { people: [ana] }, async (world) => {
  await protect(world, at(world, 1))
  const first = await atSecondStep(world, at(world, 1))
  for (let turn = 1; turn <= 4; turn++) await first.wrong()
  expect(placeOf(await first.right())).toBe('/account')
  const second = await atSecondStep(world, at(world, 1))
  expect((await second.wrong()).status).toBe(401)
  await expectToWait(await second.right(), 5 * 60)
})

story(
  'wrong codes for changes inside count like those at the door',
  { people: [ana] },
  async (world) => {
    const inside = at(world, 1)
    await protect(world, inside)
    await inside.post('/account/security/unprotect')
    const code = await world.codeTo(ana.email)
    for (let turn = 1; turn <= 5; turn++) {
      const answer = await inside.post('/account/security/code', { code: notThe(code) })
      expect(answer.status).toBe(401)
    }
    await expectToWait(await inside.post('/account/security/code', { code }), 5 * 60)
    const outside = await atSecondStep(world, at(world, 2))
    await expectToWait(await outside.right(), 5 * 60)
  },
)

story(
  'ten wrong second steps in a day: each further one waits, from 30 seconds up to an hour',
  { people: [ana], settings: { MAILS_HOUR: '1000', MAILS_DAY: '1000' } },
  async (world) => {
    await protect(world, at(world, 1))
    const began = world.now()
    for (let turn = 1; turn <= 10; turn++) {
      world.pass(2 * MINUTE)
      const step = await atSecondStep(world, at(world, 1))
      expect((await step.wrong()).status, `wrong ${turn}`).toBe(401)
      expect((await step.right()).status, `right ${turn}`).toBe(turn < 10 ? 303 : 429)
    }
    const waits = [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    for (const wait of waits) {
      const step = await atSecondStep(world, at(world, 2))
      await expectToWait(await step.right(), wait)
      world.pass(wait * SECOND - 1)
      const late = await atSecondStep(world, at(world, 2))
      expect((await late.right()).status, `before ${wait} s`).toBe(429)
      world.pass(1)
      expect((await late.wrong()).status, `after ${wait} s`).toBe(401)
    }

    world.pass(HOUR)
    const owner = await atSecondStep(world, at(world, 3))
    const place = placeOf(await owner.right())
    expect(place, 'the owner gets in, and sets a new password').toBe('/sign-in/password')
    const again = await atSecondStep(world, at(world, 3))
    expect((await again.wrong()).status).toBe(401)
    await expectToWait(await again.right(), 3600)

    world.pass(began + DAY + 2 * MINUTE - world.now())
    const nextDay = await atSecondStep(world, at(world, 3))
    for (let turn = 1; turn <= 4; turn++) expect((await nextDay.wrong()).status).toBe(401)
    expect(placeOf(await nextDay.right())).toBe('/sign-in/password')
  },
)

story(
  'one address has ten wrong second steps in five minutes, whoever they are for',
  { people: [ana, bob, carla] },
  async (world) => {
    for (const typed of [ana, bob, carla]) await protect(world, at(world, 1), typed)
    for (const typed of [ana, bob]) {
      const step = await atSecondStep(world, at(world, 1), typed)
      for (let turn = 1; turn <= 5; turn++) expect((await step.wrong()).status).toBe(401)
    }
    const here = await atSecondStep(world, at(world, 1), carla)
    await expectToWait(await here.right(), 5 * 60)
    const elsewhere = await atSecondStep(world, at(world, 2), carla)
    expect(placeOf(await elsewhere.right())).toBe('/account')
    world.pass(5 * MINUTE)
    const later = await atSecondStep(world, at(world, 1), carla)
    expect(placeOf(await later.right())).toBe('/account')
  },
)

story(
  'one address has fifty wrong second steps in an hour',
  {
    people: [ana],
    settings: {
      ...WIDE,
      SECOND_STEP_ADDRESS_FAILURES_HOUR: '50',
      ADDRESS_REQUESTS_5_MINUTES: '1000',
    },
  },
  async (world) => {
    await protect(world, at(world, 1))
    for (let turn = 0; turn < 5; turn++) {
      const step = await atSecondStep(world, at(world, 1))
      for (let wrong = 1; wrong <= 9; wrong++) expect((await step.wrong()).status).toBe(401)
      if (turn === 0) world.pass(MINUTE)
    }
    const step = await atSecondStep(world, at(world, 1))
    for (let wrong = 46; wrong <= 50; wrong++) expect((await step.wrong()).status).toBe(401)
    await expectToWait(await step.right(), 59 * 60)
    world.pass(59 * MINUTE - 1)
    const before = await atSecondStep(world, at(world, 1))
    expect((await before.right()).status).toBe(429)
    world.pass(1)
    expect(placeOf(await before.right())).toBe('/account')
  },
)

story(
  'ten wrong passwords for one account: then each waits, from a second up to a minute, and never longer',
  { people: [ana] },
  async (world) => {
    for (let turn = 1; turn <= 10; turn++) expect((await guess(at(world, turn))).status).toBe(401)
    for (const [step, wait] of [1, 2, 4, 8, 16, 32, 60, 60].entries()) {
      const before = await kept(world)
      await expectToWait(await at(world, 20 + step).signIn(), wait)
      expect(await kept(world)).toEqual(before)
      world.pass(wait * SECOND - 1)
      expect((await at(world, 20 + step).signIn()).status, `before ${wait} s`).toBe(429)
      world.pass(1)
      expect((await guess(at(world, 40 + step))).status, `after ${wait} s`).toBe(401)
    }
    world.pass(MINUTE)
    expect(placeOf(await at(world, 99).signIn())).toBe('/account')
  },
)

story(
  'a right password does not wipe out the wrong ones; five quiet minutes do',
  { people: [ana] },
  async (world) => {
    for (let turn = 1; turn <= 9; turn++) await guess(at(world, turn))
    expect(placeOf(await at(world, 50).signIn())).toBe('/account')
    expect((await guess(at(world, 10))).status).toBe(401)
    await expectToWait(await at(world, 50).signIn(), 1)
    world.pass(5 * MINUTE)
    for (let turn = 1; turn <= 9; turn++) expect((await guess(at(world, turn))).status).toBe(401)
    expect(placeOf(await at(world, 50).signIn())).toBe('/account')
  },
)

story(
  'one address has ten wrong passwords in five minutes, whoever they are for',
  { people: [ana, bob] },
  async (world) => {
    const here = at(world, 1)
    expect((await guess(here, ana.email)).status).toBe(401)
    world.pass(MINUTE)
    for (let turn = 2; turn <= 10; turn++)
      expect((await guess(here, `nobody${turn}@example.com`)).status).toBe(401)
    await expectToWait(await here.signIn(bob), 4 * 60)
    expect(placeOf(await at(world, 2).signIn(bob))).toBe('/account')
    world.pass(4 * MINUTE - 1)
    expect((await here.signIn(bob)).status).toBe(429)
    world.pass(1)
    expect(placeOf(await here.signIn(bob))).toBe('/account')
  },
)

story(
  'thirty passwords a minute are checked for one address, right or wrong',
  { people: [ana] },
  async (world) => {
    for (let turn = 1; turn <= 30; turn++)
      expect(placeOf(await at(world, 1).signIn()), `turn ${turn}`).toBe('/account')
    const before = await kept(world)
    await expectToWait(await at(world, 1).signIn(), 60)
    expect(await kept(world)).toEqual(before)
    expect(placeOf(await at(world, 2).signIn())).toBe('/account')
    world.pass(MINUTE)
    expect(placeOf(await at(world, 1).signIn())).toBe('/account')
  },
)

story(
  'one address may post so much at the door in five minutes, passwords and codes together',
  { people: [ana], settings: { ...WIDE, ADDRESS_REQUESTS_5_MINUTES: '12' } },
  async (world) => {
    await protect(world, at(world, 1))
    const here = at(world, 2)
    const step = await atSecondStep(world, here)
    for (let turn = 2; turn <= 6; turn++) expect((await step.wrong()).status).toBe(401)
    for (let turn = 7; turn <= 12; turn++) expect((await guess(at(world, 2))).status).toBe(401)
    await expectToWait(await step.right(), 5 * 60)
    await expectToWait(await at(world, 2).signIn(), 5 * 60)
    world.pass(5 * MINUTE - SECOND)
    await expectToWait(await at(world, 2).signIn(), 1)
    world.pass(SECOND)
    expect(placeOf(await at(world, 2).signIn())).toBe('/sign-in/second')
  },
)

story(
  'a stranger who guesses cannot keep out a device that was here before',
  { people: [ana] },
  async (world) => {
    const known = world.visitor()
    await known.signIn()
    await known.post('/sign-out')
    const sameAddress = world.visitor()
    for (let turn = 1; turn <= 10; turn++) await guess(sameAddress)
    for (let turn = 1; turn <= 20; turn++) await guess(at(world, turn))
    expect((await sameAddress.signIn()).status).toBe(429)
    expect((await at(world, 90).signIn()).status).toBe(429)
    expect(placeOf(await known.signIn())).toBe('/account')
  },
)

story(
  'a known device stays outside what a stranger may still post',
  { people: [ana], settings: { ADDRESS_REQUESTS_5_MINUTES: '5' } },
  async (world) => {
    const known = world.visitor()
    await protect(world, known)
    world.pass(5 * MINUTE)
    for (let turn = 1; turn <= 5; turn++) await guess(world.visitor())
    expect((await world.visitor().signIn()).status).toBe(429)
    expect(placeOf(await known.signIn())).toBe('/sign-in/second')
    const entered = await known.post('/sign-in/second', { code: await world.codeTo(ana.email) })
    expect(placeOf(entered)).toBe('/account')
  },
)

story(
  'wrong codes of others at the same address do not keep a known device from its second step',
  { people: [ana, bob, carla] },
  async (world) => {
    const known = at(world, 1)
    for (const typed of [ana, bob, carla]) await protect(world, known, typed)
    await known.post('/sign-out')
    for (const typed of [bob, carla]) {
      const step = await atSecondStep(world, at(world, 1), typed)
      for (let turn = 1; turn <= 5; turn++) expect((await step.wrong()).status).toBe(401)
    }
    const step = await atSecondStep(world, known)
    expect(placeOf(await step.right())).toBe('/account')
  },
)

story(
  'a known device has its own ten wrong passwords, and slows down nobody else',
  { people: [ana] },
  async (world) => {
    const known = world.visitor()
    await known.signIn()
    for (let turn = 1; turn <= 10; turn++) expect((await guess(known)).status).toBe(401)
    await expectToWait(await known.signIn(), 1)
    expect(placeOf(await world.visitor().signIn())).toBe('/account')
    expect(placeOf(await at(world, 1).signIn())).toBe('/account')
    world.pass(SECOND)
    expect(placeOf(await known.signIn())).toBe('/account')
  },
)

story('a known device is known to its own account only', { people: [ana, bob] }, async (world) => {
  const known = world.visitor()
  await known.signIn(ana)
  for (let turn = 1; turn <= 10; turn++) await guess(at(world, turn), bob.email)
  await expectToWait(await known.signIn(bob), 1)
})

story('every address of one IPv6 subscriber is one address', { people: [ana] }, async (world) => {
  const v6 = (tail: string) => world.visitor({ address: `2001:db8:1:2:${tail}` })
  for (let turn = 1; turn <= 10; turn++)
    expect((await guess(v6(`${turn}::${turn}`), `nobody${turn}@example.com`)).status).toBe(401)
  await expectToWait(await v6('ffff:ffff:ffff:ffff').signIn(), 5 * 60)
  const neighbour = world.visitor({ address: '2001:db8:1:3::1' })
  expect(placeOf(await neighbour.signIn())).toBe('/account')
})

story(
  'whoever writes X-Forwarded-For by themselves is one address',
  { people: [ana] },
  async (world) => {
    const here = world.visitor({ address: '203.0.113.5' })
    const from = (host: number) => ({ 'x-forwarded-for': `198.51.100.${host}` })
    const form = (email: string) => ({ login: email, password: WRONG })
    for (let turn = 1; turn <= 10; turn++)
      await here.post('/sign-in', form(`nobody${turn}@example.com`), from(turn))
    expect((await here.post('/sign-in', form('nobody@example.com'), from(99))).status).toBe(429)
    expect(await eventsOf(world, 'signed_in')).toEqual([])
  },
)

story(
  'behind a trusted proxy, each client is counted by itself, and only by what the proxy wrote',
  { people: [ana], settings: { TRUSTED_PROXIES: '10.0.0.0/8' } },
  async (world) => {
    const proxy = world.visitor({ address: '10.1.2.3' })
    const post = (forwarded: string, password = WRONG, login = ana.email) =>
      proxy.post('/sign-in', { login, password }, { 'x-forwarded-for': forwarded })
    for (let turn = 1; turn <= 10; turn++)
      expect(
        (await post(`6.6.6.${turn}, 198.51.100.1`, WRONG, `nobody${turn}@example.com`)).status,
      ).toBe(401)
    expect((await post('6.6.6.99, 198.51.100.1', ana.password)).status).toBe(429)
    expect(placeOf(await post('198.51.100.2', ana.password))).toBe('/account')
    const [event] = await eventsOf(world, 'signed_in')
    expect(event).toMatchObject({ address: '198.51.100.2' })
  },
)

story('what is counted in one process is counted in all', { people: [ana] }, async (world) => {
  const second = await openWorld({ beside: world, given: { poll: DAY } })
  await protect(world, at(world, 1))
  for (let turn = 1; turn <= 10; turn++) {
    const answer = await guess(at(turn % 2 ? world : second, turn))
    expect(answer.status).toBe(401)
  }
  expect((await at(world, 50).signIn()).status).toBe(429)
  expect((await at(second, 51).signIn()).status).toBe(429)

  world.pass(5 * MINUTE)
  const browser = at(world, 1)
  const code = await codeFor(world, browser)
  const tabs = [browser, copyOf(second, browser, { address: '198.51.100.1' })]
  for (let turn = 0; turn < 5; turn++)
    expect((await tabs[turn % 2]!.post('/sign-in/second', { code: notThe(code) })).status).toBe(401)
  for (const tab of tabs) expect((await tab.post('/sign-in/second', { code })).status).toBe(429)
  await second.close()
})

story('guesses sent all at once are counted one by one', { people: [ana] }, async (world) => {
  const answers = await Promise.all(Array.from({ length: 30 }, (_, turn) => guess(at(world, turn))))
  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter((status) => status === 401)).toHaveLength(10)
  expect(statuses.filter((status) => status === 429)).toHaveLength(20)
})

/** How often the alarm of too many wrong passwords was raised, as /metrics tells it. */
async function alarmsOf(world: World): Promise<number> {
  const response = await world.visitor({ address: '127.0.0.1' }).get('/metrics')
  const found = /^nightlatch_alarms_total\{kind="wrong_passwords"\} (\d+)$/m.exec(
    await response.text(),
  )
  return Number(found?.[1] ?? 0)
}

const lines: string[] = []
const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) })

story(
  'when the whole server is guessed at, it raises the alarm, slows down and refuses nobody',
  { people: [ana], settings: { ALL_PASSWORD_FAILURES_5_MINUTES: '3' }, given: { log } },
  async (world) => {
    lines.length = 0
    const known = world.visitor()
    await known.signIn()
    const timed = async (visit: Promise<Response>) => {
      const began = performance.now()
      const response = await visit
      return { place: placeOf(response), status: response.status, ms: performance.now() - began }
    }
    for (let turn = 1; turn <= 3; turn++) await guess(at(world, turn), `nobody${turn}@example.com`)
    const [owner, stranger] = await Promise.all([
      timed(at(world, 50).signIn()),
      timed(guess(at(world, 51), 'nobody@example.com')),
    ])
    expect(owner.place).toBe('/account')
    expect(stranger.status).toBe(401)
    expect(Math.min(owner.ms, stranger.ms)).toBeGreaterThan(900)
    const here = await timed(known.signIn())
    expect(here.place).toBe('/account')
    expect(here.ms).toBeLessThan(900)

    world.pass(5 * MINUTE)
    expect((await timed(at(world, 52).signIn())).ms).toBeLessThan(900)
    const alarms = lines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 40)
    expect(alarms).toMatchObject([{ failures: 3 }])
    expect(await alarmsOf(world)).toBe(1)

    for (let turn = 1; turn <= 3; turn++) {
      expect(await alarmsOf(world), 'the next only when it is too many again').toBe(1)
      await guess(at(world, 60 + turn), `nobody${turn}@example.com`)
    }
    expect(await alarmsOf(world)).toBe(2)
  },
)

story(
  'however much the whole server is guessed at, the other limits hold',
  { people: [ana], settings: { ALL_PASSWORD_FAILURES_5_MINUTES: '10' } },
  async (world) => {
    for (let turn = 1; turn <= 10; turn++) await guess(at(world, 1))
    const { numUpdatedRows } = await world.app.db
      .updateTable('limits')
      .set({ count: 100_000 })
      .where('key', 'like', 'password-all:%')
      .executeTakeFirst()
    expect(numUpdatedRows).toBe(1n)
    const before = await kept(world)
    expect((await at(world, 1).signIn()).status).toBe(429)
    expect((await guess(at(world, 1))).status).toBe(429)
    expect(await kept(world)).toEqual(before)
  },
)

story(
  'one address has 25 codes sent in five minutes, to whomever',
  { people: [ana, bob, carla], settings: { MAILS_HOUR: '1000' } },
  async (world) => {
    const people = [ana, bob, carla]
    for (const typed of people) await protect(world, at(world, 1), typed)
    world.pass(5 * MINUTE)
    const sent = async () => {
      const counts = await Promise.all(people.map(({ email }) => codesSentTo(world, email)))
      return counts.reduce((sum, count) => sum + count, 0)
    }
    const before = await sent()
    for (let turn = 0; turn < 25; turn++) await codeFor(world, at(world, 1), people[turn % 3])
    expect(await sent()).toBe(before + 25)
    const browser = at(world, 1)
    expect(placeOf(await browser.signIn())).toBe('/sign-in/second')
    expect(await sent()).toBe(before + 25)
    const refused = await browser.post('/sign-in/second/send')
    expect(refused.status).toBe(429)
    expect(waitOf(refused)).toBe(5 * 60)

    await codeFor(world, at(world, 2))
    expect(await sent()).toBe(before + 26)
    world.pass(5 * MINUTE)
    await codeFor(world, at(world, 1))
    expect(await sent()).toBe(before + 27)
  },
)

story('nothing is sent before the password was right', { people: [ana] }, async (world) => {
  await protect(world, world.visitor())
  const before = await codesSentTo(world)
  for (let turn = 1; turn <= 5; turn++) {
    const browser = at(world, turn)
    await guess(browser)
    await browser.post('/sign-in/second/send')
  }
  expect(await codesSentTo(world)).toBe(before)
})

story(
  'a limit that is over leaves no trace: the owner signs in as ever',
  { people: [ana] },
  async (world) => {
    const browser = at(world, 1)
    await protect(world, browser)
    const step = await atSecondStep(world, browser)
    for (let turn = 1; turn <= 6; turn++) await step.wrong()
    world.pass(DAY)
    expect(placeOf(await signInFully(world, browser))).toBe('/account')
  },
)
