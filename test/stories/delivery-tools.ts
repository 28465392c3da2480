import { expect } from 'vitest'
import { fromRow } from '../../src/delivery/linked.ts'
import type { Outcome, TextMessage } from '../../src/delivery/route.ts'
import { linkedRoutes } from '../../src/store/routes.ts'
import { ana, bob, MINUTE, PASSWORD, type Visitor, type World } from '../world.ts'
import { placeOf } from './story.ts'

export const HOME = '/settings/delivery'
export const ROUTE = `${HOME}/route`

/** Runs the installation. */
export async function operatorIn(world: World): Promise<Visitor> {
  const browser = world.visitor()
  await browser.signIn(ana)
  return browser
}

/** The second account runs it too. */
export const alsoOperator = (world: World): Promise<unknown> =>
  world.app.db
    .updateTable('accounts')
    .set({ privilege: 'operator' })
    .where('email', '=', bob.email)
    .execute()

export const twilio = {
  kind: 'twilio',
  name: 'Twilio one',
  from: 'Nightlatch',
  secret1: 'AC-very-secret-account',
  secret2: 'very-secret-token',
  countries: 'PT es',
  prices: 'PT 0.045\n* 0,09',
}

/** A recipe of one's own, with a secret. */
export const ownRecipe = (url = 'https://sms.example.com/send'): string =>
  JSON.stringify({
    title: 'Mine',
    method: 'POST',
    url,
    json: { to: '{{to}}', text: '{{text}}', key: '{{secret.key}}' },
    ok: { status: [201] },
    id: { at: 'id' },
    secrets: ['key'],
  })

export const relay = {
  kind: 'smtp',
  name: 'Relay',
  host: 'mail.example.com',
  port: '587',
  security: 'starttls',
  user: 'door',
  password: 'very-secret-relay',
}

export const rulesForm = {
  currency: 'EUR',
  messagesDay: '200',
  moneyDay: '',
  accountMessagesDay: '50',
  accountMoneyDay: '',
}

/** Sends a form, and holds it to having been done. */
export async function done(
  browser: Visitor,
  path: string,
  form: Record<string, string> | [string, string][],
): Promise<void> {
  const answer = await browser.post(path, form)
  expect([path, placeOf(answer)]).toEqual([path, `${HOME}?notice=delivery_saved`])
}

/** What is linked in the database, opened. */
export const linkedNow = async ({ app }: World) =>
  (await linkedRoutes(app.db)).map((row) => fromRow(app.keys, row))

export const namesNow = async (world: World): Promise<string[]> =>
  (await linkedNow(world)).map(({ name }) => name)

/** The rules with what the page says of their version. */
export async function rulesOn(
  browser: Visitor,
  rules: Record<string, string>,
  countries: readonly string[] = [],
): Promise<[string, string][]> {
  const page = await (await browser.get(HOME)).text()
  const version = /name="version" value="([\w-]{43})"/.exec(page)![1]!
  const ticked = countries.map((code): [string, string] => ['country', code])
  return [['version', version], ...Object.entries({ ...rulesForm, ...rules }), ...ticked]
}

/** An account whose only second step is this one. */
export async function enrol(
  world: World,
  email: string,
  kind: 'sms' | 'email' | 'totp',
  to: string,
): Promise<void> {
  const { db } = world.app
  const { id: accountId } = await db
    .selectFrom('accounts')
    .select('id')
    .where('email', '=', email)
    .executeTakeFirstOrThrow()
  await db
    .insertInto('enrolments')
    .values({
      id: `${kind}${accountId}`.slice(0, 32),
      accountId,
      kind,
      name: to,
      state: JSON.stringify({ to }),
      version: 0,
      createdAt: world.now(),
      failures: 0,
      disabledAt: null,
      lastUsedAt: null,
      handle: null,
      attemptId: null,
    })
    .execute()
}

/** A gateway for text messages that answers so, and remembers what it got. */
export function gatewayThat(answer: (message: TextMessage) => Outcome) {
  const got: TextMessage[] = []
  const route = {
    async send(message: TextMessage) {
      got.push(message)
      return answer(message)
    },
    async close() {},
  }
  return { got, route }
}

/** So long after the last proof that one is asked for. */
export const LATER = 6 * MINUTE

export const sayWho = (browser: Visitor): Promise<Response> =>
  browser.post('/account/confirm', { password: PASSWORD })
