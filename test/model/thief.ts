import { expect } from 'vitest'
import { authenticatorFor, keyIn, optionsIn, phoneWith } from '../stories/factor-tools.ts'
import { copyOf, noticesTo, whoIs } from '../stories/story.ts'
import { PASSWORD, type Visitor, type World } from '../world.ts'
import { seeWhatIsOff } from './agree.ts'
import { disturb, isIn, textFor, visit, wasRight, wasWrong, codesNear, wrongCode } from './hands.ts'
import { requestFor } from './steps.ts'
import {
  asksAnew,
  isEnough,
  isFresh,
  isProtected,
  kinds,
  works,
  type Browser,
  type Change,
  type Factor,
  type Means,
  type Person,
  type Session,
} from './person.ts'

/** What somebody else has got hold of. */
export type Loot = {
  readonly password: boolean
  readonly mailbox: boolean
  /** Lost by the person. A passkey of somebody else does not look at its owner. */
  readonly factor: Factor | null
  readonly paper: boolean
}

const SECOND = '/sign-in/second'
const CONFIRM = '/account/confirm'
const CODE = '/account/security/code'
const STOLEN = 'seven herons over the weir'
const UNSEEN = { userVerified: false }

const stranger = (world: World): Visitor => world.visitor({ address: '203.0.113.9' })

/** Tries every way in. Nobody is in by less than what is asked of the person. */
export async function attack(world: World, person: Person, loot: Loot): Promise<void> {
  await tryPasskeyAlone(world, person, loot)
  const isByMail = !loot.password && loot.mailbox
  if (!loot.password && !isByMail) return
  const password = isByMail ? STOLEN : PASSWORD
  if (isByMail) await reset(world, person, STOLEN)
  if (isProtected(person)) {
    await tryJunk(world, person, password, loot)
    for (const means of meansIn(person, loot)) await tryWith(world, person, means, password, loot)
  }
  // The person sees the mail, and takes the account back.
  if (isByMail) await reset(world, person, PASSWORD)
}

function meansIn(person: Person, { factor, mailbox, paper }: Loot): Means[] {
  const mail = [...person.factors, ...person.gone].find(({ kind }) => kind === 'email')
  const things = [...(factor ? [factor] : []), ...(mailbox && mail ? [mail] : [])]
  const codes = paper ? [person.codes[0] ?? []].flat() : []
  return [
    ...things.map((each) => ({ way: each.kind, factor: each, code: '' })),
    ...codes.map((code) => ({ way: 'recovery' as const, factor: null, code })),
  ]
}

async function tryPasskeyAlone(world: World, person: Person, { factor }: Loot): Promise<void> {
  const visitor = stranger(world)
  const asked = await visitor.get('/sign-in/passkey')
  expect(asked.status).toBe(person.allowed.includes('passkey') ? 200 : 404)
  if (!asked.ok) return
  const options = await asked.json()
  const removed = person.gone.findLast(({ passkey }) => passkey !== null)?.passkey
  const answers = [
    authenticatorFor(world).get(options),
    factor?.passkey?.get(options, UNSEEN),
    removed?.get(options),
    ...person.seen.map(({ text }) => text),
  ]
  for (const code of answers.filter((each) => each !== undefined))
    await expectNobody(visitor, visitor.post('/sign-in/passkey', { code }), 'a passkey alone')
}

async function expectNobody(visitor: Visitor, response: Promise<Response>, by: string) {
  expect(isIn(await response), `in by ${by}`).toBe(false)
  expect(await whoIs(visitor), `in by ${by}`).toBe(null)
}

/** What is near, was once right, or is somebody else's. */
async function tryJunk(world: World, person: Person, password: string, loot: Loot): Promise<void> {
  const visitor = stranger(world)
  const first = visitor.signIn({ email: person.email, password })
  await expectNobody(visitor, first, 'the password')
  await expectNobody(visitor, visitor.get('/account'), 'half a sign-in')
  for (const { way, text } of await junk(world, person, visitor, SECOND, loot)) {
    const response = visitor.post(SECOND, { code: text, with: way })
    await expectNobody(visitor, response, `${way} that is not right`)
    wasWrong(person, way)
  }
}

async function junk(
  world: World,
  person: Person,
  visitor: Visitor,
  path: string,
  { mailbox }: Loot,
): Promise<{ way: Means['way']; text: string }[]> {
  const { gone, dead } = person
  const right = lately(world, person)
  const others = { way: 'passkey', code: '', factor: { passkey: authenticatorFor(world) } } as Means
  const old = gone.findLast(({ kind }) => kind !== 'email')
  const oldText = old && (await textFor(world, visitor, path, meansBy(old)))
  const used = dead.at(-1)
  return [
    ...right,
    { way: 'totp', text: wrongCode(person) },
    { way: 'passkey', text: await textFor(world, visitor, path, others) },
    ...(old && !codesNear(person).includes(oldText!) ? [{ way: old.kind, text: oldText! }] : []),
    ...(used === undefined ? [] : [{ way: 'recovery' as const, text: used }]),
    ...(mailbox ? [] : [{ way: 'email' as const, text: '000000' }]),
  ]
}

