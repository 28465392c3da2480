import { expect } from 'vitest'
import { textsOf } from '../../src/pages/texts/all.ts'
import { ana, HOUR, MINUTE, type Visitor, type World } from '../world.ts'
import { wayOn, waysOn } from './factor-tools.ts'
import {
  accountRow,
  addNumber,
  askForNumber,
  byPhone,
  enrolledAs,
  linkSms,
  NUMBER,
  OTHER,
  sentTo,
  smsCodeTo,
  unlinkSms,
  withBoth,
  withNumber,
} from './sms-tools.ts'
import { codesSentTo, eventsOf, kept, notThe, placeOf, story, whoIs, WIDE } from './story.ts'

const { security } = textsOf('en')
const HERE = '/account/security'
const SECOND = '/sign-in/second'
const phones = { people: [ana], given: byPhone }

/** How many codes went to the mailbox and to the number. */
const sentByEach = async (world: World) => [
  await codesSentTo(world),
  await codesSentTo(world, NUMBER),
]

/** Signs in as far as the second step; gives what each way got more. */
async function begin(
  world: World,
): Promise<{ readonly browser: Visitor; readonly more: number[] }> {
  const before = await sentByEach(world)
  const browser = world.visitor()
  expect(placeOf(await browser.signIn())).toBe(SECOND)
  const after = await sentByEach(world)
  return { browser, more: after.map((count, at) => count - before[at]!) }
}

story('both at once can be chosen where both are set up, and unchosen', phones, async (world) => {
  const { browser } = await withNumber(world)
  const choose = (both: string) => browser.post(`${HERE}/both`, { both })
  const before = await kept(world)
  expect((await choose('yes')).status).toBe(404)
  expect(await kept(world)).toEqual(before)
  expect(await (await browser.get(HERE)).text()).not.toContain(`${HERE}/both`)

  await browser.post(`${HERE}/add`, { kind: 'email' })
  await browser.post(`${HERE}/code`, { code: await world.codeTo(ana.email) })
  expect(await (await browser.get(HERE)).text()).toContain(security.useBoth)
  expect(placeOf(await choose('yes'))).toBe(`${HERE}?notice=both_on`)
  const since = (await accountRow(world)).bothSince
  expect(since).toBe(world.now())
  world.pass(MINUTE)
  await choose('yes')
  expect((await accountRow(world)).bothSince).toBe(since)
  expect(await (await browser.get(HERE)).text()).toContain(security.useOne)
  expect(placeOf(await choose('no'))).toBe(`${HERE}?notice=both_off`)
  expect((await accountRow(world)).bothSince).toBe(null)
  expect((await choose('maybe')).status).toBe(400)
  // Each change is in the history, once.
  expect(await eventsOf(world, 'both_on')).toHaveLength(1)
  expect(await eventsOf(world, 'both_off')).toHaveLength(1)
  const history = await (await browser.get('/account/history?show=changes')).text()
  expect(history).toContain(textsOf('en').history.events.both_on)
  expect(history).toContain(textsOf('en').history.events.both_off)
})

for (const [name, codeFrom] of [
  ['the mail', (world: World) => world.codeTo(ana.email)],
  ['the text message', (world: World) => smsCodeTo(world)],
] as const)
  story(`one code goes to both, and lets in as it was read in ${name}`, phones, async (world) => {
    await withBoth(world)
    const { browser, more } = await begin(world)
    expect(more).toEqual([1, 1])
    const page = await (await browser.get(SECOND)).text()
    expect(page).toContain('a•••@e•••.com')
    expect(page).toContain('+351 ••• ••• 678')
    expect(wayOn(page, SECOND)).toBe('email')
    expect(waysOn(page)).toEqual(['recovery'])
    expect(await world.codeTo(ana.email)).toBe(await smsCodeTo(world))
    const code = await codeFrom(world)
    expect(placeOf(await browser.post(SECOND, { code, with: 'email' }))).toBe('/account')
    // The proof is the weaker of the two.
    const [event] = (await eventsOf(world, 'signed_in')).slice(-1)
    expect(JSON.parse(event!.detail)).toEqual({ by: 'password+email' })
    expect((await sentTo(world)).at(-1)?.enteredAt).toBe(world.now())
    const mails = await world.app.db
      .selectFrom('messages')
      .select('enteredAt')
      .where('by', '=', 'email')
      .execute()
    expect(mails.every(({ enteredAt }) => enteredAt === null)).toBe(true)
    expect(await whoIs(browser)).toBe(ana.email)
  })

