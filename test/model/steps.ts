import { expect } from 'vitest'
import { keyIn, authenticatorFor, optionsIn, phoneWith } from '../stories/factor-tools.ts'
import { placeOf } from '../stories/story.ts'
import { PASSWORD, recoveryCodesIn, type World } from '../world.ts'
import {
  disturb,
  enter,
  isIn,
  mailedCode,
  remember,
  textFor,
  visit,
  wasRight,
  wasWrong,
} from './hands.ts'
import {
  isAlive,
  isEnough,
  isFresh,
  isPossible,
  isProtected,
  isTrusted,
  LIMITS,
  works,
  type Browser,
  type Change,
  type Factor,
  type Means,
  type Open,
  type Person,
} from './person.ts'

// Each step is taken as the person takes it, over HTTP. What comes of it must be what the model
// says: never what may not be, and always what must be.

const SECOND = '/sign-in/second'
const CONFIRM = '/account/confirm'
const CODE = '/account/security/code'

/** Gives the password. Beyond it: the second step, or in. */
export async function beginSignIn(
  world: World,
  person: Person,
  browser: Browser,
  remember: boolean,
): Promise<void> {
  const now = world.now()
  const { email } = person
  const response = await browser.visitor.signIn({ email, password: PASSWORD })
  if (!isProtected(person) || isTrusted(browser, now)) {
    expect(isIn(response), 'nothing more is asked').toBe(true)
    return enter(browser, isProtected(person) ? ['password', 'device'] : ['password'], now)
  }
  expect(placeOf(response), 'a second step is asked').toBe(SECOND)
  browser.open = opened({ what: 'sign-in', remember }, 'second', browser, now, person)
}

const opened = (
  what: Open['what'],
  stage: Open['stage'],
  { session }: Browser,
  begunAt: number,
  person: Person,
): Open => ({
  what,
  stage,
  session,
  begunAt,
  isFirst: !isProtected(person),
  isSure: true,
  wrong: 0,
})

/** Asks for a change. It is done, or something is asked first, or it cannot be. */
export async function beginChange(
  world: World,
  person: Person,
  browser: Browser,
  change: Change,
): Promise<void> {
  const { visitor, session } = browser
  const now = world.now()
  const isThere = session !== null && isAlive(session, now)
  const answer = placeOf(await visitor.post(...requestFor(change))) ?? ''
  if (!isThere) return expect(answer, 'nobody is signed in').not.toContain('/account')
  visit(browser, now)
  const isSure = isFresh(person, session, change, now)
  // Of what is to be proven anew this may be said later, when somebody has shown who they are.
  if (change.what !== 'bind' && !isPossible(person, change))
    return expect(answer, `${change.what} is refused`).toBe('')
  if (answer === '') return expect(isPossible(person, change), 'bind is refused').toBe(false)
  disturb(person, session)
  const open = (stage: Open['stage']) => {
    browser.open = opened(change, stage, browser, now, person)
  }
  if (change.what === 'off' || change.what === 'codes') {
    expect(answer).toBe(CODE)
    return open('confirm')
  }
  if (!isSure) {
    expect(answer, 'who it is must be shown first').toBe(CONFIRM)
    return open('confirm')
  }
  if (change.what !== 'remove') {
    expect(answer, 'enough was shown just now').toBe(CODE)
    return open('set-up')
  }
  expect(answer, 'enough was shown just now').toContain('factor_removed')
  browser.open = null
  removed(person, change.factor, browser)
}

/** What asks for it. */
export function requestFor(change: Change): [path: string, form: Record<string, string>] {
  const here = '/account/security'
  switch (change.what) {
    case 'add':
      return [`${here}/add`, { kind: change.kind }]
    case 'remove':
      return [`${here}/remove`, { factor: change.factor.id }]
    case 'bind':
      return [`${here}/bind-anew`, { factor: change.factor.id }]
    case 'off':
      return [`${here}/unprotect`, {}]
    case 'codes':
      return [`${here}/recovery-codes`, {}]
  }
}

/** Goes on with what was begun in this browser, so many steps at most. */
export async function goOn(
  world: World,
  person: Person,
  browser: Browser,
  means: Means | null,
  steps = 3,
): Promise<void> {
  const before = browser.open
  if (!before || steps === 0) return
  if (before.stage === 'second' && means) await second(world, person, browser, before, means)
  if (before.stage === 'confirm') await confirm(world, person, browser, before, means)
  if (before.stage === 'set-up') await setUp(world, person, browser, before)
  if (before.stage === 'save') await save(world, person, browser, before)
  const hasMoved = browser.open && browser.open.stage !== before.stage
  if (hasMoved) await goOn(world, person, browser, means, steps - 1)
}

