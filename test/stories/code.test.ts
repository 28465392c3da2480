import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { textsOf } from '../../src/pages/texts/all.ts'
import { change } from '../../src/sign-in/change.ts'
import { findAccountByLogin, holdAccount } from '../../src/store/accounts.ts'
import { rewriteEnrolment } from '../../src/store/enrolments.ts'
import {
  ana,
  bob,
  DAY,
  HOUR,
  MINUTE,
  nobodysVisit,
  protect,
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
  whole,
  WIDE,
  withoutWaits,
} from './story.ts'

const SECOND = 1000
const { problems, code: texts, duration } = textsOf('en')

/** A browser whose owner is protected, and signed out. */
async function protectedAna(world: World, typed = ana): Promise<Visitor> {
  const browser = world.visitor()
  await protect(world, browser, typed)
  await browser.post('/sign-out')
  return browser
}

const enter = (browser: Visitor, code: string) => browser.post('/sign-in/second', { code })
const resend = (browser: Visitor) => browser.post('/sign-in/second/send')

const inDigits = (code: string, zero: string): string =>
  String.fromCodePoint(...Array.from(code, (digit) => zero.codePointAt(0)! + Number(digit)))

const understood: [how: string, write: (code: string) => string][] = [
  ['as it is', (code) => code],
  ['in two groups', (code) => `${code.slice(0, 3)} ${code.slice(3)}`],
  ['with a dash', (code) => `${code.slice(0, 3)}-${code.slice(3)}`],
  ['with a long dash', (code) => `${code.slice(0, 3)}\u2013${code.slice(3)}`],
  ['with a space between all', (code) => ` ${[...code].join(' ')} `],
  ['with no-break spaces', (code) => [...code].join('\u00A0')],
  ['pasted with a line break', (code) => `${code}\r\n`],
  ['in Arabic digits', (code) => inDigits(code, '\u0660')],
  ['in Persian digits', (code) => inDigits(code, '\u06F0')],
  ['in full-width digits', (code) => inDigits(code, '\uFF10')],
  ['in Arabic digits with marks of direction', (code) => `\u200F${inDigits(code, '\u0660')}\u200F`],
  ['in digits of two kinds', (code) => code.slice(0, 3) + inDigits(code.slice(3), '\u06F0')],
]

story(
  'a code is understood however it is written',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = await protectedAna(world)
    for (const [how, write] of understood) {
      const code = await codeFor(world, browser)
      expect(placeOf(await enter(browser, write(code))), how).toBe('/account')
      await browser.post('/sign-out')
    }
  },
)

const misunderstood: [how: string, write: (code: string) => string][] = [
  ['nothing', () => ''],
  ['spaces', () => '      '],
  ['dashes', () => '------'],
  ['five digits', (code) => code.slice(0, 5)],
  ['seven digits', (code) => `${code}0`],
  ['a nought in front', (code) => `0${code}`],
  ['a minus sign', (code) => `-${code}`],
  ['a real minus sign', (code) => `\u2212${code}`],
  ['a plus sign', (code) => `+${code}`],
  ['a letter behind', (code) => `${code}a`],
  ['letters', () => 'abcdef'],
  ['a decimal point', (code) => `${code}.0`],
  ['an exponent', (code) => `${code}e0`],
  ['a hexadecimal number', (code) => `0x${Number(code).toString(16)}`],
  ['raised digits', (code) => code.replace(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]!)],
  ['a NUL', (code) => `${code}\0`],
  ['two codes', (code) => `${code} ${code}`],
  ['a pattern', () => '%'],
  ['another code', (code) => notThe(code)],
]

story(
  'anything else is a wrong code, and leaves the right one good',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = await protectedAna(world)
    for (const [how, write] of misunderstood) {
      const code = await codeFor(world, browser)
      const before = await kept(world)
      const answer = await enter(browser, write(code))
      expect(answer.status, how).toBe(401)
      expect(await answer.text(), how).toContain(asHtml(problems.wrong_code))
      expect(await kept(world), how).toEqual(before)
      expect(await whoIs(browser), how).toBeNull()
      expect(placeOf(await enter(browser, code)), how).toBe('/account')
      await browser.post('/sign-out')
    }
  },
)

