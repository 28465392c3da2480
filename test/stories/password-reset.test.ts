import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { languages } from '../../src/lib/language.ts'
import { textsOf } from '../../src/pages/texts/all.ts'
import { change } from '../../src/sign-in/change.ts'
import { findAccountByLogin, holdAccount, replaceLogin } from '../../src/store/accounts.ts'
import {
  ana,
  bob,
  DAY,
  HOUR,
  MINUTE,
  nobodysVisit,
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
  noticesTo,
  placeOf,
  story,
  whole,
  whoIs,
  WIDE,
} from './story.ts'

const NEXT = 'seven herons over the weir'
const renewed = { ...ana, password: NEXT }
const DONE = '/sign-in?notice=password_set'
const { problems, forgot } = textsOf('en')

const ask = (browser: Visitor, login: string = ana.email) =>
  browser.post('/sign-in/forgot', { login })

/** The tokens of the links that were sent, the oldest first. */
async function linksTo(world: World, email: string = ana.email): Promise<string[]> {
  const notices = await noticesTo(world, email)
  return notices.flatMap((notice) => (notice.kind === 'password_reset' ? [notice.token] : []))
}
async function linkFor(world: World, email: string = ana.email): Promise<string> {
  await ask(world.visitor(), email)
  return (await linksTo(world, email)).at(-1)!
}
const reset = (browser: Visitor, token: string, password: string = NEXT) =>
  browser.post('/sign-in/reset', { token, password })
/** Asks for a link and sets a new password by it. */
const resetFor = async (world: World) => reset(world.visitor(), await linkFor(world))
const recoveryCode = (browser: Visitor, code: string) =>
  browser.post('/sign-in/second', { code, with: 'recovery' })

story(
  'who forgot the password sets a new one by a mailed link, and signs in with it',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    expect(await (await browser.get('/sign-in')).text()).toContain('href="/sign-in/forgot"')
    const answer = await ask(browser)
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain(asHtml(forgot.sent))
    const [token] = await linksTo(world)
    expect(token).toMatch(/^[\w-]{43}$/)
    expect((await browser.get(`/sign-in/reset?token=${token}`)).status).toBe(200)
    expect(placeOf(await reset(browser, token!))).toBe(DONE)
    expect(await (await browser.get(DONE)).text()).toContain(
      asHtml(textsOf('en').notices.password_set),
    )
    // The link signs nobody in.
    expect([...browser.cookies.keys()]).toEqual([])
    expect(await whoIs(browser)).toBeNull()
    expect((await browser.signIn()).status).toBe(401)
    expect(placeOf(await browser.signIn(renewed))).toBe('/account')
    expect(await eventsOf(world, 'password_reset_asked')).toHaveLength(1)
    expect(await eventsOf(world, 'password_reset')).toHaveLength(1)
    expect((await noticesTo(world)).map(({ kind }) => kind)).toEqual([
      'password_reset',
      'password_changed',
    ])
  },
)

story(
  'an address that is nobody’s gets the same answer, and nothing is written for it',
  { people: [ana] },
  async (world) => {
    const known = await whole(await ask(world.visitor()))
    const before = await kept(world)
    for (const login of ['nobody@example.com', 'not an address', '', ' ', 'x'.repeat(900)])
      expect(await whole(await ask(world.visitor(), login)), login).toEqual(known)
    expect(await kept(world)).toEqual(before)
    expect(await linksTo(world, 'nobody@example.com')).toEqual([])
    const links = await world.app.db.selectFrom('links').selectAll().execute()
    expect(links).toHaveLength(1)
    expect(await eventsOf(world, 'password_reset_asked')).toHaveLength(1)
  },
)

story(
  'one account is sent five links a day: past that the answer is the same, and nothing is sent',
  { people: [ana] },
  async (world) => {
    const first = await whole(await ask(world.visitor()))
    for (let turn = 2; turn <= 7; turn++)
      expect(await whole(await ask(world.visitor({ address: `198.51.100.${turn}` })))).toEqual(
        first,
      )
    const links = await linksTo(world)
    expect(links).toHaveLength(5)
    // What is not sent does not end what was.
    expect((await world.visitor().get(`/sign-in/reset?token=${links[4]}`)).status).toBe(200)
    world.pass(DAY)
    await ask(world.visitor())
    expect(await linksTo(world)).toHaveLength(6)
  },
)

