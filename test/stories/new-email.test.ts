import { expect } from 'vitest'
import { addAccount } from '../../src/accounts/set-up.ts'
import { languages } from '../../src/lib/language.ts'
import { newToken, sha256 } from '../../src/lib/random.ts'
import { textsOf } from '../../src/pages/texts/all.ts'
import { insertLink, isLinkAlive } from '../../src/store/links.ts'
import { dump, expectNoChange } from '../attacks/tools.ts'
import {
  ana,
  bob,
  HOUR,
  MINUTE,
  nobodysVisit,
  openWorld,
  protect,
  signInFully,
  type Visitor,
  type World,
} from '../world.ts'
import { sayNotMe } from './not-me-tools.ts'
import {
  asHtml,
  askForEmail,
  codesSentTo,
  copyOf,
  enrolledFor,
  eventsOf,
  notThe,
  noticesTo,
  placeOf,
  story,
  waitOf,
  whoIs,
  WIDE,
} from './story.ts'

const HERE = '/account/email'
const NEW = 'ana.lima@new.example.com'
const OTHER = 'ana@other.example.com'
const { problems, fields, email: page } = textsOf('en')

const ask = askForEmail
const show = (browser: Visitor, code: string) => browser.post(`${HERE}/code`, { code })

/** From the form to the right code, in a browser that has just shown who it is. */
async function change(world: World, browser: Visitor, to = NEW): Promise<Response> {
  expect(placeOf(await ask(browser, to))).toBe(`${HERE}/code`)
  return show(browser, await world.codeTo(to))
}

/** An account with protection, whose new address waits. */
async function untilItWaits(world: World): Promise<Visitor> {
  const browser = world.visitor()
  await protect(world, browser)
  expect(placeOf(await change(world, browser))).toBe(`${HERE}?notice=email_waits`)
  return browser
}

const changesIn = (world: World) =>
  world.app.db.selectFrom('contactChanges').selectAll().orderBy('id').execute()

const accounts = (world: World) =>
  world.app.db.selectFrom('accounts').select(['id', 'login', 'email']).orderBy('id').execute()

async function stopLinkIn(world: World, email: string = ana.email): Promise<string> {
  const tokens = (await noticesTo(world, email)).flatMap((notice) =>
    notice.kind === 'email_change' ? [notice.token] : [],
  )
  return tokens.at(-1)!
}

const after = async (world: World, ms: number) => {
  world.pass(ms)
  await world.opened.applyDueChanges()
}

story(
  'a new address is proven, then nothing changes until it counts, and then everything does',
  { people: [ana], settings: { ...WIDE, NEW_DEVICE_MAIL: 'no' } },
  async (world) => {
    const browser = await untilItWaits(world)
    const before = await accounts(world)
    const [waiting] = await changesIn(world)
    expect(waiting).toMatchObject({ value: NEW, provenAt: world.now() })
    expect(waiting!.countsAt).toBe(world.now() + 24 * HOUR)
    expect(await eventsOf(world, 'email_change_proven')).toHaveLength(1)

    await after(world, 24 * HOUR - 1)
    expect(await accounts(world)).toEqual(before)
    expect(placeOf(await world.visitor().signIn({ ...ana, email: NEW }))).toBe(null)
    const there = world.visitor()
    expect(placeOf(await signInFully(world, there))).toBe('/account')
    expect(await whoIs(there)).toBe(ana.email)
    expect((await codesSentTo(world, NEW)) + (await noticesTo(world, NEW)).length).toBe(1)

    await after(world, 1)
    expect(await accounts(world)).toEqual([{ id: before[0]!.id, login: NEW, email: NEW }])
    expect(await whoIs(there)).toBe(NEW)
    expect(await (await there.get('/account')).text()).toContain(NEW)
    expect(await (await there.get(HERE)).text()).not.toContain(ana.email)
    const [email] = await world.app.db
      .selectFrom('enrolments')
      .select(['state', 'name'])
      .where('kind', '=', 'email')
      .execute()
    expect(email).toEqual({ state: JSON.stringify({ to: NEW }), name: 'a•••@n•••.com' })

    expect((await world.visitor().signIn()).status).toBe(401)
    const anew = world.visitor()
    expect(placeOf(await signInFully(world, anew, { ...ana, email: NEW }))).toBe('/account')
    expect(await whoIs(browser)).toBe(null) // twelve hours are over
    expect((await noticesTo(world)).at(-1)).toEqual({ kind: 'email_changed' })
    // And then of the browser that was never seen before.
    expect((await noticesTo(world, NEW))[0]).toEqual({ kind: 'email_changed' })
    expect(await eventsOf(world, 'email_changed')).toHaveLength(1)
    expect(await enrolledFor(world, NEW)).toEqual(['email', 'recovery'])
  },
)