story(
  'what cannot be a code at all costs no try, and counts as a request like any other',
  { people: [ana] },
  async (world) => {
    const browser = await protectedAna(world)
    await browser.signIn()
    const code = await codeFor(world, browser)
    const right = await world.app.db.selectFrom('attempts').selectAll().execute()
    for (const typed of ['', '12345', '1234567', 'abcdef', '-123456', '12345x', '1.2345'])
      expect((await enter(browser, typed)).status).toBe(401)
    expect(await world.app.db.selectFrom('attempts').selectAll().execute()).toEqual(right)
    expect(await eventsOf(world, 'second_step_refused')).toEqual([])
    const { count } = await world.app.db
      .selectFrom('limits')
      .select('count')
      .where('key', 'like', 'requests:device %')
      .executeTakeFirstOrThrow()
    expect(count).toBeGreaterThanOrEqual(8)
    expect(placeOf(await enter(browser, code))).toBe('/account')
  },
)

story('a code lives for five minutes, to the second', { people: [ana] }, async (world) => {
  const browser = await protectedAna(world)
  const late = await codeFor(world, browser)
  world.pass(5 * MINUTE)
  expect((await enter(browser, late)).status).toBe(401)
  expect(await whoIs(browser)).toBeNull()

  const inTime = await codeFor(world, browser)
  world.pass(5 * MINUTE - SECOND)
  expect(placeOf(await enter(browser, inTime))).toBe('/account')
})

story(
  'the page says where the code went, how long it lives, and what else there is',
  { people: [ana] },
  async (world) => {
    const browser = await protectedAna(world)
    await browser.signIn()
    const page = async () => (await browser.get('/sign-in/second')).text()
    expect(await page()).toContain('a•••@e•••.com')
    expect(await page()).not.toContain(ana.email)
    expect(await page()).toContain('It works for 5 minutes from now')
    expect(await page()).toContain(asHtml(texts.use.recovery))
    expect(await page()).toContain(texts.again)
    world.pass(3 * MINUTE + 30 * SECOND)
    expect(await page()).toContain('It works for 2 minutes from now')
  },
)

story(
  'after five wrong codes the right one is refused with the same answer',
  { people: [ana] },
  async (world) => {
    const browser = await protectedAna(world)
    const code = await codeFor(world, browser)
    for (let turn = 1; turn <= 5; turn++) {
      const answer = await enter(browser, notThe(code))
      expect(answer.status).toBe(401)
    }
    const before = await kept(world)
    const wrong = await whole(await enter(browser, notThe(code)))
    const right = await whole(await enter(browser, code))
    expect(right).toEqual(wrong)
    expect(await kept(world)).toEqual(before)
    expect(await whoIs(browser)).toBeNull()

    world.pass(5 * MINUTE)
    const next = await codeFor(world, browser)
    expect(placeOf(await enter(browser, next))).toBe('/account')
  },
)

story(
  'five tries belong to the attempt, whatever the limits of the account',
  { people: [ana], settings: { ...WIDE, CODE_TRIES: '5' } },
  async (world) => {
    const browser = await protectedAna(world)
    const code = await codeFor(world, browser)
    const answers = []
    for (let turn = 1; turn <= 6; turn++)
      answers.push(await withoutWaits(await enter(browser, notThe(code))))
    const right = await withoutWaits(await enter(browser, code))
    for (const answer of answers) expect(answer).toEqual(right)
    expect(right.status).toBe(401)
    expect(await whoIs(browser)).toBeNull()
  },
)

story(
  'a hundred guesses at once are five guesses',
  { people: [ana], settings: { ...WIDE, CODE_TRIES: '5' } },
  async (world) => {
    const browser = await protectedAna(world)
    const code = await codeFor(world, browser)
    await Promise.all(Array.from({ length: 40 }, () => enter(browser, notThe(code))))
    expect(await eventsOf(world, 'second_step_refused')).toHaveLength(5)
    expect((await enter(browser, code)).status).toBe(401)
    expect(await whoIs(browser)).toBeNull()
  },
)

