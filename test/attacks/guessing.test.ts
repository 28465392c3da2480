import { afterEach, expect, test } from 'vitest'
import { databases } from '../setup/databases.ts'
import { ana, bob, DAY, HOUR, MINUTE, openWorld, protect, type World } from '../world.ts'
import { copyOf, notThe } from '../stories/story.ts'
import { codeFor, enter, eventsIn, expectNoChange, rowsIn, statuses } from './tools.ts'

const open: World[] = []
afterEach(async () => {
  for (const world of open.splice(0)) await world.close()
})
async function openWith(options: Parameters<typeof openWorld>[0] = {}): Promise<World> {
  const world = await openWorld({ people: [ana, bob], ...options })
  open.push(world)
  return world
}
const wrongPassword = { email: ana.email, password: 'a guess that is wrong' }

for (const { name } of databases) {
  test(`${name}: C-01: after five wrong codes the right one opens nothing any more`, async () => {
    const world = await openWith({ database: name })
    await protect(world, world.visitor())
    const browser = world.visitor()
    await browser.signIn()
    const code = await codeFor(world, browser)
    for (let turn = 1; turn <= 5; turn++) {
      const { status } = await browser.post('/sign-in/second', { code: notThe(code, turn) })
      expect(status).toBe(401)
    }
    const more = await Promise.all(
      [code, notThe(code, 6)].map((each) => browser.post('/sign-in/second', { code: each })),
    )
    expect(statuses(more)).toEqual({ 429: 2 })

    // When the account may be answered for again, this attempt is still over.
    world.pass(5 * MINUTE)
    const late = await expectNoChange(world, () => browser.post('/sign-in/second', { code }), [])
    expect(late.status).toBe(401)
    expect((await browser.get('/session')).status).toBe(401)
  })

  test(`${name}: C-02, C-08: a new attempt brings no new tries, and a right answer gives none back`, async () => {
    const world = await openWith({ database: name })
    await protect(world, world.visitor())
    const browser = world.visitor()
    for (let turn = 1; turn <= 4; turn++) {
      await browser.signIn()
      const code = await codeFor(world, browser)
      expect((await browser.post('/sign-in/second', { code: notThe(code) })).status).toBe(401)
    }
    expect((await enter(world, browser)).status).toBe(303)
    await browser.post('/sign-out')
    await browser.signIn()
    const code = await codeFor(world, browser)
    expect((await browser.post('/sign-in/second', { code: notThe(code) })).status).toBe(401)
    expect((await browser.post('/sign-in/second', { code })).status).toBe(429)
    expect(await eventsIn(world, 'second_step_refused')).toBe(5)
  })

  test(`${name}: C-01: over a day a guesser has ten answers and then ever longer waits`, async () => {
    const world = await openWith({
      database: name,
      settings: { MAILS_HOUR: '1000', MAILS_DAY: '1000' },
    })
    await protect(world, world.visitor())
    let looked = 0
    for (let minute = 0; minute < 24 * 60; minute += 30) {
      const browser = world.visitor({ address: `198.51.100.${minute % 250}` })
      await browser.signIn()
      const code = await codeFor(world, browser)
      for (let turn = 1; turn <= 2; turn++) {
        const { status } = await browser.post('/sign-in/second', { code: notThe(code, turn) })
        if (status === 401) looked += 1
        else expect(status).toBe(429)
      }
      world.pass(30 * MINUTE)
    }
    expect(looked).toBe(await eventsIn(world, 'second_step_refused'))
    // Ten, six waits of up to 16 minutes that double, then one an hour.
    expect(looked).toBeLessThanOrEqual(10 + 7 + 24)
  })

  test(`${name}: C-07: asking for the code again brings no new tries`, async () => {
    const world = await openWith({
      database: name,
      settings: { SECOND_STEP_FAILURES_5_MINUTES: '1000' },
    })
    await protect(world, world.visitor())
    const browser = world.visitor()
    await browser.signIn()
    const code = await codeFor(world, browser)
    for (let turn = 1; turn <= 4; turn++)
      await browser.post('/sign-in/second', { code: notThe(code, turn) })
    world.pass(MINUTE)
    expect((await browser.post('/sign-in/second/send')).status).toBe(303)
    expect(await codeFor(world, browser)).toBe(code)
    expect((await browser.post('/sign-in/second', { code: notThe(code, 5) })).status).toBe(401)
    expect((await browser.post('/sign-in/second', { code })).status).toBe(401)
    expect((await browser.get('/session')).status).toBe(401)
  })
}