const isOpen = ({ begunAt }: Open, now: number): boolean => now < begunAt + LIMITS.attempt

/** Must a right answer do? Not where somebody may have ended the attempt, or the mail is too old. */
const isSure = (open: Open, way: Means['way'], now: number): boolean =>
  open.isSure && open.wrong < 5 && (way !== 'email' || now < open.begunAt + LIMITS.mailedCode)

/** What came of it is among what may come of it. */
function expectOneOf(what: string, is: boolean, { may, must }: { may: boolean; must: boolean }) {
  if (is) expect(may, `${what}, and may not`).toBe(true)
  else expect(must, `not ${what}, and should`).toBe(false)
}

async function second(
  world: World,
  person: Person,
  browser: Browser,
  open: Open,
  means: Means,
): Promise<void> {
  const text = await textFor(world, browser.visitor, SECOND, means)
  const now = world.now()
  const remembers = open.what.what === 'sign-in' && open.what.remember
  const may = works(person, means, now) && isOpen(open, now)
  const form = { code: text, with: means.way, ...(remembers && { remember: 'yes' }) }
  const response = await browser.visitor.post(SECOND, form)
  const must = may && isSure(open, means.way, now)
  expectOneOf(`in by ${means.way}`, isIn(response), { may, must })
  if (!isIn(response)) {
    open.wrong++
    return wasWrong(person, means.way)
  }
  wasRight(person, means, text, now)
  enter(browser, ['password', means.way], now)
  if (remembers) browser.trust = { since: now, seenAt: now }
}

/** Is this still the session in which it was begun? */
const isHere = ({ session }: Browser, open: Open, now: number): boolean =>
  session !== null && open.session === session && isAlive(session, now)

async function confirm(
  world: World,
  person: Person,
  browser: Browser,
  open: Open,
  means: Means | null,
): Promise<void> {
  const { visitor } = browser
  const change = open.what as Change
  const path = change.what === 'off' || change.what === 'codes' ? CODE : CONFIRM
  if (isProtected(person) && !means) return
  const text = isProtected(person) ? await textFor(world, visitor, path, means!) : PASSWORD
  const now = world.now()
  const isRight = isProtected(person) ? isEnough(person, means!) : true
  const isOff = change.what === 'bind' && change.factor.isOff
  const may =
    isHere(browser, open, now) &&
    isOpen(open, now) &&
    isRight &&
    (isOff || isPossible(person, change))
  const by = isProtected(person) ? means!.way : 'password'
  const must = may && isPossible(person, change) && isSure(open, means?.way ?? 'totp', now)
  const form =
    by === 'password'
      ? { password: text }
      : { code: text, with: by, ...(path === CODE && { name: '' }) }
  const response = await visitor.post(path, form)
  visit(browser, now)
  const codes = change.what === 'codes' ? recoveryCodesIn(await response.text()) : []
  const isDone = codes.length > 0 || isDoneAt(placeOf(response) ?? '', change)
  expectOneOf(`${change.what} by ${by}`, isDone, { may, must })
  if (!isDone) {
    open.wrong++
    if (by !== 'password') wasWrong(person, by)
    return
  }
  const shown = { by, at: now } as const
  if (by !== 'password') wasRight(person, means!, text, now)
  if (change.what !== 'codes') remember(browser.session!, shown)
  browser.open = null
  switch (change.what) {
    case 'add':
    case 'bind':
      browser.open = opened(change, 'set-up', browser, now, person)
      return
    case 'remove':
      return removed(person, change.factor, browser)
    case 'off':
      return switchedOff(person)
    case 'codes':
      browser.open = { ...opened(change, 'save', browser, now, person), codes, shown }
  }
}

function isDoneAt(place: string, { what }: Change): boolean {
  if (what === 'remove') return place.includes('factor_removed')
  return what === 'off' ? place.includes('unprotected') : place === CODE
}

