import { expect } from 'vitest'
import { importedState } from '../../src/factors/totp.ts'
import { fromBase32, toBase32 } from '../../src/lib/base32.ts'
import { newId } from '../../src/lib/random.ts'
import { hotp, stepAt, USUAL, type Otp } from '../../src/lib/totp.ts'
import { insertEnrolment } from '../../src/store/enrolments.ts'
import { newAuthenticator, type Authenticator } from '../setup/authenticator.ts'
import { ana, PASSWORD, recoveryCodesIn, type Visitor, type World } from '../world.ts'
import { hiddenFields, placeOf } from './story.ts'

/** A phone with an authenticator app that has scanned a key. */
export type Phone = {
  readonly key: string
  /** The code it shows now, or so many steps later. */
  code(later?: number): string
}

export function phoneWith(world: World, key: string, otp: Otp = USUAL): Phone {
  const bytes = fromBase32(key)!
  return { key, code: (later = 0) => hotp(bytes, stepAt(world.now(), otp.period) + later, otp) }
}

/** The key on a page that shows one. */
export const keyIn = (page: string): string =>
  /otpauth:\/\/[^"]*?secret=([A-Z2-7]+)/.exec(page)?.[1] ?? ''

/** Begins to set up a factor, and shows who one is by the password if that is asked. */
export async function begin(
  browser: Visitor,
  kind: 'totp' | 'passkey' | 'email',
  shown: Record<string, string> = { password: PASSWORD },
): Promise<Response> {
  const asked = await browser.post('/account/security/add', { kind })
  return placeOf(asked) === '/account/confirm' ? browser.post('/account/confirm', shown) : asked
}

/** Connects an app. Protection is on afterwards, whether it was or not; gives the recovery codes too. */
export async function connectApp(
  world: World,
  browser: Visitor,
  { name = '', shown }: { readonly name?: string; readonly shown?: Record<string, string> } = {},
): Promise<{ readonly phone: Phone; readonly codes: readonly string[] }> {
  await begin(browser, 'totp', shown)
  const phone = phoneWith(world, keyIn(await (await browser.get('/account/security/code')).text()))
  const answer = { code: phone.code(), with: 'totp', name }
  const page = await (await browser.post('/account/security/code', answer)).text()
  const codes = recoveryCodesIn(page)
  if (codes.length > 0) await browser.post('/account/security/confirm', { saved: 'yes' })
  // The code that was just shown is used up.
  world.pass(60_000)
  return { phone, codes }
}

/** What our page asks of the browser, as JSON. */
export function optionsIn(page: string): any {
  const text = /data-options="([^"]*)"/.exec(page)?.[1] ?? 'null'
  return JSON.parse(
    text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&'),
  )
}

export const siteOf = ({ config }: World) => config.site!

/** An authenticator that belongs to this world's pages. */
export const authenticatorFor = (
  world: World,
  options: Omit<Parameters<typeof newAuthenticator>[0], 'site'> = {},
): Authenticator => newAuthenticator({ site: siteOf(world), ...options })

/** Makes a passkey on this authenticator. Protection is on afterwards; gives the recovery codes too. */
export async function makePasskey(
  _world: World,
  browser: Visitor,
  authenticator: Authenticator,
  { name = '', shown }: { readonly name?: string; readonly shown?: Record<string, string> } = {},
): Promise<readonly string[]> {
  await begin(browser, 'passkey', shown)
  const options = optionsIn(await (await browser.get('/account/security/code')).text())
  const answer = { code: authenticator.create(options), with: 'passkey', name }
  const page = await (await browser.post('/account/security/code', answer)).text()
  const codes = recoveryCodesIn(page)
  if (codes.length > 0) await browser.post('/account/security/confirm', { saved: 'yes' })
  return codes
}

/** Answers with a passkey where it is asked for: at the second step, or before a change. */
export async function answerByPasskey(
  browser: Visitor,
  path: string,
  authenticator: Authenticator,
  more: Record<string, string> = {},
  bend: Parameters<Authenticator['get']>[1] = {},
): Promise<Response> {
  const options = optionsIn(await (await browser.get(`${path}?with=passkey`)).text())
  return browser.post(path, { code: authenticator.get(options, bend), with: 'passkey', ...more })
}

/** Signs in with a passkey and nothing else. */
export async function signInByPasskey(
  browser: Visitor,
  authenticator: Authenticator,
  bend: Parameters<Authenticator['get']>[1] = {},
  more: Record<string, string> = {},
): Promise<Response> {
  const options = await (await browser.get('/sign-in/passkey')).json()
  return browser.post('/sign-in/passkey', { code: authenticator.get(options, bend), ...more })
}