for (const login of [ana.email, 'nobody@example.com'])
  story(
    `one address asks twenty times an hour, whoever it asks for: ${login}`,
    { people: [ana] },
    async (world) => {
      const browser = world.visitor()
      for (let turn = 1; turn <= 20; turn++)
        expect((await ask(browser, login)).status, String(turn)).toBe(200)
      const refused = await ask(browser, login)
      expect(refused.status).toBe(429)
      expect(Number(refused.headers.get('retry-after'))).toBe(3600)
      expect(await refused.text()).toContain(asHtml(problems.slow_down({ wait: 3600 })))
      world.pass(HOUR)
      expect((await ask(browser, login)).status).toBe(200)
    },
  )

story(
  'looking at the link, ten times and by a mail scanner, changes nothing',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    const token = await linkFor(world)
    const before = await kept(world)
    for (let turn = 1; turn <= 10; turn++) {
      expect((await world.visitor().get(`/sign-in/reset?token=${token}`)).status).toBe(200)
      const looked = await world
        .visitor()
        .send(`/sign-in/reset?token=${token}`, { method: turn % 2 ? 'HEAD' : 'GET' })
      expect(looked.status).toBe(200)
    }
    expect(await kept(world)).toEqual(before)
    expect(await whoIs(browser)).toBe(ana.email)
    expect(placeOf(await reset(world.visitor(), token))).toBe(DONE)
  },
)

story('a link works once', { people: [ana] }, async (world) => {
  const token = await linkFor(world)
  await reset(world.visitor(), token)
  const before = await kept(world)
  const again = await reset(world.visitor(), token, 'another long password')
  expect(again.status).toBe(410)
  expect(await again.text()).toContain(asHtml(problems.reset_link_dead))
  expect((await world.visitor().get(`/sign-in/reset?token=${token}`)).status).toBe(410)
  expect(await kept(world)).toEqual(before)
})

story(
  'a link works for thirty minutes, and its mail no longer',
  { people: [ana] },
  async (world) => {
    const token = await linkFor(world)
    const mail = await world.app.db
      .selectFrom('messages')
      .select('expiresAt')
      .where('kind', '=', 'password_reset')
      .executeTakeFirstOrThrow()
    expect(mail.expiresAt).toBe(world.now() + 30 * MINUTE)
    world.pass(30 * MINUTE - 1)
    expect((await world.visitor().get(`/sign-in/reset?token=${token}`)).status).toBe(200)
    world.pass(1)
    const before = await kept(world)
    expect((await reset(world.visitor(), token)).status).toBe(410)
    expect(await kept(world)).toEqual(before)
  },
)

story(
  'a newer link leaves the older ones of this account good, and the first that is used ends them all',
  { people: [ana, bob] },
  async (world) => {
    const [bobs, first] = [await linkFor(world, bob.email), await linkFor(world)]
    const [second, third] = [await linkFor(world), await linkFor(world)]
    for (const token of [first, second, third])
      expect((await world.visitor().get(`/sign-in/reset?token=${token}`)).status).toBe(200)
    expect(placeOf(await reset(world.visitor(), second))).toBe(DONE)
    const before = await kept(world)
    for (const token of [first, second, third])
      expect((await reset(world.visitor(), token, 'another long password')).status).toBe(410)
    expect(await kept(world)).toEqual(before)
    expect(placeOf(await reset(world.visitor(), bobs))).toBe(DONE)
  },
)

story(
  'a stranger uses up the links of a day: the owner’s known browser has five for itself',
  { people: [ana, bob] },
  async (world) => {
    const owner = world.visitor()
    await owner.signIn()
    await owner.post('/sign-out')
    for (let turn = 1; turn <= 6; turn++) await ask(world.visitor({ address: '198.51.100.66' }))
    expect(await linksTo(world)).toHaveLength(5)
    const strangers = await whole(await ask(world.visitor()))
    expect(await linksTo(world)).toHaveLength(5)

    for (let turn = 1; turn <= 6; turn++) expect(await whole(await ask(owner))).toEqual(strangers)
    const links = await linksTo(world)
    expect(links).toHaveLength(10)
    // For another account this browser is one like any other.
    for (let turn = 1; turn <= 6; turn++) await ask(owner, bob.email)
    expect(await linksTo(world, bob.email)).toHaveLength(5)
    expect(placeOf(await reset(owner, links.at(-1)!))).toBe(DONE)
  },
)

