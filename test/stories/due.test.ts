import { expect } from 'vitest'
import { ana, DAY, HOUR, MINUTE, protect, recoveryCodesIn, signInFully } from '../world.ts'
import { enrol } from './delivery-tools.ts'
import { connectOnTheWay, saved, setPolicy, want } from './due-tools.ts'
import {
  authenticatorFor,
  connectApp,
  enrolmentRows,
  optionsIn,
  signInByPasskey,
  makePasskey,
} from './factor-tools.ts'
import { accountRow, byPhone, linkSms, NUMBER, OTHER, smsCodeTo, smsTo } from './sms-tools.ts'
import {
  copyOf,
  enrolledFor,
  eventsOf,
  kept,
  notThe,
  noticesTo,
  placeOf,
  story,
  WIDE,
  whoIs,
} from './story.ts'

const people = [ana]
const WAY = '/sign-in/set-up'

story('what is required now is set up before anybody is in', { people }, async (world) => {
  await setPolicy(world, { protection: 'required' })
  const browser = world.visitor()
  await browser.signIn()
  expect(placeOf(await browser.get('/sign-in/second'))).toBe(WAY)
  const page = await (await browser.get(WAY)).text()
  expect(page).toContain('One more step before you are in')
  expect(page).not.toContain('/sign-in/set-up/later')
  const late = await browser.post(`${WAY}/later`)
  expect(late.status).toBe(409)
  expect(await late.text()).toContain('can be put off no longer')
  expect(await whoIs(browser)).toBeNull()

  const { codes } = await connectOnTheWay(world, browser)
  expect(codes).toHaveLength(10)
  expect(await enrolledFor(world)).toEqual([])
  expect(await whoIs(browser)).toBeNull()
  expect(placeOf(await saved(browser))).toBe('/account')
  expect(await whoIs(browser)).toBe(ana.email)
  expect(await enrolledFor(world)).toEqual(['recovery', 'totp'])
  expect(await eventsOf(world, 'protected')).toHaveLength(1)
  const [event] = await eventsOf(world, 'signed_in')
  expect(event?.detail).toContain('password+totp')
  expect((await noticesTo(world)).map(({ kind }) => kind)).toEqual(['protected'])
  // From now on it is asked as ever.
  const again = world.visitor()
  await again.signIn()
  expect((await again.get('/sign-in/second')).status).toBe(200)
})

story('what is required from a date is put off until then', { people }, async (world) => {
  await setPolicy(world, { protection: 'required', requiredFrom: world.now() + DAY })
  const browser = world.visitor()
  await browser.signIn()
  const page = await (await browser.get(WAY)).text()
  expect(page).toContain('You can put it off until')
  expect(placeOf(await browser.post(`${WAY}/later`))).toBe('/account')
  expect(await whoIs(browser)).toBe(ana.email)
  expect(await eventsOf(world, 'protection_put_off')).toHaveLength(1)
  // Not for ever: the next sign-in asks again, and after the date it is refused.
  world.pass(DAY - MINUTE)
  const next = world.visitor()
  await next.signIn()
  expect(await whoIs(next)).toBeNull()
  world.pass(2 * MINUTE)
  const before = await kept(world)
  expect((await next.post(`${WAY}/later`)).status).toBe(409)
  expect(await kept(world)).toEqual(before)
  expect(await eventsOf(world, 'protection_put_off')).toHaveLength(1)
})

