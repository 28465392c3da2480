import { expect } from 'vitest'
import { doDeed } from '../../src/accounts/deeds/all.ts'
import { languages } from '../../src/lib/language.ts'
import { textsOf } from '../../src/pages/texts/all.ts'
import { change } from '../../src/sign-in/change.ts'
import { findAccountByLogin } from '../../src/store/accounts.ts'
import {
  ana,
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
  copyOf,
  eventsOf,
  kept,
  notThe,
  noticesTo,
  placeOf,
  story,
  whoIs,
  WIDE,
} from './story.ts'

const HERE = '/account/password'
const DONE = '/account/security?notice=password_changed'
const NEXT = 'seven herons over the weir'
const renewed = { ...ana, password: NEXT }
const set = (browser: Visitor, current: string = ana.password, next: string = NEXT) =>
  browser.post(HERE, { current, next })
const confirm = async (world: World, browser: Visitor) =>
  browser.post('/account/confirm', { code: await world.codeTo(ana.email) })

story(
  'who changes the password stays signed in, and signs in with the new one from then on',
  { people: [ana], settings: { NEW_DEVICE_MAIL: 'no' } },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    expect(placeOf(await set(browser))).toBe(DONE)
    expect(await (await browser.get(DONE)).text()).toContain(
      asHtml(textsOf('en').notices.password_changed),
    )
    expect(await whoIs(browser)).toBe(ana.email)
    expect((await world.visitor().signIn()).status).toBe(401)
    expect(await eventsOf(world, 'password_changed')).toHaveLength(1)
    expect(await noticesTo(world)).toEqual([{ kind: 'password_changed' }])
    expect(placeOf(await world.visitor().signIn(renewed))).toBe('/account')
  },
)

story(
  'a change of password gives the session a new token: a copy of the old one is out',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    const copy = copyOf(world, browser)
    await set(browser)
    expect(await whoIs(browser)).toBe(ana.email)
    expect(await whoIs(copy)).toBeNull()
  },
)

story(
  'G-04, E-05: a change of password ends every other session, on every server, and all trust',
  { people: [ana], settings: WIDE },
  async (world) => {
    const beside = await openWorld({ beside: world, settings: WIDE })
    const [browser, other, remembered] = [world.visitor(), world.visitor(), world.visitor()]
    await protect(world, browser)
    await signInFully(world, other)
    await signInFully(world, remembered, ana, { remember: 'yes' })
    await signInFully(world, browser, ana, { remember: 'yes' })
    const away = copyOf(beside, other)
    expect(await whoIs(away)).toBe(ana.email)

    expect(placeOf(await set(browser))).toBe(DONE)
    expect(await whoIs(browser)).toBe(ana.email)
    for (const each of [other, remembered, away]) expect(await whoIs(each)).toBeNull()
    // Also this browser is asked for a code the next time.
    for (const each of [remembered, browser])
      expect(placeOf(await each.signIn(renewed))).toBe('/sign-in/second')
    await beside.close()
  },
)

story(
  'F-01: on a protected account the password alone changes nothing: a code is asked first',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    await protect(world, browser)
    world.pass(6 * MINUTE)
    const before = await kept(world)
    expect(placeOf(await set(browser))).toBe('/account/confirm')
    const page = await (await browser.get('/account/confirm')).text()
    expect(page).toContain(asHtml(textsOf('en').stepUp.what.password))
    expect(page).not.toContain(NEXT)
    const wrong = await browser.post('/account/confirm', {
      code: notThe(await world.codeTo(ana.email)),
    })
    expect(wrong.status).toBe(401)
    expect((await browser.post('/account/confirm', { password: ana.password })).status).toBe(401)
    expect(await kept(world)).toEqual(before)
    expect(placeOf(await world.visitor().signIn(renewed))).toBeNull()

    expect(placeOf(await confirm(world, browser))).toBe(DONE)
    expect(await whoIs(browser)).toBe(ana.email)
    expect(placeOf(await world.visitor().signIn(renewed))).toBe('/sign-in/second')
  },
)

story(
  'of a password that waits for a code only its hash is kept',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    await protect(world, browser)
    world.pass(6 * MINUTE)
    await set(browser)
    const attempts = await world.app.db.selectFrom('attempts').select('draft').execute()
    const drafts = attempts.map(({ draft }) => draft ?? '').join()
    expect(drafts).toContain('$argon2id$')
    expect(drafts).not.toContain(NEXT)
    await confirm(world, browser)
    const after = await world.app.db.selectFrom('attempts').select('draft').execute()
    expect(after.map(({ draft }) => draft ?? '').join()).not.toContain('$argon2id$')
  },
)

story(
  'a remembered device is no proof for a new password',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = world.visitor()
    await protect(world, browser)
    await signInFully(world, browser, ana, { remember: 'yes' })
    world.pass(HOUR)
    expect(placeOf(await browser.signIn())).toBe('/account')
    const before = await kept(world)
    expect(placeOf(await set(browser))).toBe('/account/confirm')
    expect(await kept(world)).toEqual(before)
  },
)