/** What was right. Codes of an app only as long as they could be: later on they are but a guess. */
const lately = (world: World, { seen }: Person): Person['seen'] =>
  seen.filter(({ way, at }) => way !== 'totp' || world.now() - at < 30_000)

const meansBy = (factor: Factor): Means => ({ way: factor.kind, factor, code: '' })

/** In if that is what is asked of the person too, and then no further than it goes. */
async function tryWith(
  world: World,
  person: Person,
  means: Means,
  password: string,
  loot: Loot,
): Promise<void> {
  const visitor = stranger(world)
  await visitor.signIn({ email: person.email, password })
  const text = await textFor(world, visitor, SECOND, means, UNSEEN)
  await seeWhatIsOff(world, person)
  const now = world.now()
  const may = works(person, means, now)
  const response = await visitor.post(SECOND, { code: text, with: means.way })
  expect(isIn(response), `in by the password and ${means.way}`).toBe(may)
  if (!may) return wasWrong(person, means.way)
  wasRight(person, means, text, now)
  const shown = (['password', means.way] as const).map((by) => ({ by, at: now }))
  await meddle(world, person, visitor, { since: now, visitedAt: now, shown }, loot)
  await visitor.post('/sign-out')
}

/** A copy of the cookie of somebody who is signed in. */
export async function borrow(
  world: World,
  person: Person,
  browser: Browser,
  mailbox: boolean,
): Promise<void> {
  const { visitor, session } = browser
  const thief = copyOf(world, visitor, { address: '203.0.113.9' })
  for (const name of thief.cookies.keys()) if (name !== 'session') thief.cookies.delete(name)
  expect(isIn(await thief.get('/sign-in')), 'in by a borrowed session').toBe(true)
  visit(browser, world.now())
  await meddle(world, person, thief, session!, { ...NOTHING, mailbox })
  disturb(person, session)
}

const NOTHING: Loot = { password: false, mailbox: false, factor: null, paper: false }

/** Tries every change with a session and the loot. What is asked of the person is asked of them. */
async function meddle(
  world: World,
  person: Person,
  visitor: Visitor,
  session: Session,
  loot: Loot,
): Promise<void> {
  if (!isProtected(person) && (loot.password || loot.mailbox)) return
  if (meansIn(person, loot).some((means) => isEnough(person, means))) return
  const changes: Change[] = [
    ...kinds.map((kind) => ({ what: 'add', kind, isSynced: false }) as const),
    ...person.factors.map((factor) => ({ what: 'remove', factor }) as const),
    { what: 'off' },
    { what: 'codes' },
  ]
  for (const change of changes) {
    if (!asksAnew(person, change) && isFresh(person, session, change, world.now())) continue
    const before = await enrolments(world, person)
    await tryChange(world, person, visitor, change, loot)
    expect(await enrolments(world, person), `${change.what} by a borrowed session`).toEqual(before)
  }
}

const enrolments = ({ app }: World, { accountId }: Person) =>
  app.db
    .selectFrom('enrolments')
    .select(['id', 'kind', 'state'])
    .where('accountId', '=', accountId)
    .orderBy('id')
    .execute()

async function tryChange(
  world: World,
  person: Person,
  visitor: Visitor,
  change: Change,
  loot: Loot,
): Promise<void> {
  await visitor.post(...requestFor(change))
  const isAsked = change.what === 'off' || change.what === 'codes'
  const path = isAsked ? CODE : CONFIRM
  const [last] = lately(world, person).slice(-1)
  const mail = loot.mailbox ? person.factors.find(({ kind }) => kind === 'email') : undefined
  const tries = [
    ...(last ? [last] : []),
    { way: 'totp' as const, text: wrongCode(person) },
    ...(mail ? [{ way: mail.kind, text: await textFor(world, visitor, path, meansBy(mail)) }] : []),
  ]
  for (const { way, text } of tries) {
    await visitor.post(path, { code: text, with: way })
    wasWrong(person, way)
  }
  await setUpOwn(world, person, visitor)
}

/** As if all had been shown: a thing of their own is set up, and codes are saved. */
async function setUpOwn(world: World, person: Person, visitor: Visitor): Promise<void> {
  if (!isProtected(person)) await visitor.post('/account/security/protect')
  const page = await (await visitor.get(CODE)).text()
  const key = keyIn(page)
  const options = optionsIn(page)
  const answer = options?.user
    ? { with: 'passkey', code: authenticatorFor(world).create(options) }
    : { with: 'totp', code: key === '' ? wrongCode(person) : phoneWith(world, key).code() }
  await visitor.post(CODE, { ...answer, name: '' })
  wasWrong(person, 'totp')
  await visitor.post('/account/security/confirm', { saved: 'yes' })
}

/** Sets another password by a mailed link. */
async function reset(world: World, person: Person, password: string): Promise<void> {
  const visitor = stranger(world)
  await visitor.post('/sign-in/forgot', { login: person.email })
  const links = (await noticesTo(world, person.email)).flatMap((notice) =>
    notice.kind === 'password_reset' ? [notice.token] : [],
  )
  await visitor.post('/sign-in/reset', { token: links.at(-1)!, password })
  person.resetAt = isProtected(person) ? world.now() : null
  for (const browser of person.browsers) Object.assign(browser, { session: null, trust: null })
  disturb(person)
}