story(
  'while it waits, the page says to which address, from when on, and how to stop it',
  { people: [ana] },
  async (world) => {
    const browser = await untilItWaits(world)
    for (const language of languages) {
      await browser.post('/language', { language, to: HERE })
      const shown = await (await browser.get(HERE)).text()
      const t = textsOf(language).email
      for (const text of [ana.email, NEW, t.waits, t.since, '2026-01-06T09:00:00', t.stop])
        expect(shown).toContain(text)
    }
    const answer = await browser.post(`${HERE}/stop`)
    expect(placeOf(answer)).toBe(`${HERE}?notice=email_stopped`)
    expect(await (await browser.get(HERE)).text()).not.toContain(NEW)
    expect((await changesIn(world))[0]).toMatchObject({ stoppedAt: world.now(), appliedAt: null })
    expect(await eventsOf(world, 'email_change_stopped')).toHaveLength(1)

    await expectNoChange(world, () => browser.post(`${HERE}/stop`))
    await expectNoChange(world, () => after(world, 25 * HOUR))
  },
)

story(
  'without login protection a proven address counts at once, and both addresses are told',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    const other = copyOf(world, browser)
    await other.post('/account/security/protect')
    const [before] = await accounts(world)
    expect(placeOf(await change(world, browser))).toBe(`${HERE}?notice=email_changed`)
    expect(await accounts(world)).toEqual([{ id: before!.id, login: NEW, email: NEW }])
    expect(await whoIs(browser)).toBe(NEW)
    expect(await noticesTo(world)).toEqual([{ kind: 'email_changed' }])
    expect(await noticesTo(world, NEW)).toEqual([{ kind: 'email_changed' }])
    expect((await world.visitor().signIn()).status).toBe(401)
    expect(placeOf(await world.visitor().signIn({ ...ana, email: NEW }))).toBe('/account')
    await expectNoChange(world, () => world.opened.applyDueChanges())
  },
)

story(
  'with CONTACT_WAIT_HOURS=0 a proven address counts at once, with protection too',
  { people: [ana], settings: { CONTACT_WAIT_HOURS: '0' } },
  async (world) => {
    const browser = world.visitor()
    await protect(world, browser)
    expect(placeOf(await change(world, browser))).toBe(`${HERE}?notice=email_changed`)
    expect(await whoIs(browser)).toBe(NEW)
    world.pass(MINUTE)
    expect(placeOf(await signInFully(world, world.visitor(), { ...ana, email: NEW }))).toBe(
      '/account',
    )
  },
)

story(
  'all attempts and links under way end when the address changes: they went to the old one',
  { people: [ana], settings: WIDE },
  async (world) => {
    await untilItWaits(world)
    world.pass(24 * HOUR - MINUTE)
    const half = world.visitor()
    await half.signIn()
    const code = await world.codeTo(ana.email)
    const [account] = await accounts(world)
    const tokenHash = sha256(newToken(world.app.random))
    const link = { tokenHash, purpose: 'reset', accountId: account!.id, about: null } as const
    const now = world.now()
    await insertLink(world.app.db, { ...link, createdAt: now, expiresAt: now + HOUR })

    await after(world, MINUTE)
    expect((await half.post('/sign-in/second', { code })).status).toBe(401)
    expect(await whoIs(half)).toBe(null)
    expect(await isLinkAlive(world.app.db, 'reset', tokenHash, world.now())).toBe(false)
  },
)