story(
  'a link asked for while the address changes goes to nobody: neither to the old one nor the new one',
  { people: [ana, bob] },
  async (world) => {
    const account = (await findAccountByLogin(world.app.db, ana.email))!
    const next = 'ana@new.example'
    const asked = await change(world.app, nobodysVisit, async ({ db }) => {
      await holdAccount(db, account.id)
      await replaceLogin(db, account.id, { login: next, email: next })
      // It has read the account as it was by now, and waits.
      const asking = ask(world.visitor())
      await sleep(100)
      return { asking }
    })
    expect((await asked.asking).status).toBe(200)
    expect(await noticesTo(world)).toEqual([])
    expect(await noticesTo(world, next)).toEqual([])
    expect(await world.app.db.selectFrom('links').selectAll().execute()).toEqual([])
    expect(await eventsOf(world, 'password_reset_asked')).toEqual([])
    expect((await ask(world.visitor(), next)).status).toBe(200)
    expect(await linksTo(world, next)).toHaveLength(1)
  },
)

story(
  'a link that is none says so in every language, and does nothing',
  { people: [ana] },
  async (world) => {
    const token = await linkFor(world)
    const before = await kept(world)
    for (const language of languages)
      for (const wrong of ['', 'x', token.slice(0, -1), `${token}x`, token.toUpperCase()]) {
        const browser = world.visitor({ language })
        const looked = await browser.get(`/sign-in/reset?token=${encodeURIComponent(wrong)}`)
        expect(looked.status, wrong).toBe(410)
        expect(await looked.text()).toContain(asHtml(textsOf(language).problems.reset_link_dead))
        expect((await reset(browser, wrong)).status, wrong).toBe(410)
      }
    expect(await kept(world)).toEqual(before)
  },
)

story(
  'a password that may not be set costs nothing: the link stays good',
  { people: [ana] },
  async (world) => {
    const token = await linkFor(world)
    const browser = world.visitor()
    const before = await kept(world)
    for (const [password, code] of [
      ['', 'missing'],
      ['short', 'password_short'],
      ['password123', 'password_common'],
      ['ana lima nightlatch', 'password_context'],
    ] as const) {
      const answer = await reset(browser, token, password)
      expect(answer.status, code).toBe(422)
      expect(await answer.text()).toContain(asHtml(textsOf('en').fields[code]))
    }
    expect(await kept(world)).toEqual(before)
    expect(placeOf(await reset(browser, token))).toBe(DONE)
  },
)

story(
  'G-04, E-05: a reset ends every session on every server, all trust and what is under way',
  { people: [ana], settings: WIDE },
  async (world) => {
    const beside = await openWorld({ beside: world, settings: WIDE })
    const [inside, remembered, outside] = [world.visitor(), world.visitor(), world.visitor()]
    const codes = await protect(world, inside)
    await signInFully(world, remembered, ana, { remember: 'yes' })
    await inside.post('/account/security/unprotect')
    const change = await world.codeTo(ana.email)
    const signIn = await codeFor(world, outside)
    const away = copyOf(beside, remembered)
    expect(await whoIs(away)).toBe(ana.email)

    expect(placeOf(await resetFor(world))).toBe(DONE)
    for (const each of [inside, remembered, away]) expect(await whoIs(each)).toBeNull()
    const before = await kept(world)
    await inside.post('/account/security/code', { code: change })
    expect((await outside.post('/sign-in/second', { code: signIn })).status).toBe(401)
    expect((await recoveryCode(outside, codes[0]!)).status).toBe(401)
    expect(await kept(world)).toEqual(before)
    expect(placeOf(await remembered.signIn(renewed))).toBe('/sign-in/second')
    await beside.close()
  },
)

story(
  'whoever reads the mailbox gets no further than the second step, and no code is sent there',
  { people: [ana], settings: WIDE },
  async (world) => {
    const codes = await protect(world, world.visitor())
    const sent = await codesSentTo(world)
    await resetFor(world)
    const thief = world.visitor()
    expect(placeOf(await thief.signIn(renewed))).toBe('/sign-in/second')
    const before = await kept(world)
    for (const path of ['/sign-in/second', '/sign-in/second?with=email']) {
      const page = await (await thief.get(path)).text()
      expect(page).toContain('name="with" value="recovery"')
      expect(page).toContain('datetime="2026-01-06T09:00:00.000Z"')
      expect(page).not.toContain('/sign-in/second/send')
      expect(page).not.toContain(textsOf('en').code.use.email)
    }
    const refused = await thief.post('/sign-in/second/send')
    expect(refused.status).toBe(429)
    expect(await refused.text()).toContain(asHtml(problems.mailbox_shown({ wait: 24 * 3600 })))
    expect(await codesSentTo(world)).toBe(sent)

    // A code by mail costs no try: there is none that could be right.
    for (let turn = 1; turn <= 7; turn++) {
      const answer = await thief.post('/sign-in/second', { code: '123456', with: 'email' })
      expect(answer.status).toBe(429)
      expect(await answer.text()).toContain(asHtml(problems.mailbox_shown({ wait: 24 * 3600 })))
    }
    // Nor does one where a recovery code is asked for: it could not be one.
    for (let turn = 1; turn <= 7; turn++)
      expect((await thief.post('/sign-in/second', { code: '123456' })).status).toBe(401)
    expect(await eventsOf(world, 'second_step_refused')).toEqual([])
    expect(await whoIs(thief)).toBeNull()
    expect(await kept(world)).toEqual(before)
    expect((await recoveryCode(thief, codes[0]!)).status).toBe(303)
    expect(await whoIs(thief)).toBe(ana.email)
  },
)