story(
  'what will not do from a date on lets in until then, also those who need an app',
  { people },
  async (world) => {
    await enrol(world, ana.email, 'email', ana.email)
    const soon = { protection: 'required', requiredFrom: world.now() + DAY } as const
    const known = world.visitor()
    for (const rules of [
      { ...soon, factors: ['totp' as const] },
      { ...soon, strongFor: ['operator' as const] },
    ]) {
      await setPolicy(world, rules)
      const browser = 'strongFor' in rules ? known : world.visitor()
      expect(placeOf(await browser.signIn())).toBe('/sign-in/second')
      const code = await world.codeTo(ana.email)
      const answer = await browser.post('/sign-in/second', { code, with: 'email', remember: 'yes' })
      expect(placeOf(answer)).toBe(WAY)
      expect(await (await browser.get(WAY)).text()).toContain('You can put it off until')
      expect(placeOf(await browser.post(`${WAY}/later`))).toBe('/account')
      expect(await whoIs(browser)).toBe(ana.email)
      // Remembered until the day, where an app is needed, and not from then on.
      browser.cookies.delete('session')
      await browser.signIn()
      expect(await (await browser.get(WAY)).text()).toContain('You can put it off until')
      world.pass(HOUR)
    }
    world.pass(DAY)
    await known.signIn()
    expect(placeOf(await known.get(WAY))).toBe('/sign-in/second')
    const late = world.visitor()
    await late.signIn()
    const code = await world.codeTo(ana.email)
    await late.post('/sign-in/second', { code, with: 'email' })
    expect(await (await late.get(WAY)).text()).not.toContain(`${WAY}/later`)
    const before = await kept(world)
    expect((await late.post(`${WAY}/later`)).status).toBe(409)
    expect(await kept(world)).toEqual(before)
    expect(await whoIs(late)).toBeNull()
  },
)

story('codes that were shown and not saved count for nothing', { people }, async (world) => {
  await setPolicy(world, { protection: 'required' })
  const browser = world.visitor()
  await browser.signIn()
  const before = await kept(world)
  const { answer } = await connectOnTheWay(world, browser)
  expect(answer.status).toBe(200)
  expect(placeOf(await browser.get(`${WAY}/code`))).toBe(`${WAY}/codes`)
  expect(placeOf(await browser.post(`${WAY}/confirm`))).toBe(`${WAY}/codes`)
  expect(await kept(world)).toEqual(before)
  const again = await (await browser.get(`${WAY}/codes`)).text()
  expect(again).toContain('shown only once')
  const codes = recoveryCodesIn(await (await browser.post(`${WAY}/codes`)).text())
  expect(codes).toHaveLength(10)
  expect(await kept(world)).toEqual(before)
  const other = await browser.post(`${WAY}/confirm`, { saved: 'yes', set: 'another' })
  expect(placeOf(other)).toBe(`${WAY}/codes`)
  expect(await kept(world)).toEqual(before)
  expect(placeOf(await saved(browser))).toBe('/account')
})

story('a login code by e-mail is shown once and signs in', { people }, async (world) => {
  await want(world, 'email')
  const browser = world.visitor()
  await browser.signIn()
  expect(await (await browser.get(WAY)).text()).toContain('Send a code by e-mail')
  await browser.post(WAY, { kind: 'email' })
  const code = await world.codeTo(ana.email)
  const before = await kept(world)
  const wrong = await browser.post(`${WAY}/code`, { code: notThe(code), with: 'email' })
  expect(wrong.status).toBe(401)
  expect(await kept(world)).toEqual(before)
  await browser.post(`${WAY}/code`, { code, with: 'email' })
  expect((await accountRow(world)).wantedAt).not.toBeNull()
  expect(placeOf(await saved(browser))).toBe('/account')
  expect((await accountRow(world)).wantedAt).toBeNull()
  expect(await enrolledFor(world)).toEqual(['email', 'recovery'])
  expect(await eventsOf(world, 'login_code_proven')).toHaveLength(1)
})

story(
  'a login code by text message goes to the number that was set, and to no other',
  { people, given: byPhone },
  async (world) => {
    await linkSms(world)
    await want(world, 'sms', NUMBER)
    const browser = world.visitor()
    await browser.signIn()
    const page = await (await browser.get(WAY)).text()
    expect(page).toContain('If this number is not yours')
    expect(page).not.toContain('912345678')
    expect((await browser.get(`${WAY}/number`)).status).toBe(404)
    await browser.post(WAY, { kind: 'sms', country: 'PT', phone: OTHER })
    expect(await smsTo(world, OTHER)).toEqual([])
    expect(await (await browser.get(`${WAY}/code`)).text()).not.toContain('912 345')
    await browser.post(`${WAY}/code`, { code: await smsCodeTo(world), with: 'sms' })
    expect(placeOf(await saved(browser))).toBe('/account')
    expect(await enrolledFor(world)).toEqual(['recovery', 'sms'])
    expect(await accountRow(world)).toMatchObject({ wantedAt: null, phone: NUMBER })
  },
)

