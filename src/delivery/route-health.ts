import { countFailure, forgetHealth } from '../store/routes.ts'
import type { Database } from '../store/open.ts'
import { bringsReceipts, sendingsOf } from '../store/sendings.ts'
import type { Afterwards, Raise } from './alarm.ts'
import type { Applied } from './apply-receipt.ts'
import { TOO_MANY } from './rest.ts'
import type { Open } from './routes.ts'
import { isUnderWay } from './whereabouts.ts'
import { writeThen } from './write-then.ts'

type Named = Pick<Open, 'id' | 'name'>

/** It has failed once more, with something begun at this time. Gives what is to be done afterwards. */
export async function sawFailure(
  db: Database,
  route: Named,
  { reason, begunAt }: { readonly reason: string; readonly begunAt: number },
  now: number,
  raise: Raise,
): Promise<Afterwards> {
  const failure = { route: route.id, reason, begunAt }
  const failures = await countFailure(db, failure, TOO_MANY, now)
  return failures === TOO_MANY ? raise(db, { kind: 'route_rests', route: route.name, reason }) : []
}

/**
 * It has taken a message. That is a success only where no receipt will say more. Whoever knows of no
 * failure need not look.
 */
export async function sawTaken(db: Database, route: Open, raise: Raise): Promise<Afterwards> {
  if (!route.fails) return []
  if (route.by === 'sms' && (await bringsReceipts(db, route.id))) return []
  return sawSuccess(db, route, raise)
}

/** A message that it has taken goes by another now, since no receipt has come in the usual time. */
export async function sawNoReceipt(
  db: Database,
  messageId: string,
  now: number,
  raise: Raise,
): Promise<Afterwards> {
  const last = (await sendingsOf(db, [messageId])).at(-1)
  if (!last || !isUnderWay(last)) return []
  const failure = { reason: NO_RECEIPT, begunAt: last.begunAt }
  return sawFailure(db, { id: last.route, name: last.routeName }, failure, now, raise)
}

const NO_RECEIPT = 'no receipt in its usual time'

/** What a receipt tells of its route. */
export async function sawReceipt(
  world: { readonly db: Database; readonly now: () => number; readonly raise: Raise },
  { sending, health, reason }: Applied,
): Promise<void> {
  if (health === null) return
  const { db, now, raise } = world
  const { route: id, routeName: name, begunAt } = sending
  await writeThen(db, async (tx, then) =>
    then(
      health === 'works'
        ? await sawSuccess(tx, { id, name }, raise)
        : await sawFailure(tx, { id, name }, { reason, begunAt }, now(), raise),
    ),
  )
}

async function sawSuccess(db: Database, { id, name }: Named, raise: Raise): Promise<Afterwards> {
  const failures = await forgetHealth(db, id)
  return failures >= TOO_MANY ? raise(db, { kind: 'route_works', route: name }) : []
}
