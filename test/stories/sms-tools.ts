import type { TextMessage } from '../../src/delivery/route.ts'
import { usualRules } from '../../src/delivery/rules.ts'
import { sealGateway } from '../../src/delivery/linked.ts'
import { replaceDelivery } from '../../src/store/installation.ts'
import { deleteRoute, insertRoute } from '../../src/store/routes.ts'
import { fixedRoutes, smsBy } from '../setup/routes.ts'
import { ana, MINUTE, PASSWORD, recoveryCodesIn, type Visitor, type World } from '../world.ts'
import { enrolmentRows } from './factor-tools.ts'
import { placeOf } from './story.ts'

/** Mobile numbers that can exist: in Portugal, another one there, and in Britain. */
export const NUMBER = '+351912345678'
export const OTHER = '+351961234567'
export const BRITISH = '+447400123456'

const texts: TextMessage[] = []

/** A world's way to send text messages: they arrive at once. Mails wait in the outbox. */
export const byPhone = {
  routes: fixedRoutes([
    smsBy({
      async send(message) {
        texts.push(message)
        return { accepted: true }
      },
      async close() {},
    }),
  ]),
}

const ROUTE = 'a-gateway'

/** Links a gateway, and lists these countries. */
export async function linkSms(world: World, countries: readonly string[] = ['PT']): Promise<void> {
  const { db, keys, random } = world.app
  const gateway = { kind: 'http', recipe: 'none', from: 'Nightlatch', secrets: {} } as const
  await insertRoute(db, {
    id: ROUTE,
    by: 'sms',
    name: 'a gateway',
    place: 1,
    countries: null,
    prices: '{}',
    sealed: sealGateway(keys, random, ROUTE, gateway),
    version: 1,
    createdAt: world.now(),
  })
  await list(world, countries)
}

/** These countries, and no others, are listed. */
export const list = (world: World, countries: readonly string[]): Promise<void> =>
  replaceDelivery(world.app.db, JSON.stringify({ ...usualRules, countries }))

export const unlinkSms = (world: World): Promise<boolean> => deleteRoute(world.app.db, ROUTE)

/** What has arrived at this number, the oldest first. */
export async function smsTo(world: World, number: string = NUMBER): Promise<readonly string[]> {
  await world.opened.delivery.settled()
  // Other worlds have sent by the same way.
  const rows = await world.app.db.selectFrom('sendings').select('id').execute()
  const own = new Set(rows.map(({ id }) => id))
  return texts.filter(({ id, to }) => to === number && own.has(id)).map(({ text }) => text)
}

/** The newest code there. */
export async function smsCodeTo(world: World, number: string = NUMBER): Promise<string> {
  const code = /#(\d{6})$/.exec((await smsTo(world, number)).at(-1) ?? '')?.[1]
  if (!code) throw new Error(`no code has arrived at ${number}`)
  return code
}

/** Up to the page that asks for the code, with the password where that is asked. */
export async function askForNumber(
  browser: Visitor,
  phone: string = NUMBER,
  country = 'PT',
  shown: Record<string, string> = { password: PASSWORD },
): Promise<Response> {
  const asked = await browser.post('/account/security/sms/add', { country, phone })
  return placeOf(asked) === '/account/confirm' ? browser.post('/account/confirm', shown) : asked
}

/** Sets a number up, as its first factor or one more. Gives the recovery codes that came with it. */
export async function addNumber(
  world: World,
  browser: Visitor,
  phone: string = NUMBER,
  country = 'PT',
  shown?: Record<string, string>,
): Promise<string[]> {
  await askForNumber(browser, phone, country, shown)
  const answer = { code: await smsCodeTo(world, phone), with: 'sms' }
  const page = await (await browser.post('/account/security/code', answer)).text()
  const codes = recoveryCodesIn(page)
  if (codes.length > 0) await browser.post('/account/security/confirm', { saved: 'yes' })
  return codes
}

/** Somebody who is signed in and protected by a number. */
export async function withNumber(world: World) {
  await linkSms(world)
  const browser = world.visitor()
  await browser.signIn()
  const codes = await addNumber(world, browser)
  world.pass(MINUTE)
  return { browser, codes }
}

/** The same, by e-mail and a number. */
export async function withBoth(world: World) {
  const { browser, codes } = await withNumber(world)
  await browser.post('/account/security/add', { kind: 'email' })
  await browser.post('/account/security/code', { code: await world.codeTo(ana.email) })
  await browser.post('/account/security/both', { both: 'yes' })
  world.pass(MINUTE)
  return { browser, codes }
}

/** The enrolments of a kind. */
export const enrolledAs = async (world: World, kind: string) =>
  (await enrolmentRows(world)).filter((row) => row.kind === kind)

/** What was ever sent to a number, oldest first. */
export const sentTo = (world: World, number: string = NUMBER) =>
  world.app.db
    .selectFrom('messages')
    .selectAll()
    .where('recipient', '=', number)
    .orderBy('id')
    .execute()

export const accountRow = (world: World, email: string = ana.email) =>
  world.app.db
    .selectFrom('accounts')
    .selectAll()
    .where('email', '=', email)
    .executeTakeFirstOrThrow()
