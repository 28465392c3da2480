import { expect } from 'vitest'
import { hashBearer } from '../../src/lib/random.ts'
import { copyOf, placeOf, whoIs } from '../stories/story.ts'
import { MINUTE, PASSWORD, type World } from '../world.ts'
import { expectPage, settle } from './agree.ts'
import { enter, isIn, visit, wasRight, wasWrong, wrongCode } from './hands.ts'
import {
  counting,
  meansOf,
  type Browser,
  type Change,
  type Factor,
  type Kind,
  type Means,
  type Person,
  type Way,
} from './person.ts'
import { beginChange, beginSignIn, goOn } from './steps.ts'
import { attack } from './thief.ts'

// What a person does in one go, and what happens to them.

/** Which of several: the first of this kind, or the last; of any where there is none. */
export type Wish = { readonly kind: Way | 'any'; readonly isOther: boolean }

export function chosen<T>(all: readonly T[], kindOf: (each: T) => Way, wish: Wish): T | null {
  const wished = all.filter((each) => kindOf(each) === wish.kind)
  const among = wished.length > 0 ? wished : all
  return among.at(wish.isOther ? -1 : 0) ?? null
}

export const factorIn = (factors: readonly Factor[], wish: Wish): Factor | null =>
  chosen(factors, ({ kind }) => kind, wish)

const BEST: Wish = { kind: 'any', isOther: false }

const meansIn = (
  world: World,
  person: Person,
  wish: Wish,
  purpose: 'change' | 'sign-in' = 'sign-in',
): Means | null => chosen(meansOf(person, world.now(), purpose), ({ way }) => way, wish)

/** `isWatched`: somebody who knows the password looks over the shoulder, and is quick. */
export async function signIn(
  world: World,
  person: Person,
  browser: Browser,
  how: { means: Wish; remember: boolean; steps: number; minutes: number; isWatched: boolean },
): Promise<void> {
  const { seen } = person
  await beginSignIn(world, person, browser, how.remember)
  await wait(world, person, how.minutes)
  await goOn(world, person, browser, meansIn(world, person, how.means), how.steps)
  const loot = { password: true, mailbox: false, factor: null, paper: false }
  if (how.isWatched && person.seen !== seen) await attack(world, person, loot)
}

async function wait(world: World, person: Person, minutes: number): Promise<void> {
  world.pass(minutes * MINUTE)
  await settle(world, person)
}

/** `isLater`: what was shown does not count any more. `minutes`: so long it takes to answer. */
export async function changeSomething(
  world: World,
  person: Person,
  browser: Browser,
  change: () => Change | null,
  how: { means: Wish; steps: number; isLater: boolean; minutes: number },
): Promise<void> {
  if (browser.session === null) {
    await beginSignIn(world, person, browser, false)
    await goOn(world, person, browser, meansIn(world, person, BEST))
  }
  await wait(world, person, how.isLater ? 6 : 0)
  const asked = change()
  if (browser.session === null || asked === null) return
  await beginChange(world, person, browser, asked)
  await wait(world, person, how.minutes)
  if (browser.open?.what === asked)
    await goOn(world, person, browser, meansIn(world, person, how.means, 'change'), how.steps)
  await settle(world, person)
  if (browser.session) await expectPage(world, person, browser)
}

/** The change that was meant, of what is set up at the time. */
export function changeOf(
  person: Person,
  what: Change['what'],
  { of, kind, isSynced }: { of: Wish; kind: Kind; isSynced: boolean },
): Change | null {
  const { factors } = person
  const off = factors.filter(({ isOff }) => isOff)
  const factor = factorIn(what === 'bind' && off.length > 0 ? off : factors, of)
  if (what === 'add') return { what, kind, isSynced }
  if (what === 'off' || what === 'codes') return { what }
  return factor && { what, factor }
}