story(
  'what may not be the new password is refused with a reason',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    const before = await kept(world)
    const wrong: [
      current: string,
      next: string,
      code: keyof ReturnType<typeof textsOf>['fields'],
    ][] = [
      [ana.password, '', 'missing'],
      [ana.password, 'short', 'password_short'],
      [ana.password, 'x'.repeat(257), 'password_long'],
      [ana.password, 'password123', 'password_common'],
      [ana.password, 'nightlatch ana lima', 'password_context'],
      [ana.password, ana.password, 'password_same'],
      ['what it never was', 'what it never was', 'password_same'],
    ]
    for (const language of languages) {
      await browser.post('/language', { language, to: HERE })
      for (const [current, next, code] of wrong) {
        const answer = await set(browser, current, next)
        expect(answer.status, code).toBe(422)
        const page = await answer.text()
        expect(page, code).toContain(asHtml(textsOf(language).fields[code]))
        expect(page).toContain('<a href="#field-next">')
      }
      const refused = await set(browser, 'not my password')
      expect(refused.status).toBe(401)
      const page = await refused.text()
      expect(page).toContain(asHtml(textsOf(language).fields.password_wrong))
      expect(page).toContain('<a href="#field-current">')
    }
    expect(await kept(world)).toEqual(before)
    expect(await noticesTo(world)).toEqual([])
    expect(await whoIs(browser)).toBe(ana.email)
  },
)

story(
  'in a stolen session the present password is guessed as slowly as at the door',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    for (let turn = 1; turn <= 10; turn++)
      expect((await set(browser, `not my password ${turn}`)).status).toBe(401)
    const before = await kept(world)
    const answer = await set(browser)
    expect(answer.status).toBe(429)
    expect(await answer.text()).toContain(
      asHtml(textsOf('en').problems.slow_down({ wait: Number(answer.headers.get('retry-after')) })),
    )
    expect(await kept(world)).toEqual(before)
  },
)

story(
  'two tabs: the change that was asked first and confirmed last does nothing',
  { people: [ana], settings: WIDE },
  async (world) => {
    const [one, two] = [world.visitor(), world.visitor()]
    await protect(world, one)
    await signInFully(world, two)
    world.pass(6 * MINUTE)
    expect(placeOf(await set(one, ana.password, 'one of us is faster'))).toBe('/account/confirm')
    const code = await world.codeTo(ana.email)
    expect(placeOf(await set(two))).toBe('/account/confirm')
    expect(placeOf(await confirm(world, two))).toBe(DONE)
    const before = await kept(world)
    expect((await one.post('/account/confirm', { code })).status).not.toBe(200)
    expect(await whoIs(one)).toBeNull()
    expect(await kept(world)).toEqual(before)
    expect(placeOf(await world.visitor().signIn(renewed))).toBe('/sign-in/second')
  },
)

story(
  'a new password takes the place of the one that was checked, and of no other',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    const { passwordHash: replaces } = (await findAccountByLogin(world.app.db, ana.email))!
    await set(browser)
    const account = (await findAccountByLogin(world.app.db, ana.email))!
    const before = await kept(world)
    const session = await world.app.db.selectFrom('sessions').selectAll().executeTakeFirstOrThrow()
    const result = await change(world.app, nobodysVisit, (change) =>
      doDeed(
        change,
        { account, sessionId: session.id, deviceId: session.deviceId },
        { kind: 'password', passwordHash: 'another', replaces },
      ),
    )
    expect(result).toEqual({ refused: 'attempt_over' })
    expect(await kept(world)).toEqual(before)
    expect(await eventsOf(world, 'password_changed')).toHaveLength(1)
  },
)

story(
  'a sign-in that waits for its code when the password changes gets nobody in',
  { people: [ana], settings: WIDE },
  async (world) => {
    const [inside, outside] = [world.visitor(), world.visitor()]
    const codes = await protect(world, inside)
    const code = await codeFor(world, outside)
    expect(placeOf(await set(inside))).toBe(DONE)
    const before = await kept(world)
    expect((await outside.post('/sign-in/second', { code })).status).toBe(401)
    const answer = await outside.post('/sign-in/second', { code: codes[0]!, with: 'recovery' })
    expect(answer.status).toBe(401)
    expect(await kept(world)).toEqual(before)
    expect(await whoIs(outside)).toBeNull()
  },
)

story(
  'a password under an older cost can be changed: it is hashed anew first',
  { people: [ana] },
  async (world) => {
    const { hash } = await import('@node-rs/argon2')
    const old = await hash(ana.password, { memoryCost: 16, timeCost: 2, parallelism: 1 })
    await world.app.db.updateTable('accounts').set({ passwordHash: old }).execute()
    const browser = world.visitor()
    await browser.signIn()
    await world.app.db.updateTable('accounts').set({ passwordHash: old }).execute()
    expect(placeOf(await set(browser))).toBe(DONE)
    expect(placeOf(await world.visitor().signIn(renewed))).toBe('/account')
  },
)

story('password managers find the page at the well-known address', {}, async (world) => {
  const answer = await world.visitor().get('/.well-known/change-password')
  expect(answer.status).toBe(303)
  expect(placeOf(answer)).toBe(HERE)
})
