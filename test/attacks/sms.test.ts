import { expect } from 'vitest'
import { ana, bob, DAY, HOUR, MINUTE, PASSWORD, type Visitor, type World } from '../world.ts'
import {
  accountRow,
  addNumber,
  askForNumber,
  byPhone,
  enrolledAs,
  linkSms,
  list,
  NUMBER,
  OTHER,
  sentTo,
  smsCodeTo,
  smsTo,
  unlinkSms,
  withBoth,
  withNumber,
} from '../stories/sms-tools.ts'
import {
  codesSentTo,
  copyOf,
  enrolledFor,
  eventsOf,
  kept,
  notThe,
  placeOf,
  story,
  whoIs,
  WIDE,
} from '../stories/story.ts'

const HERE = '/account/security'
const SECOND = '/sign-in/second'
const phones = { people: [ana], given: byPhone, settings: WIDE }

const answer = (browser: Visitor, code: string, way = 'sms') =>
  browser.post(SECOND, { code, with: way })

story('nothing is sent to a number before the password was right', phones, async (world) => {
  await withNumber(world)
  const sent = await codesSentTo(world, NUMBER)
  const texts = (await smsTo(world)).length
  const browser = world.visitor()
  for (const [email, password] of [
    [ana.email, 'not the password'],
    ['nobody@example.com', PASSWORD],
    [NUMBER, PASSWORD],
  ] as const)
    expect((await browser.signIn({ email, password })).status).toBe(401)
  for (const path of [`${SECOND}/send`, '/account/confirm/send', `${HERE}/send`])
    await browser.post(path, { with: 'sms' })
  expect((await browser.post(`${HERE}/sms/add`, { country: 'PT', phone: OTHER })).status).toBe(303)
  expect(await codesSentTo(world, NUMBER)).toBe(sent)
  expect(await smsTo(world)).toHaveLength(texts)
  expect(await sentTo(world, OTHER)).toEqual([])
})

story('the code of one attempt lets nobody in through another', phones, async (world) => {
  await withNumber(world)
  const [one, other] = [world.visitor(), world.visitor()]
  await one.signIn()
  const code = await smsCodeTo(world)
  await other.signIn()
  expect(await smsCodeTo(world)).not.toBe(code)
  expect((await answer(other, code)).status).toBe(401)
  expect(await whoIs(other)).toBe(null)
  await answer(one, code)
  expect(await whoIs(one)).toBe(ana.email)
  // And none a second time.
  expect((await answer(one, code)).status).not.toBe(200)
  const again = world.visitor()
  await again.signIn()
  expect((await answer(again, code)).status).toBe(401)
})

story('a code answers only what it was sent for: mail or text message', phones, async (world) => {
  const { browser: owner } = await withNumber(world)
  await owner.post(`${HERE}/add`, { kind: 'email' })
  await owner.post(`${HERE}/code`, { code: await world.codeTo(ana.email) })
  world.pass(MINUTE)
  const browser = world.visitor()
  await browser.signIn()
  await browser.post(`${SECOND}/send`, { with: 'sms' })
  const byText = await smsCodeTo(world)
  expect((await answer(browser, byText, 'email')).status).toBe(401)
  // The mail takes its place: what was sent before is no answer to it.
  world.pass(MINUTE)
  await browser.post(`${SECOND}/send`, { with: 'email' })
  const byMail = await world.codeTo(ana.email)
  expect(byMail).not.toBe(byText)
  expect((await answer(browser, byText)).status).toBe(401)
  expect((await answer(browser, byText, 'email')).status).toBe(401)
  expect((await answer(browser, byMail)).status).toBe(401)
  expect(await whoIs(browser)).toBe(null)
  await answer(browser, byMail, 'email')
  expect(await whoIs(browser)).toBe(ana.email)
})

