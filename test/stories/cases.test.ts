import { expect } from 'vitest'
import { sayByLink } from '../../src/accounts/say-not-me.ts'
import { notMeToken } from '../../src/delivery/not-me.ts'
import { recoverAtMachine } from '../../src/accounts/cases/recover.ts'
import { textsOf } from '../../src/pages/texts/all.ts'
import { findAttempt } from '../../src/store/attempts.ts'
import { hashBearer } from '../../src/lib/random.ts'
import { stepOf } from '../../src/sign-in/finish.ts'
import {
  ana,
  DAY,
  HOUR,
  MINUTE,
  nobodysVisit,
  PASSWORD,
  type Visitor,
  type World,
} from '../world.ts'
import {
  as,
  cancelLink,
  CHECKED,
  decide,
  ELSEWHERE,
  enterBy,
  HOME,
  lastCase,
  lastProofs,
  lose,
  noted,
  openHouse,
  passFor,
  passIn,
  REACH,
  supporter,
  toldAbout,
} from './case-tools.ts'
import { connectOnTheWay, saved } from './due-tools.ts'
import { asHtml, enrolledFor, eventsOf, hiddenFields, placeOf, story, whoIs } from './story.ts'

const { lost, cases, problems } = textsOf('en')
const people = [ana]

/** What is missing in the attempt of this browser. */
async function stepAt({ app }: World, browser: Visitor) {
  const attempt = await findAttempt(app.db, hashBearer(browser.cookies.get('attempt')!)!)
  return stepOf({ app, db: app.db, now: app.now() }, attempt!)
}

story(
  'who has lost phone and key gets a pass from support, and with it sets up something new and nothing else',
  { people },
  async (world) => {
    const { browsers, phones } = await openHouse(world)
    const uma = world.visitor(ELSEWHERE)
    await uma.signIn(as('uma'))
    const second = await (await uma.get('/sign-in/second')).text()
    expect(second).toContain('href="/sign-in/lost"')
    expect(second).toContain('href="/sign-in/pass"')
    expect(await (await uma.get('/sign-in/lost')).text()).toContain(lost.title)
    const sent = await uma.post('/sign-in/lost', { reach: REACH, text: 'My bag was stolen.' })
    expect(await sent.text()).toContain(lost.sentTitle)
    expect(await toldAbout(world)).toEqual(['case_opened'])
    const { id, waitsUntil, knowsPassword } = await lastCase(world)
    expect([waitsUntil - world.now(), knowsPassword]).toEqual([72 * HOUR, 1])

    world.pass(72 * HOUR)
    const sam = await supporter(world)
    expect(await (await sam.get('/account')).text()).toContain('href="/cases"')
    expect(await (await sam.get('/cases')).text()).toContain(`/cases/case?id=${id}`)
    const page = await (await sam.get(`/cases/case?id=${id}`)).text()
    for (const text of [REACH, 'My bag was stolen.', cases.passwordRight, cases.deviceUnknown])
      expect(page).toContain(asHtml(text))
    const pass = await passIn(await decide(sam, id))
    expect(await toldAbout(world)).toEqual(['case_opened', 'approved'])

    await uma.signIn(as('uma'))
    expect(placeOf(await uma.post('/sign-in/pass', { pass }))).toBe('/sign-in/set-up')
    expect(await lastProofs(world)).toEqual(['password', 'pass'])
    const step = await stepAt(world, uma)
    expect(step).toMatchObject({ kind: 'set-up', due: { until: null } })
    // It lets in nowhere else.
    expect(await whoIs(uma)).toBeNull()
    expect(await toldAbout(world)).toEqual(['case_opened', 'approved', 'used'])
    const { codes } = await connectOnTheWay(world, uma)
    expect(codes).toHaveLength(10)
    expect(placeOf(await saved(uma))).toBe('/account')
    expect(await whoIs(uma)).toBe(as('uma').email)
    expect(await toldAbout(world)).toEqual(['case_opened', 'approved', 'used', 'pass_used'])
    // What was lost lets nobody in.
    world.pass(MINUTE)
    const thief = browsers['uma']!
    await thief.signIn(as('uma'))
    const old = { code: phones['uma']!.code(), with: 'totp' }
    expect((await thief.post('/sign-in/second', old)).status).toBe(401)
    expect(await noted(world)).toEqual({
      case_opened: 1,
      case_cancelled: 0,
      case_approved: 1,
      case_refused: 0,
      pass_used: 1,
    })
    expect(await (await sam.get(`/cases/case?id=${id}`)).text()).toContain(cases.states.used)
    expect(await (await sam.get(`/cases/case?id=${id}`)).text()).toContain(asHtml(CHECKED))
    expect(await (await sam.get('/cases')).text()).toContain(cases.noneOpen)
    expect(await (await sam.get('/cases?show=closed')).text()).toContain(id)
  },
)

