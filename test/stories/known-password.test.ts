import { expect } from 'vitest'
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
import { enrolmentRows } from './factor-tools.ts'
import {
  asHtml,
  codeFor,
  codesSentTo,
  copyOf,
  enrolledFor,
  eventsOf,
  kept,
  notThe,
  noticesTo,
  placeOf,
  story,
  whoIs,
  WIDE,
} from './story.ts'

const NEXT = 'seven herons over the weir'
const renewed = { ...ana, password: NEXT }
const SECOND = 1000
const PLACE = '/sign-in/password'
const set = (browser: Visitor, password: string = NEXT) => browser.post(PLACE, { password })
const TEN = { ...WIDE, SECOND_STEP_FAILURES_DAY: '10' }
const recoveryCode = (browser: Visitor, code: string) =>
  browser.post('/sign-in/second', { code, with: 'recovery' })

/** Somebody with the password gives wrong codes. */
async function guess(world: World, times: number, typed = ana): Promise<void> {
  for (let turn = 0; turn < times; turn++) {
    const thief = world.visitor({ address: `198.51.100.${turn + 1}` })
    const code = await codeFor(world, thief, typed)
    const answer = await thief.post('/sign-in/second', { code: notThe(code) })
    if (answer.status !== 401) throw new Error(`refused with ${answer.status}`)
    world.pass(SECOND)
  }
}

/** Ten wrong codes; the wait after them is over. */
async function makeKnown(world: World): Promise<void> {
  await guess(world, 10)
  world.pass(30 * SECOND)
}

const kinds = async (world: World) => (await noticesTo(world)).map(({ kind }) => kind)

story(
  'after three wrong codes in a day the person is told, once in this day',
  { people: [ana], settings: TEN },
  async (world) => {
    await protect(world, world.visitor())
    await guess(world, 2)
    expect(await kinds(world)).toEqual(['protected'])
    await guess(world, 7)
    expect(await kinds(world)).toEqual(['protected', 'second_step_failures'])
    world.pass(DAY)
    await guess(world, 3)
    expect(await kinds(world)).toEqual([
      'protected',
      'second_step_failures',
      'second_step_failures',
    ])
    expect(await eventsOf(world, 'password_known')).toEqual([])
    expect(placeOf(await signInFully(world, world.visitor()))).toBe('/account')
  },
)

story(
  'after ten wrong codes in a day the password counts as known, and the person is told once',
  { people: [ana], settings: TEN },
  async (world) => {
    await protect(world, world.visitor())
    await guess(world, 10)
    expect(await eventsOf(world, 'password_known')).toHaveLength(1)
    world.pass(HOUR)
    await guess(world, 1)
    expect(await kinds(world)).toEqual(['protected', 'second_step_failures', 'password_known'])
    expect(await eventsOf(world, 'password_known')).toHaveLength(1)
  },
)

story(
  'ten wrong codes at once make the password known once',
  { people: [ana], settings: { ...TEN, CODE_TRIES: '10' } },
  async (world) => {
    await protect(world, world.visitor())
    const thief = world.visitor()
    const code = notThe(await codeFor(world, thief))
    const tabs = Array.from({ length: 14 }, () => copyOf(world, thief))
    await Promise.all(tabs.map((tab) => tab.post('/sign-in/second', { code })))
    expect(await eventsOf(world, 'password_known')).toHaveLength(1)
    expect(await kinds(world)).toEqual(['protected', 'second_step_failures', 'password_known'])
  },
)

