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
  casesIn,
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
import { connectOnTheWay, saved, setPolicy, want } from './due-tools.ts'
import { byPhone, linkSms, NUMBER } from './sms-tools.ts'
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
    // Nor is the browser that was there before known any more, should the thief ask support.
    await thief.post('/sign-in/lost', { reach: REACH, text: 'My phone is gone.' })
    const asked = await lastCase(world)
    expect([asked.deviceId, asked.waitsUntil - world.now()]).toEqual([null, 72 * HOUR])
    await world.visitor().post('/lost/cancel', { token: await cancelLink(world) })
    expect(await noted(world)).toEqual({
      case_opened: 2,
      case_cancelled: 1,
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
  'a pass is taken, and support asked, where a new login code may stand for the second step',
  { people, given: byPhone, settings: { NEW_LOGIN_CODE: 'instead' } },
  async (world) => {
    await linkSms(world)
    await openHouse(world)
    const pass = await passFor(world)
    await want(world, 'sms', NUMBER, as('uma').email)
    const uma = world.visitor(ELSEWHERE)
    await uma.signIn(as('uma'))
    expect(await stepAt(world, uma)).toMatchObject({ due: { isInstead: true } })
    const page = await (await uma.get('/sign-in/set-up')).text()
    for (const path of ['/sign-in/lost', '/sign-in/pass']) {
      expect(page).toContain(`href="${path}"`)
      expect((await uma.get(path)).status).toBe(200)
    }
    expect(placeOf(await uma.post('/sign-in/pass', { pass }))).toBe('/sign-in/set-up')
    expect(await stepAt(world, uma)).toMatchObject({ due: { why: 'pass' } })
    expect(await (await uma.get('/sign-in/set-up')).text()).not.toContain('href="/sign-in/lost"')
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

story(
  'who approved first must still be one who may, when the second does: else the second is the first',
  { people },
  async (world) => {
    const { ids } = await openHouse(world, ['sam'])
    await lose(world.visitor(ELSEWHERE), 'sam')
    const { id } = await lastCase(world)
    world.pass(73 * HOUR)
    const { db } = world.app
    const set = (columns: { disabledAt?: number; privilege?: 'manage' | null }) =>
      db.updateTable('accounts').set(columns).where('id', '=', ids.mara).execute()
    await decide(await supporter(world, 'mara'), id)
    const main = await supporter(world, 'main')
    // Mara turns out to be an impostor.
    await set({ privilege: null })
    const first = `/cases/case?id=${id}&notice=case_first`
    expect(placeOf(await decide(main, id))).toBe(first)
    expect(await lastCase(world)).toMatchObject({ passHash: null, approvedBy: ids.main })
    expect((await decide(main, id)).status).toBe(403)

    // The same the other way round: barred, or gone.
    await set({ privilege: 'manage' })
    await db.updateTable('cases').set({ approvedBy: ids.mara }).where('id', '=', id).execute()
    await set({ disabledAt: world.now() })
    expect(placeOf(await decide(main, id))).toBe(first)
    await db.updateTable('cases').set({ approvedBy: 'gone' }).where('id', '=', id).execute()
    expect(placeOf(await decide(main, id))).toBe(first)
    expect((await lastCase(world)).passHash).toBeNull()
    const operator = world.visitor()
    await operator.signIn()
    await passIn(await decide(operator, id))
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

  // Who knows the password, and cannot set up what is required, is told so.
  await setPolicy(world, { protection: 'required' })
  const uma = world.visitor(ELSEWHERE)
  await uma.signIn(as('uma'))
  const told = await uma.post('/sign-in/lost', { reach: REACH, text: 'Gone.' })
  expect(told.status).toBe(409)
  expect(await told.text()).toContain(asHtml(problems.nothing_lost))
  expect(await lastCase(world)).toBeUndefined()
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
  },
)

story(
  'a pass of which nothing came is not lost: another is given, until something is set up',
  { people },
  async (world) => {
    const { browsers, phones } = await openHouse(world)
    const pass = await passFor(world)
    const { id } = await lastCase(world)
    const first = world.visitor(ELSEWHERE)
    expect(placeOf(await enterBy(first, pass))).toBe('/sign-in/set-up')
    // The battery is empty: nothing was set up, and nothing taken away.
    world.pass(MINUTE)
    const sam = await supporter(world)
    expect(await (await sam.get('/cases')).text()).toContain(id)
    const another = await passIn(await decide(sam, id, 'pass'))
    // What the one before has opened is over.
    expect(placeOf(await first.post('/sign-in/set-up', { kind: 'totp' }))).not.toBe(
      '/sign-in/set-up/code',
    )
    const uma = world.visitor(ELSEWHERE)
    expect((await enterBy(uma, pass)).status).toBe(401)
    expect(placeOf(await enterBy(uma, another))).toBe('/sign-in/set-up')
    await connectOnTheWay(world, uma)
    await saved(uma)
    expect(await whoIs(uma)).toBe(as('uma').email)
    expect((await lastCase(world)).recoveredAt).toBe(world.now())
    for (const what of ['pass', 'approve', 'refuse'] as const)
      expect((await decide(sam, id, what)).status).toBe(409)
    expect(await (await sam.get('/cases')).text()).toContain(cases.noneOpen)
    world.pass(MINUTE)
    await browsers['uma']!.signIn(as('uma'))
    const old = { code: phones['uma']!.code(), with: 'totp' }
    expect((await browsers['uma']!.post('/sign-in/second', old)).status).toBe(401)
  },
)

story(
  'whoever used a pass and has set nothing up yet is stopped by the link that cancels',
  { people },
  async (world) => {
    await openHouse(world)
    const pass = await passFor(world)
    const token = await cancelLink(world)
    const thief = world.visitor(ELSEWHERE)
    await enterBy(thief, pass)
    await thief.post('/sign-in/set-up', { kind: 'totp' })
    expect((await world.visitor().post('/lost/cancel', { token })).status).toBe(200)
    expect(placeOf(await thief.get('/sign-in/set-up/code'))).toBe('/sign-in')
    expect((await decide(await supporter(world), (await lastCase(world)).id, 'pass')).status).toBe(
      409,
    )
    expect(await enrolledFor(world, as('uma').email)).toEqual(['recovery', 'totp'])
  },
)

story(
  'who used a pass and comes back with nothing may ask anew, and what is under way goes on',
  { people },
  async (world) => {
    await openHouse(world)
    const uma = world.visitor(ELSEWHERE)
    await enterBy(uma, await passFor(world))
    await lose(world.visitor(ELSEWHERE))
    expect((await casesIn(world)).map(({ cancelledAt }) => cancelledAt !== null)).toEqual([
      true,
      false,
    ])
    await connectOnTheWay(world, uma)
    await saved(uma)
    expect(await whoIs(uma)).toBe(as('uma').email)
    expect((await lastCase(world)).recoveredAt).toBeNull()
  },
)

story(
  'a pass that ran out while its giver is away keeps nobody out: another of support decides anew',
  { people },
  async (world) => {
    await openHouse(world)
    const pass = await passFor(world)
    const { id } = await lastCase(world)
    world.pass(HOUR)
    const mara = await supporter(world, 'mara')
    expect(await (await mara.get('/cases')).text()).toContain(id)
    expect(await (await mara.get('/cases?show=closed')).text()).not.toContain(id)
    const page = await (await mara.get(`/cases/case?id=${id}`)).text()
    expect(page).toContain(cases.states.ready)
    expect(page).toContain('value="approve"')
    const another = await passIn(await decide(mara, id))
    expect((await decide(mara, id)).status).toBe(409)
    expect(await (await mara.get('/cases')).text()).toContain(cases.noneOpen)
    expect((await enterBy(world.visitor(ELSEWHERE), pass)).status).toBe(401)
    expect(placeOf(await enterBy(world.visitor(ELSEWHERE), another))).toBe('/sign-in/set-up')
  },
)

story(
  'whose pass was guessed at until it was dead may ask anew, and waits anew',
  { people, settings: { CODE_TRIES: '10', SECOND_STEP_FAILURES_5_MINUTES: '20' } },
  async (world) => {
    await openHouse(world)
    const pass = await passFor(world)
    const uma = world.visitor(ELSEWHERE)
    const before = await lastCase(world)
    // As long as the pass lives, another request changes nothing.
    await lose(uma)
    expect(await lastCase(world)).toEqual(before)
    const wrong = pass.replace(/^./, (digit) => String((Number(digit) + 1) % 10))
    for (let turn = 1; turn <= 5; turn++) await uma.post('/sign-in/pass', { pass: wrong })
    // Who does not know the password takes the place of nobody.
    await uma.post('/lost', { login: as('uma').email, reach: REACH, text: 'Gone.' })
    expect((await lastCase(world)).id).toBe(before.id)
    await lose(uma)
    const [old, next] = await casesIn(world)
    expect(old).toMatchObject({ id: before.id, cancelledAt: world.now() })
    expect(next!.waitsUntil - world.now()).toBe(72 * HOUR)
    expect((await decide(await supporter(world), old!.id)).status).toBe(409)
  },
)

story(
  'where two must approve, two must do so again once the pass they gave is dead',
  { people },
  async (world) => {
    await openHouse(world, ['sam'])
    await lose(world.visitor(ELSEWHERE), 'sam')
    const { id } = await lastCase(world)
    world.pass(73 * HOUR)
    await decide(await supporter(world, 'mara'), id)
    await passIn(await decide(await supporter(world, 'main'), id))
    world.pass(HOUR)
    const mara = await supporter(world, 'mara')
    expect(placeOf(await decide(mara, id))).toBe(`/cases/case?id=${id}&notice=case_first`)
    expect(await lastCase(world)).toMatchObject({ passHash: null, secondedAt: null })
    expect((await decide(mara, id)).status).toBe(403)
    const pass = await passIn(await decide(await supporter(world, 'main'), id))
    expect(placeOf(await enterBy(world.visitor(ELSEWHERE), pass, 'sam'))).toBe('/sign-in/set-up')
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
  'after a pass any kind that may be used is offered, also where an administrator wants another, and nothing is put off',
  { people, given: byPhone },
  async (world) => {
    await linkSms(world)
    await openHouse(world)
    const pass = await passFor(world)
    await setPolicy(world, { protection: 'required', factors: ['totp', 'sms', 'email'] })
    // It is the number of the phone that was stolen, and the mailbox was on it.
    await want(world, 'both', NUMBER, as('uma').email)
    const uma = world.visitor(ELSEWHERE)
    expect(placeOf(await enterBy(uma, pass))).toBe('/sign-in/set-up')
    const page = await (await uma.get('/sign-in/set-up')).text()
    const offered = [...page.matchAll(/name="kind" value="(\w+)"/g)].map(([, kind]) => kind)
    expect(offered).toEqual(['totp', 'sms', 'email'])
    expect(page).not.toContain('/sign-in/set-up/later')
    expect((await uma.post('/sign-in/set-up/later')).status).toBe(409)
    expect((await uma.post('/sign-in/set-up', { kind: 'passkey' })).status).toBe(403)
    expect(await enrolledFor(world, as('uma').email)).toEqual(['recovery', 'totp'])
    expect(await whoIs(uma)).toBeNull()
    await connectOnTheWay(world, uma)
    expect(placeOf(await saved(uma))).toBe('/account')
    expect(await whoIs(uma)).toBe(as('uma').email)
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