story(
  'a number that is changed under way is proven by its own code only',
  phones,
  async (world) => {
    await linkSms(world)
    const browser = world.visitor()
    await browser.signIn()
    world.pass(MINUTE)
    await askForNumber(browser, NUMBER)
    const stale = copyOf(world, browser)
    const first = await smsCodeTo(world, NUMBER)
    await askForNumber(browser, OTHER)
    const before = await kept(world)
    for (const each of [browser, stale])
      expect((await each.post(`${HERE}/code`, { code: first, with: 'sms' })).status).toBe(401)
    expect(await kept(world)).toEqual(before)
    const code = await smsCodeTo(world, OTHER)
    expect((await stale.post(`${HERE}/code`, { code, with: 'sms' })).status).toBe(401)
    await browser.post(`${HERE}/code`, { code, with: 'sms' })
    await browser.post(`${HERE}/confirm`, { saved: 'yes' })
    expect((await enrolledAs(world, 'sms')).map(({ state }) => state)).toEqual([
      JSON.stringify({ to: OTHER }),
    ])
    expect((await accountRow(world)).phone).toBe(OTHER)
  },
)

story(
  'what is being set up lets nobody in, and only its own session proves it',
  { ...phones, people: [ana, bob] },
  async (world) => {
    await withNumber(world)
    const thief = world.visitor()
    await thief.signIn(bob)
    await askForNumber(thief, OTHER)
    const code = await smsCodeTo(world, OTHER)
    const victim = world.visitor()
    await victim.signIn()
    expect((await answer(victim, code)).status).toBe(401)
    // With the secret of somebody else's attempt.
    const mixed = copyOf(world, thief)
    const session = world.visitor()
    await session.signIn(bob)
    for (const [name, value] of session.cookies)
      if (/session/.test(name)) mixed.cookies.set(name, value)
    expect(placeOf(await mixed.post(`${HERE}/code`, { code, with: 'sms' }))).toBe(HERE)
    expect(await enrolledFor(world, bob.email)).toEqual([])
  },
)

story('two numbers proven at once make one', phones, async (world) => {
  await linkSms(world)
  const first = world.visitor()
  await first.signIn()
  await first.post(`${HERE}/protect`)
  await first.post(`${HERE}/code`, { code: await world.codeTo(ana.email) })
  await first.post(`${HERE}/confirm`, { saved: 'yes' })
  const second = world.visitor()
  await second.signIn()
  await second.post(SECOND, { code: await world.codeTo(ana.email), with: 'email' })
  world.pass(MINUTE)
  await askForNumber(first, NUMBER)
  await askForNumber(second, OTHER)
  const codes = [await smsCodeTo(world, NUMBER), await smsCodeTo(world, OTHER)]
  const answers = await Promise.all(
    [first, second].map((browser, at) =>
      browser.post(`${HERE}/code`, { code: codes[at]!, with: 'sms' }),
    ),
  )
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 409])
  const rows = await enrolledAs(world, 'sms')
  expect(rows).toHaveLength(1)
  expect(rows[0]!.state).toBe(JSON.stringify({ to: (await accountRow(world)).phone }))
  expect(await eventsOf(world, 'factor_added')).toHaveLength(1)
})

story(
  'two other numbers proven at once: the first takes the place, the second is too late',
  phones,
  async (world) => {
    const { browser: first } = await withNumber(world)
    const second = world.visitor()
    await second.signIn()
    await answer(second, await smsCodeTo(world))
    const third = '+351931234567'
    await askForNumber(first, OTHER)
    await askForNumber(second, third)
    const codes = [await smsCodeTo(world, OTHER), await smsCodeTo(world, third)]
    await Promise.all(
      [first, second].map((browser, at) =>
        browser.post(`${HERE}/code`, { code: codes[at]!, with: 'sms' }),
      ),
    )
    const rows = await enrolledAs(world, 'sms')
    expect(rows).toHaveLength(1)
    expect([OTHER, third].map((to) => JSON.stringify({ to }))).toContain(rows[0]!.state)
    expect(await eventsOf(world, 'factor_removed')).toHaveLength(1)
    // Whoever was faster is still in, and nobody else.
    expect((await Promise.all([whoIs(first), whoIs(second)])).filter(Boolean)).toHaveLength(1)
  },
)