/** Shows what is being set up, or is to count again. */
async function setUp(world: World, person: Person, browser: Browser, open: Open): Promise<void> {
  const { visitor } = browser
  const change = open.what as Extract<Change, { what: 'add' | 'bind' }>
  const kind = change.what === 'add' ? change.kind : change.factor.kind
  const page = await (await visitor.get(CODE)).text()
  const made = change.what === 'add' ? newThing(world, page, change) : change.factor
  const text = await shownBy(world, person, browser, page, made, change)
  const now = world.now()
  const may =
    isHere(browser, open, now) &&
    isOpen(open, now) &&
    isPossible(person, change) &&
    open.isFirst === !isProtected(person) &&
    (kind !== 'email' || person.hasMailbox) &&
    made.isHeld
  const must = may && isSure(open, kind, now)
  const response = await visitor.post(CODE, { code: text, with: kind, name: '' })
  visit(browser, now)
  const isDone =
    response.status === 200 || /notice=(factor_added|bound_anew)/.test(placeOf(response) ?? '')
  expectOneOf(`${change.what} ${kind}`, isDone, { may, must })
  if (!isDone) {
    open.wrong++
    return
  }
  const shown = { by: kind, at: now }
  const thing = { ...made, usedAt: now }
  if (open.isFirst) {
    const codes = recoveryCodesIn(await response.text())
    expect(codes).toHaveLength(10)
    browser.open = { ...opened(change, 'save', browser, now, person), codes, thing, shown }
    return
  }
  browser.open = null
  remember(browser.session!, shown)
  if (change.what === 'bind') {
    Object.assign(change.factor, { isOff: false, wrong: 0, usedAt: now })
    disturb(person)
  } else person.factors.push({ ...thing, id: await newestOf(world, person) })
}

function newThing(
  world: World,
  page: string,
  { kind, isSynced }: Extract<Change, { what: 'add' }>,
): Omit<Factor, 'id'> {
  const key = kind === 'totp' ? keyIn(page) : ''
  return {
    kind,
    phone: key === '' ? null : phoneWith(world, key),
    passkey: kind === 'passkey' ? authenticatorFor(world, { isSynced }) : null,
    isSynced: kind === 'passkey' && isSynced,
    isHeld: true,
    wrong: 0,
    isOff: false,
    usedAt: 0,
  }
}

async function shownBy(
  world: World,
  { hasMailbox }: Person,
  { visitor }: Browser,
  page: string,
  { kind, phone, passkey, isHeld, usedAt }: Omit<Factor, 'id'>,
  { what }: Change,
): Promise<string> {
  if (kind === 'email') return hasMailbox ? mailedCode(world, visitor, CODE) : '000000'
  if (what === 'add' && kind === 'passkey') {
    const options = optionsIn(page)
    return options?.user ? passkey!.create(options) : '{}'
  }
  if (!phone || !isHeld) return '000000'
  if (world.now() - usedAt < 30_000) world.pass(30_000)
  return phone.code()
}

/** Nothing counts before the codes are said to be saved. */
async function save(world: World, person: Person, browser: Browser, open: Open): Promise<void> {
  const now = world.now()
  const change = open.what as Change
  const may =
    isHere(browser, open, now) &&
    isOpen(open, now) &&
    isPossible(person, change) &&
    open.isFirst === !isProtected(person)
  const response = await browser.visitor.post('/account/security/confirm', { saved: 'yes' })
  visit(browser, now)
  const isDone = /notice=(protected|codes_renewed)/.test(placeOf(response) ?? '')
  expectOneOf(`${change.what}, saved`, isDone, { may, must: may && open.isSure })
  if (!isDone) return
  browser.open = null
  remember(browser.session!, open.shown!)
  person.dead = [...person.dead, ...person.codes]
  person.codes = open.codes!
  person.hasPaper = true
  if (!open.thing) return
  person.factors.push({ ...open.thing, id: await newestOf(world, person) })
  disturb(person)
}

async function newestOf({ app }: World, { accountId }: Person): Promise<string> {
  const { id } = await app.db
    .selectFrom('enrolments')
    .select('id')
    .where('accountId', '=', accountId)
    .where('kind', '<>', 'recovery')
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow()
  return id
}

/** Whatever it may have opened ends with it, but for where it was removed. */
function removed(person: Person, factor: Factor, here: Browser): void {
  person.factors = person.factors.filter((each) => each !== factor)
  person.gone.push(factor)
  for (const browser of person.browsers) {
    browser.trust = null
    if (browser !== here) browser.session = null
  }
  disturb(person)
}

function switchedOff(person: Person): void {
  person.gone.push(...person.factors)
  person.factors = []
  person.dead = [...person.dead, ...person.codes]
  person.codes = []
  for (const browser of person.browsers) browser.trust = null
  disturb(person)
}
