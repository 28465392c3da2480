import { expect } from 'vitest'
import { textsOf } from '../../src/pages/texts/all.ts'
import { wayOn, waysOn } from '../stories/factor-tools.ts'
import { asHtml, whoIs } from '../stories/story.ts'
import { HOUR, PASSWORD, type Visitor, type World } from '../world.ts'
import { isIn, textFor, visit, wasRight } from './hands.ts'
import {
  isAlive,
  isProtected,
  isTrusted,
  isUnsure,
  judgementOf,
  LIMITS,
  meansOf,
  waysOf,
  waysWithoutPhone,
  works,
  type Browser,
  type Means,
  type Person,
} from './person.ts'

/**
 * Forgets sessions that are over. Those at the edge of their idle limit are visited, and it shows. Looks
 * what was guessed at too often.
 */
export async function settle(world: World, person: Person): Promise<void> {
  const now = world.now()
  for (const browser of person.browsers) {
    const { session, visitor } = browser
    if (session === null) continue
    if (!isAlive(session, now)) browser.session = null
    else if (isUnsure(session, now)) {
      await visitor.get('/account')
      if ((await whoIs(visitor)) === null) browser.session = null
      else visit(browser, now)
    }
  }
  await seeWhatIsOff(world, person)
}

/** Who is in, what is set up, and where a browser is remembered: as the model says, and no more. */
export async function expectAgreement(world: World, person: Person): Promise<void> {
  await settle(world, person)
  const { enrolments, sessions, devices } = await rowsOf(world, person)
  const now = world.now()
  const own = enrolments.filter(({ kind }) => kind !== 'recovery')
  expect(own.map(({ id }) => id).toSorted(), 'what is set up').toEqual(
    person.factors.map(({ id }) => id).toSorted(),
  )
  const recovery = enrolments.filter(({ kind }) => kind === 'recovery')
  expect(
    recovery.map(({ state }) => (JSON.parse(state) as { hashes: string[] }).hashes.length),
    'recovery codes',
  ).toEqual(isProtected(person) ? [person.codes.length] : [])
  const living = sessions.filter(
    ({ createdAt, seenAt }) => now < createdAt + LIMITS.session && now < seenAt + LIMITS.idle,
  )
  const inside = person.browsers.filter(({ session }) => session !== null)
  expect(living, 'sessions').toHaveLength(inside.length)
  for (const { visitor, session } of person.browsers)
    expect(await whoIs(visitor), 'who is in').toBe(session === null ? null : person.email)
  const remembered = devices.filter(({ rememberedAt, lastSeenAt }) =>
    isTrusted({ trust: { since: rememberedAt!, seenAt: lastSeenAt } }, now),
  )
  const trusted = person.browsers.filter((browser) => isTrusted(browser, now))
  expect(remembered, 'remembered browsers').toHaveLength(trusted.length)
}

/** Nothing is switched off after a few wrong answers, or counts again without being proven. */
export async function seeWhatIsOff({ app }: World, person: Person): Promise<void> {
  const rows = await app.db
    .selectFrom('enrolments')
    .select('id')
    .where('accountId', '=', person.accountId)
    .where('disabledAt', 'is not', null)
    .execute()
  for (const factor of person.factors) {
    const isOff = rows.some(({ id }) => id === factor.id)
    const mayBe = factor.isOff || factor.wrong >= LIMITS.inARow
    if (isOff) expect(mayBe, 'switched off after so few wrong answers').toBe(true)
    else expect(factor.isOff, 'counts again, not proven').toBe(false)
    factor.isOff = isOff
  }
}

async function rowsOf({ app: { db } }: World, { accountId }: Person) {
  const [enrolments, sessions, devices] = await Promise.all([
    db.selectFrom('enrolments').selectAll().where('accountId', '=', accountId).execute(),
    db
      .selectFrom('sessions')
      .select(['createdAt', 'seenAt'])
      .where('accountId', '=', accountId)
      .where('endedAt', 'is', null)
      .execute(),
    db
      .selectFrom('devices')
      .select(['rememberedAt', 'lastSeenAt'])
      .where('accountId', '=', accountId)
      .where('rememberedAt', 'is not', null)
      .execute(),
  ])
  return { enrolments, sessions, devices }
}

/** The page says how well the account is protected, and what a lost phone would leave. */
export async function expectPage(world: World, person: Person, browser: Browser): Promise<void> {
  const { security, history } = textsOf('en')
  const page = await (await browser.visitor.get('/account/security')).text()
  visit(browser, world.now())
  const judged = Object.entries(security.judgements).filter(([, text]) =>
    page.includes(asHtml(text)),
  )
  expect(judged.map(([judgement]) => judgement)).toEqual([judgementOf(person)])
  if (!isProtected(person)) return
  const [before, after] = security.lostWays({ ways: '|' }).split('|')
  const said = page.split(before!)[1]?.split(after!)[0] ?? ''
  const ways = (['passkey', 'totp', 'email', 'recovery'] as const).filter((way) =>
    said.includes(history.factors[way]),
  )
  expect(ways, 'without the phone').toEqual(waysWithoutPhone(person))
  expect(page.includes(asHtml(security.lostNone))).toBe(ways.length === 0)
}

/**
 * Whoever holds something that lets in gets in by it, in a browser that was never here. `toTheEnd`: by
 * a recovery code too, which ends the trust in all browsers.
 */
export async function expectWayIn(world: World, person: Person, toTheEnd = false): Promise<void> {
  const isHeld = (means: Means) => means.factor !== null && works(person, means, world.now())
  let held = meansOf(person, world.now(), 'sign-in').filter(isHeld)
  if (held.length === 0 && person.resetAt !== null) {
    world.pass(24 * HOUR)
    await settle(world, person)
    held = meansOf(person, world.now(), 'sign-in').filter(isHeld)
  }
  const byKind = held.filter(({ way }, at) => held.findIndex((each) => each.way === way) === at)
  for (const means of byKind) await getIn(world, person, means)
  const code = person.hasPaper ? person.codes[0] : undefined
  if (code !== undefined && (toTheEnd || byKind.length === 0))
    await getIn(world, person, { way: 'recovery', factor: null, code })
  if (!isProtected(person)) await getIn(world, person, null)
}

async function getIn(world: World, person: Person, means: Means | null): Promise<void> {
  const visitor = world.visitor({ address: '192.0.2.50' })
  const { email } = person
  const first = await visitor.signIn({ email, password: PASSWORD })
  if (!means) expect(isIn(first)).toBe(true)
  else {
    await expectChoice(world, person, visitor)
    const text = await textFor(world, visitor, SECOND, means)
    const response = await visitor.post(SECOND, { code: text, with: means.way })
    expect(isIn(response), `in by ${means.way}`).toBe(true)
    wasRight(person, means, text, world.now())
  }
  await visitor.post('/sign-out')
}

const SECOND = '/sign-in/second'

/** What counts is offered and nothing else, what the person wants first; a recovery code always. */
async function expectChoice(world: World, person: Person, visitor: Visitor): Promise<void> {
  const page = await (await visitor.get(SECOND)).text()
  expect([wayOn(page, SECOND), ...waysOn(page)]).toEqual(waysOf(person, world.now()))
}