story(
  'a right answer costs no try',
  { people: [ana], settings: { ...WIDE, CODE_TRIES: '5' } },
  async (world) => {
    const browser = await protectedAna(world)
    const code = await codeFor(world, browser)
    for (let turn = 1; turn <= 4; turn++) await enter(browser, notThe(code))
    expect(placeOf(await enter(browser, code))).toBe('/account')
  },
)

/** The codes that must not work, each told apart from the others only by us. */
const others: [which: string, prepare: (world: World, browser: Visitor) => Promise<string>][] = [
  [
    'an expired code',
    async (world, browser) => {
      const code = await codeFor(world, browser)
      world.pass(5 * MINUTE)
      return code
    },
  ],
  [
    'the code of an attempt that took too long',
    async (world, browser) => {
      const code = await codeFor(world, browser)
      const attempt = browser.cookies.get('attempt')!
      world.pass(10 * MINUTE)
      browser.cookies.set('attempt', attempt)
      return code
    },
  ],
  [
    'a code that was used already',
    async (world, browser) => {
      const code = await codeFor(world, browser)
      await enter(copyOf(world, browser), code)
      return code
    },
  ],
  [
    'the code of another attempt of the same account',
    async (world, browser) => {
      const code = await codeFor(world, world.visitor())
      await codeFor(world, browser)
      return code
    },
  ],
  [
    'the newer code of another attempt of the same account',
    async (world, browser) => {
      await codeFor(world, browser)
      return codeFor(world, world.visitor())
    },
  ],
  [
    'the code of another account',
    async (world, browser) => {
      await codeFor(world, browser)
      await protect(world, world.visitor(), bob)
      return codeFor(world, world.visitor(), bob)
    },
  ],
  [
    'the code for another purpose',
    async (world, browser) => {
      const inside = world.visitor()
      await codeFor(world, inside)
      await enter(inside, await world.codeTo(ana.email))
      await codeFor(world, browser)
      await inside.post('/account/security/unprotect')
      return world.codeTo(ana.email)
    },
  ],
]

for (const [which, prepare] of others)
  story(
    `${which} gets the answer of any wrong code`,
    { people: [ana, bob], settings: WIDE },
    async (world) => {
      const browser = await protectedAna(world)
      const right = await codeFor(world, browser)
      const wrong = await withoutWaits(await enter(browser, notThe(right)))
      expect(wrong.status).toBe(401)

      const code = await prepare(world, browser)
      const before = await kept(world)
      expect(await withoutWaits(await enter(browser, code))).toEqual(wrong)
      expect(await kept(world)).toEqual(before)
      expect(await whoIs(browser)).toBeNull()
    },
  )

story(
  'a code for signing in changes no protection',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    await protect(world, browser)
    const code = await codeFor(world, world.visitor())
    await browser.post('/account/security/unprotect')
    const before = await kept(world)
    const answer = await browser.post('/account/security/code', { code })
    expect(answer.status).toBe(401)
    expect(await kept(world)).toEqual(before)
    const right = await world.codeTo(ana.email)
    expect(right).not.toBe(code)
    expect((await browser.post('/account/security/code', { code: right })).status).toBe(303)
  },
)

story(
  'the attempt of one purpose is nothing where another is meant',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    await protect(world, browser)
    await browser.post('/account/security/unprotect')
    const code = await world.codeTo(ana.email)
    const before = await kept(world)
    expect(placeOf(await browser.get('/sign-in/second'))).toBe('/sign-in')
    expect(placeOf(await enter(browser, code))).toBe('/sign-in')
    await browser.signIn()
    expect(placeOf(await browser.post('/account/security/code', { code }))).toMatch(
      /^\/(sign-in|account\/security)/,
    )
    expect(await kept(world)).toEqual(before)
  },
)