story(
  'a known device at a known place waits a day, and each of them alone three',
  { people },
  async (world) => {
    const { browsers } = await openHouse(world)
    const waits = async (browser: Visitor) => {
      await lose(browser)
      const { id, waitsUntil } = await lastCase(world)
      const wait = waitsUntil - world.now()
      await world.visitor().post('/lost/cancel', { token: await cancelLink(world) })
      expect((await lastCase(world)).cancelledAt, id).not.toBeNull()
      return wait / HOUR
    }
    expect(await waits(browsers['uma']!)).toBe(24)
    expect(await waits(world.visitor(HOME))).toBe(72)
    const moved = world.visitor(ELSEWHERE)
    for (const [name, value] of browsers['uma']!.cookies) moved.cookies.set(name, value)
    expect(await waits(moved)).toBe(72)
  },
)

story(
  'nobody approves before the wait is over: that is refused, and nothing has changed',
  { people },
  async (world) => {
    await openHouse(world)
    await lose(world.visitor(ELSEWHERE))
    const before = await lastCase(world)
    world.pass(72 * HOUR - 1)
    const sam = await supporter(world)
    const page = await (await sam.get(`/cases/case?id=${before.id}`)).text()
    expect(page).not.toContain('value="approve"')
    const answer = await decide(sam, before.id)
    expect(answer.status).toBe(409)
    expect(await answer.text()).toContain(asHtml(problems.case_early))
    expect(await lastCase(world)).toEqual(before)
    expect(await toldAbout(world)).toEqual(['case_opened'])
    world.pass(1)
    await passIn(await decide(sam, before.id))
  },
)

story(
  'the owner cancels by the mail without signing in, and support sees it the next time',
  { people },
  async (world) => {
    await openHouse(world)
    await lose(world.visitor(ELSEWHERE))
    const { id } = await lastCase(world)
    const token = await cancelLink(world)
    const reader = world.visitor()
    const page = await (await reader.get(`/lost/cancel?token=${token}`)).text()
    expect(page).toContain(ELSEWHERE.address)
    expect((await lastCase(world)).cancelledAt).toBeNull()
    const done = await reader.post('/lost/cancel', hiddenFields(page, '/lost/cancel'))
    // Who asked had given the password.
    expect(await done.text()).toContain(asHtml(lost.donePassword))
    expect((await reader.post('/lost/cancel', { token })).status).toBe(410)
    expect((await reader.get(`/lost/cancel?token=${token}`)).status).toBe(410)
    expect(await toldAbout(world)).toEqual(['case_opened', 'cancelled'])

    world.pass(4 * DAY)
    const sam = await supporter(world)
    expect((await decide(sam, id)).status).toBe(409)
    expect((await lastCase(world)).passHash).toBeNull()
    await lose(world.visitor(ELSEWHERE))
    const next = await lastCase(world)
    expect(next.id).not.toBe(id)
    const shown = await (await sam.get(`/cases/case?id=${next.id}`)).text()
    expect(shown).toContain(`/cases/case?id=${id}`)
    expect(shown).toContain(cases.states.cancelled)
  },
)

story(
  'the owner who signs in is told that support was asked, and cancels it',
  { people },
  async (world) => {
    const { browsers, phones } = await openHouse(world)
    await lose(world.visitor(ELSEWHERE))
    const uma = browsers['uma']!
    await uma.signIn(as('uma'))
    await uma.post('/sign-in/second', { code: phones['uma']!.code(), with: 'totp' })
    for (const path of ['/account', '/account/security'])
      expect(await (await uma.get(path)).text()).toContain(lost.openTitle)
    expect(placeOf(await uma.post('/account/case/cancel'))).toBe(
      '/account/security?notice=case_cancelled',
    )
    expect((await lastCase(world)).cancelledAt).not.toBeNull()
    expect(await (await uma.get('/account/security')).text()).not.toContain(lost.openTitle)
    expect(placeOf(await uma.post('/account/case/cancel'))).toBe('/account/security')
    expect(await noted(world)).toMatchObject({ case_cancelled: 1 })
  },
)

