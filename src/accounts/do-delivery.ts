import { writeMessage } from '../delivery/message.ts'
import { LEASE } from '../delivery/route.ts'
import type { Refusal } from '../sign-in/attempt.ts'
import { note, tell, type Change } from '../sign-in/change.ts'
import { spend } from '../sign-in/limits.ts'
import { tryOuts } from '../sign-in/rules.ts'
import { operators, type Account } from '../store/accounts.ts'
import type { Outcome } from './deeds/deed.ts'
import type { DeliveryChange, Wanted } from './delivery-change.ts'
import { whyNot } from './may-change-delivery.ts'
import { writeDelivery } from './write-delivery.ts'

const MOST_OPERATORS = 20

/** Does what an operator wants, if it still can be done. In the transaction that has made sure. */
export async function doDelivery(
  change: Change,
  account: Account,
  wanted: Wanted,
): Promise<Outcome | Refusal> {
  if (account.privilege !== 'operator') return { refused: 'attempt_over' }
  const reason = await whyNot(change, account.id, wanted)
  if (reason) return 'refused' in reason ? reason : { refused: 'changed_meanwhile' }
  if (wanted.change.what === 'route_tried') return tryOut(change, account, wanted.change)
  const { what } = wanted.change
  const route = await writeDelivery(change, wanted.change)
  if (route === null) return { refused: 'changed_meanwhile' }
  const name = route?.name ?? ''
  const detail = route ? { what, name, way: route.by } : { what, ...rulesIn(wanted.change) }
  await note(change, 'delivery_changed', { accountId: account.id, detail })
  for (const operator of await operators(change.db, MOST_OPERATORS)) {
    const isOwn = operator.id === account.id
    const { login } = account
    await tell(change, operator, { kind: 'delivery_changed', what, called: name, login, isOwn })
  }
  return { done: 'delivery_saved' }
}

/** What an operator reads of new rules later. */
const rulesIn = (wanted: DeliveryChange): Record<string, string | number | null> => {
  if (wanted.what !== 'rules_changed') return {}
  const { countries, ...rest } = wanted.rules
  return { countries: countries.join(' '), ...rest }
}

/** Written down for a test message that goes out by this route when all is on the disk. */
async function tryOut(
  change: Change,
  account: Account,
  { id, to }: Extract<DeliveryChange, { what: 'route_tried' }>,
): Promise<Outcome | Refusal> {
  const { app, db, now, visit } = change
  const route = (await app.gateways.linked(db)).find((each) => each.id === id)
  if (!route) return { refused: 'no_such_route' }
  if (!(await spend(db, tryOuts(account.id), now))) return { refused: 'try_limited' }
  const made = await writeMessage(db, app, {
    account,
    notice: { kind: 'test' },
    by: route.by,
    recipient: to,
    attemptId: null,
    sessionId: null,
    visit,
    now,
    // Dead when its lease ends, so that nobody sends it but this process, and by no other route.
    until: now + LEASE,
  })
  const { name, by } = route
  const detail = { name, way: by, message: made.id }
  await note(change, 'route_tried', { accountId: account.id, detail })
  change.afterwards.push(() => app.tryOut(made, id))
  return { done: 'route_tried', with: { message: made.id } }
}
