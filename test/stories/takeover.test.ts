import { expect } from 'vitest'
import { expectNoChange } from '../attacks/tools.ts'
import { messageTo, sayNotMe } from './not-me-tools.ts'
import { copyOf, enrolledFor, eventsOf, notThe, noticesTo, placeOf, story, whoIs } from './story.ts'
import { ana, HOUR, MINUTE, openWorld, protect, signInFully, type World } from '../world.ts'

// Somebody has borrowed one thing and tries to take the whole account with it: each is told to its
// end, on two servers that share a database.

const PASSWORD = 'taken by a stranger'
const thiefsPlace = {
  address: '198.51.100.66',
  userAgent: 'Mozilla/5.0 (X11; Linux) Firefox/150.0',
}

/** The thief is always at the other server. An hour ago the owner was protected, and saved the codes. */
async function openScene(world: World) {
  const other = await openWorld({ beside: world, settings })
  const recovery = await protect(world, world.visitor())
  world.pass(HOUR)
  return { other, recovery, [Symbol.asyncDispose]: () => other.close() }
}

const settings = { ADDRESS_SENDS_5_MINUTES: '1000', MAILS_HOUR: '1000', MAILS_DAY: '1000' }

const kinds = async (world: World) => (await noticesTo(world)).map(({ kind }) => kind)

story(
  'somebody has borrowed a session: nothing that matters can be changed, and one click ends it',
  { people: [ana], settings },
  async (world) => {
    await using scene = await openScene(world)
    const { other } = scene
    const owner = world.visitor()
    await signInFully(world, owner)
    world.pass(6 * MINUTE)
    const thief = copyOf(other, owner, { address: thiefsPlace.address })
    expect(await whoIs(thief)).toBe(ana.email)

    // What they would need: another password, address or number, no protection, nobody else signed in.
    const wanted: [path: string, form: Record<string, string>][] = [
      ['/account/email', { email: 'thief@example.com' }],
      ['/account', { name: ana.name, country: 'PT', language: 'en', phone: '+351912345678' }],
      ['/account/devices/remove-others', {}],
    ]
    const before = await world.app.db.selectFrom('accounts').selectAll().execute()
    for (const [path, form] of wanted) {
      expect(placeOf(await thief.post(path, form)), path).toBe('/account/confirm')
      const code = notThe(await world.codeTo(ana.email))
      expect((await thief.post('/account/confirm', { code })).status, path).toBe(401)
    }
    const changed = await thief.post('/account/password', { current: 'guess', next: PASSWORD })
    expect(changed.status).toBe(401)
    expect(placeOf(await thief.post('/account/security/unprotect'))).toBe('/account/security/code')
    expect(await world.app.db.selectFrom('accounts').selectAll().execute()).toEqual(before)
    expect(await enrolledFor(world)).toEqual(['email', 'recovery'])

    // Each try has sent the owner a mail. The link in it, on any device, and the thief is out.
    expect(await kinds(world)).toContain('second_step_failures')
    await sayNotMe(world, 'code')
    expect(await whoIs(copyOf(other, thief))).toBe(null)
    expect(await eventsOf(world, 'not_me')).toHaveLength(1)
  },
)

story(
  'somebody has borrowed the mailbox: a reset is not a way in, and everybody notices',
  { people: [ana], settings },
  async (world) => {
    await using scene = await openScene(world)
    const { other, recovery } = scene
    const owner = world.visitor()
    await signInFully(world, owner)
    const thief = other.visitor(thiefsPlace)
    await thief.post('/sign-in/forgot', { login: ana.email })
    const [token] = (await world.messagesTo(ana.email)).flatMap(({ notice }) =>
      notice.kind === 'password_reset' ? [notice.token] : [],
    )
    await thief.post('/sign-in/reset', { token: token!, password: PASSWORD })
    expect(await whoIs(owner)).toBe(null)
    expect(await kinds(world)).toContain('password_changed')

    // The right place to fail: the second step, where the same mailbox counts for nothing.
    const codes = (await world.messagesTo(ana.email)).filter(({ notice }) => notice.kind === 'code')
    expect(placeOf(await thief.signIn({ ...ana, password: PASSWORD }))).toBe('/sign-in/second')
    expect((await thief.post('/sign-in/second/send')).status).toBe(429)
    for (const { notice } of codes)
      if (notice.kind === 'code') await thief.post('/sign-in/second', { code: notice.code })
    expect(await whoIs(thief)).toBe(null)
    const after = (await world.messagesTo(ana.email)).filter(({ notice }) => notice.kind === 'code')
    expect(after).toHaveLength(codes.length)

    // The owner has the paper: a password of their own again, and they are in.
    await owner.post('/sign-in/forgot', { login: ana.email })
    const links = (await world.messagesTo(ana.email)).flatMap(({ notice }) =>
      notice.kind === 'password_reset' ? [notice.token] : [],
    )
    const mine = { ...ana, password: 'a quiet lake in summer' }
    await owner.post('/sign-in/reset', { token: links.at(-1)!, password: mine.password })
    await owner.signIn(mine)
    await owner.post('/sign-in/second', { code: recovery[0]!, with: 'recovery' })
    expect(await whoIs(owner)).toBe(ana.email)
    expect((await thief.signIn({ ...ana, password: PASSWORD })).status).toBe(401)
  },
)