story(
  'a sign-in with a recovery code shows more than the mailbox: codes by mail work again',
  { people: [ana], settings: WIDE },
  async (world) => {
    const codes = await protect(world, world.visitor())
    await resetFor(world)
    const browser = world.visitor()
    await browser.signIn(renewed)
    await recoveryCode(browser, codes[0]!)
    expect(placeOf(await signInFully(world, world.visitor(), renewed))).toBe('/account')
  },
)

for (const hours of [1, 24])
  story(
    `after the wait a code by mail is enough again: ${hours} h`,
    { people: [ana], settings: { ...WIDE, RESET_WAIT_HOURS: String(hours) } },
    async (world) => {
      await protect(world, world.visitor())
      await resetFor(world)
      const browser = world.visitor()
      world.pass(hours * HOUR - 1)
      await browser.signIn(renewed)
      const early = await browser.post('/sign-in/second', { code: '123456', with: 'email' })
      expect(early.status).toBe(429)
      world.pass(1)
      expect(placeOf(await browser.post('/sign-in/second/send'))).toBe('/sign-in/second')
      const code = await world.codeTo(ana.email)
      expect(placeOf(await browser.post('/sign-in/second', { code }))).toBe('/account')
    },
  )

story(
  'where codes by mail may not be used, nobody is told that they will work again',
  { people: [ana], settings: WIDE },
  async (world) => {
    await protect(world, world.visitor())
    await resetFor(world)
    const strict = await openWorld({
      beside: world,
      settings: { ...WIDE, FACTORS: 'passkey,totp' },
    })
    for (const [each, isTold] of [
      [world, true],
      [strict, false],
    ] as const) {
      const browser = each.visitor()
      await browser.signIn(renewed)
      const page = await (await browser.get('/sign-in/second')).text()
      expect(page).toContain('name="with" value="recovery"')
      expect(page.includes('datetime="2026-01-06T09:00:00.000Z"')).toBe(isTold)
    }
    await strict.close()
  },
)

story(
  'where there is no wait, a code by mail is enough at once',
  { people: [ana], settings: { ...WIDE, RESET_WAIT_HOURS: '0' } },
  async (world) => {
    await protect(world, world.visitor())
    await resetFor(world)
    expect(placeOf(await signInFully(world, world.visitor(), renewed))).toBe('/account')
  },
)

story(
  'an account without a second step waits for nothing, also when it gets one',
  { people: [ana], settings: WIDE },
  async (world) => {
    await resetFor(world)
    const browser = world.visitor()
    expect(placeOf(await browser.signIn(renewed))).toBe('/account')
    await protect(world, browser, renewed)
    expect(placeOf(await signInFully(world, world.visitor(), renewed))).toBe('/account')
  },
)

story(
  'whoever changes the password with the second step has shown more than the mailbox',
  { people: [ana], settings: WIDE },
  async (world) => {
    const codes = await protect(world, world.visitor())
    await resetFor(world)
    const browser = world.visitor()
    await browser.signIn(renewed)
    await recoveryCode(browser, codes[0]!)
    await browser.post('/account/password', { current: NEXT, next: ana.password })
    const { passwordResetAt } = await world.app.db
      .selectFrom('accounts')
      .select('passwordResetAt')
      .executeTakeFirstOrThrow()
    expect(passwordResetAt).toBeNull()
  },
)

story(
  'a link that was sent before the password was changed works no longer',
  { people: [ana] },
  async (world) => {
    const token = await linkFor(world)
    const browser = world.visitor()
    await browser.signIn()
    await browser.post('/account/password', { current: ana.password, next: NEXT })
    const before = await kept(world)
    expect((await reset(world.visitor(), token, 'another long password')).status).toBe(410)
    expect(await kept(world)).toEqual(before)
  },
)