story('sending again sends both again, the same code', phones, async (world) => {
  await withBoth(world)
  const { browser } = await begin(world)
  const code = await smsCodeTo(world)
  const before = await sentByEach(world)
  expect((await browser.post(`${SECOND}/send`, { with: 'email' })).status).toBe(429)
  // It is not asked for by one of them alone.
  world.pass(30_000)
  expect((await browser.post(`${SECOND}/send`, { with: 'sms' })).status).toBe(409)
  expect(await sentByEach(world)).toEqual(before)
  expect(placeOf(await browser.post(`${SECOND}/send`, { with: 'email' }))).toBe(SECOND)
  expect(await sentByEach(world)).toEqual(before.map((count) => count + 1))
  expect([await world.codeTo(ana.email), await smsCodeTo(world)]).toEqual([code, code])
})

story('before a change, too, one code goes to both', phones, async (world) => {
  const { browser } = await withBoth(world)
  world.pass(HOUR / 2)
  const again = await begin(world)
  await again.browser.post(SECOND, { code: await smsCodeTo(world), with: 'email' })
  world.pass(15 * MINUTE)
  const before = await sentByEach(world)
  await again.browser.post(`${HERE}/unprotect`)
  expect(await sentByEach(world)).toEqual(before.map((count) => count + 1))
  await again.browser.post(`${HERE}/code`, { code: await smsCodeTo(world), with: 'email' })
  expect(await enrolledAs(world, 'email')).toEqual([])
  expect((await accountRow(world)).bothSince).toBe(null)
  expect(browser).toBeDefined()
})

/** What is told first by who follows the message. */
async function firstState(browser: Visitor): Promise<string> {
  const reader = (await browser.get('/code-state')).body!.getReader()
  const { value } = await reader.read()
  await reader.cancel()
  return new TextDecoder().decode(value as Uint8Array)
}

const alone: [
  what: string,
  prepare: (world: World, owner: Visitor) => Promise<unknown>,
  more: number[],
  way: 'email' | 'sms',
  shows: RegExp,
][] = [
  [
    'no text message can be sent',
    (world) => unlinkSms(world),
    [1, 0],
    'email',
    /sent a code with six digits to <strong><bdi dir="ltr">a/,
  ],
  [
    'the mailbox was sent enough',
    async (world) => {
      await world.app.db
        .updateTable('limits')
        .set({ count: 1000 })
        .where('key', 'like', 'mails-day:%')
        .execute()
    },
    [0, 1],
    'email',
    /sent a code with six digits by text message to <strong class="number"><bdi dir="ltr">\+351/,
  ],
  [
    'the number was sent enough',
    async (world) => {
      await world.visitor().signIn()
      world.pass(MINUTE)
      await world.app.db
        .updateTable('limits')
        .set({ count: 1000 })
        .where('key', 'like', 'sms-day:%')
        .execute()
    },
    [1, 0],
    'email',
    /sent a code with six digits to <strong><bdi dir="ltr">a/,
  ],
  [
    'mail was guessed at too often',
    (world) => switchOff(world, 'email'),
    [0, 1],
    'sms',
    /by text message to <strong class="number"><bdi dir="ltr">\+351/,
  ],
  [
    'the number was guessed at too often',
    (world) => switchOff(world, 'sms'),
    [1, 0],
    'email',
    /sent a code with six digits to <strong><bdi dir="ltr">a/,
  ],
  [
    'the password was reset by a mail',
    async (world) => {
      await world.app.db.updateTable('accounts').set({ passwordResetAt: world.now() }).execute()
    },
    [0, 1],
    'sms',
    /by text message to <strong class="number"><bdi dir="ltr">\+351/,
  ],
]