story(
  'from then on a remembered device does not count, and all that is asked leads to a new password',
  { people: [ana], settings: TEN },
  async (world) => {
    const [remembered, other] = [world.visitor(), world.visitor()]
    await protect(world, other)
    await signInFully(world, remembered, ana, { remember: 'yes' })
    expect(placeOf(await remembered.signIn())).toBe('/account')
    const beside = await openWorld({ beside: world, settings: TEN })
    await makeKnown(world)
    const away = copyOf(beside, other)

    expect(placeOf(await remembered.signIn())).toBe('/sign-in/second')
    const code = await world.codeTo(ana.email)
    const answer = await remembered.post('/sign-in/second', { code, remember: 'yes' })
    expect(placeOf(answer)).toBe(`${PLACE}?remember=yes`)
    expect(await whoIs(remembered)).toBe(ana.email) // its session of before
    const page = await (await remembered.get(`${PLACE}?remember=yes`)).text()
    expect(page).toContain(asHtml(textsOf('en').newPassword.known.lead))
    expect(page).toContain('name="remember" value="yes"')
    expect(await eventsOf(world, 'signed_in')).toHaveLength(3)

    const done = await remembered.post(PLACE, { password: NEXT, remember: 'yes' })
    expect(placeOf(done)).toBe('/account')
    expect(await whoIs(remembered)).toBe(ana.email)
    expect(await whoIs(other)).toBeNull()
    expect(await whoIs(away)).toBeNull()
    expect((await world.visitor().signIn()).status).toBe(401)
    // Known no more, and remembered anew.
    expect(placeOf(await remembered.signIn(renewed))).toBe('/account')
    expect(await eventsOf(world, 'password_changed')).toHaveLength(1)
    expect((await kinds(world)).at(-1)).toBe('password_changed')
    await beside.close()
  },
)

story(
  'before the new password is set nothing else can be done in this sign-in',
  { people: [ana], settings: TEN },
  async (world) => {
    const codes = await protect(world, world.visitor())
    await makeKnown(world)
    const browser = world.visitor()
    const code = await codeFor(world, browser)
    await browser.post('/sign-in/second', { code })
    const before = await kept(world)
    expect(placeOf(await browser.get('/sign-in/second'))).toBe(PLACE)
    expect(placeOf(await browser.post('/sign-in/second', { code }))).toBe(PLACE)
    expect(placeOf(await recoveryCode(browser, codes[0]!))).toBe(PLACE)
    world.pass(MINUTE)
    expect((await browser.post('/sign-in/second/send')).status).toBe(409)
    for (const path of ['/account', '/account/password', '/account/security'])
      expect(placeOf(await browser.get(path))).toContain('/sign-in?to=')
    expect(await whoIs(browser)).toBeNull()
    expect(await kept(world)).toEqual(before)
  },
)

story(
  'a new password that is the old one, or too easy, is refused, and nothing has changed',
  { people: [ana], settings: TEN },
  async (world) => {
    await protect(world, world.visitor())
    await makeKnown(world)
    const browser = world.visitor()
    await signInFully(world, browser)
    const before = await kept(world)
    for (const [password, code] of [
      [ana.password, 'password_same'],
      ['', 'missing'],
      ['short', 'password_short'],
      ['ana lima nightlatch', 'password_context'],
    ] as const) {
      const answer = await set(browser, password)
      expect(answer.status, code).toBe(422)
      expect(await answer.text()).toContain(asHtml(textsOf('en').fields[code]))
    }
    expect(await kept(world)).toEqual(before)
    expect(placeOf(await set(browser))).toBe('/account')
  },
)

story(
  'nobody sets a new password too early, too late, or in somebody else’s sign-in',
  { people: [ana, bob], settings: TEN },
  async (world) => {
    await protect(world, world.visitor())
    await protect(world, world.visitor(), bob)
    const early = world.visitor()
    await codeFor(world, early)
    await makeKnown(world)

    const before = await kept(world)
    expect(placeOf(await set(world.visitor()))).toBe('/sign-in')
    const half = world.visitor()
    await codeFor(world, half)
    expect((await set(half)).status).toBe(409)
    expect((await set(half, 'short')).status).toBe(409)
    expect(placeOf(await half.get(PLACE))).toBe('/sign-in/second')
    const bobs = world.visitor()
    await codeFor(world, bobs, bob)
    expect((await set(bobs)).status).toBe(409)
    const late = world.visitor()
    await signInFully(world, late)
    const attempt = late.cookies.get('attempt')!
    world.pass(10 * MINUTE)
    late.cookies.set('attempt', attempt)
    expect((await set(late)).status).toBe(409)
    expect(await kept(world)).toEqual(before)

    const browser = world.visitor()
    await signInFully(world, browser)
    const copy = copyOf(world, browser)
    expect(placeOf(await set(browser))).toBe('/account')
    const after = await kept(world)
    expect(placeOf(await set(copy, 'another long password'))).toBe('/sign-in')
    expect(await kept(world)).toEqual(after)
  },
)

