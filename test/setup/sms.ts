import type { App } from '../../src/app.ts'
import { sealGateway } from '../../src/delivery/linked.ts'
import type { Outcome, SmsRoute, TextMessage } from '../../src/delivery/route.ts'
import { usualRules, type DeliveryRules } from '../../src/delivery/rules.ts'
import { aboutNumber } from '../../src/lib/phone.ts'
import { newId } from '../../src/lib/random.ts'
import { openAttempt } from '../../src/sign-in/attempt.ts'
import { change } from '../../src/sign-in/change.ts'
import { clearSends, sendAll } from '../../src/sign-in/send-codes.ts'
import { holdAccount } from '../../src/store/accounts.ts'
import { replaceDelivery } from '../../src/store/installation.ts'
import { insertMessage } from '../../src/store/messages.ts'
import { insertRoute } from '../../src/store/routes.ts'
import { MINUTE, nobodysVisit, type World } from '../world.ts'
import { addPerson as addOne } from './people.ts'
import { fixedRoutes, smsBy } from './routes.ts'

/** What a part of a message costs in these tests, in millionths. */
export const PRICE = 70_000

/** A gateway that keeps what it is given, and says what it is told to. */
export function pretendGateway() {
  const sent: TextMessage[] = []
  let says: Outcome = { accepted: true }
  const route: SmsRoute = {
    async send(message) {
      if (says.accepted) sent.push(message)
      return says
    },
    close: async () => {},
  }
  return {
    sent,
    routes: fixedRoutes([smsBy(route, 'sms', PRICE)]),
    answerWith: (outcome: Outcome) => void (says = outcome),
  }
}

/** An account for text messages is linked, as the operator does it, and these are the rules. */
export async function linkSms(
  { app }: World,
  rules: Partial<DeliveryRules> = {},
  serves: readonly string[] | null = null,
): Promise<void> {
  const id = newId(app.random, app.now())
  const gateway = { kind: 'http', recipe: 'plain', from: '', secrets: {} } as const
  await insertRoute(app.db, {
    id,
    by: 'sms',
    name: 'sms',
    place: 1,
    countries: serves && JSON.stringify(serves),
    prices: JSON.stringify({ '*': PRICE }),
    sealed: sealGateway(app.keys, app.random, id, gateway),
    version: 1,
    createdAt: app.now(),
  })
  await setRules(app, rules)
}

export const setRules = ({ db }: App, rules: Partial<DeliveryRules>): Promise<void> =>
  replaceDelivery(db, JSON.stringify({ ...usualRules, countries: ['PT'], ...rules }))

/** Somebody who has an account; how it was made is of no matter. */
export const addPerson = (world: World, email: string): Promise<string> => addOne(world, { email })

export type Asking = {
  readonly accountId: string
  readonly to: string
  readonly address?: string
  readonly attemptId?: string
  /** `add-factor`: the number is only typed; else it is proven. */
  readonly purpose?: 'sign-in' | 'add-factor'
}

/** Past a right password: a code to this number, or why there is none. As each request that asks for one. */
export function askForSms(
  { app }: World,
  { accountId, to, address = nobodysVisit.address, attemptId, purpose = 'sign-in' }: Asking,
): Promise<string> {
  return change(app, { ...nobodysVisit, address }, async (change) => {
    const { db, now } = change
    const account = (await holdAccount(db, accountId))!
    const about = { purpose, accountId, sessionId: null, proofs: [], draft: null, goal: null }
    const { attempt: opened } = openAttempt(app, now, about)
    const attempt = { ...opened, id: attemptId ?? opened.id }
    const send = { by: 'sms', to, code: '042917', until: now + 5 * MINUTE } as const
    const cleared = await clearSends(change, account, attempt, [send])
    if ('refused' in cleared) return cleared.refused
    await cleared.count()
    await sendAll(change, attempt, account, cleared.sends)
    return 'asked'
  })
}

type Past = {
  readonly to: string
  readonly sent: number
  readonly entered?: number
  /** How long ago the newest was written, in milliseconds; the others at the same time. */
  readonly ago?: number
  readonly isTaken?: boolean
  /** Who asked for all of them; else each was asked for by somebody else. */
  readonly accountId?: string
  /** The one attempt they are all of; else each is of another. */
  readonly attemptId?: string
}

/** Codes that went to a number in the past, and how many of them were typed in. */
export async function past(
  { app }: World,
  { to, sent, entered = 0, ago = 5 * MINUTE, isTaken = true, ...whose }: Past,
): Promise<void> {
  const createdAt = app.now() - ago
  for (let turn = 0; turn < sent; turn++) {
    const id = newId(app.random, createdAt)
    await insertMessage(app.db, {
      id,
      accountId: whose.accountId ?? id,
      attemptId: whose.attemptId ?? id,
      by: 'sms',
      recipient: to,
      ...aboutNumber(to),
      kind: 'code',
      body: '',
      createdAt,
      expiresAt: createdAt + 5 * MINUTE,
    })
    await app.db
      .updateTable('messages')
      .set({
        body: null,
        acceptedAt: isTaken ? createdAt : null,
        enteredAt: turn < entered ? createdAt : null,
      })
      .where('id', '=', id)
      .execute()
  }
}
