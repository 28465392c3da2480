import { expect } from 'vitest'
import { textsOf } from '../../src/pages/texts/all.ts'
import { languages } from '../../src/lib/language.ts'
import { atOnce, dump, expectNoChange, statuses } from '../attacks/tools.ts'
import {
  ana,
  bob,
  MINUTE,
  openWorld,
  PASSWORD,
  protect,
  signInFully,
  type Visitor,
  type World,
} from '../world.ts'
import {
  asHtml,
  codesSentTo,
  copyOf,
  eventsOf,
  notThe,
  noticesTo,
  placeOf,
  story,
  whoIs,
  WIDE,
} from './story.ts'

const CONFIRM = '/account/confirm'
const PHONE = '+351912345678'
const { problems, stepUp } = textsOf('en')

const profile = { name: 'Ana Nova', country: 'PT', language: 'en', phone: PHONE }
/** A change that only somebody may make who has just shown who they are. */
const ask = (browser: Visitor, phone = PHONE) => browser.post('/account', { ...profile, phone })
const show = (browser: Visitor, code: string) => browser.post(CONFIRM, { code })
const give = (browser: Visitor, password: string) => browser.post(CONFIRM, { password })

const phoneOf = async (world: World, email: string = ana.email) => {
  const { phone } = await world.app.db
    .selectFrom('accounts')
    .select('phone')
    .where('email', '=', email)
    .executeTakeFirstOrThrow()
  return phone
}

/** Signed in with both steps, and so long ago that it counts for nothing here. */
async function longIn(world: World, options: { recovery?: string[] } = {}): Promise<Visitor> {
  const browser = world.visitor()
  options.recovery?.push(...(await protect(world, browser)))
  if (!options.recovery) await protect(world, browser)
  world.pass(6 * MINUTE)
  return browser
}

story(
  'on a protected account it asks for a code, never for the password, and then does what was typed',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = await longIn(world)
    const sent = await codesSentTo(world)
    expect(placeOf(await ask(browser))).toBe(CONFIRM)
    expect(await phoneOf(world)).toBe(null)
    expect(await codesSentTo(world)).toBe(sent + 1)
    const shown = await (await browser.get(CONFIRM)).text()
    expect(shown).toContain(stepUp.what.profile)
    expect(shown).not.toContain('type="password"')

    for (const password of [PASSWORD, 'wrong']) {
      expect((await give(browser, password)).status).toBe(401)
      const both = { password, code: '' }
      expect((await browser.post(CONFIRM, both)).status).toBe(401)
    }
    expect(await phoneOf(world)).toBe(null)

    const done = await show(browser, await world.codeTo(ana.email))
    expect(placeOf(done)).toBe('/account?notice=saved')
    const page = await (await browser.get('/account')).text()
    expect(page).toContain('Ana Nova')
    expect(await phoneOf(world)).toBe(PHONE)
    expect(await eventsOf(world, 'stepped_up')).toMatchObject([
      { detail: JSON.stringify({ by: 'email', deed: 'profile' }) },
    ])
    expect(await eventsOf(world, 'profile_changed')).toHaveLength(1)
  },
)

story(
  'neither a remembered device nor an old sign-in is enough',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    await protect(world, browser)
    await browser.post('/sign-out')
    await signInFully(world, browser, ana, { remember: 'yes' })
    await browser.post('/sign-out')
    world.pass(6 * MINUTE)
    expect(placeOf(await browser.signIn())).toBe('/account') // remembered
    expect(placeOf(await ask(browser))).toBe(CONFIRM)
    expect((await give(browser, PASSWORD)).status).toBe(401)
    expect(await phoneOf(world)).toBe(null)
  },
)

story(
  'within five minutes it is not asked again, after five minutes it is',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = await longIn(world)
    await ask(browser)
    await show(browser, await world.codeTo(ana.email))
    world.pass(5 * MINUTE - 1)
    expect(placeOf(await ask(browser, ''))).toBe('/account?notice=saved')
    expect(await phoneOf(world)).toBe(null)
    world.pass(1)
    expect(placeOf(await ask(browser))).toBe(CONFIRM)
    expect(await phoneOf(world)).toBe(null)
  },
)