test('C-04: codes and recovery codes are guessed out of one purse', async () => {
  const world = await openWith()
  const recovery = await protect(world, world.visitor())
  const browser = world.visitor()
  await browser.signIn()
  const code = await codeFor(world, browser)
  const guesses = [
    { code: notThe(code) },
    { code: 'AAAA-BBBB-CCCC-DDDD', with: 'recovery' },
    { code: notThe(code, 2) },
    { code: 'EEEE-FFFF-GGGG-HHHH', with: 'recovery' },
    { code: notThe(code, 3) },
  ]
  for (const guess of guesses)
    expect((await browser.post('/sign-in/second', guess)).status).toBe(401)
  const late = await browser.post('/sign-in/second', { code: recovery[0]!, with: 'recovery' })
  expect(late.status).toBe(429)
  expect(await eventsIn(world, 'recovery_code_used')).toBe(0)
})

test('C-14: guessing where protection is switched on and off is counted as at sign-in', async () => {
  const world = await openWith()
  const browser = world.visitor()
  await browser.signIn()
  await browser.post('/account/security/protect')
  const code = await codeFor(world, browser)
  for (let turn = 1; turn <= 5; turn++) {
    const { status } = await browser.post('/account/security/code', { code: notThe(code, turn) })
    expect(status).toBe(401)
  }
  expect((await browser.post('/account/security/code', { code })).status).toBe(429)
  expect(await rowsIn(world, 'enrolments')).toBe(0)

  world.pass(5 * MINUTE)
  await protect(world, browser)
  await browser.post('/account/security/unprotect')
  const off = await codeFor(world, browser)
  for (let turn = 1; turn <= 5; turn++)
    await browser.post('/account/security/code', { code: notThe(off, turn) })
  expect((await browser.post('/account/security/code', { code: off })).status).toBe(429)
  const other = world.visitor({ address: '198.51.100.9' })
  await other.signIn()
  const sent = await codeFor(world, other)
  expect((await other.post('/sign-in/second', { code: sent })).status).toBe(429)
  expect(await rowsIn(world, 'enrolments')).toBe(2)
})

test('C-17: while guessing is stopped a right code is refused like a wrong one', async () => {
  const world = await openWith()
  await protect(world, world.visitor())
  const browser = world.visitor()
  await browser.signIn()
  const code = await codeFor(world, browser)
  for (let turn = 1; turn <= 5; turn++)
    await browser.post('/sign-in/second', { code: notThe(code, turn) })
  const said = async (text: string) => {
    const answer = await expectNoChange(
      world,
      () => browser.post('/sign-in/second', { code: text }),
      [],
    )
    return { status: answer.status, headers: [...answer.headers], body: await answer.text() }
  }
  expect(await said(code)).toEqual(await said(notThe(code, 6)))
})

test('C-13: a login in any spelling is one login to guess at', async () => {
  const world = await openWith()
  const spellings = ['ana@example.com', 'ANA@EXAMPLE.COM', ' ana@example.com', 'Ana@Example.Com ']
  const answers: number[] = []
  for (let turn = 0; turn < 12; turn++) {
    const visitor = world.visitor({ address: `198.51.100.${turn}` })
    const typed = { email: spellings[turn % 4]!, password: 'a guess that is wrong' }
    answers.push((await visitor.signIn(typed)).status)
  }
  expect(answers).toEqual([...Array<number>(10).fill(401), 429, 429])
})

test('C-19: a login that is nobody, everybody or a list harms nobody', async () => {
  const world = await openWith()
  for (const login of [
    ' ',
    '*',
    '%',
    '_',
    'ana@example.com,bob@example.com',
    '[]',
    '{}',
    "' or 1=1",
  ])
    for (let turn = 1; turn <= 3; turn++) {
      const visitor = world.visitor({ address: `198.51.100.${turn}` })
      const work = () => visitor.signIn({ email: login, password: 'x' })
      expect((await expectNoChange(world, work)).status).toBe(401)
      world.pass(5 * MINUTE)
    }
  expect((await world.visitor().signIn()).status).toBe(303)
  expect((await world.visitor().signIn(bob)).status).toBe(303)
})