/** The ids of the factors on the page, by the order in which they stand there. */
export async function factorsOn(browser: Visitor): Promise<string[]> {
  const page = await (await browser.get('/account/security')).text()
  const forms = page.split('action="/account/security/remove"').slice(1)
  return forms.map((form) => /name="factor" value="([^"]+)"/.exec(form)?.[1] ?? '')
}

/** The rows of an account's factors, as they are kept. */
export const enrolmentRows = (world: World, email: string = ana.email) =>
  world.app.db
    .selectFrom('enrolments')
    .innerJoin('accounts', 'accounts.id', 'enrolments.accountId')
    .selectAll('enrolments')
    .where('accounts.email', '=', email)
    .orderBy('enrolments.id')
    .execute()

/** Which ways a page offers beside the one it shows. */
export const waysOn = (page: string): string[] =>
  [...page.matchAll(/href="[^"]*\?with=(\w+)"/g)].map(([, way]) => way!)

/** The way a page shows. Where no code was sent yet, it only offers to. */
export const wayOn = (page: string, action: string): string | undefined =>
  hiddenFields(page, action)['with'] ??
  (page.includes(`action="${action}/send"`) ? 'email' : undefined)

export const expectPlace = (response: Response, path: string): void =>
  expect(placeOf(response)).toBe(path)

/** Digits that none of these phones shows within an hour; with another `by`, yet others. */
export function wrongFor(phones: Phone | readonly Phone[], by = 1): string {
  const near = [phones].flat().flatMap((phone) => hourOf(phone))
  const digits = near[0]!.length
  const others = Array.from({ length: near.length + by }, (_, at) =>
    String(100_003 + at * 1009).padStart(digits, '0'),
  )
  return others.filter((code) => !near.includes(code))[by - 1]!
}

const hourOf = (phone: Phone): string[] =>
  Array.from({ length: 241 }, (_, at) => phone.code(at - 120))

/** A key that was made elsewhere, put in as those are that somebody brings along. */
export async function importApp(
  world: World,
  key: Uint8Array,
  otp: Otp = USUAL,
  email: string = ana.email,
): Promise<Phone> {
  const { db, keys, random } = world.app
  const { id: accountId } = await db
    .selectFrom('accounts')
    .select('id')
    .where('email', '=', email)
    .executeTakeFirstOrThrow()
  const text = toBase32(key)
  await insertEnrolment(db, {
    id: newId(random, world.now()),
    accountId,
    kind: 'totp',
    name: '',
    state: importedState(text, otp, { keys, random, accountId }),
    createdAt: world.now(),
    handle: null,
  })
  return phoneWith(world, text, otp)
}

/** Both steps, the second with the code of an app. */
export async function signInByApp(
  browser: Visitor,
  code: string,
  typed: Parameters<Visitor['signIn']>[0] = ana,
  more: Record<string, string> = {},
): Promise<Response> {
  await browser.signIn(typed)
  return browser.post('/sign-in/second', { code, with: 'totp', ...more })
}

/** Removes a factor, or asks to. */
export const askToRemove = (browser: Visitor, factor: string): Promise<Response> =>
  browser.post('/account/security/remove', { factor })

/** Somebody who is signed in and has made a passkey, with what came of it. */
export async function withPasskey(
  world: World,
  {
    typed = ana,
    name = '',
    ...options
  }: { readonly typed?: Pick<typeof ana, 'email' | 'password'>; readonly name?: string } & Omit<
    NonNullable<Parameters<typeof newAuthenticator>[0]>,
    'site'
  > = {},
) {
  const browser = world.visitor()
  await browser.signIn(typed)
  const key = authenticatorFor(world, options)
  const shown = { password: typed.password }
  const codes = await makePasskey(world, browser, key, { name, shown })
  return { browser, key, codes }
}

/** What a browser is asked for a passkey in which nobody has said who they are. */
export const optionsAtDoor = async (browser: Visitor): Promise<any> =>
  (await browser.get('/sign-in/passkey')).json()

/** What a page tells the browser to offer no longer. */
export function unknownOn(page: string): { rpId: string; credentialId: string } | null {
  const text = /data-passkey-unknown="([^"]*)"/.exec(page)?.[1]
  return text === undefined ? null : JSON.parse(text.replaceAll('&quot;', '"'))
}