story(
  'a sign-in with its second step counts for five minutes as well',
  { people: [ana], settings: WIDE },
  async (world) => {
    await protect(world, world.visitor())
    world.pass(MINUTE)
    const browser = world.visitor()
    await signInFully(world, browser)
    world.pass(5 * MINUTE - 1)
    expect(placeOf(await ask(browser))).toBe('/account?notice=saved')
    world.pass(1)
    expect(placeOf(await ask(browser, ''))).toBe(CONFIRM)
  },
)

story(
  'another time can be set for how long it counts',
  { people: [ana], settings: { ...WIDE, STEP_UP_MINUTES: '1' } },
  async (world) => {
    const browser = world.visitor()
    await protect(world, browser)
    world.pass(MINUTE)
    expect(placeOf(await ask(browser))).toBe(CONFIRM)
  },
)

story(
  'the session has a new token, and the old one is dead on every server',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = await longIn(world)
    const second = await openWorld({ beside: world })
    const thief = copyOf(world, browser)
    await ask(browser)
    await show(browser, await world.codeTo(ana.email))
    for (const server of [world, second]) {
      expect(await whoIs(copyOf(server, browser))).toBe(ana.email)
      expect(await whoIs(copyOf(server, thief))).toBe(null)
    }
    await second.close()
  },
)

story(
  'wrong codes do nothing, and after too many of them the right one does nothing either',
  { people: [ana] },
  async (world) => {
    const browser = await longIn(world)
    await ask(browser)
    const code = await world.codeTo(ana.email)
    // What counts wrong codes, and tells of them.
    const but = ['attempts', 'limits', 'events', 'sessions', 'enrolments', 'messages']
    const before = await dump(world, but)
    for (let turn = 0; turn < 5; turn++)
      expect((await show(browser, notThe(code))).status).toBe(401)
    world.pass(5 * MINUTE)
    expect((await show(browser, code)).status).not.toBe(303)
    expect(await phoneOf(world)).toBe(null)
    expect(await dump(world, but)).toEqual(before)
    expect(await eventsOf(world, 'stepped_up')).toEqual([])
  },
)

story(
  'a recovery code does in place of the code by e-mail, once',
  { people: [ana], settings: WIDE },
  async (world) => {
    const recovery: string[] = []
    const browser = await longIn(world, { recovery })
    await ask(browser)
    const shown = await (await browser.get(`${CONFIRM}?with=recovery`)).text()
    expect(shown).toContain('name="with"')
    const answer = { code: recovery[0]!, with: 'recovery' }
    expect(placeOf(await browser.post(CONFIRM, answer))).toBe('/account?notice=saved')
    expect(await phoneOf(world)).toBe(PHONE)
    expect(await noticesTo(world)).toContainEqual({ kind: 'recovery_code_used', left: 9 })
    world.pass(6 * MINUTE)
    await ask(browser, '')
    expect((await browser.post(CONFIRM, answer)).status).toBe(401)
    expect(await phoneOf(world)).toBe(PHONE)
  },
)

story(
  'where codes by e-mail count for nothing a recovery code is asked for, and nothing is sent',
  { people: [ana], settings: WIDE },
  async (world) => {
    const recovery: string[] = []
    const browser = await longIn(world, { recovery })
    const { db } = world.app
    const ofEmail = db.updateTable('enrolments').set({ disabledAt: world.now() })
    await ofEmail.where('kind', '=', 'email').execute()
    const sent = await codesSentTo(world)
    expect(placeOf(await ask(browser))).toBe(CONFIRM)
    expect(await (await browser.get(CONFIRM)).text()).toContain('name="with" value="recovery"')
    expect(await codesSentTo(world)).toBe(sent)
    expect((await browser.post(`${CONFIRM}/send`)).status).toBe(409)
    expect((await give(browser, PASSWORD)).status).toBe(401)
    await browser.post(CONFIRM, { code: recovery[0]!, with: 'recovery' })
    expect(await phoneOf(world)).toBe(PHONE)
  },
)