story(
  'a wrong number keeps nobody out: another kind is set up, and the wish stays',
  { people, given: byPhone },
  async (world) => {
    await linkSms(world)
    await want(world, 'sms', NUMBER)
    const browser = world.visitor()
    await browser.signIn()
    await browser.post(WAY, { kind: 'sms' })
    await connectOnTheWay(world, browser)
    expect(placeOf(await saved(browser))).toBe('/account')
    expect(await enrolledFor(world)).toEqual(['recovery', 'totp'])
    expect((await accountRow(world)).wantedAt).not.toBeNull()
    // Asked again next time, after the second step, and put off again.
    const next = world.visitor()
    await next.signIn()
    expect((await next.get('/sign-in/second')).status).toBe(200)
  },
)

story(
  'both are shown one after the other, in one sign-in',
  { people, given: byPhone },
  async (world) => {
    await linkSms(world)
    await want(world, 'both', NUMBER)
    const browser = world.visitor()
    await browser.signIn()
    await browser.post(WAY, { kind: 'email' })
    await browser.post(`${WAY}/code`, { code: await world.codeTo(ana.email), with: 'email' })
    expect(placeOf(await saved(browser))).toBe(WAY)
    expect(await whoIs(browser)).toBeNull()
    expect((await accountRow(world)).bothSince).toBeNull()
    await browser.post(WAY, { kind: 'sms' })
    const answer = await browser.post(`${WAY}/code`, { code: await smsCodeTo(world), with: 'sms' })
    expect(placeOf(answer)).toBe('/account')
    expect(await enrolledFor(world)).toEqual(['email', 'recovery', 'sms'])
    const { wantedAt, bothSince } = await accountRow(world)
    expect([wantedAt, bothSince !== null]).toEqual([null, true])
  },
)

story('who has an app shows it first, and may put the wish off', { people }, async (world) => {
  const { phone } = await connectApp(world, await signedInAna(world))
  await want(world, 'email')
  const browser = world.visitor()
  await browser.signIn()
  // What is wanted cannot be set up before the second step.
  expect(placeOf(await browser.post(WAY, { kind: 'email' }))).toBe('/sign-in/second')
  const shown = await browser.post('/sign-in/second', { code: phone.code(), with: 'totp' })
  expect(placeOf(shown)).toBe(WAY)
  expect(await whoIs(browser)).toBeNull()
  expect(placeOf(await browser.post(`${WAY}/later`))).toBe('/account')
  world.pass(MINUTE)
  const next = world.visitor()
  await next.signIn()
  await next.post('/sign-in/second', { code: phone.code(), with: 'totp' })
  await next.post(WAY, { kind: 'email' })
  const code = await world.codeTo(ana.email)
  expect(placeOf(await next.post(`${WAY}/code`, { code, with: 'email' }))).toBe('/account')
  expect(await enrolledFor(world)).toEqual(['email', 'recovery', 'totp'])
})

story(
  'a new login code in place of the second step, where the operator wants it so',
  { people, given: byPhone, settings: { NEW_LOGIN_CODE: 'instead' } },
  async (world) => {
    await linkSms(world)
    const { phone } = await connectApp(world, await signedInAna(world))
    await want(world, 'sms', NUMBER)
    const browser = world.visitor()
    await browser.signIn()
    expect(placeOf(await browser.get('/sign-in/second'))).toBe(WAY)
    // Only what is wanted, to where it is wanted: nothing that whoever knows the password could bring.
    expect((await browser.post(WAY, { kind: 'totp' })).status).toBe(403)
    expect((await browser.post(WAY, { kind: 'email' })).status).toBe(403)
    await browser.post(WAY, { kind: 'sms', country: 'PT', phone: OTHER })
    expect(await smsTo(world, OTHER)).toEqual([])
    // As before, where the number is wrong.
    const other = copyOf(world, browser)
    expect(placeOf(await other.post(`${WAY}/later`))).toBe('/sign-in/second')
    const answer = await other.post('/sign-in/second', { code: phone.code(), with: 'totp' })
    expect(placeOf(answer)).toBe('/account')

    const next = world.visitor()
    await next.signIn()
    await next.post(WAY, { kind: 'sms' })
    const code = await smsCodeTo(world)
    expect(placeOf(await next.post(`${WAY}/code`, { code, with: 'sms' }))).toBe('/account')
    expect(await enrolledFor(world)).toEqual(['recovery', 'sms', 'totp'])
  },
)