story(
  'a new password that was set meanwhile by a link is not set over',
  { people: [ana], settings: TEN },
  async (world) => {
    await protect(world, world.visitor())
    await makeKnown(world)
    const browser = world.visitor()
    await signInFully(world, browser)
    await world.visitor().post('/sign-in/forgot', { login: ana.email })
    const link = (await noticesTo(world)).at(-1)!
    const token = link.kind === 'password_reset' ? link.token : ''
    // Others know the old one: it may not be set again by a link either.
    const same = await world.visitor().post('/sign-in/reset', { token, password: ana.password })
    expect(same.status).toBe(422)
    const answer = await world.visitor().post('/sign-in/reset', { token, password: NEXT })
    expect(placeOf(answer)).toBe('/sign-in?notice=password_set')
    const before = await kept(world)
    expect(placeOf(await set(browser, 'another long password'))).toBe('/sign-in')
    expect(await kept(world)).toEqual(before)
  },
)

story(
  'a change of password from a session ends it too',
  { people: [ana], settings: TEN },
  async (world) => {
    const browser = world.visitor()
    await protect(world, browser)
    await makeKnown(world)
    const fresh = await browser.post('/account/password', { current: ana.password, next: NEXT })
    expect(placeOf(fresh)).toBe('/account/security?notice=password_changed')
    expect(placeOf(await signInFully(world, world.visitor(), renewed))).toBe('/account')
  },
)

// A hundred in a row is ten here: the ledger of a day would make a story of ten days of it.
const ROW = { ...WIDE, SECOND_STEP_FAILURES_IN_A_ROW: '10', MAILS_HOUR: '1000' }

const failures = async (world: World) => {
  const rows = await world.app.db
    .selectFrom('enrolments')
    .select(['kind', 'failures', 'disabledAt'])
    .orderBy('kind')
    .execute()
  return rows.map(({ kind, failures: count, disabledAt }) => [kind, count, disabledAt !== null])
}

story(
  'so many wrong codes in a row, over any time, and codes by mail do not let in any more',
  { people: [ana], settings: ROW },
  async (world) => {
    const codes = await protect(world, world.visitor())
    await guess(world, 9)
    world.pass(30 * DAY)
    const open = world.visitor()
    const stillGood = await codeFor(world, open)
    expect(await failures(world)).toEqual([
      ['email', 9, false],
      ['recovery', 0, false],
    ])
    await guess(world, 1)
    expect(await failures(world)).toEqual([
      ['email', 10, true],
      ['recovery', 0, false],
    ])
    expect(await eventsOf(world, 'factor_disabled')).toHaveLength(1)
    expect((await kinds(world)).at(-1)).toBe('factor_disabled')

    // Not asked, not offered, and refused when posted, also a code that was sent before.
    expect((await open.post('/sign-in/second', { code: stillGood })).status).toBe(401)
    expect(await whoIs(open)).toBeNull()
    const browser = world.visitor()
    const sent = await codesSentTo(world)
    expect(placeOf(await browser.signIn())).toBe('/sign-in/second')
    const page = await (await browser.get('/sign-in/second')).text()
    expect(page).toContain(asHtml(textsOf('en').code.mailDisabled))
    expect(page).toContain('name="with" value="recovery"')
    expect(page).not.toContain('/sign-in/second/send')
    expect((await browser.post('/sign-in/second/send')).status).toBe(409)
    expect((await browser.post('/sign-in/second', { code: stillGood })).status).toBe(401)
    expect(await codesSentTo(world)).toBe(sent)
    expect((await recoveryCode(browser, codes[0]!)).status).toBe(303)
    expect(await whoIs(browser)).toBe(ana.email)
  },
)

story(
  'a right code breaks the row, and only a row of this factor is counted',
  { people: [ana], settings: ROW },
  async (world) => {
    const codes = await protect(world, world.visitor())
    await guess(world, 9)
    await signInFully(world, world.visitor())
    expect(await failures(world)).toEqual([
      ['email', 0, false],
      ['recovery', 0, false],
    ])
    await guess(world, 3)
    const browser = world.visitor()
    await codeFor(world, browser)
    await recoveryCode(browser, codes[0]!)
    expect((await failures(world))[0]).toEqual(['email', 3, false])
  },
)