story(
  'an unprotected account is asked for its password, under the limits of passwords',
  { people: [ana], settings: { PASSWORD_FAILURES_5_MINUTES: '3' } },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    world.pass(6 * MINUTE)
    expect(placeOf(await ask(browser))).toBe(CONFIRM)
    expect(await codesSentTo(world)).toBe(0)
    const shown = await (await browser.get(CONFIRM)).text()
    expect(shown).toContain('type="password"')
    expect(shown).toContain(stepUp.what.profile)
    for (const wrong of ['', 'not the password', `${PASSWORD} `]) {
      const answer = await give(browser, wrong)
      expect(answer.status).toBe(401)
      expect(await answer.text()).toContain(asHtml(problems.wrong_password))
    }
    expect((await give(browser, PASSWORD)).status).toBe(429)
    expect(await phoneOf(world)).toBe(null)
    world.pass(2_000)
    expect(placeOf(await give(browser, PASSWORD))).toBe('/account?notice=saved')
    expect(await phoneOf(world)).toBe(PHONE)
  },
)

story(
  'a password that was right a minute ago is enough on an unprotected account',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    world.pass(5 * MINUTE - 1)
    expect(placeOf(await ask(browser))).toBe('/account?notice=saved')
    world.pass(1)
    expect(placeOf(await ask(browser, ''))).toBe(CONFIRM)
  },
)

story(
  'an account that is protected meanwhile is not changed by the password alone',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    world.pass(6 * MINUTE)
    await ask(browser)
    await protect(world, world.visitor())
    expect((await give(browser, PASSWORD)).status).not.toBe(303)
    expect((await browser.post(CONFIRM, { password: PASSWORD, code: PASSWORD })).status).not.toBe(
      303,
    )
    expect(await phoneOf(world)).toBe(null)
  },
)

story(
  "another session's attempt, another account's, an ended one and a foreign one do nothing",
  { people: [ana, bob], settings: WIDE },
  async (world) => {
    const browser = await longIn(world)
    const [other, stranger] = [world.visitor(), world.visitor()]
    await signInFully(world, other)
    await stranger.signIn(bob)
    await ask(browser)
    const code = await world.codeTo(ana.email)
    const secret = browser.cookies.get('attempt')!
    for (const thief of [other, stranger]) {
      thief.cookies.set('attempt', secret)
      const answer = await expectNoChange(world, () => show(thief, code))
      expect(placeOf(answer)).toBe('/account')
      const password = await expectNoChange(world, () => give(thief, PASSWORD))
      expect(placeOf(password)).toBe('/account')
      expect(placeOf(await expectNoChange(world, () => thief.post(`${CONFIRM}/send`)))).toBe(
        '/account',
      )
      expect(placeOf(await expectNoChange(world, () => thief.post(`${CONFIRM}/cancel`)))).toBe(
        '/account',
      )
    }
    const signedOut = copyOf(world, browser)
    signedOut.cookies.delete('session')
    expect(placeOf(await expectNoChange(world, () => show(signedOut, code)))).toMatch(/^\/sign-in/)

    // Attempts of another kind are none here, and this one is none elsewhere.
    for (const path of ['/account/security/code', '/account/email/code', '/sign-in/second'])
      await expectNoChange(world, () => browser.post(path, { code }))
    await show(browser, code)
    expect(await phoneOf(world)).toBe(PHONE)
    const ended = copyOf(world, browser)
    ended.cookies.set('attempt', secret)
    await ask(browser, '')
    expect((await expectNoChange(world, () => show(ended, code), ['limits'])).status).not.toBe(303)
    expect(await eventsOf(world, 'stepped_up')).toHaveLength(1)
  },
)