story(
  'a country that is taken off the list under way gets no code, and nothing is half-set',
  phones,
  async (world) => {
    await linkSms(world)
    const browser = world.visitor()
    await browser.signIn()
    const asked = await browser.post(`${HERE}/sms/add`, { country: 'PT', phone: NUMBER })
    expect(placeOf(asked)).toBe('/account/confirm')
    await list(world, ['GB'])
    const before = await kept(world)
    const refused = await browser.post('/account/confirm', { password: PASSWORD })
    expect(refused.status).toBe(403)
    expect(await refused.text()).toContain(
      'No codes are sent by text message to numbers of this country',
    )
    expect(await kept(world)).toEqual(before)
    await unlinkSms(world)
    expect((await browser.post('/account/confirm', { password: PASSWORD })).status).toBe(503)
    expect(await kept(world)).toEqual(before)
    expect(await sentTo(world)).toEqual([])
    expect(
      await world.app.db
        .selectFrom('attempts')
        .selectAll()
        .where('purpose', 'in', ['protect', 'add-factor'])
        .execute(),
    ).toEqual([])
  },
)

story(
  'a code to a number dies with its time and its tries',
  { ...phones, settings: { ...WIDE, CODE_TRIES: '3' } },
  async (world) => {
    await withNumber(world)
    const late = world.visitor()
    await late.signIn()
    const old = await smsCodeTo(world)
    world.pass(5 * MINUTE)
    expect((await answer(late, old)).status).toBe(401)
    const guesser = world.visitor()
    await guesser.signIn()
    const code = await smsCodeTo(world)
    for (const by of [1, 2, 3]) expect((await answer(guesser, notThe(code, by))).status).toBe(401)
    expect((await answer(guesser, code)).status).toBe(401)
    expect([await whoIs(late), await whoIs(guesser)]).toEqual([null, null])
  },
)

story('after "this was not me" no code goes to the number either', phones, async (world) => {
  const { browser } = await withBoth(world)
  const stranger = world.visitor({ address: '198.51.100.9' })
  await stranger.signIn()
  const [event] = (await eventsOf(world, 'code_sent')).slice(-1)
  const page = await (await browser.get('/account/history')).text()
  expect(page).toContain(event!.id)
  await browser.post('/account/history/not-me', { event: event!.id })
  const said = await eventsOf(world, 'not_me')
  if (said.length === 0)
    await browser.post('/account/confirm', { code: await smsCodeTo(world), with: 'email' })
  expect(await eventsOf(world, 'not_me')).toHaveLength(1)
  const sent = [await codesSentTo(world), await codesSentTo(world, NUMBER)]
  await world.visitor().signIn()
  expect([await codesSentTo(world), await codesSentTo(world, NUMBER)]).toEqual(sent)
})

story(
  'a number that is only typed gets at most so many codes, whoever asks',
  { people: [ana, bob], given: byPhone, settings: WIDE },
  async (world) => {
    await linkSms(world)
    const tries = async (browser: Visitor, typed: typeof ana): Promise<void> => {
      await browser.signIn(typed)
      await askForNumber(browser, NUMBER, 'PT', { password: typed.password })
      world.pass(MINUTE)
      await browser.post(`${HERE}/send`, { with: 'sms' })
    }
    await tries(world.visitor(), ana)
    await tries(world.visitor({ address: '198.51.100.9' }), bob)
    expect(await codesSentTo(world, NUMBER)).toBe(3)
    const [event] = await eventsOf(world, 'code_not_sent')
    expect(event).toBeUndefined()
  },
)

story(
  'whoever types a number that is not theirs keeps its owner from no code',
  { ...phones, people: [ana, bob] },
  async (world) => {
    await withNumber(world)
    world.pass(2 * HOUR)
    const thief = world.visitor({ address: '198.51.100.7' })
    await thief.signIn(bob)
    for (let turn = 0; turn < 5; turn++) {
      await askForNumber(thief, NUMBER)
      world.pass(MINUTE)
    }
    await world.opened.delivery.settled()
    const before = await codesSentTo(world, NUMBER)
    for (let turn = 0; turn < 5; turn++)
      expect(placeOf(await world.visitor({ address: '192.0.2.77' }).signIn())).toBe(SECOND)
    expect(await codesSentTo(world, NUMBER)).toBe(before + 5)
  },
)