story(
  'a code can be sent again, each time after a longer wait, and five times at most',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = await protectedAna(world)
    const code = await codeFor(world, browser)
    const sent = await codesSentTo(world)
    const waits = [30, 60, 120, 300]
    for (const [at, wait] of waits.entries()) {
      const page = await (await browser.get('/sign-in/second')).text()
      expect(page, `wait ${at + 1}`).toContain(`data-countdown="${wait}"`)
      expect(page).toContain(duration({ wait }))
      world.pass((wait - 1) * SECOND)
      const early = await resend(browser)
      expect(early.status, `after ${wait - 1} s`).toBe(429)
      expect(waitOf(early)).toBe(1)
      expect(await early.text()).toContain(asHtml(problems.send_wait({ wait: 1 })))
      expect(await codesSentTo(world)).toBe(sent + at)

      world.pass(SECOND)
      expect(placeOf(await resend(browser)), `after ${wait} s`).toBe('/sign-in/second')
      expect(await codesSentTo(world)).toBe(sent + at + 1)
      const isAlive = at < 3
      if (isAlive) expect(await world.codeTo(ana.email)).toBe(code)
    }
    world.pass(MINUTE)
    const sixth = await resend(browser)
    expect(sixth.status).toBe(429)
    expect(await sixth.text()).toContain(asHtml(problems.no_more_sends))
    expect(await codesSentTo(world)).toBe(sent + 4)
    expect(placeOf(await enter(browser, await world.codeTo(ana.email)))).toBe('/account')
  },
)

story(
  'of two who ask again at the same moment one is heard',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = await protectedAna(world)
    await codeFor(world, browser)
    const sent = await codesSentTo(world)
    world.pass(30 * SECOND)
    const answers = await Promise.all([resend(browser), resend(browser), resend(browser)])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 429, 429])
    const waits = answers.filter(({ status }) => status === 429).map(waitOf)
    expect(waits).toEqual([60, 60])
    expect(await codesSentTo(world)).toBe(sent + 1)
  },
)

story(
  'a late first message still works after the code was sent again',
  { people: [ana] },
  async (world) => {
    const browser = await protectedAna(world)
    const first = await codeFor(world, browser)
    world.pass(30 * SECOND)
    await resend(browser)
    world.pass(4 * MINUTE)
    expect(placeOf(await enter(browser, first))).toBe('/account')
  },
)

story('sending again lets no code live longer', { people: [ana] }, async (world) => {
  const browser = await protectedAna(world)
  const code = await codeFor(world, browser)
  world.pass(4 * MINUTE)
  await resend(browser)
  expect(await world.codeTo(ana.email)).toBe(code)
  world.pass(MINUTE)
  expect((await enter(browser, code)).status).toBe(401)
})

story(
  'sending again gives no new tries',
  { people: [ana], settings: { ...WIDE, CODE_TRIES: '5' } },
  async (world) => {
    const browser = await protectedAna(world)
    const first = await codeFor(world, browser)
    for (let turn = 1; turn <= 3; turn++) await enter(browser, notThe(first))
    world.pass(5 * MINUTE)
    await resend(browser)
    const second = await world.codeTo(ana.email)
    for (let turn = 1; turn <= 2; turn++) await enter(browser, notThe(second))
    expect((await enter(browser, second)).status).toBe(401)
    expect(await whoIs(browser)).toBeNull()
  },
)

story(
  'when the code is too old, sending again makes a new one',
  { people: [ana] },
  async (world) => {
    const browser = await protectedAna(world)
    const old = await codeFor(world, browser)
    world.pass(5 * MINUTE)
    expect(placeOf(await resend(browser))).toBe('/sign-in/second')
    const fresh = await world.codeTo(ana.email)
    expect(fresh).not.toBe(old)
    expect((await enter(browser, old)).status).toBe(401)
    expect(placeOf(await enter(browser, fresh))).toBe('/account')
  },
)