story(
  'somebody has borrowed the password: the codes keep them out, and end the password itself',
  { people: [ana], settings },
  async (world) => {
    await using scene = await openScene(world)
    const { other } = scene
    const thief = other.visitor(thiefsPlace)
    await thief.signIn()
    const tries: Record<string, number> = {}
    for (let turn = 0; turn < 10; turn++) {
      if (turn % 5 === 0 && turn > 0) {
        world.pass(5 * MINUTE)
        await thief.signIn()
      }
      const code = notThe(await world.codeTo(ana.email))
      const { status } = await thief.post('/sign-in/second', { code })
      tries[status] = (tries[status] ?? 0) + 1
    }
    expect(tries).toEqual({ 401: 10 })
    expect(await whoIs(thief)).toBe(null)
    const told = await kinds(world)
    expect(told).toContain('second_step_failures')
    expect(told).toContain('password_known')

    // The owner's next full sign-in replaces it, before anything else.
    world.pass(2 * HOUR)
    const owner = world.visitor()
    const asked = await signInFully(world, owner)
    expect(placeOf(asked)).toBe('/sign-in/password')
    expect(await whoIs(owner)).toBe(null)
    await owner.post('/sign-in/password', { password: 'a quiet lake in summer' })
    expect(await whoIs(owner)).toBe(ana.email)
    expect((await thief.signIn()).status).toBe(401)
  },
)

story(
  'somebody has borrowed the cookie of a remembered device: alone it opens nothing',
  { people: [ana], settings },
  async (world) => {
    await using scene = await openScene(world)
    const { other } = scene
    const owner = world.visitor()
    await signInFully(world, owner, ana, { remember: 'yes' })
    await owner.post('/sign-out')
    const thief = copyOf(other, owner, { address: thiefsPlace.address })
    await expectNoChange(world, async () => {
      for (const path of ['/account', '/account/devices', '/account/password', '/account/history'])
        expect(placeOf(await thief.get(path)), path).toMatch(/^\/sign-in\?/)
    })
    expect((await thief.signIn({ ...ana, password: PASSWORD })).status).toBe(401)
    expect(await whoIs(thief)).toBe(null)
  },
)

story(
  'somebody has borrowed that cookie and the password: the owner finds out, and one click ends it',
  { people: [ana], settings },
  async (world) => {
    await using scene = await openScene(world)
    const { other } = scene
    const owner = world.visitor()
    await signInFully(world, owner, ana, { remember: 'yes' })
    await owner.post('/sign-out')
    const thief = copyOf(other, owner, { address: thiefsPlace.address })
    await thief.signIn()
    expect(await whoIs(thief)).toBe(ana.email)
    // In, and no further: a remembered device shows nothing anew.
    expect(placeOf(await thief.post('/account/email', { email: 'thief@example.com' }))).toBe(
      '/account/confirm',
    )
    const typed = { current: ana.password, next: PASSWORD }
    expect(placeOf(await thief.post('/account/password', typed))).toBe('/account/confirm')
    expect(await eventsOf(world, 'password_changed')).toEqual([])

    // The owner's copy is old by now: a code is asked, the trust is over, and a mail says so.
    world.pass(MINUTE)
    expect(placeOf(await owner.signIn())).toBe('/sign-in/second')
    expect(await kinds(world)).toContain('device_trust_ended')
    await sayNotMe(world, 'code')
    expect((await messageTo(world, 'device_trust_ended')).reportedAt).toBe(null)
    await sayNotMe(world, 'device_trust_ended')
    expect(await whoIs(copyOf(other, thief))).toBe(null)
  },
)