story(
  'a number that is only typed, or a mailbox shown before, never stands for the second step',
  { people, given: byPhone, settings: { NEW_LOGIN_CODE: 'instead' } },
  async (world) => {
    await linkSms(world)
    await connectApp(world, await signedInAna(world))
    await want(world, 'sms', null)
    const browser = world.visitor()
    await browser.signIn()
    expect((await browser.get('/sign-in/second')).status).toBe(200)
    const begun = await browser.post(WAY, { kind: 'sms', country: 'PT', phone: OTHER })
    expect(placeOf(begun)).toBe('/sign-in/second')
    expect(await smsTo(world, OTHER)).toEqual([])

    await want(world, 'email')
    const { db } = world.app
    await db.updateTable('accounts').set({ passwordResetAt: world.now() }).execute()
    const next = world.visitor()
    await next.signIn()
    expect((await next.get('/sign-in/second')).status).toBe(200)
    expect(placeOf(await next.post(WAY, { kind: 'email' }))).toBe('/sign-in/second')
  },
)

story(
  'who has nothing but what is not allowed any more gets in once, to set up what is',
  { people },
  async (world) => {
    await protect(world, world.visitor())
    world.pass(MINUTE)
    await setPolicy(world, { factors: ['totp', 'passkey'] })
    const browser = world.visitor()
    const shown = await signInFully(world, browser)
    expect(placeOf(shown)).toBe(WAY)
    expect((await browser.post(WAY, { kind: 'email' })).status).toBe(403)
    expect((await browser.post(`${WAY}/later`)).status).toBe(409)
    await browser.post(WAY, { kind: 'passkey' })
    const options = optionsIn(await (await browser.get(`${WAY}/code`)).text())
    const made = authenticatorFor(world).create(options)
    // Recovery codes are there already.
    const answer = await browser.post(`${WAY}/code`, { code: made, with: 'passkey', name: 'Key' })
    expect(placeOf(answer)).toBe('/account')
    expect(await enrolledFor(world)).toEqual(['email', 'passkey', 'recovery'])
    // The old way lets in no more.
    const next = world.visitor()
    await next.signIn()
    const page = await (await next.get('/sign-in/second')).text()
    expect(page).not.toContain('with=email')
    const own = await (await browser.get('/account/security')).text()
    expect(own).toContain('Not allowed here any more')
    expect(own).not.toContain('/account/security/sms')
  },
)

story(
  'a passkey that is not enough by a rule of the house leads to what is',
  { people },
  async (world) => {
    const first = await signedInAna(world)
    const key = authenticatorFor(world)
    await makePasskey(world, first, key)
    await want(world, 'email')
    const browser = world.visitor()
    expect(placeOf(await signInByPasskey(browser, key))).toBe(WAY)
    expect(await whoIs(browser)).toBeNull()
    expect(placeOf(await browser.post(`${WAY}/later`))).toBe('/account')
  },
)

story('who may do much is asked for an app or a passkey, each time', { people }, async (world) => {
  const browser = world.visitor()
  await protect(world, browser)
  await signInFully(world, browser, ana, { remember: 'yes' })
  world.pass(MINUTE)
  await setPolicy(world, { strongFor: ['operator'] })
  // This browser was remembered: that is no second step any more, nor is it offered.
  const shown = await signInFully(world, browser, ana, { remember: 'yes' })
  expect(placeOf(shown)).toBe(WAY)
  const { phone } = await connectOnTheWay(world, browser)
  expect(await whoIs(browser)).toBe(ana.email)
  world.pass(MINUTE)
  const next = await browser.signIn()
  expect(placeOf(next)).toBe('/sign-in/second')
  const page = await (await browser.get('/sign-in/second')).text()
  expect(page).not.toContain('name="remember"')
  expect(page).not.toContain('with=email')
  const answer = await browser.post('/sign-in/second', { code: phone.code(), with: 'totp' })
  expect(placeOf(answer)).toBe('/account')
})