story(
  'the old address is told at once; its link shows the change ten times and stops it once',
  { people: [ana], settings: WIDE },
  async (world) => {
    const remembered = world.visitor()
    await protect(world, remembered)
    await remembered.post('/sign-out')
    await signInFully(world, remembered, ana, { remember: 'yes' })
    const thief = world.visitor({ address: '198.51.100.9' })
    await signInFully(world, thief)
    await change(world, thief)
    const secondServer = await openWorld({ beside: world })
    const [notice] = (await noticesTo(world)).slice(-1)
    expect(notice).toMatchObject({ kind: 'email_change', to: 'a•••@n•••.com' })
    const path = `/stop-email-change?token=${await stopLinkIn(world)}`
    const reader = world.visitor()
    for (let look = 0; look < 10; look++) {
      const shown = await expectNoChange(world, () => reader.get(path), [])
      expect(shown.status).toBe(200)
      expect(await shown.text()).toContain('a•••@n•••.com')
    }

    const token = await stopLinkIn(world)
    const stopped = await reader.post('/stop-email-change', { token })
    expect(stopped.status).toBe(200)
    expect(await stopped.text()).toContain('href="/sign-in/forgot"')
    expect((await changesIn(world))[0]).toMatchObject({ stoppedAt: world.now(), appliedAt: null })
    for (const server of [world, secondServer]) {
      expect(await whoIs(copyOf(server, thief))).toBe(null)
      expect(await whoIs(copyOf(server, remembered))).toBe(ana.email)
    }
    // No browser is trusted on its word any more.
    await remembered.post('/sign-out')
    expect(placeOf(await copyOf(secondServer, remembered).signIn())).toBe('/sign-in/second')
    expect(await eventsOf(world, 'email_change_stopped')).toHaveLength(1)
    expect(await eventsOf(world, 'session_ended')).toHaveLength(1)

    for (const again of [
      await reader.get(path),
      await reader.post('/stop-email-change', { token }),
    ])
      expect([
        again.status,
        (await again.text()).includes(asHtml(problems.stop_link_dead)),
      ]).toEqual([410, true])
    await after(world, 25 * HOUR)
    expect(await accounts(world)).toMatchObject([{ email: ana.email }])
    await secondServer.close()
  },
)

story(
  'stopping by the link ends every attempt under way: none of them becomes a session or a change',
  { people: [ana], settings: WIDE },
  async (world) => {
    const thief = await untilItWaits(world)
    world.pass(MINUTE)
    const half = world.visitor()
    await half.signIn()
    const signIn = await world.codeTo(ana.email)
    await ask(thief, OTHER)
    await world.visitor().post('/stop-email-change', { token: await stopLinkIn(world) })
    expect((await half.post('/sign-in/second', { code: signIn })).status).toBe(401)
    expect(placeOf(await show(thief, await world.codeTo(OTHER)))).toMatch(/^\/sign-in/)
    expect(await changesIn(world)).toMatchObject([{ value: NEW, stoppedAt: world.now() }])
  },
)