story('recovery codes are never switched off', { people: [ana], settings: ROW }, async (world) => {
  const codes = await protect(world, world.visitor())
  for (let turn = 0; turn < 12; turn++) {
    const thief = world.visitor({ address: `198.51.100.${turn + 1}` })
    await codeFor(world, thief)
    await recoveryCode(thief, 'AAAA-BBBB-CCCC-DDDD')
    world.pass(3 * MINUTE)
  }
  expect(await failures(world)).toEqual([
    ['email', 0, false],
    ['recovery', 0, false],
  ])
  const browser = world.visitor()
  await codeFor(world, browser)
  expect((await recoveryCode(browser, codes[0]!)).status).toBe(303)
})

story(
  'wrong codes at once switch off once, at the last one of the row',
  { people: [ana], settings: { ...ROW, SECOND_STEP_ADDRESS_FAILURES_HOUR: '1000' } },
  async (world) => {
    await protect(world, world.visitor())
    const thieves = [world.visitor(), world.visitor()]
    const tabs: [Visitor, string][] = []
    for (const thief of thieves) {
      const code = notThe(await codeFor(world, thief))
      for (let tab = 0; tab < 9; tab++) tabs.push([copyOf(world, thief), code])
    }
    await Promise.all(tabs.map(([tab, code]) => tab.post('/sign-in/second', { code })))
    expect((await failures(world))[0]).toEqual(['email', 10, true])
    expect(await eventsOf(world, 'factor_disabled')).toHaveLength(1)
    const told = (await kinds(world)).filter((kind) => kind === 'factor_disabled')
    expect(told).toHaveLength(1)
  },
)

/** Codes by mail are off; somebody has just come in with a recovery code. */
async function withoutMail(world: World): Promise<{ browser: Visitor; codes: string[] }> {
  const codes = await protect(world, world.visitor())
  await guess(world, 10)
  const browser = world.visitor()
  await browser.signIn()
  await recoveryCode(browser, codes[0]!)
  return { browser, codes: codes.slice(1) }
}
/** The id of codes by mail, of somebody who has them. */
async function mailOf(world: World, email: string): Promise<string> {
  const rows = await enrolmentRows(world, email)
  return rows.find(({ kind }) => kind === 'email')!.id
}
const bind = async (world: World, browser: Visitor, factor?: string) =>
  browser.post('/account/security/bind-anew', {
    factor: factor ?? (await mailOf(world, ana.email)),
  })
const answer = (browser: Visitor, code: string) => browser.post('/account/security/code', { code })

story(
  'codes by mail work again when the address is proven anew; protection is on all the while',
  { people: [ana], settings: ROW },
  async (world) => {
    const { browser } = await withoutMail(world)
    const page = await (await browser.get('/account/security')).text()
    expect(page).toContain(asHtml(textsOf('en').security.disabledWhat))
    expect(page).toContain('action="/account/security/bind-anew"')
    const id = await mailOf(world, ana.email)
    expect(page).toContain(`<input type="hidden" name="factor" value="${id}" />`)
    expect(placeOf(await bind(world, browser))).toBe('/account/security/code')
    expect(placeOf(await world.visitor().signIn())).toBe('/sign-in/second')

    const before = await kept(world)
    const code = await world.codeTo(ana.email)
    expect((await answer(browser, notThe(code))).status).toBe(401)
    expect((await browser.post('/account/security/confirm', { saved: 'yes' })).status).toBe(409)
    expect((await browser.post('/account/security/codes')).status).toBe(409)
    expect(await kept(world)).toEqual(before)
    const old = copyOf(world, browser)
    expect(placeOf(await answer(browser, code))).toBe('/account/security?notice=bound_anew')
    expect(await whoIs(browser)).toBe(ana.email)
    expect(await whoIs(old)).toBeNull()
    expect(await failures(world)).toEqual([
      ['email', 0, false],
      ['recovery', 0, false],
    ])
    expect(await eventsOf(world, 'factor_bound_anew')).toHaveLength(1)
    expect(await (await browser.get('/account/security')).text()).not.toContain('bind-anew')
    expect(placeOf(await signInFully(world, world.visitor()))).toBe('/account')
  },
)