test('C-16: whoever writes another address into a header is counted by the one it has', async () => {
  const world = await openWith()
  const answers: number[] = []
  for (let turn = 0; turn < 12; turn++) {
    const typed = { login: `nobody${turn}@example.com`, password: 'x' }
    const headers = {
      'x-forwarded-for': `203.0.113.${turn}`,
      'x-real-ip': `203.0.113.${turn}`,
      forwarded: `for=203.0.113.${turn}`,
      'true-client-ip': `203.0.113.${turn}`,
    }
    answers.push((await world.visitor().post('/sign-in', typed, headers)).status)
  }
  expect(answers).toEqual([...Array<number>(10).fill(401), 429, 429])
})

test('C-16: the addresses of one IPv6 network are one guesser, and so is IPv4 in either spelling', async () => {
  const world = await openWith()
  const ask = async (address: string, turn: number) => {
    const typed = { email: `nobody${turn}@example.com`, password: 'x' }
    return (await world.visitor({ address }).signIn(typed)).status
  }
  const six: number[] = []
  for (let turn = 0; turn < 11; turn++) six.push(await ask(`2001:db8:0:1::${turn}`, turn))
  expect(six.at(-1)).toBe(429)
  expect(await ask('2001:db8:0:2::1', 20)).toBe(401)

  const four: number[] = []
  for (let turn = 0; turn < 11; turn++)
    four.push(await ask(turn % 2 ? '198.51.100.1' : '::ffff:198.51.100.1', 30 + turn))
  expect(four.at(-1)).toBe(429)
})

test('C-16: behind a proxy we trust, what a client wrote itself counts for nothing', async () => {
  const world = await openWith({ settings: { TRUSTED_PROXIES: '10.0.0.0/8' } })
  const answers: number[] = []
  for (let turn = 0; turn < 11; turn++) {
    const visitor = world.visitor({ address: '10.0.0.1' })
    const typed = { login: `nobody${turn}@example.com`, password: 'x' }
    const headers = { 'x-forwarded-for': `203.0.113.${turn}, 198.51.100.7` }
    answers.push((await visitor.post('/sign-in', typed, headers)).status)
  }
  expect(answers.at(-1)).toBe(429)
  const other = { 'x-forwarded-for': '198.51.100.8' }
  const visitor = world.visitor({ address: '10.0.0.1' })
  const typed = { login: ana.email, password: ana.password }
  expect((await visitor.post('/sign-in', typed, other)).status).toBe(303)
})

test('C-20: a stranger who guesses slows strangers down, and never keeps the owner out', async () => {
  const world = await openWith()
  const owner = world.visitor()
  await owner.signIn()
  await owner.post('/sign-out')
  for (let turn = 0; turn < 60; turn++) {
    const visitor = world.visitor({ address: `198.51.100.${turn}` })
    await visitor.signIn(wrongPassword)
    world.pass(10_000)
  }
  // A browser that has been here is counted by itself.
  expect((await owner.signIn()).headers.get('location')).toBe('/account')
  // A new one waits a minute at most.
  const elsewhere = world.visitor({ address: '203.0.113.1' })
  const first = await elsewhere.signIn()
  if (first.status === 429) {
    const wait = Number(first.headers.get('retry-after'))
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(60)
    world.pass(wait * 1000)
    expect((await elsewhere.signIn()).status).toBe(303)
  }
})

test('C-20: a known browser that guesses is stopped too', async () => {
  const world = await openWith()
  const thief = world.visitor()
  await thief.signIn()
  const answers: number[] = []
  for (let turn = 0; turn < 12; turn++) answers.push((await thief.signIn(wrongPassword)).status)
  expect(answers).toEqual([...Array<number>(10).fill(401), 429, 429])
})

test('B-07: a code of one account opens no other', async () => {
  const world = await openWith()
  await protect(world, world.visitor())
  const recovery = await protect(world, world.visitor(), bob)
  const [first, second] = [world.visitor(), world.visitor()]
  await first.signIn(ana)
  await second.signIn(bob)
  const code = await codeFor(world, second)
  const typed = [{ code }, { code: recovery[0]!, with: 'recovery' }]
  for (const form of typed) expect((await first.post('/sign-in/second', form)).status).toBe(401)
  expect((await first.get('/session')).status).toBe(401)
  expect(await eventsIn(world, 'recovery_code_used')).toBe(0)
  expect((await second.post('/sign-in/second', { code })).status).toBe(303)
})