story('a pass sets up a new way, and ends all that was before', { people }, async (world) => {
  const first = world.visitor()
  const old = await protect(world, first)
  await signInFully(world, first, ana, { remember: 'yes' })
  expect(await whoIs(first)).toBe(ana.email)
  const browser = world.visitor()
  await browser.signIn()
  await givePass(world)
  expect(placeOf(await browser.get('/sign-in/second'))).toBe(WAY)
  expect(await (await browser.get(WAY)).text()).toContain('Support has let you in this far')
  expect((await browser.post(`${WAY}/later`)).status).toBe(409)
  const before = await kept(world)
  await connectOnTheWay(world, browser)
  expect(await kept(world)).toEqual(before)
  expect(placeOf(await saved(browser))).toBe('/account')
  expect(await enrolledFor(world)).toEqual(['recovery', 'totp'])
  expect(await whoIs(first)).toBeNull()
  expect(await whoIs(browser)).toBe(ana.email)
  expect((await noticesTo(world)).map(({ kind }) => kind)).toContain('pass_used')
  const again = world.visitor()
  await again.signIn()
  const used = await again.post('/sign-in/second', { code: old[0]!, with: 'recovery' })
  expect(used.status).toBe(401)
})

story(
  'of two tabs one sets it up, and what was set up elsewhere is asked no more',
  { people, settings: WIDE },
  async (world) => {
    await setPolicy(world, { protection: 'required' })
    const one = world.visitor()
    await one.signIn()
    const two = copyOf(world, one)
    const { phone } = await connectOnTheWay(world, one)
    // The other tab begins something else: what the first has shown goes with it.
    await two.post(WAY, { kind: 'email' })
    expect(placeOf(await saved(one))).toBe(`${WAY}/code`)
    expect(placeOf(await one.post(`${WAY}/code`, { code: phone.code(1), with: 'totp' }))).toBe(
      `${WAY}/code`,
    )
    expect(await enrolledFor(world)).toEqual([])
    await two.post(`${WAY}/code`, { code: await world.codeTo(ana.email), with: 'email' })
    const answers = await Promise.all([saved(two), saved(copyOf(world, two))])
    expect(answers.filter((each) => placeOf(each) === '/account')).toHaveLength(1)
    expect(await enrolledFor(world)).toEqual(['email', 'recovery'])
    expect(await eventsOf(world, 'signed_in')).toHaveLength(1)

    // Another sign-in that was under way is over: it had shown a password only.
    world.pass(HOUR)
    const { db } = world.app
    await db.deleteFrom('enrolments').execute()
    const three = world.visitor()
    const four = world.visitor()
    await three.signIn()
    await four.signIn()
    await connectOnTheWay(world, three)
    await connectOnTheWay(world, four)
    expect(placeOf(await saved(three))).toBe('/account')
    expect(placeOf(await saved(four))).toBe('/sign-in')
    expect(await whoIs(four)).toBeNull()
    expect((await enrolmentRows(world)).length).toBe(2)
  },
)

async function signedInAna(world: Parameters<typeof protect>[0]) {
  const browser = world.visitor()
  await browser.signIn()
  return browser
}

/** What support gives: it lies on the attempt that is under way. */
async function givePass({ app, now }: Parameters<typeof protect>[0]): Promise<void> {
  const { id, proofs } = await app.db
    .selectFrom('attempts')
    .select(['id', 'proofs'])
    .where('endedAt', 'is', null)
    .where('purpose', '=', 'sign-in')
    .executeTakeFirstOrThrow()
  const pass = { by: 'pass', shows: ['has'], at: now() }
  const all = JSON.stringify([...JSON.parse(proofs), pass])
  await app.db
    .updateTable('attempts')
    .set({ proofs: all, asked: null })
    .where('id', '=', id)
    .execute()
}