story(
  'who cancels goes back to where they were, and nothing has changed',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = await longIn(world)
    await ask(browser)
    const code = await world.codeTo(ana.email)
    const back = await browser.post(`${CONFIRM}/cancel`)
    expect(placeOf(back)).toBe('/account')
    expect(browser.cookies.has('attempt')).toBe(false)
    expect(placeOf(await show(browser, code))).toBe('/account')
    expect(placeOf(await browser.get(CONFIRM))).toBe('/account')
    expect(await phoneOf(world)).toBe(null)

    await browser.post('/account/email', { email: 'x@new.example.com' })
    expect(placeOf(await browser.post(`${CONFIRM}/cancel`))).toBe('/account/email')
  },
)

story(
  'the same answer posted twenty times at once, on two servers, is done once',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = await longIn(world)
    const second = await openWorld({ beside: world, settings: WIDE })
    await ask(browser)
    const code = await world.codeTo(ana.email)
    const answers = await atOnce(20, (index) =>
      show(copyOf(index % 2 === 0 ? world : second, browser), code),
    )
    expect(statuses(answers)[303]).toBeGreaterThanOrEqual(1)
    expect(answers.filter((answer) => placeOf(answer)?.includes('saved'))).toHaveLength(1)
    expect(await eventsOf(world, 'profile_changed')).toHaveLength(1)
    expect(await eventsOf(world, 'stepped_up')).toHaveLength(1)
    await second.close()
  },
)

story(
  'a second change takes the place of the first: only what was asked last is done',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = await longIn(world)
    await ask(browser, '+351912000001')
    const first = browser.cookies.get('attempt')!
    const code = await world.codeTo(ana.email)
    world.pass(1000)
    await ask(browser, '+351912000002')
    const other = copyOf(world, browser)
    other.cookies.set('attempt', first)
    expect((await show(other, code)).status).not.toBe(303)
    await show(browser, await world.codeTo(ana.email))
    expect(await phoneOf(world)).toBe('+351912000002')
  },
)

story(
  'the proof of a new address is no proof of who is signed in',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = await longIn(world)
    await browser.post('/account/email', { email: 'thief@evil.example' })
    await show(browser, await world.codeTo(ana.email))
    world.pass(4 * MINUTE)
    await browser.post('/account/email/code', { code: await world.codeTo('thief@evil.example') })
    expect(await eventsOf(world, 'email_change_proven')).toHaveLength(1)
    world.pass(MINUTE)
    expect(placeOf(await ask(browser))).toBe(CONFIRM)
    expect(await phoneOf(world)).toBe(null)
  },
)

story(
  'who is asked too often for proof waits, and nothing is sent',
  { people: [ana], settings: { ...WIDE, ADDRESS_REQUESTS_5_MINUTES: '20' } },
  async (world) => {
    const browser = await longIn(world)
    const answers = []
    for (let turn = 0; turn < 21; turn++) answers.push(await ask(browser))
    expect(statuses(answers)).toEqual({ 303: 20, 429: 1 })
    const sent = await codesSentTo(world)
    expect((await ask(browser)).status).toBe(429)
    expect(await codesSentTo(world)).toBe(sent)
    expect(await phoneOf(world)).toBe(null)
  },
)

story(
  'a session that ends while it asks does nothing more, on any server',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = await longIn(world)
    const second = await openWorld({ beside: world })
    await ask(browser)
    const code = await world.codeTo(ana.email)
    const copy = copyOf(second, browser)
    await browser.post('/sign-out')
    expect(placeOf(await show(copy, code))).toMatch(/^\/sign-in/)
    expect(await phoneOf(world)).toBe(null)
    await second.close()
  },
)

for (const language of languages)
  story(
    `it is asked in the language of the person: ${language}`,
    { people: [{ ...ana, language }], settings: WIDE },
    async (world) => {
      const t = textsOf(language)
      const browser = world.visitor({ language })
      await browser.signIn()
      world.pass(6 * MINUTE)
      await ask(browser)
      expect(await (await browser.get(CONFIRM)).text()).toContain(asHtml(t.stepUp.what.profile))
      await browser.post(`${CONFIRM}/cancel`)
      await protect(world, browser)
      world.pass(6 * MINUTE)
      await browser.post('/account/email', { email: 'x@new.example.com' })
      expect(await (await browser.get(CONFIRM)).text()).toContain(asHtml(t.stepUp.what.email))
    },
  )