test('B-08: a code for one thing is good for no other, nor in another attempt', async () => {
  const world = await openWith()
  const inside = world.visitor()
  await inside.signIn()
  await inside.post('/account/security/protect')
  const forProtect = await codeFor(world, inside)
  expect((await inside.post('/sign-in/second', { code: forProtect })).headers.get('location')).toBe(
    '/sign-in',
  )
  await protect(world, inside)

  const [one, two] = [world.visitor(), world.visitor()]
  await one.signIn()
  await two.signIn()
  const code = await codeFor(world, one)
  expect((await two.post('/sign-in/second', { code })).status).toBe(401)
  await inside.post('/account/security/unprotect')
  expect((await inside.post('/account/security/code', { code })).status).toBe(401)
  const forOff = await codeFor(world, inside)
  expect((await two.post('/sign-in/second', { code: forOff })).status).toBe(401)
  expect(await rowsIn(world, 'enrolments')).toBe(2)

  // An attempt to sign in is none to switch off, whoever's session it is shown in.
  const mixed = copyOf(world, inside)
  mixed.cookies.set('attempt', one.cookies.get('attempt')!)
  const answer = await mixed.post('/account/security/code', { code })
  expect(answer.headers.get('location')).toBe('/account/security')
  expect(await rowsIn(world, 'enrolments')).toBe(2)
})

test('A-20, F-01: an attempt to switch off is good in its own session only', async () => {
  const world = await openWith()
  const browser = world.visitor()
  await protect(world, browser)
  await browser.post('/account/security/unprotect')
  const code = await codeFor(world, browser)
  for (const typed of [ana, bob]) {
    const other = world.visitor({ address: '198.51.100.3' })
    await (typed === ana ? enter(world, other) : other.signIn(bob))
    other.cookies.set('attempt', browser.cookies.get('attempt')!)
    const work = () => other.post('/account/security/code', { code })
    const answer = await expectNoChange(world, work, [])
    expect(answer.headers.get('location')).toBe('/account/security')
  }
  const signedOut = world.visitor()
  signedOut.cookies.set('attempt', browser.cookies.get('attempt')!)
  const answer = await signedOut.post('/account/security/code', { code })
  expect(answer.headers.get('location')).toBe('/sign-in?notice=sign_in_first')
  expect(await rowsIn(world, 'enrolments')).toBe(2)
})

test('A-20: two sign-ins in one browser do not finish each other', async () => {
  const world = await openWith()
  await protect(world, world.visitor(), ana)
  await protect(world, world.visitor(), bob)
  const browser = world.visitor()
  await browser.signIn(ana)
  const hers = await codeFor(world, browser)
  await browser.signIn(bob)
  expect((await browser.post('/sign-in/second', { code: hers })).status).toBe(401)
  const his = await codeFor(world, browser)
  await browser.post('/sign-in/second', { code: his })
  expect(await (await browser.get('/session')).json()).toMatchObject({ email: bob.email })
})

test('A-11: an attempt that was under way when protection was switched on passes nothing', async () => {
  const world = await openWith()
  const browser = world.visitor()
  await protect(world, browser)
  const outside = world.visitor({ address: '198.51.100.4' })
  await outside.signIn()
  const code = await codeFor(world, outside)
  await browser.post('/account/security/unprotect')
  await browser.post('/account/security/code', { code: await codeFor(world, browser) })
  expect(await rowsIn(world, 'enrolments')).toBe(0)
  await expectNoChange(world, () => outside.post('/sign-in/second', { code }), [])
  expect((await outside.get('/session')).status).toBe(401)
})

test('Q-08: a clock that goes back brings no used code and no ended session back', async () => {
  const world = await openWith()
  await protect(world, world.visitor())
  const browser = world.visitor()
  await browser.signIn()
  const before = copyOf(world, browser)
  const code = await codeFor(world, browser)
  await browser.post('/sign-in/second', { code })
  const session = copyOf(world, browser)
  await browser.post('/sign-out')
  world.pass(-HOUR)
  const again = await expectNoChange(world, () => before.post('/sign-in/second', { code }), [])
  expect(again.status).toBe(401)
  expect((await session.get('/session')).status).toBe(401)
})

test('Q-07: a code and an attempt end by our clock, whatever a client says', async () => {
  const world = await openWith()
  await protect(world, world.visitor())
  const browser = world.visitor()
  await browser.signIn()
  const code = await codeFor(world, browser)
  world.pass(5 * MINUTE)
  const headers = { date: new Date(world.now() - DAY).toUTCString(), age: '0' }
  expect((await browser.post('/sign-in/second', { code }, headers)).status).toBe(401)
  expect((await browser.get('/session')).status).toBe(401)
})