story(
  'proving it anew needs a recovery code of a moment ago: no older one, and no password',
  { people: [ana], settings: ROW },
  async (world) => {
    const { browser, codes } = await withoutMail(world)
    world.pass(5 * MINUTE)
    const before = await kept(world)
    const sent = await codesSentTo(world)
    expect(placeOf(await bind(world, browser))).toBe('/account/confirm')
    const page = await (await browser.get('/account/confirm')).text()
    expect(page).toContain(asHtml(textsOf('en').stepUp.what['bind-anew']))
    expect(page).toContain('name="with" value="recovery"')
    expect((await browser.post('/account/confirm', { password: ana.password })).status).toBe(401)
    expect((await browser.post('/account/confirm', { code: '123456' })).status).toBe(401)
    expect(await codesSentTo(world)).toBe(sent)
    expect(await kept(world)).toEqual(before)
    const shown = await browser.post('/account/confirm', { code: codes[0]!, with: 'recovery' })
    expect(placeOf(shown)).toBe('/account/security/code')
    expect(placeOf(await answer(browser, await world.codeTo(ana.email)))).toBe(
      '/account/security?notice=bound_anew',
    )
  },
)

story(
  'what need not be proven anew is not, and nobody else’s is',
  { people: [ana, bob], settings: ROW },
  async (world) => {
    const { browser } = await withoutMail(world)
    const bobs = world.visitor()
    await protect(world, bobs, bob)
    const before = await kept(world)
    const [his, hers] = [await mailOf(world, bob.email), await mailOf(world, ana.email)]
    for (const factor of [his, hers, 'x', ''])
      expect([factor, (await bind(world, bobs, factor)).status]).toEqual([factor, 409])
    // It is hers to prove, but his need not be, and is not hers.
    for (const factor of [his, 'x']) {
      const refused = await bind(world, browser, factor)
      expect([factor, refused.status]).toEqual([factor, 409])
    }
    expect(await kept(world)).toEqual(before)
    await bind(world, browser)
    const stolen = copyOf(world, bobs)
    stolen.cookies.set('attempt', browser.cookies.get('attempt')!)
    expect(placeOf(await answer(stolen, await world.codeTo(ana.email)))).toBe('/account/security')
    expect((await failures(world)).filter(([, , isOff]) => isOff)).toHaveLength(1)
  },
)

story(
  'with codes by mail off, other changes ask for a recovery code and send nothing',
  { people: [ana], settings: ROW },
  async (world) => {
    const { browser, codes } = await withoutMail(world)
    const sent = await codesSentTo(world)
    expect(placeOf(await browser.post('/account/security/unprotect'))).toBe(
      '/account/security/code',
    )
    const page = await (await browser.get('/account/security/code')).text()
    expect(page).toContain('name="with" value="recovery"')
    expect(await codesSentTo(world)).toBe(sent)
    await browser.post('/account/security/code', { code: codes[0]!, with: 'recovery' })
    expect(await enrolledFor(world)).toEqual([])
  },
)

/** Somebody signed in opens an attempt there, again and again, and gives wrong codes in it. */
async function mistype(
  world: World,
  browser: Visitor,
  times: number,
  where: {
    readonly open: () => Promise<unknown>
    readonly path: string
    readonly to?: string
  },
): Promise<void> {
  for (let turn = 0; turn < times; turn++) {
    world.pass(MINUTE)
    await where.open()
    const right = await world.codeTo(where.to ?? ana.email)
    const code = notThe(right).padStart(right.length, '0')
    const answer = await browser.post(where.path, { code })
    if (answer.status !== 401) throw new Error(`refused with ${answer.status}`)
  }
}

const THERE = { ...TEN, STEP_UP_MINUTES: '15' }