story(
  "that a number is somebody's, and gets codes, nobody learns who types it",
  { ...phones, people: [ana, bob] },
  async (world) => {
    await withNumber(world)
    world.pass(DAY)
    for (let turn = 0; turn < 6; turn++) await world.visitor().signIn()
    expect((await eventsOf(world, 'code_not_sent')).length).toBe(1)
    const told = async (number: string) => {
      const browser = world.visitor()
      await browser.signIn(bob)
      const answers: unknown[] = []
      for (let turn = 0; turn < 5; turn++) {
        const said = await askForNumber(browser, number)
        answers.push([said.status, placeOf(said), said.headers.get('retry-after')])
      }
      return answers
    }
    expect(await told(NUMBER)).toEqual(await told(OTHER))
    expect(await codesSentTo(world, OTHER)).toBe(3)
  },
)

story(
  'both with the number taken away at the same moment: the mail alone is enough, and the code of before is not',
  phones,
  async (world) => {
    const { browser: owner } = await withBoth(world)
    const browser = world.visitor()
    await browser.signIn()
    const code = await smsCodeTo(world)
    const [row] = await enrolledAs(world, 'sms')
    expect(placeOf(await owner.post(`${HERE}/remove`, { factor: row!.id }))).toContain(
      'factor_removed',
    )
    expect((await answer(browser, code, 'email')).status).toBe(401)
    expect(await whoIs(browser)).toBe(null)
    world.pass(MINUTE)
    const sent = await codesSentTo(world, NUMBER)
    const again = world.visitor()
    await again.signIn()
    expect(await codesSentTo(world, NUMBER)).toBe(sent)
    await answer(again, await world.codeTo(ana.email), 'email')
    expect(await whoIs(again)).toBe(ana.email)
  },
)

story('what a page was made to hold is read once more, strictly', phones, async (world) => {
  await linkSms(world)
  const browser = world.visitor()
  await browser.signIn()
  const before = await kept(world)
  const forms: [path: string, form: Record<string, string>][] = [
    [`${HERE}/sms/add`, { country: 'PT' }],
    [`${HERE}/sms/add`, { phone: NUMBER }],
    [`${HERE}/sms/add`, { country: 'PT', phone: NUMBER, to: OTHER }],
    [`${HERE}/sms/add`, { country: 'PT', phone: NUMBER, correct: 'yes' }],
    [`${HERE}/sms`, { country: 'PT', phone: '9'.repeat(101) }],
    [`${HERE}/both`, {}],
    [`${HERE}/send`, { with: 'fax' }],
  ]
  for (const [path, form] of forms) expect((await browser.post(path, form)).status, path).toBe(400)
  const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
  const whole = { country: 'PT', phone: NUMBER }
  expect((await browser.post(`${HERE}/sms/add`, whole, foreign)).status).toBe(403)
  expect((await browser.post(`${HERE}/both`, { both: 'yes' }, foreign)).status).toBe(403)
  expect(await kept(world)).toEqual(before)
  expect(await sentTo(world)).toEqual([])
})

story('the number is nowhere in the open but where it is needed', phones, async (world: World) => {
  await linkSms(world)
  const browser = world.visitor()
  await browser.signIn()
  await addNumber(world, browser)
  const rows = JSON.stringify([
    await world.app.db.selectFrom('events').selectAll().execute(),
    await world.app.db.selectFrom('limits').select('endsAt').execute(),
    await world.app.db.selectFrom('enrolments').select('name').execute(),
  ])
  expect(rows).not.toMatch(/912345678|912 345 678/)
  const answers = [await browser.get(HERE), await browser.get(`${HERE}/sms`)]
  for (const each of answers) expect(each.headers.get('location') ?? '').not.toContain('912')
})