story('a link that is sent once approved cancels the pass too', { people }, async (world) => {
  await openHouse(world)
  const pass = await passFor(world)
  expect(
    (await world.visitor().post('/lost/cancel', { token: await cancelLink(world) })).status,
  ).toBe(200)
  const answer = await enterBy(world.visitor(ELSEWHERE), pass)
  expect(answer.status).toBe(401)
  expect(await lastProofs(world)).toEqual(['password'])
})

story('support refuses, says why, and the person is told', { people }, async (world) => {
  await openHouse(world)
  await lose(world.visitor(ELSEWHERE))
  const { id } = await lastCase(world)
  const sam = await supporter(world)
  for (const [checked, wrong] of [
    ['', 'missing'],
    ['too short', 'too_short'],
    ['x'.repeat(2001), 'too_long'],
    ['a \u202E turned line', 'bad_text'],
  ] as const) {
    const answer = await decide(sam, id, 'refuse', checked)
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(asHtml(textsOf('en').fields[wrong]))
  }
  expect((await lastCase(world)).refusedAt).toBeNull()
  expect(placeOf(await decide(sam, id, 'refuse'))).toBe(`/cases/case?id=${id}&notice=case_refused`)
  expect((await lastCase(world)).refusedAt).toBe(world.now())
  expect(await toldAbout(world)).toEqual(['case_opened', 'refused'])
  world.pass(4 * DAY)
  const later = await supporter(world)
  expect((await decide(later, id)).status).toBe(409)
  const [event] = await eventsOf(world, 'case_refused')
  const { id: sams } = await world.app.db
    .selectFrom('accounts')
    .select('id')
    .where('login', '=', 'sam@example.com')
    .executeTakeFirstOrThrow()
  expect(JSON.parse(event!.detail)).toEqual({
    actor: sams,
    case: id,
  })
})

story(
  'who decides shows first that it is them, where they signed in a while ago',
  { people },
  async (world) => {
    await openHouse(world)
    await lose(world.visitor(ELSEWHERE))
    const { id } = await lastCase(world)
    world.pass(73 * HOUR)
    const sam = await supporter(world)
    world.pass(16 * MINUTE)
    expect(placeOf(await decide(sam, id))).toBe('/account/confirm')
    expect((await lastCase(world)).approvedAt).toBeNull()
    const asked = await (await sam.get('/account/confirm')).text()
    expect(asked).toContain(asHtml(textsOf('en').stepUp.what.case))
    const pass = await passIn(await sam.post('/account/confirm', { password: PASSWORD }))
    // The pass was shown once: nothing on the page of the case holds it.
    expect(await (await sam.get(`/cases/case?id=${id}`)).text()).not.toContain(pass)
    expect(placeOf(await enterBy(world.visitor(ELSEWHERE), pass))).toBe('/sign-in/set-up')
  },
)

story(
  'an account that may do something to others needs two different people',
  { people },
  async (world) => {
    await openHouse(world, ['sam'])
    await lose(world.visitor(ELSEWHERE), 'sam')
    const { id } = await lastCase(world)
    world.pass(73 * HOUR)
    const mara = await supporter(world, 'mara')
    expect(placeOf(await decide(mara, id))).toBe(`/cases/case?id=${id}&notice=case_first`)
    const before = await lastCase(world)
    expect(before.passHash).toBeNull()
    const again = await decide(mara, id)
    expect(again.status).toBe(403)
    expect(await again.text()).toContain(asHtml(problems.case_twice))
    expect(await lastCase(world)).toEqual(before)
    const pass = await passIn(await decide(await supporter(world, 'main'), id))
    expect(await toldAbout(world, 'sam')).toEqual(['case_opened', 'first', 'approved'])
    expect(placeOf(await enterBy(world.visitor(ELSEWHERE), pass, 'sam'))).toBe('/sign-in/set-up')
  },
)

story('a person with nothing set up has nothing to recover', { people }, async (world) => {
  await openHouse(world, [])
  const answer = await world
    .visitor()
    .post('/lost', { login: as('uma').email, reach: REACH, text: 'Gone.' })
  expect(answer.status).toBe(200)
  expect(await lastCase(world)).toBeUndefined()
  expect(await toldAbout(world)).toEqual([])
})