story(
  'whoever mistypes the code for their own new address ten times is told nothing, and keeps the password',
  { people: [ana], settings: THERE },
  async (world) => {
    const browser = world.visitor()
    await protect(world, browser)
    await signInFully(world, browser)
    const before = await kinds(world)
    const to = 'ana@new.example'
    const open = () => browser.post('/account/email', { email: to })
    await mistype(world, browser, 10, { open, path: '/account/email/code', to })
    expect(await eventsOf(world, 'password_known')).toEqual([])
    expect(await kinds(world)).toEqual(before)
    world.pass(HOUR)
    expect(placeOf(await signInFully(world, world.visitor()))).toBe('/account')
  },
)

for (const [what, path, code] of [
  ['showing who one is', '/account/devices/remove-others', '/account/confirm'],
  ['switching off', '/account/security/unprotect', '/account/security/code'],
  ['new recovery codes', '/account/security/recovery-codes', '/account/security/code'],
] as const)
  story(
    `wrong codes of somebody signed in are told, and say nothing of the password: ${what}`,
    { people: [ana], settings: TEN },
    async (world) => {
      const browser = world.visitor()
      await protect(world, browser)
      await signInFully(world, browser)
      world.pass(10 * MINUTE)
      const open = () => browser.post(path)
      await mistype(world, browser, 2, { open, path: code })
      expect(await kinds(world)).not.toContain('second_step_failures')
      await mistype(world, browser, 8, { open, path: code })
      expect(await kinds(world)).toEqual(['protected', 'second_step_failures'])
      expect(await eventsOf(world, 'password_known')).toEqual([])

      // Past them, a wrong one at sign-in says so: there the password was given.
      world.pass(MINUTE)
      await guess(world, 1)
      expect(await eventsOf(world, 'password_known')).toHaveLength(1)
    },
  )

story(
  'an owner whose second step is kept busy gets out by another password, and waits an hour at most',
  { people: [ana], settings: { ...WIDE, SECOND_STEP_FAILURES_DAY: '10' } },
  async (world) => {
    const owner = world.visitor()
    const codes = await protect(world, owner)
    await owner.post('/sign-out')
    const thief = world.visitor({ address: '198.51.100.66' })
    const busy = async () => {
      await thief.signIn()
      return (await thief.post('/sign-in/second', { code: notThe(await world.codeTo(ana.email)) }))
        .status
    }
    for (let turn = 1; turn <= 18; turn++) {
      expect(await busy()).toBe(401)
      if (turn >= 10) world.pass(Math.min(30 * SECOND * 2 ** (turn - 10), HOUR))
    }
    expect(await busy()).toBe(401)
    await owner.signIn()
    expect((await recoveryCode(owner, codes[0]!)).status).toBe(429)

    await owner.post('/sign-in/forgot', { login: ana.email })
    const links = (await noticesTo(world)).flatMap((notice) =>
      notice.kind === 'password_reset' ? [notice.token] : [],
    )
    await owner.post('/sign-in/reset', { token: links.at(-1)!, password: NEXT })
    expect((await thief.signIn()).status).toBe(401)
    expect((await thief.post('/sign-in/second', { code: '123456' })).status).toBe(429)
    world.pass(HOUR)
    expect((await thief.post('/sign-in/second', { code: '123456' })).status).toBe(401)
    await owner.signIn(renewed)
    expect((await recoveryCode(owner, codes[0]!)).status).toBe(303)
    expect(await whoIs(owner)).toBe(ana.email)
  },
)

story(
  'whoever has replaced a known password and then mistypes a code need not replace the next one too',
  { people: [ana], settings: TEN },
  async (world) => {
    await protect(world, world.visitor())
    await makeKnown(world)
    const owner = world.visitor()
    await signInFully(world, owner)
    expect(placeOf(await set(owner))).toBe('/account')
    world.pass(HOUR)
    await guess(world, 1, renewed)
    world.pass(HOUR)
    expect(placeOf(await signInFully(world, world.visitor(), renewed))).toBe('/account')
    expect(await eventsOf(world, 'password_known')).toHaveLength(1)

    // On another day it is another ten.
    world.pass(DAY)
    await guess(world, 10, renewed)
    expect(await eventsOf(world, 'password_known')).toHaveLength(2)
  },
)