const switchOff = (world: World, kind: string) =>
  world.app.db
    .updateTable('enrolments')
    .set({ disabledAt: world.now() })
    .where('kind', '=', kind)
    .execute()

for (const [what, prepare, more, way, shows] of alone)
  story(`where ${what}, the other of the two is enough`, phones, async (world) => {
    const { browser: owner } = await withBoth(world)
    await prepare(world, owner)
    const begun = await begin(world)
    expect(begun.more).toEqual(more)
    const page = await (await begun.browser.get(SECOND)).text()
    expect(page).toMatch(shows)
    expect(wayOn(page, SECOND)).toBe(way)
    // What went out is told of, and followed, and nothing else.
    const went = more[0] === 1 ? 'email' : 'sms'
    expect([...page.matchAll(/data-told="(\w+)"/g)].map(([, by]) => by)).toEqual([went])
    if (went === 'sms') expect(await firstState(begun.browser)).toContain('"sms"')
    const code = more[0] === 1 ? await world.codeTo(ana.email) : await smsCodeTo(world)
    expect(placeOf(await begun.browser.post(SECOND, { code, with: way }))).toBe('/account')
  })

story('where neither can be sent, none is, and it is written down why', phones, async (world) => {
  const { codes } = await withBoth(world)
  await unlinkSms(world)
  await world.app.db
    .updateTable('limits')
    .set({ count: 1000 })
    .where('key', 'like', 'mails-day:%')
    .execute()
  const { browser, more } = await begin(world)
  expect(more).toEqual([0, 0])
  const [event] = await eventsOf(world, 'code_not_sent')
  expect(JSON.parse(event!.detail)).toEqual({ reason: 'send_limited' })
  expect((await browser.post(`${SECOND}/send`, { with: 'email' })).status).toBe(429)
  await browser.post(SECOND, { code: codes[0]!, with: 'recovery' })
  expect(await whoIs(browser)).toBe(ana.email)
})

story(
  'a wrong code counts once, and against the mailbox',
  { ...phones, settings: WIDE },
  async (world) => {
    await withBoth(world)
    const { browser } = await begin(world)
    const wrong = notThe(await smsCodeTo(world))
    expect((await browser.post(SECOND, { code: wrong, with: 'email' })).status).toBe(401)
    expect((await browser.post(SECOND, { code: await smsCodeTo(world), with: 'sms' })).status).toBe(
      401,
    )
    expect((await enrolledAs(world, 'email'))[0]?.failures).toBe(1)
    expect((await enrolledAs(world, 'sms'))[0]?.failures).toBe(0)
    expect(await eventsOf(world, 'second_step_refused')).toHaveLength(1)
  },
)

story(
  'another number gets them both from then on; one that is removed is not wished for again',
  phones,
  async (world) => {
    const { browser } = await withBoth(world)
    await askForNumber(browser, OTHER, 'PT', { code: await world.codeTo(ana.email) })
    const code = await smsCodeTo(world, OTHER)
    await browser.post(`${HERE}/code`, { code, with: 'sms' })
    expect((await accountRow(world)).bothSince).not.toBe(null)
    world.pass(MINUTE)
    const sent = await codesSentTo(world, OTHER)
    const { more } = await begin(world)
    expect(more).toEqual([1, 0])
    expect(await codesSentTo(world, OTHER)).toBe(sent + 1)

    const [row] = await enrolledAs(world, 'sms')
    expect(placeOf(await browser.post(`${HERE}/remove`, { factor: row!.id }))).toContain(
      'factor_removed',
    )
    expect((await accountRow(world)).bothSince).toBe(null)
  },
)

story(
  'adding a number beside mail leaves codes by mail alone until both are chosen',
  phones,
  async (world) => {
    await linkSms(world)
    const browser = world.visitor()
    await browser.signIn()
    await browser.post(`${HERE}/protect`)
    await browser.post(`${HERE}/code`, { code: await world.codeTo(ana.email) })
    await browser.post(`${HERE}/confirm`, { saved: 'yes' })
    world.pass(MINUTE)
    await addNumber(world, browser)
    expect((await accountRow(world)).bothSince).toBe(null)
    expect((await begin(world)).more).toEqual([0, 0])
  },
)