story(
  'ten codes an hour are sent to one address; after that a recovery code does it',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    const codes = await protect(world, browser)
    await browser.post('/sign-out')
    for (let turn = 2; turn <= 10; turn++) {
      world.pass(MINUTE)
      await codeFor(world, browser)
    }
    expect(await codesSentTo(world)).toBe(10)

    world.pass(MINUTE)
    expect(placeOf(await browser.signIn())).toBe('/sign-in/second')
    expect(await codesSentTo(world)).toBe(10)
    expect(await (await browser.get('/sign-in/second')).text()).toContain('No code has been sent')
    const refused = await resend(browser)
    expect(refused.status).toBe(429)
    expect(waitOf(refused)).toBe(50 * 60)
    expect(await eventsOf(world, 'code_not_sent')).toHaveLength(1)
    const entered = await browser.post('/sign-in/second', { code: codes[0]!, with: 'recovery' })
    expect(entered.status).toBe(303)

    await browser.post('/sign-out')
    world.pass(50 * MINUTE - SECOND)
    await browser.signIn()
    expect(await codesSentTo(world)).toBe(10)
    world.pass(SECOND)
    await browser.signIn()
    expect(await codesSentTo(world)).toBe(11)
  },
)

story('thirty codes a day are sent to one address', { people: [ana] }, async (world) => {
  const browser = await protectedAna(world)
  for (let turn = 2; turn <= 30; turn++) {
    world.pass(turn % 10 === 1 ? HOUR : MINUTE)
    await codeFor(world, browser)
  }
  expect(await codesSentTo(world)).toBe(30)
  world.pass(HOUR)
  await browser.signIn()
  expect(await codesSentTo(world)).toBe(30)
  const refused = await resend(browser)
  expect(refused.status).toBe(429)
  world.pass(waitOf(refused) * SECOND - SECOND)
  await browser.signIn()
  expect(await codesSentTo(world)).toBe(30)
  world.pass(SECOND)
  await browser.signIn()
  expect(await codesSentTo(world)).toBe(31)
  expect(waitOf(refused)).toBeLessThan(DAY / SECOND)
})

story(
  'a code that is sent again counts like any other',
  { people: [ana], settings: { ...WIDE, MAILS_HOUR: '4' } },
  async (world) => {
    const browser = await protectedAna(world)
    const code = await codeFor(world, browser)
    for (const wait of [30, 60]) {
      world.pass(wait * SECOND)
      expect((await resend(browser)).status).toBe(303)
    }
    world.pass(120 * SECOND)
    const refused = await resend(browser)
    expect(refused.status).toBe(429)
    expect(await refused.text()).toContain('Too many codes were asked for')
    expect(waitOf(refused)).toBe(60 * 60 - 210)
    expect(await codesSentTo(world)).toBe(4)
    expect(placeOf(await enter(browser, code))).toBe('/account')
  },
)

story(
  'where no try is left, no code is sent that could not work',
  { people: [ana], settings: { ...WIDE, CODE_TRIES: '3' } },
  async (world) => {
    const browser = await protectedAna(world)
    const code = await codeFor(world, browser)
    for (let turn = 1; turn <= 3; turn++) await enter(browser, notThe(code))
    world.pass(MINUTE)
    const sent = await codesSentTo(world)
    const refused = await resend(browser)
    expect(refused.status).toBeGreaterThanOrEqual(400)
    expect(await codesSentTo(world)).toBe(sent)
    expect(placeOf(await browser.signIn())).toBe('/sign-in/second')
  },
)

story(
  'a code that is asked for while the address changes goes to the one that is kept in the end',
  { people: [ana], settings: WIDE },
  async (world) => {
    await protect(world, world.visitor())
    const browser = world.visitor()
    await codeFor(world, browser)
    world.pass(MINUTE)
    const { id } = (await findAccountByLogin(world.app.db, ana.email))!
    const next = 'ana@new.example'
    const before = await codesSentTo(world)
    const { asking } = await change(world.app, nobodysVisit, async ({ db }) => {
      await holdAccount(db, id)
      const asking = browser.post('/sign-in/second/send')
      await sleep(100)
      await rewriteEnrolment(db, id, 'email', { state: { to: next }, name: next })
      return { asking }
    })
    expect((await asking).status).toBe(303)
    expect(await codesSentTo(world)).toBe(before)
    expect(await codesSentTo(world, next)).toBe(1)
  },
)