export async function goOnLater(
  world: World,
  person: Person,
  browser: Browser,
  means: Wish,
): Promise<void> {
  await settle(world, person)
  const purpose = browser.open?.what.what === 'sign-in' ? 'sign-in' : 'change'
  await goOn(world, person, browser, meansIn(world, person, means, purpose))
}

export const passkeysOf = ({ factors, gone }: Person): Factor[] =>
  [...factors, ...gone].filter(({ kind, isHeld }) => kind === 'passkey' && isHeld)

/** A passkey as the whole sign-in, and its answer once more by somebody who has seen it all. */
export async function signInByPasskey(
  world: World,
  person: Person,
  browser: Browser,
  of: Wish,
  userVerified: boolean,
): Promise<void> {
  const factor = factorIn(passkeysOf(person), of)!
  const { visitor } = browser
  const options = await (await visitor.get('/sign-in/passkey')).json()
  const copy = copyOf(world, visitor)
  copy.cookies.delete('session')
  const text = factor.passkey!.get(options, { userVerified })
  const now = world.now()
  const response = await visitor.post('/sign-in/passkey', { code: text })
  const may = userVerified && counting(person).includes(factor)
  expect(isIn(response), 'in by a passkey alone').toBe(may)
  if (!may) return
  wasRight(person, { way: 'passkey', factor, code: '' }, text, now)
  enter(browser, ['passkey'], now)
  await copy.post('/sign-in/passkey', { code: text })
  expect(await whoIs(copy), 'in by the same answer once more').toBe(null)
}

export async function prefer(
  world: World,
  person: Person,
  browser: Browser,
  kind: Kind,
): Promise<void> {
  const response = await browser.visitor.post('/account/security/prefer', { kind })
  expect(placeOf(response)).toContain('preferred')
  visit(browser, world.now())
  person.preferred = kind
}

/** This browser is to be remembered no longer. */
export async function forget(world: World, browser: Browser): Promise<void> {
  const { visitor } = browser
  const { deviceId: device } = await world.app.db
    .selectFrom('sessions')
    .select('deviceId')
    .where('tokenHash', '=', hashBearer(visitor.cookies.get('session')!)!)
    .executeTakeFirstOrThrow()
  const response = await visitor.post('/account/devices/forget', { device })
  expect(placeOf(response)).toContain('devices_forgotten')
  visit(browser, world.now())
  Object.assign(browser, { trust: null, open: null })
}

export async function signOut(browser: Browser): Promise<void> {
  await browser.visitor.post('/sign-out')
  Object.assign(browser, { session: null, open: null })
}

/** Somebody else has it from now on. With a phone go its apps, and the passkeys that are only there. */
export function lose(person: Person, thing: Losable, of: Wish): void {
  const held = person.factors.filter(({ kind, isHeld }) => kind !== 'email' && isHeld)
  const onPhone = held.filter(({ kind, isSynced }) => kind === 'totp' || !isSynced)
  const one = factorIn(held, of)
  const lost = { phone: onPhone, one: one ? [one] : [], paper: [], mailbox: [] }[thing]
  for (const factor of lost) factor.isHeld = false
  if (thing === 'paper') person.hasPaper = false
  if (thing === 'mailbox') person.hasMailbox = false
}

export const losable = ['phone', 'one', 'paper', 'mailbox'] as const
type Losable = (typeof losable)[number]

/** Somebody knows the password and guesses, until what is guessed at is switched off or not. */
export async function guess(
  world: World,
  person: Person,
  way: 'totp' | 'email',
  attempts: number,
): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const visitor = world.visitor({ address: '203.0.113.10' })
    await visitor.signIn({ email: person.email, password: PASSWORD })
    if (way === 'email') await visitor.post('/sign-in/second/send')
    for (let tries = 0; tries < 7; tries++) {
      await visitor.post('/sign-in/second', { code: wrongCode(person), with: way })
      wasWrong(person, way)
    }
    expect(await whoIs(visitor), 'in by guessing').toBe(null)
  }
}