story(
  'a pass that came too late is given anew by whoever gave it, and the old one is dead',
  { people },
  async (world) => {
    await openHouse(world)
    const pass = await passFor(world)
    const { id } = await lastCase(world)
    world.pass(HOUR)
    expect((await enterBy(world.visitor(ELSEWHERE), pass)).status).toBe(401)
    expect((await decide(await supporter(world, 'mara'), id, 'pass')).status).toBe(409)
    const sam = await supporter(world)
    expect(await (await sam.get(`/cases/case?id=${id}`)).text()).toContain(cases.againSubmit)
    const another = await passIn(await decide(sam, id, 'pass'))
    expect(another).not.toBe(pass)
    expect((await enterBy(world.visitor(ELSEWHERE), pass)).status).toBe(401)
    expect(placeOf(await enterBy(world.visitor(ELSEWHERE), another))).toBe('/sign-in/set-up')
    expect(await toldAbout(world)).toEqual(['case_opened', 'approved', 'pass', 'used'])
    expect((await decide(sam, id, 'pass')).status).toBe(409)
  },
)

story(
  'three cases a week are opened for an account, and one at a time',
  { people },
  async (world) => {
    await openHouse(world)
    const uma = world.visitor(ELSEWHERE)
    const first = await (await lose(uma)).text()
    const { id } = await lastCase(world)
    expect(await (await lose(uma)).text()).toBe(first)
    expect((await lastCase(world)).id).toBe(id)
    for (let turn = 2; turn <= 3; turn++) {
      await uma.post('/lost/cancel', { token: await cancelLink(world) })
      await lose(uma)
    }
    await uma.post('/lost/cancel', { token: await cancelLink(world) })
    const refused = await lose(uma)
    expect(refused.status).toBe(429)
    expect(await refused.text()).toContain(asHtml(problems.case_limited))
    world.pass(7 * DAY)
    expect((await lose(uma)).status).toBe(200)
    expect(await noted(world)).toMatchObject({ case_opened: 4 })
  },
)

story(
  'an operator who is alone gives a pass at the machine, and the owner is told',
  { people },
  async (world) => {
    const { ids } = await openHouse(world, ['main'])
    const { app } = world
    const recover = (email: string) => recoverAtMachine(app, nobodysVisit, email)
    expect(await recover('nobody@example.com')).toEqual({ refused: 'no_account' })
    expect(await recover(as('ugo').email)).toEqual({ refused: 'not_protected' })
    const disable = (disabledAt: number | null) =>
      app.db.updateTable('accounts').set({ disabledAt }).where('id', '=', ids.main).execute()
    await disable(1)
    expect(await recover(as('main').email)).toEqual({ refused: 'disabled' })
    expect(await lastCase(world)).toBeUndefined()
    await disable(null)
    const made = await recover(as('main').email)
    if (!('pass' in made)) throw new Error(made.refused)
    expect(await toldAbout(world, 'main')).toEqual(['machine'])
    const [event] = await eventsOf(world, 'case_approved')
    expect(JSON.parse(event!.detail)).toMatchObject({ actor: 'this machine' })
    expect(placeOf(await enterBy(world.visitor(), made.pass, 'main'))).toBe('/sign-in/set-up')
  },
)

story(
  'who learns by the mail that a pass was used says "this was not me": what was set up with it lets nobody in',
  { people },
  async (world) => {
    await openHouse(world)
    const pass = await passFor(world)
    const thief = world.visitor(ELSEWHERE)
    await enterBy(thief, pass)
    const { phone } = await connectOnTheWay(world, thief)
    await saved(thief)
    expect(await whoIs(thief)).toBe(as('uma').email)
    await sayNotMe(world, 'pass_used')
    expect(await whoIs(thief)).toBeNull()
    expect(await enrolledFor(world, as('uma').email)).toEqual(['recovery', 'totp'])
    world.pass(MINUTE)
    await thief.signIn(as('uma'))
    const answer = { code: phone.code(), with: 'totp' }
    expect((await thief.post('/sign-in/second', answer)).status).toBe(401)

    // Said before something new is set up, it ends the attempt.
    const again = await passFor(world)
    await enterBy(thief, again)
    await sayNotMe(world, 'case_told')
    expect((await thief.post('/sign-in/set-up', { kind: 'totp' })).status).not.toBe(200)
    expect(placeOf(await thief.get('/sign-in/set-up'))).toBe('/sign-in')
  },
)

/** By the link of the newest mail of this kind. */
async function sayNotMe({ app }: World, kind: string): Promise<void> {
  const { id } = await app.db
    .selectFrom('messages')
    .select('id')
    .where('kind', '=', kind)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  const token = notMeToken(app.keys, id)
  expect(await sayByLink(app, nobodysVisit, token)).toBe('said')
}