story(
  'a link that stops nothing any more is 410, and changes nothing',
  { people: [ana] },
  async (world) => {
    await untilItWaits(world)
    const token = await stopLinkIn(world)
    const reader = world.visitor()
    const dead = async (given: string) => {
      const path = `/stop-email-change?token=${encodeURIComponent(given)}`
      expect((await expectNoChange(world, () => reader.get(path))).status).toBe(410)
      const posted = () => reader.post('/stop-email-change', { token: given })
      expect((await expectNoChange(world, posted)).status).toBe(410)
    }
    await dead('')
    await dead(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`)
    await after(world, 24 * HOUR)
    await dead(token)
  },
)

story(
  'a second new address stops the first, and waits from the beginning',
  { people: [ana], settings: WIDE },
  async (world) => {
    await untilItWaits(world)
    const first = await stopLinkIn(world)
    world.pass(23 * HOUR)
    const browser = world.visitor()
    await signInFully(world, browser)
    await change(world, browser, OTHER)
    expect(await changesIn(world)).toMatchObject([
      { value: NEW, stoppedAt: world.now() },
      { value: OTHER, stoppedAt: null, countsAt: world.now() + 24 * HOUR },
    ])
    // Whichever of the two mails is opened: both stop what waits now.
    expect((await world.visitor().get(`/stop-email-change?token=${first}`)).status).toBe(200)
    const path = `/stop-email-change?token=${await stopLinkIn(world)}`
    expect((await world.visitor().get(path)).status).toBe(200)
    await after(world, 2 * HOUR)
    expect(await accounts(world)).toMatchObject([{ email: ana.email }])
    await after(world, 22 * HOUR)
    expect(await accounts(world)).toMatchObject([{ email: OTHER }])

    // The same address once more only makes the wait longer.
    const anew = world.visitor()
    await signInFully(world, anew, { ...ana, email: OTHER })
    await change(world, anew)
    world.pass(6 * MINUTE)
    await signInFully(world, anew, { ...ana, email: OTHER })
    await change(world, anew)
    const waiting = (await changesIn(world)).filter(({ stoppedAt, appliedAt }) =>
      [stoppedAt, appliedAt].every((each) => each === null),
    )
    expect(waiting).toMatchObject([{ value: NEW, countsAt: world.now() + 24 * HOUR }])
  },
)

story(
  'an address that is taken is answered like a free one, until its mailbox has answered',
  { people: [ana, bob] },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    for (const [index, taken] of [bob.email, 'BOB@Example.com'].entries()) {
      expect(placeOf(await ask(browser, taken))).toBe(`${HERE}/code`)
      const before = await accounts(world)
      const answer = await show(browser, await world.codeTo(taken))
      expect(answer.status).toBe(422)
      expect(await answer.text()).toContain(asHtml(fields.email_taken))
      expect(await accounts(world)).toEqual(before)
      expect(await changesIn(world)).toEqual([])
      expect(await noticesTo(world)).toEqual([])
      expect(await eventsOf(world, 'code_sent')).toHaveLength(index + 1)
    }
  },
)

story(
  'an address that waits for somebody else is as good as taken',
  { people: [ana, bob] },
  async (world) => {
    await untilItWaits(world)
    const other = world.visitor()
    await other.signIn(bob)
    expect(placeOf(await ask(other, NEW.toUpperCase()))).toBe(`${HERE}/code`)
    const answer = await show(other, await world.codeTo(NEW.toUpperCase()))
    expect([answer.status, await answer.text()]).toEqual([
      422,
      expect.stringContaining(asHtml(fields.email_taken)),
    ])
    expect(await changesIn(world)).toHaveLength(1)
    await after(world, 24 * HOUR)
    expect((await accounts(world)).map(({ email }) => email)).toEqual([NEW, bob.email])
  },
)

story(
  'what is no address, and the present one in any form, is refused at its field',
  { people: [{ ...ana, email: 'Ána@example.com' }] },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn({ ...ana, email: 'Ána@example.com' })
    const wrong: [string, string][] = [
      ['', fields.missing],
      ['ana', fields.bad_email],
      ['a@b.example, c@d.example', fields.bad_email],
      ['Ána@example.com', fields.email_yours],
      ['A\u0301NA@EXAMPLE.COM', fields.email_yours],
      [' ána@example。com ', fields.email_yours],
    ]
    for (const [typed, text] of wrong) {
      const answer = await expectNoChange(world, () => ask(browser, typed))
      expect([typed, answer.status]).toEqual([typed, 422])
      const shown = await answer.text()
      expect(shown).toContain(asHtml(text))
      expect(shown).toContain('<a href="#field-email">')
    }
  },
)

story(
  'if it becomes the address of another account meanwhile, nothing changes and the person is told',
  { people: [ana], settings: WIDE },
  async (world) => {
    await untilItWaits(world)
    const made = await addAccount(world.app, nobodysVisit, { ...bob, email: NEW })
    expect(made).toHaveProperty('account')
    const before = await accounts(world)
    await after(world, 24 * HOUR)
    expect(await accounts(world)).toEqual(before)
    expect((await changesIn(world))[0]).toMatchObject({ stoppedAt: world.now(), appliedAt: null })
    expect((await noticesTo(world)).at(-1)).toEqual({ kind: 'email_not_changed' })
    expect(await noticesTo(world, NEW)).toEqual([])
    expect(await eventsOf(world, 'email_not_changed')).toHaveLength(1)
    expect(await eventsOf(world, 'email_changed')).toEqual([])
    expect(placeOf(await signInFully(world, world.visitor()))).toBe('/account')
    await expectNoChange(world, () => world.opened.applyDueChanges())
  },
)

story(
  'wrong codes, codes too late and a cancelled change leave everything as it was',
  { people: [ana] },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    const before = await accounts(world)
    await ask(browser, NEW)
    const code = await world.codeTo(NEW)
    expect(code).toMatch(/^\d{8}$/)
    const shown = await (await browser.get(`${HERE}/code`)).text()
    expect(shown).toContain(NEW)
    expect(shown).toContain('data-submit-at="8"')
    for (const wrong of [notThe(code).padStart(8, '9'), '', code.slice(0, 6), `${code}0`])
      expect((await show(browser, wrong)).status, wrong).toBe(401)
    world.pass(5 * MINUTE)
    expect((await show(browser, code)).status).toBe(401)

    expect(placeOf(await browser.post(HERE, { email: NEW }))).toBe('/account/confirm') // signed in too long ago
    await browser.signIn()
    await ask(browser, NEW)
    const second = await world.codeTo(NEW)
    expect(placeOf(await browser.post(`${HERE}/cancel`))).toBe(HERE)
    expect(placeOf(await show(browser, second))).toBe(HERE)
    expect(await accounts(world)).toEqual(before)
    expect(await changesIn(world)).toEqual([])
    expect(await eventsOf(world, 'email_change_proven')).toEqual([])
  },
)

story(
  'the code is sent again after a wait, and not more often than others are',
  { people: [ana], settings: { MAILS_HOUR: '3' } },
  async (world) => {
    const browser = world.visitor()
    await browser.signIn()
    await ask(browser, NEW)
    const code = await world.codeTo(NEW)
    const early = await browser.post(`${HERE}/send`)
    expect([early.status, waitOf(early)]).toEqual([429, 30])
    world.pass(30_000)
    expect(placeOf(await browser.post(`${HERE}/send`))).toBe(`${HERE}/code`)
    expect(await world.codeTo(NEW)).toBe(code)
    expect(await codesSentTo(world, NEW)).toBe(2)

    // In another spelling it is the same mailbox.
    await ask(browser, NEW.toUpperCase())
    await ask(browser, NEW.replace('ana', 'Ana'))
    expect(await codesSentTo(world, NEW.toUpperCase())).toBe(1)
    expect(await codesSentTo(world, NEW.replace('ana', 'Ana'))).toBe(0)
    const shown = await (await browser.get(`${HERE}/code`)).text()
    expect(shown).toContain('No code has been sent')
    world.pass(60_000)
    expect((await browser.post(`${HERE}/send`)).status).toBe(429)
  },
)

story(
  'a change that waits outlives switching protection off and on again, and then counts',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = await untilItWaits(world)
    await browser.post('/account/security/unprotect')
    await browser.post('/account/security/code', { code: await world.codeTo(ana.email) })
    expect(await enrolledFor(world)).toEqual([])
    await world.opened.applyDueChanges()
    expect(await accounts(world)).toMatchObject([{ email: ana.email }])
    await browser.post('/account/security/protect')
    await browser.post('/account/security/code', { code: await world.codeTo(ana.email) })
    await browser.post('/account/security/confirm', { saved: 'yes' })
    expect(await enrolledFor(world)).toEqual(['email', 'recovery'])

    await after(world, 24 * HOUR)
    expect(await accounts(world)).toMatchObject([{ email: NEW }])
    expect(placeOf(await signInFully(world, world.visitor(), { ...ana, email: NEW }))).toBe(
      '/account',
    )
  },
)

story(
  'a change that counts while protection is being switched on ends that: it must begin anew',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = await untilItWaits(world)
    await browser.post('/account/security/unprotect')
    await browser.post('/account/security/code', { code: await world.codeTo(ana.email) })
    world.pass(24 * HOUR - MINUTE)
    await browser.signIn()
    await browser.post('/account/security/protect')
    await browser.post('/account/security/code', { code: await world.codeTo(ana.email) })
    await after(world, MINUTE)
    const late = await browser.post('/account/security/confirm', { saved: 'yes' })
    expect(late.status).toBe(409)
    expect(await enrolledFor(world, NEW)).toEqual([])
    await protect(world, world.visitor(), { ...ana, email: NEW })
    expect(placeOf(await signInFully(world, world.visitor(), { ...ana, email: NEW }))).toBe(
      '/account',
    )
  },
)

story(
  'a second change without protection takes the place of one that waits, at once',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = await untilItWaits(world)
    await browser.post('/account/security/unprotect')
    await browser.post('/account/security/code', { code: await world.codeTo(ana.email) })
    expect(placeOf(await change(world, browser, OTHER))).toBe(`${HERE}?notice=email_changed`)
    await after(world, 25 * HOUR)
    expect(await accounts(world)).toMatchObject([{ email: OTHER }])
    expect(await changesIn(world)).toMatchObject([
      { value: NEW, appliedAt: null },
      { value: OTHER, stoppedAt: null },
    ])
  },
)

story(
  'a change whose time has come is made at the start of a server',
  { people: [ana] },
  async (world) => {
    await untilItWaits(world)
    world.pass(24 * HOUR)
    const second = await openWorld({ beside: world })
    await expect.poll(() => accounts(second)).toMatchObject([{ email: NEW }])
    expect(await eventsOf(world, 'email_changed')).toHaveLength(1)
    await second.close()
  },
)

story(
  'sessions go on under the new address, on every server',
  { people: [ana], settings: { ...WIDE, CONTACT_WAIT_HOURS: '1', SESSION_IDLE_MINUTES: '60' } },
  async (world) => {
    const browser = await untilItWaits(world)
    const second = await openWorld({ beside: world, settings: { SESSION_IDLE_MINUTES: '60' } })
    world.pass(30 * MINUTE)
    await browser.get('/account')
    await after(world, 30 * MINUTE)
    for (const server of [world, second]) expect(await whoIs(copyOf(server, browser))).toBe(NEW)
    await second.close()
  },
)

story('a session that was ended meanwhile proves no address', { people: [ana] }, async (world) => {
  const browser = world.visitor()
  await browser.signIn()
  await ask(browser, NEW)
  const code = await world.codeTo(NEW)
  const copy = copyOf(world, browser)
  await browser.post('/sign-out')
  const before = await dump(world)
  expect(placeOf(await show(copy, code))).toMatch(/^\/sign-in/)
  expect(await dump(world)).toEqual(before)
})

story('the page is linked from the profile', { people: [ana] }, async (world) => {
  const browser = world.visitor()
  await browser.signIn()
  expect(await (await browser.get('/account')).text()).toContain('href="/account/email"')
  const shown = await (await browser.get(HERE)).text()
  expect(shown).toContain(ana.email)
  expect(shown).not.toContain(page.waits)
})

story(
  'the link of an earlier mail stops the address that took its place, too',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = await untilItWaits(world)
    const first = await stopLinkIn(world)
    await change(world, browser, OTHER)
    const stopped = await world.visitor().post('/stop-email-change', { token: first })
    expect(stopped.status).toBe(200)
    await after(world, 25 * HOUR)
    expect(await accounts(world)).toMatchObject([{ email: ana.email }])
  },
)

const defences: [what: string, act: (world: World) => Promise<unknown>][] = [
  ['says "this was not me" in the mail about it', (world) => sayNotMe(world, 'email_change')],
  [
    'changes the password elsewhere',
    async (world) => {
      const owner = world.visitor()
      await signInFully(world, owner)
      const typed = { current: ana.password, next: 'seven herons over the weir' }
      expect(placeOf(await owner.post('/account/password', typed))).toContain('password_changed')
    },
  ],
  [
    'sets a new password through a link',
    async (world) => {
      const owner = world.visitor()
      await owner.post('/sign-in/forgot', { login: ana.email })
      const [token] = (await noticesTo(world)).flatMap((notice) =>
        notice.kind === 'password_reset' ? [notice.token] : [],
      )
      await owner.post('/sign-in/reset', { token: token!, password: 'seven herons over the weir' })
    },
  ],
]

for (const [what, act] of defences)
  story(
    `an address that somebody else asked for does not come when its owner ${what}`,
    { people: [ana], settings: WIDE },
    async (world) => {
      await untilItWaits(world)
      await act(world)
      expect(await eventsOf(world, 'email_change_stopped')).toHaveLength(1)
      await after(world, 25 * HOUR)
      expect(await accounts(world)).toMatchObject([{ email: ana.email }])
    },
  )

story(
  'who waits for a new address and changes the password in the same session keeps it coming',
  { people: [ana], settings: WIDE },
  async (world) => {
    const browser = await untilItWaits(world)
    const typed = { current: ana.password, next: 'seven herons over the weir' }
    expect(placeOf(await browser.post('/account/password', typed))).toContain('password_changed')
    await after(world, 25 * HOUR)
    expect(await accounts(world)).toMatchObject([{ email: NEW }])
  },
)

story(
  'without login protection a borrowed session gives nobody another address: the password is asked',
  { people: [ana] },
  async (world) => {
    const owner = world.visitor()
    await owner.signIn()
    const thief = copyOf(world, owner, { address: '198.51.100.66' })
    expect(placeOf(await thief.post(HERE, { email: OTHER }))).toBe('/account/confirm')
    const guess = await thief.post('/account/confirm', { password: 'a guess of a password' })
    expect(guess.status).toBe(401)
    expect(await codesSentTo(world, OTHER)).toBe(0)
    expect(await accounts(world)).toMatchObject([{ email: ana.email }])
  },
)
